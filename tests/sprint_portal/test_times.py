"""Dates and times in the reader's words."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from sprint_portal import times

BOGOTA = ZoneInfo("America/Bogota")
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2024, 10, 7, 20, 0, tzinfo=UTC)  # Monday, 15:00 in Bogotá
WORKSHOP = datetime(2024, 10, 8, 16, 0, tzinfo=UTC)  # Tuesday, 11:00 in Bogotá


@pytest.mark.parametrize(
    ("name", "city"),
    [
        ("America/Bogota", "Bogotá"),
        ("America/Sao_Paulo", "São Paulo"),
        ("America/New_York", "New York"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires"),
        ("UTC", ""),
        ("Etc/GMT+5", ""),
    ],
)
def test_zone_is_named_by_its_city(name, city):
    assert times.zone_city(name) == city


@pytest.mark.parametrize("name", sorted(times.ACCENTED))
def test_every_accented_name_belongs_to_a_real_zone(name):
    assert ZoneInfo(name)


@pytest.mark.parametrize(
    ("name", "offset"),
    [
        ("America/Bogota", "GMT−5"),
        ("Asia/Kolkata", "GMT+5:30"),
        ("America/St_Johns", "GMT−2:30"),
        ("UTC", "GMT"),
    ],
)
def test_offset_is_that_of_the_moment(name, offset):
    assert times.zone_offset(ZoneInfo(name), WORKSHOP) == offset


def test_offset_follows_summer_time():
    assert times.zone_offset(NEW_YORK, WORKSHOP) == "GMT−4"
    assert times.zone_offset(NEW_YORK, WORKSHOP + timedelta(days=60)) == "GMT−5"


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/Bogota", "Bogotá time (GMT−5)"),
        ("UTC", "UTC"),
        ("Etc/GMT+5", "GMT−5"),
    ],
)
def test_zone_words_name_the_zone_and_its_offset(zone, words):
    assert times.zone_words(zone, WORKSHOP) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2024, 10, 6), "yesterday, Sunday 6 October"),
        (date(2024, 10, 7), "today, Monday 7 October"),
        (date(2024, 10, 8), "tomorrow, Tuesday 8 October"),
        (date(2024, 10, 9), "Wednesday 9 October"),
        (date(2025, 1, 3), "Friday 3 January 2025"),
    ],
)
def test_day_says_its_weekday_and_how_near_it_is(day, words):
    assert times.day_words(day, today=date(2024, 10, 7)) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "martes 8 de octubre"),
        ("pt-br", "terça-feira, 8 de outubro"),
        ("fr", "mardi 8 octobre"),
    ],
)
def test_day_is_written_as_the_language_writes_it(language, words):
    with translation.override(language):
        assert times.day_words(date(2024, 10, 8), today=date(2024, 10, 1)).lower() == words


def test_year_is_said_always_when_asked_for():
    day = date(2024, 10, 8)

    assert times.day_words(day, today=day, near=False, year=True) == "Tuesday 8 October 2024"


def test_today_is_today_in_the_zone_not_in_utc():
    late = datetime(2024, 10, 8, 3, 0, tzinfo=UTC)  # still Monday evening in Bogotá

    assert times.moment_words(late, BOGOTA, now=NOW) == "today, Monday 7 October, 22:00"
    assert times.moment_words(late, UTC, now=NOW) == "tomorrow, Tuesday 8 October, 3:00"


def test_span_within_a_day_says_the_day_once():
    end = WORKSHOP + timedelta(hours=2)

    words = times.span_words(WORKSHOP, end, BOGOTA, now=NOW, start=True)

    assert words == "Tomorrow, Tuesday 8 October, 11:00 – 13:00"


def test_span_past_midnight_says_both_days():
    begin = datetime(2024, 10, 11, 4, 0, tzinfo=UTC)

    words = times.span_words(begin, begin + timedelta(hours=2), BOGOTA, now=NOW)

    assert words == "Thursday 10 October, 23:00 – Friday 11 October, 1:00"


def test_elsewhere_is_silent_where_clocks_agree():
    assert times.elsewhere_words(WORKSHOP, "America/Lima", BOGOTA) == ""


def test_elsewhere_says_the_day_when_it_is_another():
    assert times.elsewhere_words(WORKSHOP, NEW_YORK, BOGOTA) == "12:00 in New York"
    tokyo = times.elsewhere_words(WORKSHOP, "Asia/Tokyo", BOGOTA)
    assert tokyo == "Wednesday 9 October, 1:00 in Tokyo"
    assert times.elsewhere_words(WORKSHOP, "UTC", BOGOTA) == "16:00 UTC"


@pytest.mark.parametrize(
    ("away", "words", "deadline_words"),
    [
        (timedelta(days=3), "in 3 days", "3 days left"),
        (timedelta(hours=24), "in 1 day", "1 day left"),
        (timedelta(hours=12, minutes=40), "in 12 hours", "12 hours left"),
        (timedelta(minutes=59, seconds=59), "in 59 minutes", "59 minutes left"),
        (timedelta(seconds=30), "now", "now"),
        (timedelta(minutes=-1), "1 minute ago", "overdue 1 minute"),
        (timedelta(hours=-2), "2 hours ago", "overdue 2 hours"),
        (timedelta(days=-1, hours=-1), "1 day ago", "overdue 1 day"),
    ],
)
def test_countdown_speaks_of_distance_or_of_time_left(away, words, deadline_words):
    assert times.countdown_words(NOW + away, BOGOTA, now=NOW) == words
    assert times.countdown_words(NOW + away, BOGOTA, now=NOW, deadline=True) == deadline_words


def test_countdown_counts_calendar_days_of_the_zone():
    """25 hours from 23:30 is the day after tomorrow: two days, as people count."""
    late = datetime(2024, 10, 8, 4, 30, tzinfo=UTC)

    assert times.countdown_words(late + timedelta(hours=25), BOGOTA, now=late) == "in 2 days"
