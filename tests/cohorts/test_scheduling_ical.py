"""Calendar files: read back with the library, and unmoved by hostile text."""

import uuid
from datetime import UTC, datetime
from types import SimpleNamespace

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts.scheduling import ical

NOW = datetime(2026, 9, 1, tzinfo=UTC)


def meeting(**given):
    usual = {
        "uid": uuid.UUID(int=7),
        "sequence": 0,
        "title": "Methods workshop",
        "agenda": "- Which method",
        "assignment": "",
        "join_link": "https://meet.example.org/trust",
        "starts_at": datetime(2026, 10, 6, 16, tzinfo=UTC),
        "ends_at": datetime(2026, 10, 6, 18, tzinfo=UTC),
        "is_off": False,
        "get_absolute_url": lambda: "/sessions/7/",
    }
    return SimpleNamespace(**usual | given)


def text_of(*meetings, method=ical.PUBLISH, **given):
    return ical.calendar(
        meetings,
        method=method,
        now=NOW,
        organizer="Sprint Portal <portal@example.org>",
        site_url="https://portal.example.org",
        **given,
    )


def read(text):
    found = icalendar.Calendar.from_ical(text)
    return found, found.walk("VEVENT")


def test_calendar_reads_back_in_utc_with_a_lasting_uid():
    calendar, (event,) = read(text_of(meeting(sequence=3), method=ical.REQUEST))

    assert calendar["METHOD"] == "REQUEST"
    assert event["UID"] == f"{uuid.UUID(int=7)}@sprint-portal"
    assert event["SEQUENCE"] == 3
    assert event.decoded("DTSTART") == datetime(2026, 10, 6, 16, tzinfo=UTC)
    assert event["URL"] == "https://meet.example.org/trust"
    assert event["STATUS"] == "CONFIRMED"


def test_calendar_has_no_zone_rules_and_crlf_line_ends():
    text = text_of(meeting())

    assert "VTIMEZONE" not in text
    assert "RRULE" not in text
    assert "DTSTART:20261006T160000Z\r\n" in text
    assert text.count("\n") == text.count("\r\n")


def test_cancelled_meeting_says_so():
    _, (event,) = read(text_of(meeting(is_off=True), method=ical.CANCEL))

    assert event["STATUS"] == "CANCELLED"


def test_only_the_reader_is_named_and_only_when_asked():
    _, (alone,) = read(text_of(meeting()))
    _, (invited,) = read(text_of(meeting(), attendee="ana@example.org"))

    assert "ATTENDEE" not in alone
    assert invited["ATTENDEE"] == "mailto:ana@example.org"
    assert invited["ORGANIZER"] == "mailto:portal@example.org"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "http://meet.example.org", "data:text/html,x", "", "//evil"]
)
def test_link_that_is_not_https_is_left_out(link):
    _, (event,) = read(text_of(meeting(join_link=link)))

    assert "URL" not in event
    assert "LOCATION" not in event


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85", "\\n", "\x00"])
def test_line_break_in_a_title_makes_no_new_property(end):
    evil = f"Workshop{end}ATTENDEE:mailto:eve@example.org{end}END:VEVENT"

    text = text_of(meeting(title=evil, agenda=evil, assignment=evil))

    _, events = read(text)
    assert len(events) == 1
    assert "ATTENDEE" not in events[0]
    assert not any(line.startswith(("ATTENDEE", "END:VEVENT\\")) for line in text.split("\r\n"))


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_reads_back_as_one_event(title, agenda):
    _, events = read(text_of(meeting(title=title, agenda=agenda)))

    assert len(events) == 1
    assert set(events[0]) == {
        "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "STATUS",
        "URL", "LOCATION", "ORGANIZER",
    }  # fmt: skip
