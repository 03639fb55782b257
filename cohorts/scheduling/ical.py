"""Meetings as iCalendar text (RFC 5545, RFC 5546). No request, no query.

One VEVENT a meeting, in UTC, without RRULE and VTIMEZONE: calendars disagree about both. The UID
is fixed for life and SEQUENCE counts the changes, so that a change changes and never doubles.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr
from operator import attrgetter
from typing import Any

from icalendar import Calendar, Event, vCalAddress, vDuration

PUBLISH, REQUEST, CANCEL = "PUBLISH", "REQUEST", "CANCEL"
PRODUCT = "-//Sprint Portal//Sessions//EN"
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")


def calendar(
    meetings: Iterable[Any],
    *,
    method: str,
    now: datetime,
    organizer: str,
    site_url: str,
    name: str = "",
    attendee: str = "",
    titled: Callable[[Any], str] = attrgetter("title"),
) -> str:
    """A calendar of `meetings` (rows, or objects with the same names), with CRLF line ends.

    method: PUBLISH, REQUEST or CANCEL. now: aware, for DTSTAMP. organizer: the programme's one
    mailbox, `Name <address>` or bare. attendee: the one reader's address; left out, nobody is
    named. name: what calendar programs call a subscribed calendar. titled: what its reader calls a
    meeting.
    """
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", method)
    if name:
        made.add("x-wr-calname", one_line(name))
        made.add(
            "refresh-interval", vDuration(timedelta(hours=6)), parameters={"VALUE": "DURATION"}
        )
    for meeting in meetings:
        event = _event(meeting, now, organizer, site_url, attendee)
        event.add("summary", one_line(titled(meeting)))
        made.add_component(event)
    text: str = made.to_ical().decode()
    return text


def uid(meeting: Any) -> str:
    """The name of a meeting in every calendar, for life."""
    return f"{meeting.uid}@sprint-portal"


def one_line(text: str) -> str:
    """`text` without line breaks and control characters."""
    return " ".join(UNSEEN.sub(" ", text.replace("\n", " ")).split())


def _event(meeting: Any, now: datetime, organizer: str, site_url: str, attendee: str) -> Event:
    event = Event()
    event.add("uid", uid(meeting))
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at)
    event.add("description", _description(meeting, site_url))
    event.add("status", "CANCELLED" if meeting.is_off else "CONFIRMED")
    if meeting.join_link.startswith("https://"):
        event.add("url", meeting.join_link)
        event.add("location", meeting.join_link)
    event.add("organizer", _address(organizer))
    if attendee:
        event.add("attendee", _attendee(attendee))
    return event


def _description(meeting: Any, site_url: str) -> str:
    parts = [meeting.agenda, meeting.assignment, f"{site_url}{meeting.get_absolute_url()}"]
    lines = "\n\n".join(part.strip() for part in parts if part.strip())
    return UNSEEN.sub(" ", lines.replace("\r\n", "\n").replace("\r", "\n"))


def _address(mailbox: str) -> vCalAddress:
    name, address = parseaddr(mailbox)
    found = vCalAddress(f"mailto:{one_line(address)}")
    if name:
        found.params["cn"] = one_line(name).replace('"', "")
    return found


def _attendee(address: str) -> vCalAddress:
    found = _address(address)
    found.params["role"] = "REQ-PARTICIPANT"
    found.params["partstat"] = "NEEDS-ACTION"
    found.params["rsvp"] = "FALSE"
    return found
