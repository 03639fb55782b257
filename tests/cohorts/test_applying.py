"""From the offering to a draft, over the pages: odd input, other people, visitors."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cohorts.models import AccessRequest, Application, City
from sprint_portal.mail.models import Message
from tests.cohorts.intake_factories import draft, handed_in
from tests.factories import CityFactory, OfferingFactory, TeamMemberFactory, UserFactory

pytestmark = pytest.mark.django_db

TULSA = 4553433


def url(name, **kwargs):
    return reverse(f"cohorts:{name}", kwargs=kwargs)


@pytest.fixture
def offering():
    return OfferingFactory()


@pytest.fixture
def ana(client):
    person = UserFactory()
    client.force_login(person)
    return person


# --- what is on offer ------------------------------------------------------------------
def test_offering_being_prepared_is_for_staff_only(client):
    hidden = OfferingFactory(announced=False)

    assert client.get(hidden.get_absolute_url()).status_code == 404
    client.force_login(UserFactory(is_staff=True))
    assert client.get(hidden.get_absolute_url()).status_code == 200


def test_offering_shows_the_deadline_in_both_zones(client, offering):
    client.force_login(UserFactory(time_zone="Asia/Tokyo"))

    body = client.get(offering.get_absolute_url()).content.decode()

    assert "Tokyo time" in body
    assert "in New York" in body


def test_past_offering_offers_no_application(client, offering):
    with time_machine.travel(offering.closes_at):
        body = client.get(offering.get_absolute_url()).content.decode()

    assert "This offering has closed:" in body
    assert url("apply", slug=offering.slug) not in body


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"deploying": "yes"}, "Your city is eligible"),
        ({"deploying": "soon"}, "Not yet, and here is the way there"),
    ],
)
def test_stage_check_says_at_once_where_a_city_stands(client, offering, answers, says):
    answer = client.post(url("stage_check", slug=offering.slug), answers, follow=True)

    assert says in answer.content.decode()


def test_stage_check_asks_for_one_answer_at_least(client, offering):
    client.post(url("stage_check", slug=offering.slug), {"deploying": "yes"})
    answer = client.post(url("stage_check", slug=offering.slug), {})
    page = answer.content.decode()
    summary = page.partition("data-error-summary")[2].partition("</div>")[0]

    assert answer.status_code == 422
    assert "Answer at least one question." in summary
    linked = summary.partition('href="#')[2].partition('"')[0]
    assert f'id="{linked}"' in page
    assert client.session["stage_check"]["deploying"] == "yes"  # what was kept before stays


def test_stage_check_refuses_what_is_no_choice(client, offering):
    answer = client.post(url("stage_check", slug=offering.slug), {"staffing": "<script>"})

    assert answer.status_code == 422
    assert b"<script>" not in answer.content.replace(b"<script src", b"")


# --- the city --------------------------------------------------------------------------
@pytest.mark.parametrize("place", ["", "abc", "-1", "99999999999999999999", "1", "4553433\x00"])
def test_unknown_city_is_said_and_begins_nothing(client, ana, offering, place):
    answer = client.post(url("begin", slug=offering.slug), {"place": place}, follow=True)

    assert "Pick your city from the list first." in answer.content.decode()
    assert not Application.objects.exists()
    assert not City.objects.exists()


def test_unknown_city_in_the_address_is_said(client, ana, offering):
    body = client.get(url("apply", slug=offering.slug), {"place": "1"}).content.decode()

    assert "We do not know this city." in body


def test_search_answers_with_region_and_country(client, ana):
    found = client.get(url("cities"), {"q": "kansas city"}).json()["cities"]

    assert {one["label"] for one in found} == {
        "Kansas City, Missouri, United States",
        "Kansas City, Kansas, United States",
    }
    assert client.get(url("cities"), {"q": "x" * 1_000}).json() == {"cities": [], "more": False}


def test_a_list_that_is_cut_says_so(client, ana, offering):
    there = url("apply", slug=offering.slug)
    many, few = (
        client.get(there, {"q": words}).content.decode() for words in ("san", "kansas city")
    )

    assert "The first 12 cities;" in many
    assert "12 cities found" not in many
    assert "2 cities found" in few
    assert client.get(url("cities"), {"q": "san"}).json()["more"]
    assert not client.get(url("cities"), {"q": "kansas city"}).json()["more"]


def test_zones_are_said_in_words(client, ana, offering):
    body = client.get(url("by_hand", slug=offering.slug)).content.decode()

    assert ">Bogotá</option>" in body
    assert ">America/Bogota" not in body
    assert "such as America" not in body


def test_visitor_is_led_through_sign_in_and_back(client, offering):
    body = client.get(url("apply", slug=offering.slug)).content.decode()

    assert f"next={url('apply', slug=offering.slug)}" in body
    assert client.post(url("begin", slug=offering.slug), {"place": TULSA}).status_code == 302
    assert not Application.objects.exists()


def test_city_by_hand(client, ana, offering):
    typed = {"name": "Port <b>Alder</b>", "region": "", "country": "CA", "zone": "America/Toronto"}

    body = client.post(url("by_hand", slug=offering.slug), typed, follow=True).content.decode()

    assert City.objects.get().zone == "America/Toronto"
    assert "Port &lt;b&gt;Alder&lt;/b&gt;" in body


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Mars/Base"},
        {"country": "XX"},
        {"name": ""},
        {"name": "x" * 121},
        {"name": "a\x00"},
    ],
)
def test_city_by_hand_says_what_is_wrong_and_keeps_the_rest(client, ana, offering, wrong):
    typed = {"name": "Alder", "region": "Maine", "country": "US", "zone": "America/New_York"}

    answer = client.post(url("by_hand", slug=offering.slug), {**typed, **wrong})

    assert answer.status_code == 422
    assert "Maine" in answer.content.decode()
    assert not City.objects.exists()


def test_two_clicks_begin_one_application(client, ana, offering):
    for _click in range(2):
        answer = client.post(url("begin", slug=offering.slug), {"place": TULSA})
        assert answer.url == Application.objects.get().get_absolute_url()


def test_begin_needs_the_token(ana, offering):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ana)

    assert strict.post(url("begin", slug=offering.slug), {"place": TULSA}).status_code == 403


# --- asking to be let in ---------------------------------------------------------------
def test_second_person_asks_and_learns_nothing(client, ana):
    application, owner = draft(offering=OfferingFactory())
    application.city.geonameid = TULSA
    application.city.save()

    answer = client.post(
        url("begin", slug=application.offering.slug), {"place": TULSA}, follow=True
    )
    body = answer.content.decode()
    assert "already has a team here" in body
    assert application.reference not in body
    assert owner.email not in body

    ask = url("ask_access", uid=application.city.uid)
    for _click in range(2):
        client.post(ask, {"note": "I am the new analyst."})

    assert AccessRequest.objects.count() == 1
    message = Message.objects.get()
    assert message.to == owner.email
    assert "I am the new analyst." in message.body
    assert client.get(application.get_absolute_url()).status_code == 404


def test_a_second_note_is_kept_and_told(client, ana):
    owner = TeamMemberFactory()
    ask = url("ask_access", uid=owner.city.uid)
    for note in ("I am the new analyst.", "Rosa asked me to help."):
        client.post(ask, {"note": note})

    assert AccessRequest.objects.get().note == "I am the new analyst.\n\nRosa asked me to help."
    assert "Rosa asked me" in Message.objects.latest("pk").body
    assert Message.objects.count() == 2
    answer = client.post(ask, {"note": "x" * 1_000 + "."})  # longer than a note may be
    assert answer.status_code == 422
    assert "x" * 1_000 in answer.content.decode()


def test_question_that_is_open_stands_on_home_and_on_the_way_to_apply(client, ana):
    offering = OfferingFactory()
    owner = TeamMemberFactory()
    client.post(url("ask_access", uid=owner.city.uid), {"note": "Me"})

    home = client.get(reverse("home")).content.decode()
    apply = client.get(url("apply", slug=offering.slug)).content.decode()

    assert f"You have asked the team of {owner.city} to let you in" in home
    assert "Express interest" not in home
    assert f"You have asked the team of {owner.city} to let you in" in apply


def test_one_person_cannot_write_to_every_city(client, ana):
    answers = [
        client.post(url("ask_access", uid=TeamMemberFactory().city.uid), {"note": "Me"}).status_code
        for _ in range(6)
    ]

    assert answers == [302] * 5 + [422]
    assert AccessRequest.objects.count() == 5


def test_asking_by_somebody_inside_is_refused(client, ana):
    member = TeamMemberFactory(user=ana)

    client.post(url("ask_access", uid=member.city.uid), {"note": "Again"})

    assert not AccessRequest.objects.exists()


@pytest.mark.parametrize("is_known", [False, True])
def test_closed_offering_invites_nobody_to_begin(client, is_known):
    now = timezone.now()
    offering = OfferingFactory(opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1))
    if is_known:
        client.force_login(UserFactory())

    body = client.get(reverse("cohorts:apply", kwargs={"slug": offering.slug})).content.decode()

    assert "does not take applications now" in body
    assert "It closed:" in body
    assert "I am new here" not in body
    assert 'role="search"' not in body


def test_sprint_under_way_is_not_past(client):
    today = timezone.localdate()
    begins = {"opens_at": timezone.now() - timedelta(days=90), "closes_at": timezone.now()}
    for term, runs in (("Running term", -20), ("Past term", -200)):
        OfferingFactory(
            term=term,
            runs_from=today + timedelta(days=runs),
            runs_until=today + timedelta(days=runs + 70),
            **begins,
        )

    page = client.get(url("offerings"))

    assert [row.term for row in page.context["running"]] == ["Running term"]
    assert [row.term for row in page.context["past"]] == ["Past term"]
    assert "Running now" in page.content.decode()


def test_a_city_that_one_acts_for_is_not_asked_for_again(client):
    row, owner = handed_in(state="withdrawn", announced_state="withdrawn")
    client.force_login(owner)
    page = client.get(f"/sprints/{row.offering.slug}/apply/").content.decode()
    assert f"Begin for {row.city.name}" in page

    answer = client.post(f"/sprints/{row.offering.slug}/apply/begin/", {"city": str(row.city.uid)})

    made = Application.objects.live().get(offering=row.offering)
    assert answer.url == made.get_absolute_url()
    assert made.city == row.city
    other = client.post(
        f"/sprints/{row.offering.slug}/apply/begin/", {"city": str(CityFactory().uid)}, follow=True
    )
    assert "Pick your city" in other.content.decode()
