"""The pilot is in the portal as it was announced."""

import pytest

from cohorts import content
from cohorts.models import Offering, Sprint

pytestmark = pytest.mark.django_db


def test_pilot_stands_as_announced():
    content.load()

    pilot = Offering.objects.get(slug="pilot-2024")
    assert pilot.capacity == 6
    assert pilot.weeks == 10
    assert pilot.session_minutes == 120
    assert pilot.pre_course_dates == ["2024-08-05", "2024-08-12"]
    # The whole of Friday 26 July 2024 in New York, which is UTC-4 then.
    assert pilot.closes_at.isoformat() == "2024-07-27T03:59:59+00:00"
    assert (pilot.sprint.criterion, pilot.sprint.criterion_aliases) == ("SI1", ["CI1"])
    assert not pilot.is_demo


def test_load_leaves_what_staff_changed():
    content.load()
    Sprint.objects.update(summary="Our own words")

    content.load()

    assert Sprint.objects.get().summary == "Our own words"
    assert Offering.objects.count() == 1
