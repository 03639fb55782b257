"""Many people book the same time at once: one gets it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from cohorts.models import BusyCell, Meeting
from cohorts.scheduling import cells, clock, sessions
from tests.cohorts.cohort_world import a_world
from tests.factories import ApplicationFactory, CityFactory

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
CITIES = 8


def at_once(*acts):
    """Run each act in a thread and connection of its own; returns what came out of each."""

    def run(act):
        try:
            return act()
        except cells.Taken as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def world():
    return a_world()


def test_facilitator_wanted_by_eight_cities_at_once_goes_to_one(world):
    cities = [CityFactory() for _ in range(CITIES)]
    for city in cities:
        ApplicationFactory(
            offering=world.offering,
            city=city,
            state="confirmed",
            submitted_at=world.offering.opens_at,
        )

    outcomes = at_once(*[lambda city=city: world.book(city=city) for city in cities])

    booked = [one for one in outcomes if isinstance(one, Meeting)]
    assert len(booked) == 1
    assert all("Dana is taken" in str(one) for one in outcomes if one not in booked)
    assert BusyCell.objects.count() == 6


def test_two_clicks_at_once_lay_out_once(world):
    outcomes = at_once(world.lay_out, world.lay_out)

    assert [len(one) for one in outcomes] == [12, 12]
    assert Meeting.objects.count() == 12


def test_two_appointments_that_swap_places_do_not_lock_each_other_out(world):
    first = world.book()
    second = world.book(city=world.marrow, wall=world.first() + timedelta(days=2))

    def onto(meeting, other):
        wall = clock.to_wall(other.starts_at, meeting.zone)
        return lambda: sessions.move(meeting, wall=wall, minutes=45, sequence=0, by=world.dana)

    outcomes = at_once(onto(first, second), onto(second, first))

    assert all(isinstance(one, cells.Taken) for one in outcomes)
    assert BusyCell.objects.count() == 12
