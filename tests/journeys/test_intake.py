"""The intake in a browser: the city by keyboard, and words that survive whatever happens."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session

from tests.cohorts.intake_factories import draft, handed_in
from tests.factories import OfferingFactory, UserFactory
from tests.journeys.gestures import follow, press

pytestmark = pytest.mark.django_db(transaction=True)

STATE = "[data-autosave-state]"
TOPIC = "[name=topic]"


@pytest.fixture
def own():
    """A draft, and its owner."""
    return draft(answers={"topic": "First words"})


def step(application, key="topic"):
    return f"/applications/{application.uid}/step/{key}/"


def says(page, words):
    page.locator(STATE, has_text=words).wait_for()


def topic_of(application):
    application.refresh_from_db()
    return application.answers["topic"]


def test_city_is_found_by_keyboard(page_as, axe):
    offering = OfferingFactory()
    page = page_as(UserFactory())
    page.goto(f"/sprints/{offering.slug}/apply/")
    box = page.get_by_role("combobox", name="City")

    box.press_sequentially("kansas city")
    page.get_by_role("option", name="Kansas City, Missouri, United States").wait_for()
    axe(page)
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == "city-0"
    with page.expect_navigation():
        box.press("Enter")

    assert "Kansas City, Missouri, United States" in page.locator("main").inner_text()
    assert page.get_by_role("button", name="Begin for Kansas City").is_visible()


def test_escape_closes_the_list_and_the_form_still_finds(page_as):
    offering = OfferingFactory()
    page = page_as(UserFactory())
    page.goto(f"/sprints/{offering.slug}/apply/")
    box = page.get_by_role("combobox", name="City")
    box.press_sequentially("tulsa")
    page.get_by_role("option").first.wait_for()

    box.press("Escape")
    assert page.get_by_role("listbox").count() == 0
    box.fill("tulsa")
    press(page, "Find")

    assert page.get_by_label("Tulsa, Oklahoma, United States").is_checked()


def test_words_are_saved_while_they_are_written(page_as, own):
    application, owner = own
    page = page_as(owner)
    page.goto(step(application))

    page.locator(TOPIC).fill("Second words")
    says(page, "Saved at")
    assert topic_of(application) == "Second words"
    page.locator(TOPIC).fill("Third words")
    page.locator("[name=audiences]").focus()  # leaving a field saves at once
    says(page, "Saved at")
    page.reload()

    assert page.locator(TOPIC).input_value() == "Third words"


def test_two_people_in_one_step_see_both_texts(page_as, own, watch):
    watch.forgive("status of 409")
    application, owner = own
    one, two = page_as(owner), page_as(owner)
    one.goto(step(application))
    two.goto(step(application))

    one.locator(TOPIC).fill("Words of one")
    says(one, "Saved at")
    two.locator(TOPIC).fill("Words of two")
    says(two, "This step was saved in another window")
    press(two, "Save and go on")

    assert "Words of one" in two.locator(".callout").inner_text()
    assert two.locator(TOPIC).input_value() == "Words of two"
    assert topic_of(application) == "Words of one"


def test_words_survive_a_lost_line_and_a_closed_tab(page_as, own, watch):
    watch.forgive("ERR_INTERNET_DISCONNECTED")
    application, owner = own
    page = page_as(owner)
    page.goto(step(application))
    page.context.set_offline(True)
    page.locator(TOPIC).fill("Written in a tunnel")
    says(page, "Your words are kept on this device")
    context = page.context
    page.close()

    context.set_offline(False)
    page = context.new_page()
    page.goto(step(application))
    assert page.locator(TOPIC).input_value() == "Written in a tunnel"
    says(page, "kept on this device and are not saved yet")
    page.locator(TOPIC).press("End")
    page.locator(TOPIC).press("!")
    says(page, "Saved at")

    assert topic_of(application) == "Written in a tunnel!"


def test_line_that_comes_back_saves_by_itself(page_as, own, watch):
    watch.forgive("ERR_INTERNET_DISCONNECTED")
    application, owner = own
    page = page_as(owner)
    page.goto(step(application))
    page.context.set_offline(True)
    page.locator(TOPIC).fill("Patience")
    says(page, "Your words are kept on this device")

    page.context.set_offline(False)
    says(page, "Saved at")

    assert topic_of(application) == "Patience"


def test_sign_in_that_ran_out_loses_no_word(page_as, own, watch):
    watch.forgive("status of 401")
    application, owner = own
    EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
    page = page_as(owner)
    page.goto(step(application))
    Session.objects.all().delete()
    page.context.clear_cookies(name="sessionid")

    page.locator(TOPIC).fill("Written signed out")
    says(page, "Your sign-in has run out")
    press(page, "Save and go on")
    page.locator("[name=login]").fill(owner.email)
    page.locator("[name=password]").fill("a long enough password")
    follow(page.locator("main form button[type=submit]").first)

    assert "Written signed out" in page.locator("main").inner_text()


def test_a_saved_step_leaves_no_copy_behind(page_as, own):
    application, owner = own
    page = page_as(owner)
    page.goto(step(application, "needs"))
    page.locator("[name=publish]").fill("Quick words")
    press(page, "Save and stop here")

    assert "saved=" not in page.url
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []


def test_pages_of_the_intake_are_accessible(page_as, axe, own):
    application, owner = handed_in()
    findable = [
        f"/applications/{application.uid}/",
        f"/applications/{application.uid}/file/",
        f"/applications/{application.uid}/changes/",
        f"/applications/{application.uid}/more-time/",
        f"/applications/{application.uid}/withdraw/",
        f"/cities/{application.city.uid}/team/",
        f"/sprints/{application.offering.slug}/apply/by-hand/",
        f"{step(application, 'stages')}?check",
    ]
    for width in (1280, 320):
        page = page_as(owner, width=width)
        for path in findable:
            page.goto(path)
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    staff = page_as(UserFactory(is_staff=True, is_decider=True), width=320)
    for path in (
        "/staff/applications/",
        f"/staff/applications/{application.uid}/",
        f"/staff/sprints/{application.offering.slug}/release/",
    ):
        staff.goto(path)
        axe(staff)
        assert staff.evaluate("document.documentElement.scrollWidth") <= 320, path
