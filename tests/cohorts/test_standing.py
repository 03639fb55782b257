"""Where an application stands, in the city's words: what is next, what a step says."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cohorts import extending
from tests.cohorts.carry_factories import closed, in_room
from tests.cohorts.intake_factories import answers, draft, handed_in
from tests.factories import OfferingFactory, StaffFactory, TeamMemberFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def page_of(client, application, owner):
    client.force_login(owner)
    return client.get(application.get_absolute_url()).content.decode()


def card_of(page):
    """The one marigold card."""
    assert page.count('class="next"') == 1
    return page.partition('class="next"')[2].partition("</section>")[0]


def aside_of(page):
    return page.partition("In short")[2].partition("</section>")[0]


def step_of(client, application, owner):
    client.force_login(owner)
    there = reverse("cohorts:step", kwargs={"uid": application.uid, "key": "topic"})
    return client.get(there).content.decode()


def late(**fields):
    """A draft whose deadline passed yesterday; (application, owner)."""
    return draft(offering=closed(), **fields)


def answered(application, owner, *, until=None):
    asked = extending.ask(application=application, reason="A flood.", by=owner)
    extending.answer(request=asked, until=until, words="", by=StaffFactory())
    application.refresh_from_db()


# --- more time -------------------------------------------------------------------------
def test_once_asked_for_more_time_the_answer_is_next(client):
    application, owner = late()
    assert "Next: ask for more time" in page_of(client, application, owner)
    extending.ask(application=application, reason="A flood.", by=owner)

    for page in (page_of(client, application, owner), client.get("/").content.decode()):
        assert "Next: our answer about more time" in card_of(page)
        assert "we answer by mail" in card_of(page)
        assert "See your question" in card_of(page)
        assert "ask us for more time" not in page


def test_front_page_asks_once_about_all_late_drafts(client, django_assert_max_num_queries):
    owner = UserFactory()
    for _city in range(3):
        late(owner=owner)
    client.force_login(owner)

    with django_assert_max_num_queries(8):
        client.get("/")


def test_an_open_question_stands_beside_an_open_window(client):
    application, owner = draft()
    extending.ask(application=application, reason="A flood.", by=owner)

    assert "asked for, not answered yet" in aside_of(page_of(client, application, owner))


def test_refused_time_is_said(client):
    application, owner = late()
    answered(application, owner)

    card = card_of(page_of(client, application, owner))
    assert "We could not give you more time." in card
    assert "Read our answer" in card


def test_given_time_is_marked_as_the_citys_own(client):
    application, owner = late()
    answered(application, owner, until=timezone.now() + 3 * DAY)
    page = page_of(client, application, owner)

    assert "extended for your city until" in aside_of(page)
    assert "The deadline was extended for your city." in card_of(page)
    plain, other = draft()
    assert "extended" not in page_of(client, plain, other)


# --- the deadline ----------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["gaps", "ready", "extended", "handed_in", "changed"])
def test_an_open_deadline_says_both_zones_and_what_is_left(client, kind):
    offering = OfferingFactory(zone="Asia/Tokyo")
    make = handed_in if kind in ("handed_in", "changed") else draft
    application, owner = make(offering=offering)
    if kind == "gaps":
        application.answers = {}
    if kind == "changed":
        application.answers = answers(topic="Another one")
    if kind == "extended":
        application.extended_until = offering.closes_at + DAY
    application.save()
    page = page_of(client, application, owner)

    for part in (aside_of(page), card_of(page)):
        assert "Bogotá time" in part
        assert "in Tokyo" in part
    assert "days left" in aside_of(page)


def test_the_day_before_which_the_decision_comes_names_its_zone(client):
    confirm_by = timezone.now() + 20 * DAY
    application, owner = handed_in(offering=closed(confirm_by=confirm_by, zone="Asia/Tokyo"))

    card = card_of(page_of(client, application, owner))
    assert "Bogotá time" in card
    assert "in Tokyo" in card


def test_times_of_the_record_name_their_zone_once(client):
    application, owner = draft()
    client.force_login(owner)
    for name, words in (("submit", {}), ("ask_extension", {"reason": "A flood."})):
        client.post(reverse(f"cohorts:{name}", kwargs={"uid": application.uid}), words)
    page = page_of(client, application, owner)
    assert "Bogotá time" in page.partition("Number 1")[2].partition("</section>")[0]
    file = client.get(reverse("cohorts:file", kwargs={"uid": application.uid})).content.decode()
    assert file.partition("What happened")[2].partition("</section>")[0].count("Bogotá time") == 1


# --- changes after the deadline ---------------------------------------------------------
def test_changes_after_the_deadline_lead_to_asking_for_time(client):
    application, owner = handed_in(offering=closed())
    application.answers = answers(topic="Too late")
    application.save()
    ask = reverse("cohorts:ask_extension", kwargs={"uid": application.uid})

    assert f'href="{ask}"' in card_of(page_of(client, application, owner))
    extending.ask(application=application, reason="A flood.", by=owner)
    assert "You asked for more time" in card_of(page_of(client, application, owner))


# --- a step, by state -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("confirmed", "The decision is made. What you change is kept, and is not handed in."),
        ("selected", "The decision is made. What you change is kept, and is not handed in."),
        ("declined", "a later offering begins with it"),
        ("not_yet", "a later offering begins with it"),
        ("waitlisted", "a later offering begins with it"),
    ],
)
def test_step_of_a_decided_city_offers_no_more_time(client, state, words):
    application, owner = in_room(state, closed())
    page = step_of(client, application, owner)

    assert words in page
    assert "more time" not in page
    assert "overdue" not in page


def test_step_after_the_deadline_says_what_became_of_the_question(client):
    application, owner = late()
    assert "Ask for more time" in step_of(client, application, owner)
    asked = extending.ask(application=application, reason="A flood.", by=owner)
    page = step_of(client, application, owner)
    assert "You asked for more time" in page
    assert "Ask for more time" not in page
    extending.answer(request=asked, until=None, words="", by=StaffFactory())
    assert "We could not give you more time" in step_of(client, application, owner)


def test_step_of_a_withdrawn_application_is_read(client):
    application, owner = draft(state="withdrawn", announced_state="withdrawn")
    page = step_of(client, application, owner)

    assert "is withdrawn. You can read what you wrote." in page
    assert "An owner of the team can let you write" not in page
    assert "Save and go on" not in page
    there = reverse("cohorts:step", kwargs={"uid": application.uid, "key": "topic"})
    assert client.post(there, {"topic": "More", "rev": 0}).status_code == 403


# --- the one button --------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["ready", "changed", "selected"])
def test_what_is_next_is_done_in_its_card(client, kind):
    if kind == "selected":
        application, owner = in_room("selected", closed(), confirm_by=timezone.now() + DAY)
        name, text, place = "confirm", "Confirm our place", "confirm"
    elif kind == "changed":
        application, owner = handed_in()
        application.answers = answers(topic="Another one")
        application.save()
        name, text, place = "submit", "Hand in again", "hand-in"
    else:
        application, owner = draft()
        name, text, place = "submit", "Hand in", "hand-in"
    page = page_of(client, application, owner)
    there = reverse(f"cohorts:{name}", kwargs={"uid": application.uid})

    assert f'action="{there}"' in card_of(page)
    assert f">{text}</button>" in card_of(page)
    assert page.count(f'id="{place}"') == 1  # where the mails and the front page lead
    assert page.count(f'action="{there}"') == 1
    assert "csrfmiddlewaretoken" in card_of(page)


def test_who_only_reads_finds_no_button_in_the_card(client):
    application, _owner = draft()
    viewer = TeamMemberFactory(city=application.city, role="viewer").user

    assert "<button" not in card_of(page_of(client, application, viewer))


# --- an offered seat, a withdrawn city ---------------------------------------------------
def test_an_overdue_seat_can_still_be_confirmed_and_says_so(client):
    application, owner = in_room("selected", closed(), confirm_by=timezone.now() - DAY)
    card = card_of(page_of(client, application, owner))

    assert "kept for you until then" not in card
    assert "You can still confirm, until we offer the place to another city." in card


@pytest.mark.parametrize("is_open", [True, False])
def test_a_withdrawn_city_begins_anew_while_it_can(client, is_open):
    offering = OfferingFactory() if is_open else closed()
    application, owner = draft(state="withdrawn", announced_state="withdrawn", offering=offering)
    card = card_of(page_of(client, application, owner))
    there = reverse("cohorts:apply", kwargs={"slug": offering.slug})

    assert ("you can begin anew" in card) is is_open
    assert (f'href="{there}"' in card) is is_open


# --- withdrawing -----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "said", "unsaid"),
    [
        ("confirmed", "Appointments that lie ahead are called off", "kept for the city"),
        ("selected", "The seat that is kept for the city", "Appointments"),
        ("waitlisted", "no longer considered", "seat"),
    ],
)
def test_withdrawing_says_what_the_city_leaves(client, state, said, unsaid):
    application, owner = in_room(state, closed())
    client.force_login(owner)
    there = reverse("cohorts:withdraw", kwargs={"uid": application.uid})
    asked = client.get(there).content.decode().partition("<h1>")[2].partition("<form")[0]

    assert said in asked
    assert unsaid not in asked
    assert "begin anew" not in asked


def test_withdrawing_while_it_is_open_says_that_one_can_begin_anew(client):
    application, owner = draft()
    client.force_login(owner)
    there = reverse("cohorts:withdraw", kwargs={"uid": application.uid})

    assert "you can begin anew, with what you wrote" in client.get(there).content.decode()
