"""A conflict of interest closes what stands beside an application, too."""

import pytest
from django.urls import reverse

from tests.cohorts.review_factories import RecusalFactory
from tests.factories import TeamMemberFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def team_page():
    """(address of a city's team page, its owner's part)."""
    owner = TeamMemberFactory()
    return reverse("cohorts:team", kwargs={"uid": owner.city.uid}), owner


def test_a_team_is_closed_to_staff_with_a_conflict(client, team_page):
    address, owner = team_page
    staff = UserFactory(is_staff=True)
    client.force_login(staff)
    assert client.get(address).status_code == 200

    RecusalFactory(reviewer=staff, city=owner.city)

    assert client.get(address).status_code == 404


def test_ones_own_team_stays_open_whatever_else_one_is(client, team_page):
    address, owner = team_page
    owner.user.is_staff = True
    owner.user.save()
    RecusalFactory(reviewer=owner.user, city=owner.city)
    client.force_login(owner.user)

    assert client.get(address).status_code == 200
