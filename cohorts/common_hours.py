"""When several cities are at work at the same moment. Pure.

Office hours are 9:00 to 17:00 from Monday to Friday on each city's own clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OPENS, CLOSES = time(9), time(17)
STEP = 30  # minutes between two starts that a session may have

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Overlap:
    """hours: the longest stretch that all share in one day. starts: how many starts fit in it."""

    hours: float
    starts: int

    @property
    def fits(self) -> bool:
        """Whether a session fits into everyone's office hours."""
        return self.starts > 0


def overlap(zones: Iterable[str], days: Iterable[date], *, minutes: int = 120) -> Overlap:
    """What all `zones` (IANA names) share in the weeks that hold `days`; the worst week counts.

    days: one or more, because summer time begins and ends between a sprint's first week and its
    last. minutes: length of the session. Overlap(0, 0) for no zone or no day.
    """
    zones = sorted(set(zones))
    if not zones:
        return Overlap(0.0, 0)
    longest = min((_longest(zones, day) for day in days), default=timedelta())
    spare = int(longest.total_seconds() // 60) - minutes
    return Overlap(longest.total_seconds() / 3600, spare // STEP + 1 if spare >= 0 else 0)


def _longest(zones: list[str], day: date) -> timedelta:
    monday = day - timedelta(days=day.weekday())
    shared = office_hours(zones[0], monday)
    for zone in zones[1:]:
        shared = _both(shared, office_hours(zone, monday))
    return max((end - begin for begin, end in shared), default=timedelta())


def office_hours(zone: str, monday: date) -> list[Span]:
    """The five working days of a week in one zone, as instants."""
    clock = ZoneInfo(zone)
    days = [monday + timedelta(days=number) for number in range(5)]
    return [
        (
            datetime.combine(day, OPENS, clock).astimezone(UTC),
            datetime.combine(day, CLOSES, clock).astimezone(UTC),
        )
        for day in days
    ]


def _both(some: list[Span], others: list[Span]) -> list[Span]:
    spans = [(max(a, c), min(b, d)) for a, b in some for c, d in others]
    return [(begin, end) for begin, end in spans if begin < end]
