"""Hours that cities in different zones share at work."""

from datetime import date

import pytest

from cohorts.common_hours import overlap

AUTUMN = [date(2024, 9, 2), date(2024, 11, 18)]  # summer time ends in between


@pytest.mark.parametrize(
    ("zones", "hours", "starts"),
    [
        (["America/Bogota"], 8, 13),
        (["America/Bogota", "America/Lima"], 8, 13),
        (["America/Los_Angeles", "America/New_York"], 5, 7),
        (["America/Los_Angeles", "America/Sao_Paulo"], 3, 3),  # five hours apart in November
        (["Pacific/Honolulu", "America/Sao_Paulo"], 1, 0),  # seven hours apart: no session fits
        (["America/New_York", "Asia/Kolkata"], 0, 0),
        ([], 0, 0),
    ],
)
def test_overlap_of_office_hours(zones, hours, starts):
    shared = overlap(zones, AUTUMN)

    assert (shared.hours, shared.starts) == (hours, starts)
    assert shared.fits is (starts > 0)


def test_overlap_counts_the_worse_of_two_weeks():
    zones = ["America/Los_Angeles", "America/Sao_Paulo"]

    assert overlap(zones, [date(2024, 9, 2)]).hours == 4
    assert overlap(zones, [date(2024, 11, 18)]).hours == 3
    assert overlap(zones, AUTUMN).hours == 3


def test_overlap_reaches_across_the_date_line():
    """Tuesday morning in Auckland is Monday afternoon in Los Angeles."""
    shared = overlap(["Pacific/Auckland", "America/Los_Angeles"], [date(2024, 7, 1)])

    assert shared.hours == 3


def test_overlap_of_half_hour_zones_and_long_sessions():
    zones = ["America/St_Johns", "America/New_York"]

    assert overlap(zones, [date(2024, 10, 7)]).hours == 6.5
    assert overlap(zones, [date(2024, 10, 7)], minutes=390).starts == 1
    assert overlap(zones, [date(2024, 10, 7)], minutes=391).starts == 0


def test_overlap_of_no_week_is_nothing():
    assert overlap(["America/Bogota"], []).hours == 0
