"""Which mails are about a city, and from whom the mail office keeps them."""

import pytest
from django.urls import reverse

from cohorts import mail, mailed, rounds, selection, team
from cohorts.models import City
from sprint_portal.mail.models import Message
from tests.cohorts.carry_factories import WEEK, a_decider, closed, in_room, release
from tests.cohorts.review_factories import EligibleFactory, RecusalFactory
from tests.factories import CityFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(client):
    """Two cities that were told, and staff who have a conflict with the first."""
    offering, decider = closed(), a_decider()
    for name in ("Canaryville", "Otherton"):
        row, owner = in_room("eligible", offering, city=CityFactory(name=name))
        team.invite(city=row.city, email=f"new@{name.lower()}.example", role="editor", by=owner)
        selection.decide(name="select", application=row, by=decider, reason="Ready.")
    release(offering, decider, within=WEEK)
    reader = UserFactory(is_staff=True)
    RecusalFactory(reviewer=reader, city=City.objects.get(name="Canaryville"))
    client.force_login(reader)
    return reader


def test_the_office_keeps_mails_of_a_city_from_whom_it_is_closed_to(client, told):
    page = client.get(reverse("mail:outbox")).content.decode()

    assert "Otherton" in page
    assert "Canaryville" not in page
    assert "canaryville.example" not in page


def test_a_mail_of_a_closed_city_is_not_to_be_known_of(client, told):
    theirs = Message.objects.filter(subject__contains="Canaryville")

    assert theirs
    for message in theirs:
        assert client.get(message.get_absolute_url()).status_code == 404


def test_the_office_shows_all_to_whom_nothing_is_closed(client, told):
    client.force_login(UserFactory(is_staff=True))

    assert "Canaryville" in client.get(reverse("mail:outbox")).content.decode()


def test_only_the_citys_own_mails_are_its_own(told):
    row, owner = in_room("eligible", closed(), city=CityFactory(name="Third"))
    Message.objects.all().delete()
    mail.application_received(row, row.revisions.get())

    (message,) = mailed.to_the_city(row)
    assert message.user == owner


def test_a_reviewers_mail_that_names_a_closed_city_is_kept_back_as_well(client, told):
    row = EligibleFactory(city=City.objects.get(name="Canaryville"))
    Message.objects.all().delete()
    rounds.set_round(offering=row.offering, by=UserFactory(is_staff=True), is_open=True)
    reviewer = UserFactory(is_reviewer=True)
    rounds.assign(application=row, reviewer=reviewer, by=UserFactory(is_staff=True))

    (message,) = Message.objects.filter(kind="cohorts/reviews_assigned")

    assert "Canaryville" in message.body
    assert client.get(message.get_absolute_url()).status_code == 404
