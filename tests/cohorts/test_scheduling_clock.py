"""Wall clocks: noon stays noon, what does not exist is refused, what happens twice is asked."""

# ruff: noqa: DTZ001  wall times are naive on purpose

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts.scheduling import clock
from sprint_portal.accounts.zones import zone_names

ZONES = st.sampled_from(zone_names())
WALLS = st.datetimes(datetime(2024, 1, 1), datetime(2036, 12, 31)).map(
    lambda wall: wall.replace(minute=wall.minute // 15 * 15, second=0, microsecond=0)
)


@given(WALLS, ZONES, st.sampled_from([0, 1]))
def test_to_utc_shows_the_same_wall_time_again_or_refuses_it(wall, zone, fold):
    try:
        instant = clock.to_utc(wall, zone, fold=fold)
    except clock.ImaginaryTime:
        around = [wall.replace(tzinfo=UTC) + timedelta(hours=h) for h in range(-26, 27)]
        assert wall not in {clock.to_wall(moment, zone) for moment in around}
    else:
        assert clock.to_wall(instant, zone) == wall


@given(WALLS, ZONES)
def test_to_utc_asks_exactly_when_there_are_two_answers(wall, zone):
    try:
        answers = {clock.to_utc(wall, zone, fold=fold) for fold in (0, 1)}
    except clock.ImaginaryTime:
        return
    asked = False
    try:
        clock.to_utc(wall, zone)
    except clock.AmbiguousTime:
        asked = True
    assert asked == (len(answers) == 2)


@given(WALLS, ZONES)
def test_a_quarter_is_a_quarter_in_every_zone(wall, zone):
    try:
        start = clock.to_utc(wall, zone, fold=0)
    except clock.ImaginaryTime:
        return

    held = clock.quarters(start, start + timedelta(minutes=45))

    assert len(held) == 3
    assert all(moment.minute % 15 == 0 for moment in held)


@given(WALLS, ZONES, ZONES)
def test_shifts_are_the_places_where_the_local_time_changes(wall, home, zone):
    starts = []
    for week in clock.weekly(wall, 10):
        try:
            starts.append(clock.to_utc(week, home, fold=0))
        except clock.ImaginaryTime:
            return
    shown = [clock.to_wall(start, zone).time() for start in starts]
    changes = [n for n in range(1, 10) if shown[n] != shown[n - 1]]

    assert [shift.index for shift in clock.shifts(starts, home=home, zone=zone)] == changes


@pytest.mark.parametrize(
    ("wall", "zone"),
    [
        (datetime(2026, 3, 8, 2, 30), "America/New_York"),
        (datetime(2026, 10, 4, 2, 30), "Australia/Sydney"),
    ],
)
@pytest.mark.parametrize("fold", [None, 0, 1])
def test_time_that_the_clocks_jump_over_is_refused(wall, zone, fold):
    with pytest.raises(clock.ImaginaryTime, match="2:30 does not exist on Sunday"):
        clock.to_utc(wall, zone, fold=fold)


def test_time_that_happens_twice_is_asked():
    wall = datetime(2026, 11, 1, 1, 30)

    with pytest.raises(clock.AmbiguousTime, match="happens twice") as asked:
        clock.to_utc(wall, "America/New_York")

    assert asked.value.offsets == ("GMT−4", "GMT−5")
    assert clock.to_utc(wall, "America/New_York", fold=0).hour == 5
    assert clock.to_utc(wall, "America/New_York", fold=1).hour == 6


@pytest.mark.parametrize("year", [1, 1999, 2101, 9999])
def test_years_that_are_slips_of_the_hand_are_refused(year):
    with pytest.raises(clock.FarTime, match=str(year)):
        clock.to_utc(datetime(year, 12, 31, 12), "Pacific/Kiritimati")


@pytest.mark.parametrize("minute", [1, 14, 16, 59])
def test_start_off_the_quarter_is_refused(minute):
    with pytest.raises(clock.OffQuarter):
        clock.demand_quarter(datetime(2026, 9, 15, 12, minute))


def test_quarters_off_the_grid_are_a_mistake_of_the_caller():
    start = datetime(2026, 9, 15, 12, 7, tzinfo=UTC)

    with pytest.raises(ValueError, match="quarter"):
        clock.quarters(start, start + timedelta(minutes=45))


def test_meeting_moved_by_hand_is_no_shift():
    starts = [
        clock.to_utc(wall, "America/New_York")
        for wall in clock.weekly(datetime(2026, 9, 15, 12), 3)
    ]
    starts[1] += timedelta(hours=2)

    assert clock.shifts(starts, home="America/New_York", zone="America/Bogota") == []
