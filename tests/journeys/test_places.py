"""In a real browser: stages checked by keyboard, a free place offered, a city carried over."""

import pytest
from playwright.sync_api import expect

from cohorts import carrying
from cohorts.models import Application, StageFinding
from tests.cohorts.carry_factories import a_decider, closed, in_room, later
from tests.cohorts.intake_factories import handed_in
from tests.factories import CityFactory, OfferingFactory
from tests.journeys.gestures import press

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = [1280, 360]


def test_stages_are_checked_by_keyboard_alone(page_as, axe):
    offering = OfferingFactory()
    first, _ = handed_in(offering=offering, city=CityFactory(name="Alta"))
    handed_in(offering=offering, city=CityFactory(name="Bruma"))
    page = page_as(a_decider())
    page.goto(f"/staff/sprints/{offering.slug}/eligibility/")
    axe(page)

    for key in "1233":  # one number a stage; each leads on to the next
        page.keyboard.press(key)
    page.keyboard.press("Tab")
    page.keyboard.type("As 1 of 3 said.")  # numbers in a text are only text
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("At which stages is Bruma?")
    expect(page.get_by_text("The last one to check.")).to_be_visible()
    found = {one.stage: one.finding for one in StageFinding.objects.filter(application=first)}
    assert found == {
        "staffing": "met",
        "governance": "unclear",
        "designing": "not_yet",
        "deploying": "not_yet",
    }
    assert StageFinding.objects.get(stage="deploying").evidence == "As 1 of 3 said."


@pytest.mark.parametrize(("width", "begins"), [(1280, "INPUT"), (360, "BODY")])
def test_the_walk_begins_in_the_form_only_where_it_stands_beside_the_text(page_as, width, begins):
    row, _ = handed_in()
    page = page_as(a_decider(), width=width)
    page.goto(f"/staff/sprints/{row.offering.slug}/eligibility/")
    expect(page.locator("[data-batch-keys]")).not_to_have_attribute("hidden", "")

    assert page.evaluate("document.activeElement.tagName") == begins


@pytest.mark.parametrize("width", [320, 360])
def test_rooms_are_one_row_that_scrolls_by_itself(page_as, axe, width):
    offering = OfferingFactory()
    page = page_as(a_decider(), width=width)
    page.goto(f"/staff/sprints/{offering.slug}/numbers/")
    axe(page)

    assert page.locator(".rooms ul").bounding_box()["height"] < 70
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_stages_are_checked_without_script(page_as):
    row, _ = handed_in()
    page = page_as(a_decider(), javascript=False, width=360)
    page.goto(f"/staff/sprints/{row.offering.slug}/eligibility/")

    for group in page.get_by_role("radiogroup").all():
        group.get_by_label("Unclear").check()
    press(page, "Save and next")

    expect(page.get_by_role("heading", level=1)).to_have_text("Every application is checked")
    assert StageFinding.objects.filter(finding="unclear").count() == 4


@pytest.mark.parametrize("width", WIDTHS)
def test_a_free_place_is_offered_with_one_click(page_as, axe, javascript, width):
    offering = closed(capacity=2)
    in_room("confirmed", offering)
    row, _ = in_room("waitlisted", offering, waitlist_rank=1, city=CityFactory(name="Fontana"))
    page = page_as(a_decider(), javascript=javascript, width=width)
    page.goto(f"/staff/sprints/{offering.slug}/places/")
    if javascript:
        axe(page)

    press(page, "Offer the place to Fontana")

    expect(page.get_by_text("Fontana has the offer by mail.")).to_be_visible()
    row.refresh_from_db()
    assert row.announced_state == "selected"


@pytest.mark.parametrize("width", WIDTHS)
def test_a_city_is_carried_over(page_as, axe, javascript, width):
    first, offering = closed(), later()
    row, owner = in_room("not_yet", first, city=CityFactory(name="Hierro"))
    staff = page_as(a_decider(), javascript=javascript, width=width)
    staff.goto(f"/staff/sprints/{first.slug}/path/")
    if javascript:
        axe(staff)
    staff.get_by_label("Hierro").check()
    staff.get_by_label("Invite to").select_option(offering.slug)
    press(staff, "Invite")
    expect(staff.get_by_text("Invited to")).to_be_visible()

    city = page_as(owner, javascript=javascript, width=width)
    city.goto("/")
    press(city, "Begin with what you wrote", role="link")
    if javascript:
        axe(city)
    press(city, "Begin with what you wrote")

    draft = Application.objects.get(offering=offering)
    assert city.url.endswith(draft.get_absolute_url())
    assert draft.carried_from == row
    if javascript:
        axe(city)


def test_pages_stand_at_320_pixels(page_as):
    first, offering = closed(), later()
    decider = a_decider()
    row, _ = in_room("declined", first)
    in_room("selected", first, confirm_by=first.closes_at)
    handed_in(offering=offering)
    invitation = carrying.invite(application=row, offering=offering, by=decider)
    page = page_as(decider, width=320)

    for address in (
        f"/staff/sprints/{first.slug}/places/",
        f"/staff/sprints/{first.slug}/path/",
        f"/staff/sprints/{offering.slug}/eligibility/",
        invitation.get_absolute_url(),
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
