"""Writing together and choosing cities, in a browser: the colleague, the reviewer, the decider."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from cohorts import selection
from cohorts.models import Offering, Recusal, Review
from tests.cohorts.intake_factories import draft, findings, handed_in
from tests.cohorts.review_factories import EligibleFactory, HandedInFactory, ReviewFactory
from tests.factories import CityFactory, OfferingFactory, UserFactory
from tests.journeys.gestures import follow, press

pytestmark = pytest.mark.django_db(transaction=True)

TOPIC = "[name=topic]"
PHONE = 360
PASSWORD = "a long enough password"


@pytest.fixture
def look(axe, javascript):
    """look(page): what every page owes its readers; with axe where scripts run."""

    def at(page):
        assert page.locator("h1").count() == 1, page.url
        width = page.viewport_size["width"]
        wide = page.evaluate("document.documentElement.scrollWidth") if javascript else width
        assert wide <= width, page.url
        if javascript:
            axe(page)

    return at


def main(page):
    return page.locator("main").inner_text()


def step(application, key="topic"):
    return f"/applications/{application.uid}/step/{key}/"


def at(name, **kwargs):
    return reverse(f"cohorts:{name}", kwargs=kwargs)


def can_sign_in(user):
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def signs_in(page, user):
    page.locator("[name=login]").fill(user.email)
    page.locator("[name=password]").fill(PASSWORD)
    follow(page.locator("main form button[type=submit]").first)


# --- the applicant -----------------------------------------------------------------------
def test_a_closed_tab_is_taken_up_on_another_device(visitor, page_as, look, javascript, watch):
    watch.forgive("status of 422")
    application, owner = draft(answers={"topic": "First words"})
    can_sign_in(owner)
    desk = page_as(owner, javascript=javascript)
    desk.goto(step(application))
    desk.locator(TOPIC).fill("Words from the desk")
    if javascript:
        desk.locator("[data-autosave-state]", has_text="Saved at").wait_for()
    else:
        press(desk, "Save and go on")  # which says what is missing, and has kept all
    desk.context.close()

    phone = visitor(javascript=javascript, width=PHONE)
    phone.goto("/accounts/login/")
    signs_in(phone, owner)
    phone.goto("/")
    look(phone)
    press(phone, re.compile(str(application.city)), role="link", exact=False)
    look(phone)
    phone.goto(step(application))
    look(phone)

    assert phone.locator(TOPIC).input_value() == "Words from the desk"


# --- the colleague -----------------------------------------------------------------------
def test_a_colleague_joins_and_two_texts_become_one(page_as, visitor, look, javascript, watch):
    watch.forgive("status of 409")
    application, owner = draft(answers={"topic": "First words"})
    colleague = UserFactory(email="tomas@city.example")
    can_sign_in(colleague)
    one = page_as(owner, javascript=javascript)
    two = visitor(javascript=javascript)

    invites(one, application, colleague, look)
    joins(two, colleague, look)
    one.goto(step(application))
    two.goto(step(application))
    one.locator(TOPIC).fill("A chatbot for permits")
    press(one, "Save and stop here")
    two.locator(TOPIC).fill("A hotline for vendors")
    press(two, "Save and stop here")
    look(two)
    assert "A chatbot for permits" in two.locator(".callout").first.inner_text()
    assert two.locator(TOPIC).input_value() == "A hotline for vendors"
    two.locator(TOPIC).fill("A chatbot for permits and a hotline for vendors")
    press(two, "Save and stop here")

    application.refresh_from_db()
    assert application.answers["topic"] == "A chatbot for permits and a hotline for vendors"


def invites(page, application, colleague, look):
    page.goto(f"/applications/{application.uid}/")
    press(page, "Team: invite a colleague, hand over", role="link")
    look(page)
    page.locator("[name=email]").fill(colleague.email)
    page.locator("[name=role][value=editor]").check()
    press(page, "Send the invitation")
    look(page)
    assert colleague.email in main(page)


def joins(page, colleague, look):
    letter = next(one for one in mail.outbox if one.to == [colleague.email])
    page.goto(re.search(r"/invitations/\S+", letter.body)[0])
    signs_in(page, colleague)
    look(page)
    press(page, "Join the team")


# --- the reviewer ------------------------------------------------------------------------
@pytest.fixture
def two_to_read():
    """Reviews of Port Alder and of Marrow Bay by one person, who also decides."""
    offering = OfferingFactory()
    reader = UserFactory(is_reviewer=True, is_decider=True)
    rows = [
        EligibleFactory(offering=offering, city=CityFactory(name=name))
        for name in ("Port Alder", "Marrow Bay")
    ]
    return reader, [ReviewFactory(application=row, reviewer=reader) for row in rows]


def test_a_conflict_of_interest_closes_the_city_everywhere(
    page_as, look, javascript, watch, two_to_read
):
    watch.forgive("status of 404")
    reader, (alder, marrow) = two_to_read
    page = page_as(reader, javascript=javascript)
    page.goto("/reviews/")
    look(page)
    assert "2 applications are yours" in main(page)
    press(page, "Port Alder", role="link")
    look(page)
    press(page, "Step aside", role="link")
    look(page)
    page.locator("[name=reason]").fill("My sister works there.")
    press(page, "Step aside")

    assert Recusal.objects.get().city.name == "Port Alder"
    is_gone_from_lists(page, alder.application, look)
    is_gone_from_files(page, alder.application)
    for address in closed_pages(alder):
        assert page.goto(address).status == 404, address
        assert "Port Alder" not in page.content()
    assert page.goto(marrow.get_absolute_url()).status == 200


def is_gone_from_lists(page, application, look):
    slug = application.offering.slug
    lists = [
        "/",
        "/reviews/",
        "/reviews/?q=alder",
        at("pipeline", slug=slug),
        f"{at('pipeline', slug=slug)}?q=alder",
        at("composition", slug=slug),
        at("pack", slug=slug),
        at("numbers", slug=slug),
        at("places", slug=slug),
    ]
    for address in lists:
        page.goto(address)
        assert "Port Alder" not in page.content(), address
        assert application.reference not in page.content(), address
    page.goto("/reviews/")
    assert "One application is yours to review" in main(page)
    look(page)
    page.goto(at("pipeline", slug=slug))
    look(page)
    tabs = page.locator("main nav, main .tabs").all_inner_texts()
    assert any(re.search(r"All\s*1\b", text) for text in tabs), tabs
    assert "One application is not shown to you" in main(page)


def is_gone_from_files(page, application):
    slug = application.offering.slug
    csv = page.request.get(at("pipeline_export", slug=slug, kind="csv"))
    assert csv.status == 200
    assert "Marrow Bay" in csv.text()
    assert "Port Alder" not in csv.text()
    assert application.reference not in csv.text()


def closed_pages(review):
    uid = review.application.uid
    return [
        review.get_absolute_url(),
        at("assess", uid=uid),
        at("review_compare", uid=uid),
        at("application", uid=uid),
    ]


def test_others_scores_are_seen_after_ones_own_only(page_as, look, javascript, watch, two_to_read):
    watch.forgive("status of 422")
    _reader, (review, _other) = two_to_read
    theirs = HandedInFactory(application=review.application, note="Theirs: a clear effort.")
    page = page_as(review.reviewer, javascript=javascript, width=PHONE)
    page.goto(review.get_absolute_url())
    look(page)
    assert theirs.note not in page.content()

    for one in review.rubric.criteria:
        page.locator(f"[name=score_{one['key']}][value='3']").check()
    page.locator("[name=note]").fill("Mine: too early.")
    press(page, "Hand in the review")  # without advice
    look(page)
    assert "Say what you advise." in main(page)
    assert page.locator("[name=note]").input_value() == "Mine: too early."
    assert theirs.note not in page.content()
    page.locator("[name=advice]").first.check()
    press(page, "Hand in the review")
    look(page)

    assert theirs.note in main(page)
    review.refresh_from_db()
    assert (review.state, review.total) == ("submitted", 3.0)


def test_an_unfinished_review_says_nothing_to_others(page_as, look, javascript, two_to_read):
    _reader, (review, _other) = two_to_read
    Review.objects.filter(pk=review.pk).update(note="Half a thought.", rev=1)
    other = ReviewFactory(application=review.application)
    page = page_as(other.reviewer, javascript=javascript)

    page.goto(other.get_absolute_url())

    look(page)
    assert "Half a thought." not in page.content()


# --- the decider -------------------------------------------------------------------------
@pytest.fixture
def room():
    """An offering of two seats with three eligible cities: {name: (application, owner)}."""
    offering = OfferingFactory(capacity=2)
    found = {}
    for name in ("Port Alder", "Marrow Bay", "Lindenford"):
        row, owner = handed_in(state="eligible", offering=offering, city=CityFactory(name=name))
        findings(row, staffing="met")
        HandedInFactory(application=row)
        found[name] = row, owner
    return offering, found


def test_a_set_is_chosen_and_its_cities_answer_for_themselves(page_as, look, javascript, room):
    offering, found = room
    page = page_as(UserFactory(is_decider=True), javascript=javascript)
    row, owner = found["Marrow Bay"]  # by name the first of the set, so the seat is its
    city = page_as(owner, javascript=javascript)

    composes(page, offering, look)
    is_selected(found["Lindenford"][0])  # by another decider, meanwhile
    selects(page, offering, look)

    reads(city, row, "Under review")
    assert states_of(row) == ("selected", "submitted")


def test_cities_read_of_a_decision_once_it_is_released(page_as, look, javascript, room):
    offering, found = room
    decider = page_as(UserFactory(is_decider=True), javascript=javascript)
    staff = page_as(UserFactory(is_staff=True), javascript=javascript)
    row, owner = found["Marrow Bay"]
    city = page_as(owner, javascript=javascript)
    for name in ("Marrow Bay", "Port Alder"):
        is_selected(found[name][0])
    the_last_city_is_waitlisted(decider, offering, look)
    reads(city, row, "Under review")

    releases(staff, offering, look)

    reads(city, row, "Selected")
    look(city)
    states = {name: states_of(row) for name, (row, _owner) in found.items()}
    assert states == {
        "Marrow Bay": ("selected", "selected"),
        "Port Alder": ("selected", "selected"),
        "Lindenford": ("waitlisted", "waitlisted"),
    }


def composes(page, offering, look):
    page.goto(at("composition", slug=offering.slug))
    look(page)
    for name in ("Port Alder", "Marrow Bay"):
        page.get_by_role("checkbox", name=name, exact=True).check()
    press(page, "Try what is ticked")
    look(page)
    assert "Port Alder" in page.locator("#compare").inner_text()
    page.locator("#candidates [name=name]").fill("Two ports")
    press(page, "Keep this set")
    look(page)
    page.locator("summary", has_text="Choose “Two ports”").click()
    page.locator("details[open] [name=rationale]").fill("They learn from each other.")
    press(page, "Choose this set")
    look(page)
    assert "“Two ports” is the chosen set" in page.locator("h1").inner_text()


def is_selected(application):
    selection.decide(
        name="select", application=application, by=UserFactory(is_decider=True), reason="Ready."
    )


def selects(page, offering, look):
    page.goto(at("composition", slug=offering.slug))
    page.locator("summary", has_text="Select the cities of").click()
    press(page, "Select these cities")
    look(page)
    rows = page.locator("tbody tr").all_inner_texts()
    assert len(rows) == 2
    assert sum("Done" in row for row in rows) == 1
    assert sum("All 2 seats are given." in row for row in rows) == 1


def the_last_city_is_waitlisted(page, offering, look):
    page.goto(f"{at('pipeline', slug=offering.slug)}?state=eligible")
    look(page)
    page.locator("[name=rows]").check()
    page.locator("[name=step]").select_option("waitlist")
    press(page, "Take this step")
    look(page)
    assert "Now: Waitlisted." in main(page)


def releases(page, offering, look):
    Offering.objects.filter(pk=offering.pk).update(closes_at=timezone.now() - timedelta(days=1))
    page.goto(at("release", slug=offering.slug))
    look(page)
    assert "3 cities wait to be told" in page.locator("h1").inner_text()
    press(page, "Tell all 3 cities")
    look(page)


def reads(page, application, label):
    page.goto(f"/applications/{application.uid}/")
    others = {"Under review", "Selected", "On the waitlist"} - {label}
    told = page.locator("aside, .aside").first.inner_text()
    assert label in told
    assert not [word for word in others if word in told]


def states_of(application):
    application.refresh_from_db()
    return application.state, application.announced_state


# --- on a small phone ---------------------------------------------------------------------
def test_the_pipeline_is_worked_at_320_pixels(page_as, look, javascript, room):
    offering, found = room
    page = page_as(UserFactory(is_staff=True, is_decider=True), javascript=javascript, width=320)
    page.goto(at("pipeline", slug=offering.slug))
    look(page)
    page.locator("[name=q]").fill("marrow")
    press(page, "Show")
    look(page)
    assert "Port Alder" not in main(page)
    page.get_by_role("checkbox", name="Marrow Bay").check()
    page.locator("[name=step]").select_option("decline")
    press(page, "Take this step")
    look(page)
    assert "Say why, in a sentence." in main(page)
    press(page, "Back to the applications", role="link")
    page.get_by_role("checkbox", name="Marrow Bay").check()
    page.locator("[name=step]").select_option("decline")
    page.locator("[name=reason]").fill("No partners yet.")
    press(page, "Take this step")
    look(page)

    assert "Now: Not selected." in main(page)
    assert states_of(found["Marrow Bay"][0]) == ("declined", "submitted")
