"""Meetings as a reader sees them: in their own zone, with the changes of time marked."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time

from django.utils import timezone

from cohorts import own
from cohorts.models import Meeting, Offering
from cohorts.scheduling import clock
from cohorts.scheduling.line import place, stops


@dataclass(frozen=True)
class Row:
    """One meeting in a list. new_time: from here on the series is at this time for the reader."""

    meeting: Meeting
    new_time: time | None = None


@dataclass(frozen=True)
class Journey:
    """Where one city's sprint stands, or, without a city, that of all whom the reader guides.

    moves: the next change of its time for the reader, if any.
    """

    city: object | None
    offering: Offering
    stops: list
    place: object
    next: Meeting | None
    moves: clock.Shift | None
    also: list


def readers_zone() -> str:
    """The IANA name of the zone that times are shown in now."""
    return str(timezone.get_current_timezone())


def rows(meetings) -> list[Row]:
    """`meetings` in order, those marked at which the reader's own time changes with the clocks."""
    series = defaultdict(list)
    for meeting in meetings:
        if meeting.kind == Meeting.Kind.SESSION and not meeting.is_off:
            series[meeting.offering_id, meeting.zone].append(meeting)
    changed = {}
    for (_offering, home), sessions in series.items():
        for shift in _shifts(sessions, home):
            changed[sessions[shift.index].pk] = shift.wall.time()
    return [Row(meeting, changed.get(meeting.pk)) for meeting in meetings]


def next_shift(meeting, meetings) -> clock.Shift | None:
    """The first change of time after `meeting`, when it is one of a weekly series."""
    if meeting is None or meeting.kind != Meeting.Kind.SESSION:
        return None
    later = [
        m
        for m in meetings
        if m.kind == Meeting.Kind.SESSION
        and not m.is_off
        and m.offering_id == meeting.offering_id
        and m.starts_at >= meeting.starts_at
    ]
    return next(iter(_shifts(later, meeting.zone)), None)


def _shifts(sessions, home):
    ordered = [meeting.starts_at for meeting in sessions]
    return clock.shifts(ordered, home=home, zone=readers_zone())


def next_of(meetings, now: datetime):
    """The meeting that goes on or comes next, or None."""
    return next((m for m in meetings if not m.is_off and m.ends_at > now), None)


def journey(user) -> Journey | None:
    """The sprint that a person's city is in now, or was in last, or that they guide.

    None before it has dates.
    """
    now = timezone.now()
    every = [m for m in own.meetings(user) if m.status in Meeting.STANDING]
    present = next_of(every, now) or (every[-1] if every else None)
    seat = present and _seat(user, present.offering_id)
    offering = seat.offering if seat else _guided(user, present)
    if not offering:
        return None
    meetings = [m for m in every if m.offering_id == present.offering_id]
    ahead = next_of(meetings, now)
    group = [m for m in meetings if not m.city_id]
    return Journey(
        city=seat.city if seat else None,
        offering=offering,
        stops=stops(group, now, timezone.get_current_timezone(), href=Meeting.get_absolute_url),
        place=place(group, now, offering.weeks),
        next=ahead,
        moves=next_shift(ahead, meetings),
        also=[
            m for m in meetings if seat and m.kind == "ta" and m.ends_at > now and m is not ahead
        ],
    )


def _guided(user, meeting) -> Offering | None:
    """The offering of a meeting that somebody attends as its facilitator."""
    return meeting.offering if meeting and user.is_facilitator else None


def _seat(user, offering_id):
    """The confirmed place of a city of this person's in one offering, or None."""
    seats = [seat for seat in own.seats(user) if seat.offering_id == offering_id]
    return min(seats, key=lambda seat: seat.pk, default=None)
