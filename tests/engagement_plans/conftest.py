"""A city with its team, its plan, its facilitator, and somebody from elsewhere."""

import pytest

from tests.factories import PlanFactory, TeamMemberFactory, UserFactory


@pytest.fixture
def plan(db):
    return PlanFactory()


@pytest.fixture
def city(plan):
    return plan.application.city


@pytest.fixture
def owner(city):
    return TeamMemberFactory(city=city, role="owner").user


@pytest.fixture
def editor(city):
    return TeamMemberFactory(city=city, role="editor").user


@pytest.fixture
def viewer(city):
    return TeamMemberFactory(city=city, role="viewer").user


@pytest.fixture
def facilitator(plan):
    person = UserFactory(is_facilitator=True)
    plan.application.offering.facilitators.add(person)
    return person


@pytest.fixture
def staff(db):
    return UserFactory(is_staff=True)


@pytest.fixture
def stranger(db):
    """Somebody of another confirmed city, with a plan of its own."""
    return TeamMemberFactory(city=PlanFactory().application.city, role="owner").user


@pytest.fixture
def as_user(client):
    """The test client, signed in."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in
