"""Buckets: so many at once, refilled evenly, counted across processes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from sprint_portal import limits
from sprint_portal.limits import TokenBucket

HOUR = 3600


@pytest.fixture
def five_an_hour(db, time_machine):
    time_machine.move_to("2026-03-02 09:00Z", tick=False)
    return lambda key="ana@example.org", name="reset": limits.take(name, key, 5, HOUR)


def test_bucket_is_empty_after_its_capacity(five_an_hour):
    assert [five_an_hour() for _ in range(7)] == [True] * 5 + [False] * 2


def test_bucket_refills_evenly(five_an_hour, time_machine):
    for _ in range(5):
        five_an_hour()

    time_machine.shift(timedelta(minutes=11, seconds=59))
    assert not five_an_hour()
    time_machine.shift(timedelta(seconds=2))
    assert five_an_hour()
    assert not five_an_hour()


def test_bucket_never_holds_more_than_its_capacity(five_an_hour, time_machine):
    five_an_hour()
    time_machine.shift(timedelta(days=30))

    assert [five_an_hour() for _ in range(6)] == [True] * 5 + [False]


def test_a_clock_set_back_gives_nothing_away(five_an_hour, time_machine):
    for _ in range(5):
        five_an_hour()
    time_machine.shift(timedelta(hours=-3))

    assert not five_an_hour()


def test_doers_and_things_are_counted_apart(five_an_hour):
    for _ in range(5):
        five_an_hour()

    assert five_an_hour("ben@example.org")
    assert five_an_hour(name="invite")


def test_the_doer_is_not_stored_in_clear(five_an_hour):
    five_an_hour("ana@example.org")

    assert "ana" not in str(TokenBucket.objects.values_list())


def test_full_buckets_are_forgotten_and_others_kept(five_an_hour, time_machine):
    five_an_hour("early@example.org")
    time_machine.shift(timedelta(hours=2))
    five_an_hour("late@example.org")

    limits.forget_full()

    assert TokenBucket.objects.get().counted_at == timezone.now()


def test_asker_is_not_what_the_asker_claims(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    request = RequestFactory().get(
        "/", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.9"
    )

    assert limits.asker(request) == "192.0.2.7"


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_get_no_more_than_the_bucket_holds():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")

    def try_once(_):
        try:
            return limits.take("seat", "one", 5, HOUR)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(try_once, range(20))) == 5
