"""A whole sprint worked out at once, across the change of the clocks."""

# ruff: noqa: DTZ001  wall times are naive on purpose

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from cohorts.scheduling import clock, layout
from cohorts.scheduling.weekplan import theme


def wish(**given):
    usual = {
        "zone": "America/New_York",
        "first": datetime(2024, 9, 17, 12),
        "weeks": 10,
        "minutes": 120,
        "call_minutes": 60,
    }
    return layout.Wish(**usual | given)


def city(name, zone):
    class Named(SimpleNamespace):
        def __str__(self):
            return name

    return Named(zone=zone)


def test_slots_are_ten_sessions_between_two_calls():
    slots = layout.slots(wish())

    assert [slot.kind for slot in slots] == ["pre_sprint", *["session"] * 10, "post_sprint"]
    assert [slot.week for slot in slots[1:-1]] == list(range(1, 11))
    assert slots[0].wall == datetime(2024, 9, 10, 12)
    assert slots[-1].wall == datetime(2024, 11, 26, 12)


def test_slots_stay_at_noon_while_the_instant_moves_with_the_clocks():
    hours = [slot.starts_at.hour for slot in layout.slots(wish()) if slot.kind == "session"]

    assert {slot.wall.hour for slot in layout.slots(wish())} == {12}
    assert hours == [16] * 7 + [17] * 3  # New York's clocks went back on 3 November 2024


def test_slots_take_titles_and_assignments_from_the_week_plan():
    week_one = next(slot for slot in layout.slots(wish()) if slot.week == 1)

    assert week_one.theme.sections == ("focus", "goals")
    assert week_one.theme == theme("session", 1, weeks=10)


@pytest.mark.parametrize(("weeks", "last"), [(3, "Peer showcase"), (12, "Peer showcase")])
def test_last_week_is_the_showcase_however_long_the_sprint(weeks, last):
    sessions = [slot for slot in layout.slots(wish(weeks=weeks)) if slot.kind == "session"]

    assert len(sessions) == weeks
    assert sessions[-1].theme.title == last
    assert len({slot.theme.title for slot in sessions}) == weeks


def test_slots_hold_the_pre_course_calls_in_order_of_time():
    slots = layout.slots(wish(pre_course=[datetime(2024, 8, 12, 12), datetime(2024, 8, 5, 12)]))

    assert [slot.kind for slot in slots[:3]] == ["pre_course", "pre_course", "pre_sprint"]
    assert slots[0].starts_at < slots[1].starts_at


def test_slots_refuse_a_session_that_does_not_exist():
    with pytest.raises(clock.ImaginaryTime):
        layout.slots(wish(first=datetime(2024, 2, 25, 2, 30)))  # two weeks later: 10 March


def test_slots_ask_once_for_a_session_that_happens_twice():
    first = datetime(2024, 10, 20, 1, 30)  # two weeks later: 3 November

    with pytest.raises(clock.AmbiguousTime):
        layout.slots(wish(first=first))

    assert layout.slots(wish(first=first, fold=1))


@pytest.mark.parametrize("year", [1, 9999])
def test_slots_refuse_years_beyond_reckoning(year):
    with pytest.raises(clock.FarTime):
        layout.slots(wish(first=datetime(year, 12, 28, 12)))


def test_columns_say_when_a_city_s_time_moves_and_when_it_falls_on_another_day():
    slots = layout.slots(wish())
    bogota, tokyo, chicago, london = layout.columns(
        slots,
        "America/New_York",
        [
            city("Port Alder", "America/Bogota"),
            city("Far Bay", "Asia/Tokyo"),
            city("Cedar Fork", "America/Chicago"),
            city("Eastmere", "Europe/London"),
        ],
    )

    assert bogota.usual.hour == 11
    assert [(shift.wall.date().isoformat(), shift.wall.hour) for shift in bogota.shifts] == [
        ("2024-11-05", 12)
    ]
    assert [place for place, local in enumerate(bogota.locals) if local.shifted] == [8]
    assert all(local.other_day for local in tokyo.locals)
    assert chicago.shifts == []
    assert [shift.wall.hour for shift in london.shifts] == [16, 17]  # away and back again


def test_instants_are_utc():
    assert all(slot.starts_at.tzinfo is UTC for slot in layout.slots(wish()))
