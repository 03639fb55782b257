"""Where a sprint stands, as the stops of its line. Pure: meetings and the present moment."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Protocol

from django.utils.dateformat import format as django_format
from django.utils.translation import gettext as _

from cohorts.scheduling.weekplan import theme


class Meets(Protocol):
    """What the line needs to know of a meeting."""

    kind: str
    week: int | None
    title: str
    starts_at: datetime
    ends_at: datetime

    @property
    def is_off(self) -> bool: ...


@dataclass(frozen=True)
class Place:
    """Where a sprint is. phase: "before", "during" or "after"; week: 0 before the first session."""

    phase: str
    week: int
    weeks: int


def of_line(meetings: Iterable[Any]) -> list[Meets]:
    """The meetings that are stops: sessions and the calls around them, in order of time."""
    stops = [m for m in meetings if m.kind in ("pre_sprint", "session", "post_sprint")]
    return sorted((m for m in stops if not m.is_off), key=lambda m: m.starts_at)


def stops(
    meetings: Iterable[Any],
    now: datetime,
    zone: tzinfo,
    *,
    href: Callable[[Any], str] | None = None,
) -> list[dict[str, str]]:
    """Stops for the `line` and `transit_map` tags: done, now (the next one), ahead.

    meetings: of one offering, any kind and order. zone: the reader's, for the dates of calls.
    href: function from a meeting to its address, or None for a line without links.
    """
    meetings = list(meetings)
    row = of_line(meetings)
    present = next((m for m in row if m.ends_at > now), None)
    if present and _comes_before(present, meetings, now):
        present = None
    weeks = sum(m.kind == "session" for m in row)
    return [
        {
            "label": _label(meeting),
            "note": _note(meeting, weeks, zone),
            "mark": str(meeting.week or ""),
            "kind": "session" if meeting.kind == "session" else "call",
            "state": _state(meeting, present, now),
            "href": href(meeting) if href else "",
        }
        for meeting in row
    ]


def _comes_before(present: Meets, meetings: list[Any], now: datetime) -> bool:
    """Whether a call that is no stop is next: then no stop is the present one yet."""
    calls = [m for m in meetings if m.kind == "pre_course" and not m.is_off]
    return any(now < m.ends_at and m.starts_at < present.starts_at for m in calls)


def place(meetings: Iterable[Any], now: datetime, weeks: int) -> Place:
    """Where the sprint is by its sessions. weeks: how many the offering has.

    The week is that of the next session, or of the one going on; after the last one, the last.
    """
    sessions = [m for m in of_line(meetings) if m.kind == "session"]
    ahead = [m for m in sessions if m.ends_at > now]
    if sessions and not ahead:
        return Place("after", weeks, weeks)
    begun = any(m.ends_at <= now for m in of_line(meetings))
    if not ahead or not begun:
        return Place("before", 0, weeks)
    return Place("during", ahead[0].week or 0, weeks)


def _state(meeting: Meets, present: Meets | None, now: datetime) -> str:
    if meeting is present:
        return "now"
    return "done" if meeting.ends_at <= now else "ahead"


def _label(meeting: Meets) -> str:
    if meeting.kind == "session":
        return _("Week %(n)d") % {"n": meeting.week}
    return _("Pre-sprint") if meeting.kind == "pre_sprint" else _("Post-sprint")


def _note(meeting: Meets, weeks: int, zone: tzinfo) -> str:
    """One word of a session's theme while it keeps its planned title; the day of a call."""
    if meeting.kind != "session":
        return str(django_format(meeting.starts_at.astimezone(zone), "j M"))
    planned = theme("session", meeting.week, weeks=max(weeks, meeting.week or 0))
    return planned.short if meeting.title == planned.title else ""
