"""A whole sprint as a list of meetings, worked out before any is stored. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from cohorts.scheduling import clock
from cohorts.scheduling.weekplan import Theme, theme

WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Slot:
    """One meeting to be. wall: in the offering's zone; the instants follow from it."""

    kind: str
    week: int | None
    wall: datetime
    minutes: int
    starts_at: datetime
    ends_at: datetime
    theme: Theme


@dataclass(frozen=True)
class Wish:
    """What staff ask for. All times are wall times in `zone`.

    pre_sprint, post_sprint: None for a week before the first and after the last session.
    fold: which of the two, for times that the clocks show twice.
    """

    zone: str
    first: datetime
    weeks: int
    minutes: int
    call_minutes: int
    pre_course: Sequence[datetime] = ()
    pre_sprint: datetime | None = None
    post_sprint: datetime | None = None
    fold: int | None = None


def slots(wish: Wish) -> list[Slot]:
    """Every meeting of the sprint in order of time. Raises OffQuarter and what `to_utc` raises."""
    clock.demand_near(wish.first)
    sessions = clock.weekly(wish.first, wish.weeks)
    calls = [("pre_course", wall) for wall in wish.pre_course]
    calls.append(("pre_sprint", wish.pre_sprint or wish.first - WEEK))
    calls.append(("post_sprint", wish.post_sprint or sessions[-1] + WEEK))
    made = [_slot(wish, kind, None, wall, wish.call_minutes) for kind, wall in calls]
    made += [
        _slot(wish, "session", number, wall, wish.minutes)
        for number, wall in enumerate(sessions, start=1)
    ]
    return sorted(made, key=lambda slot: slot.starts_at)


def _slot(wish: Wish, kind: str, week: int | None, wall: datetime, minutes: int) -> Slot:
    clock.demand_quarter(wall)
    start = clock.to_utc(wall, wish.zone, fold=wish.fold)
    end = start + timedelta(minutes=minutes)
    return Slot(kind, week, wall, minutes, start, end, theme(kind, week, weeks=wish.weeks))


@dataclass(frozen=True)
class Local:
    """One meeting as a city's clock shows it.

    other_day: it falls on another date there. shifted: the clocks have changed since the last
    session, so that this is a new time of day for the city.
    """

    wall: datetime
    other_day: bool
    shifted: bool


@dataclass(frozen=True)
class Column:
    """One city in the preview. shifts: the dates on which its time of day changes."""

    name: str
    zone: str
    usual: datetime
    shifts: list[clock.Shift]
    locals: list[Local]


class Located(Protocol):
    """A city: its name as str(), and its zone."""

    zone: str


def columns(laid: Sequence[Slot], home: str, cities: Iterable[Located]) -> list[Column]:
    """What each city's clock shows at each of `laid` (in order of time).

    home: the offering's zone.
    """
    return [_column(laid, home, city) for city in cities]


def _column(laid: Sequence[Slot], home: str, city: Located) -> Column:
    sessions = [slot for slot in laid if slot.kind == "session"]
    found = clock.shifts([slot.starts_at for slot in sessions], home=home, zone=city.zone)
    new = {sessions[shift.index].starts_at for shift in found}
    shown = [
        Local(wall, wall.date() != slot.wall.date(), slot.starts_at in new)
        for slot in laid
        for wall in [clock.to_wall(slot.starts_at, city.zone)]
    ]
    usual = clock.to_wall(sessions[0].starts_at, city.zone)
    return Column(str(city), city.zone, usual, found, shown)
