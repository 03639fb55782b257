"""The stops of a sprint: done, now, ahead."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from cohorts.scheduling import line
from cohorts.scheduling.weekplan import theme

START = datetime(2026, 9, 15, 16, tzinfo=UTC)


def sprint(weeks=10):
    kinds = [("pre_sprint", None), *(("session", n) for n in range(1, weeks + 1))]
    kinds.append(("post_sprint", None))
    return [
        SimpleNamespace(
            kind=kind,
            week=week,
            title=theme(kind, week, weeks=weeks).title,
            starts_at=START + timedelta(weeks=place),
            ends_at=START + timedelta(weeks=place, hours=2),
            is_off=False,
        )
        for place, (kind, week) in enumerate(kinds)
    ]


@pytest.mark.parametrize("place", range(12))
def test_the_stop_that_comes_next_is_now(place):
    meetings = sprint()

    before, during = (
        line.stops(meetings, meetings[place].starts_at + timedelta(hours=h), UTC) for h in (-1, 1)
    )

    expected = ["done"] * place + ["now"] + ["ahead"] * (11 - place)
    assert [stop["state"] for stop in before] == expected
    assert [stop["state"] for stop in during] == expected


def test_calls_are_square_and_dated_sessions_named_by_their_theme():
    stops = line.stops(sprint(), START, UTC)

    assert [stop["kind"] for stop in stops] == ["call", *["session"] * 10, "call"]
    assert (stops[0]["label"], stops[0]["note"]) == ("Pre-sprint", "15 Sep")
    assert (stops[5]["label"], stops[5]["note"]) == ("Week 5", "Methods")


def test_session_with_a_title_of_its_own_does_not_claim_the_planned_theme():
    meetings = sprint()
    meetings[5].title = "Budget clinic"

    assert line.stops(meetings, START, UTC)[5]["note"] == ""


def test_cancelled_and_other_meetings_are_no_stops():
    meetings = sprint()
    meetings[3].is_off = True
    meetings.append(SimpleNamespace(**{**vars(meetings[2]), "kind": "ta"}))

    assert [stop["mark"] for stop in line.stops(meetings, START, UTC)][1:4] == ["1", "2", "4"]


@pytest.mark.parametrize(
    ("weeks_on", "phase", "week"),
    [(-1, "before", 0), (0.5, "during", 1), (4.5, "during", 5), (10.5, "after", 10)],
)
def test_place_counts_by_the_next_session(weeks_on, phase, week):
    found = line.place(sprint(), START + timedelta(weeks=weeks_on), 10)

    assert (found.phase, found.week, found.weeks) == (phase, week, 10)


def test_place_without_meetings_is_before():
    assert line.place([], START, 10).phase == "before"


def test_no_stop_is_the_present_one_while_an_earlier_call_is_next():
    now = START

    def a(kind, days):
        begins = now + timedelta(days=days)
        ends = begins + timedelta(hours=1)
        return SimpleNamespace(kind=kind, week=None, starts_at=begins, ends_at=ends, is_off=False)

    meetings = [a("pre_course", 3), a("pre_sprint", 10), a("post_sprint", 20)]

    drawn = line.stops(meetings, now, UTC)
    assert [stop["state"] for stop in drawn] == ["ahead", "ahead"]
    later = line.stops(meetings, now + timedelta(days=4), UTC)
    assert [stop["state"] for stop in later] == ["now", "ahead"]
