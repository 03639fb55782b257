"""Calendar addresses: one a person, hashed, revocable, naming nobody else."""

import icalendar
import pytest
from django.db import connection
from django.urls import reverse

from cohorts.models import FeedToken, Meeting
from cohorts.scheduling import feeds, sessions
from sprint_portal.logs import scrub_text
from tests.cohorts.cohort_world import a_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = a_world()
    world.lay_out()
    world.book()
    world.book(city=world.marrow, agenda="- For Marrow only", wall=world.first().replace(hour=16))
    return world


def fetch(client, token):
    return client.get(reverse("cohorts:feed", kwargs={"token": token}))


def events(response):
    return icalendar.Calendar.from_ical(response.content).walk("VEVENT")


def test_feed_opens_without_signing_in_and_holds_one_s_own_meetings(world, client):
    response = fetch(client, feeds.renew(world.ana))

    calendar = icalendar.Calendar.from_ical(response.content)
    assert response["Content-Type"].startswith("text/calendar")
    assert calendar["METHOD"] == "PUBLISH"
    assert len(events(response)) == 13
    assert not response.cookies


def test_feed_names_nobody_else(world, client):
    text = fetch(client, feeds.renew(world.ana)).content.decode()

    for person in (world.dana, world.mia, world.sam):
        assert person.email not in text
        assert person.name not in text
    assert "For Marrow only" not in text


def test_feed_of_a_facilitator_has_their_own_appointments(world, client):
    assert len(events(fetch(client, feeds.renew(world.dana)))) == 14


def test_feed_of_others_is_empty(world, client):
    for person in (world.outsider, world.sam):
        assert events(fetch(client, feeds.renew(person))) == []


def test_feed_marks_what_is_cancelled(world, client):
    week_1 = Meeting.objects.get(week=1)
    sessions.cancel(week_1, reason="Storm", by=world.dana)

    found = {str(e["UID"]): e for e in events(fetch(client, feeds.renew(world.ana)))}

    assert found[f"{week_1.uid}@sprint-portal"]["STATUS"] == "CANCELLED"
    assert found[f"{week_1.uid}@sprint-portal"]["SEQUENCE"] == 1


def test_renewed_revoked_and_made_up_addresses_do_not_open(world, client):
    old = feeds.renew(world.ana)
    new = feeds.renew(world.ana)
    assert fetch(client, old).status_code == 404
    assert fetch(client, new).status_code == 200

    feeds.revoke(world.ana)

    assert fetch(client, new).status_code == 404
    assert fetch(client, FeedToken.fresh()).status_code == 404
    assert fetch(client, FeedToken.objects.first().digest).status_code == 404


def test_address_of_someone_who_left_does_not_open(world, client):
    token = feeds.renew(world.ana)
    world.ana.is_active = False
    world.ana.save()

    assert fetch(client, token).status_code == 404


def test_token_is_nowhere_in_the_database(world, client):
    client.force_login(world.ana)
    page = client.post(reverse("cohorts:session_feed"), {"act": "renew"})
    address = page.context["address"]
    token = address.rsplit("/", 1)[1].removesuffix(".ics")
    assert fetch(client, token).status_code == 200
    assert address in page.content.decode()
    assert address not in client.get(reverse("cohorts:session_feed")).content.decode()

    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  our own tables
            assert token not in str(cursor.fetchall())


def test_token_is_long_and_never_in_the_log():
    token = FeedToken.fresh()

    assert len(token) == 43
    assert token not in scrub_text(f"GET /cal/{token}.ics")


def test_feed_calls_an_appointment_by_no_persons_name(world, client):
    named = {str(e["SUMMARY"]) for e in events(fetch(client, feeds.renew(world.ana)))}

    assert "Technical assistance" in named
