"""Wall clocks and the instants behind them. Pure: neither request nor database.

A wall time is a naive datetime: what the clock on the wall shows in some zone. An instant is an
aware datetime in UTC. A zone is an IANA name. The wall clock is what people agree upon; the
instants follow from it, so that noon stays noon when the clocks change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from sprint_portal import times
from sprint_portal.refusals import Refusal

QUARTER = timedelta(minutes=15)
FIRST_YEAR, LAST_YEAR = 2000, 2100


class ImaginaryTime(Refusal):
    """The clocks jump over this time: it does not take place."""


class AmbiguousTime(Refusal):
    """The clocks show this time twice. `offsets` names both, the earlier first."""

    def __init__(self, message: str, offsets: tuple[str, str]):
        super().__init__(message)
        self.offsets = offsets


class OffQuarter(Refusal):
    """Meetings start on a quarter of an hour."""


class FarTime(Refusal):
    """A year that no sprint takes place in, most likely mistyped."""


@dataclass(frozen=True)
class Shift:
    """A date from which a series shows another time. index: which of its meetings that is."""

    index: int
    wall: datetime


def to_utc(wall: datetime, zone: str, *, fold: int | None = None) -> datetime:
    """The instant at which the clock in `zone` shows `wall`.

    fold: which of the two when the clocks go back: 0 the earlier, 1 the later; None asks.
    Raises ImaginaryTime, FarTime, or AmbiguousTime when `fold` is None.
    """
    demand_near(wall)
    here = ZoneInfo(zone)
    first, second = (wall.replace(tzinfo=here, fold=n).astimezone(UTC) for n in (0, 1))
    if first == second:
        return first
    if to_wall(first, zone) != wall:
        raise ImaginaryTime(_imaginary(wall, zone))
    if fold is None:
        offsets = (times.zone_offset(here, first), times.zone_offset(here, second))
        raise AmbiguousTime(_ambiguous(wall, zone), offsets)
    return second if fold else first


def to_wall(instant: datetime, zone: str) -> datetime:
    """What the clock in `zone` shows at `instant`, naive."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def weekly(first: datetime, count: int) -> list[datetime]:
    """`count` wall times a week apart, all at the same time of day."""
    return [first + timedelta(weeks=n) for n in range(count)]


def demand_near(wall: datetime) -> None:
    """Raise FarTime for years that are slips of the hand; beyond them the arithmetic ends too."""
    if not FIRST_YEAR <= wall.year <= LAST_YEAR:
        raise FarTime(_("Check the year: %(year)d is too far away.") % {"year": wall.year})


def demand_quarter(wall: datetime) -> None:
    """Raise OffQuarter unless `wall` lies on a quarter of an hour."""
    if wall.minute % 15 or wall.second or wall.microsecond:
        raise OffQuarter(_("Start on a quarter of an hour: :00, :15, :30 or :45."))


def quarters(start: datetime, end: datetime) -> list[datetime]:
    """Starts of the quarters of an hour from `start` to `end` (instants), end excluded.

    Every zone's distance from Greenwich is a multiple of 15 minutes, so a quarter is a quarter
    everywhere. Raises ValueError when either is not on a quarter.
    """
    if any(moment.timestamp() % QUARTER.total_seconds() for moment in (start, end)):
        raise ValueError("a meeting starts and ends on a quarter of an hour")
    return [start + QUARTER * n for n in range((end - start) // QUARTER)]


def shifts(instants: Sequence[datetime], *, home: str, zone: str) -> list[Shift]:
    """Where a series that keeps its time in `home` changes its time in `zone`, there and back.

    instants: starts, in order. A meeting that was moved by hand, so that its time at home is
    another than the first one's, is no shift.
    """
    if not instants:
        return []
    usual = to_wall(instants[0], home).time()
    series = [n for n, instant in enumerate(instants) if to_wall(instant, home).time() == usual]
    walls = [Shift(n, to_wall(instants[n], zone)) for n in series]
    return [this for last, this in pairwise(walls) if last.wall.time() != this.wall.time()]


def _imaginary(wall: datetime, zone: str) -> str:
    return _(
        "%(time)s does not exist on %(day)s in %(zone)s: the clocks go forward over it. "
        "Choose another time."
    ) % _said(wall, zone)


def _ambiguous(wall: datetime, zone: str) -> str:
    return _(
        "%(time)s happens twice on %(day)s in %(zone)s: the clocks go back. Say which one you mean."
    ) % _said(wall, zone)


def _said(wall: datetime, zone: str) -> dict[str, str]:
    return {
        "time": f"{wall.hour}:{wall.minute:02}",
        "day": times.day_words(wall.date(), today=wall.date() - timedelta(days=9)),
        "zone": times.zone_words(zone),
    }
