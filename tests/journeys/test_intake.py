"""The intake in a browser: the city by keyboard, and words that survive whatever happens."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests.cohorts.intake_factories import draft, handed_in
from tests.factories import OfferingFactory, TeamMemberFactory, UserFactory
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


def until(page, holds):
    """Wait for what no wording on the page tells of."""
    for _moment in range(100):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come true")


def copies(page):
    """The names of what this device keeps."""
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))")


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
    says(page, "Saved at")  # by itself

    assert topic_of(application) == "Written in a tunnel"
    assert copies(page) == []


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


def test_page_behind_a_link_knows_what_was_typed_a_moment_ago(page_as):
    application, owner = handed_in()
    page = page_as(owner)
    page.goto(step(application, "needs"))

    page.locator("[name=publish]").fill("Typed at the door")
    follow(page.locator(f"main a[href='/applications/{application.uid}/']").first)

    expect(page.get_by_role("button", name="Hand in again").first).to_be_visible()
    application.refresh_from_db()
    assert application.answers["publish"] == "Typed at the door"


def test_what_was_typed_and_taken_back_is_not_said_to_be_unsent(page_as, own):
    application, owner = own
    page = page_as(owner)
    page.goto(step(application))
    page.locator(TOPIC).press("End")
    page.locator(TOPIC).press("x")
    page.locator(TOPIC).press("Backspace")

    follow(page.locator(f"main a[href='/applications/{application.uid}/']").first)

    expect(page.locator("[data-unsent]")).to_be_hidden()


def test_a_saved_step_leaves_no_copy_behind(page_as, own):
    application, owner = own
    page = page_as(owner)
    page.goto(step(application, "needs"))
    page.locator("[name=publish]").fill("Quick words")
    press(page, "Save and stop here")

    assert "saved=" not in page.url
    assert copies(page) == []


def test_words_of_a_conflict_stay_on_the_device_until_they_are_taken(page_as, own, watch):
    watch.forgive("status of 409")
    watch.forgive("status of 422")
    application, owner = own
    one, two = page_as(owner), page_as(owner)
    one.goto(step(application))
    two.goto(step(application))
    one.locator(TOPIC).fill("Words of one")
    says(one, "Saved at")
    two.locator(TOPIC).fill("Words of two")
    says(two, "This step was saved in another window")
    press(two, "Save and go on")
    context = two.context
    two.close()

    two = context.new_page()
    two.goto(step(application))
    assert two.locator(TOPIC).input_value() == "Words of two"
    says(two, "This step was saved in another window")
    press(two, "Save and go on")
    press(two, "Save and go on")

    assert topic_of(application) == "Words of two"
    assert copies(two) == []


def test_two_windows_of_one_browser_keep_their_words_apart(page_as, own, watch):
    watch.forgive("status of 409")
    application, owner = own
    one = page_as(owner)
    two = one.context.new_page()
    for page in (one, two):
        page.goto(step(application))
    one.locator(TOPIC).fill("Words of one")
    says(one, "Saved at")
    two.locator(TOPIC).fill("Words of two")
    says(two, "This step was saved in another window")
    one.locator(TOPIC).fill("More words of one")
    until(one, lambda: len(copies(one)) == 1)  # two's; one's have arrived
    two.close()

    one.goto(application.get_absolute_url())
    follow(one.locator("[data-unsent]").get_by_role("link"))
    assert one.locator(TOPIC).input_value() == "Words of two"
    says(one, "This step was saved in another window")

    assert topic_of(application) == "More words of one"


def test_nothing_is_sent_while_two_texts_wait_for_a_person(page_as, own, watch):
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

    sent = []
    two.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    two.locator(TOPIC).press("End")
    two.locator(TOPIC).press("?")
    two.locator("[name=audiences]").focus()
    two.wait_for_timeout(2_000)
    assert sent == []
    press(two, "Leave what was saved there, drop this", role="link")

    assert two.locator(TOPIC).input_value() == "Words of one"
    assert topic_of(application) == "Words of one"
    assert copies(two) == []


def test_colleagues_answer_survives_a_field_that_nobody_touched_here(page_as, own):
    application, owner = own
    one, two = page_as(owner), page_as(owner)
    one.goto(step(application))
    two.goto(step(application))
    one.locator("[name=audiences]").fill("Renters")
    says(one, "Saved at")

    two.locator(TOPIC).fill("Words of two")
    says(two, "Somebody else has written in this step too")
    two.locator(TOPIC).fill("More words of two")
    says(two, "Saved at")
    press(two, "Save and stop here")

    assert topic_of(application) == "More words of two"
    assert application.answers["audiences"] == "Renters"


def test_words_of_a_page_that_is_left_are_sent(page_as, own):
    application, owner = own
    page = page_as(owner)
    page.goto(step(application))

    page.locator(TOPIC).fill("Gone in a moment")
    page.goto("/toolkit/")

    until(page, lambda: topic_of(application) == "Gone in a moment")


def test_overview_names_the_step_whose_words_have_not_arrived(page_as, own, axe, watch):
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
    page.goto(application.get_absolute_url())
    warning = page.locator("[data-unsent]")
    assert "have not reached us" in warning.inner_text()
    assert warning.get_by_role("link").all_inner_texts() == ["What you would work on"]
    axe(page)
    follow(warning.get_by_role("link"))
    says(page, "Saved at")
    page.goto(application.get_absolute_url())

    assert not warning.is_visible()


def test_words_of_one_person_are_not_put_before_the_next(page_as, own, watch):
    watch.forgive("ERR_INTERNET_DISCONNECTED")
    application, owner = own
    colleague = TeamMemberFactory(city=application.city, role="editor").user
    page = page_as(owner)
    page.goto(step(application))
    page.context.set_offline(True)
    page.locator(TOPIC).fill("For my eyes")
    says(page, "Your words are kept on this device")
    context = page.context
    page.close()
    context.set_offline(False)

    other = page_as(colleague).context.cookies()
    context.add_cookies(other)
    page = context.new_page()
    page.goto(step(application))

    assert page.locator(TOPIC).input_value() == "First words"
    assert len(copies(page)) == 1


def test_role_that_was_lowered_while_writing_costs_no_word(page_as, own, watch):
    watch.forgive("status of 403")
    application, _owner = own
    writer = TeamMemberFactory(city=application.city, role="editor")
    page = page_as(writer.user)
    page.goto(step(application))
    writer.role = "viewer"
    writer.save()

    page.locator(TOPIC).fill("Too late")
    says(page, "You may no longer write here")
    assert len(copies(page)) == 1
    press(page, "Save and go on")

    assert "Too late" in page.locator("main").inner_text()


def test_text_that_is_far_too_long_is_said_to_be_kept_nowhere(page_as, own):
    application, owner = own
    page = page_as(owner)
    page.goto(step(application))
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))

    page.locator(TOPIC).evaluate(
        """box => {
          box.value = "word ".repeat(1_200_000);
          box.dispatchEvent(new Event("input", { bubbles: true }));
        }"""
    )
    says(page, "Too long to send, and too long to keep on this device")
    assert sent == []
    page.locator(TOPIC).fill("Shorter")
    says(page, "Saved at")

    assert topic_of(application) == "Shorter"


def test_saving_goes_on_after_signing_in_in_another_tab(page_as, own, watch):
    watch.forgive("status of 401")
    watch.forgive("status of 403")
    application, owner = own
    page = page_as(owner)
    page.goto(step(application))
    page.context.clear_cookies(name="sessionid")
    page.locator(TOPIC).fill("Written signed out")
    says(page, "Your sign-in has run out")

    page.context.clear_cookies(name="csrftoken")
    page.context.add_cookies(page_as(owner).context.cookies())
    other = page.context.new_page()
    other.goto("/kept/")
    other.close()
    page.evaluate("dispatchEvent(new Event('focus'))")
    says(page, "Saved at")

    assert topic_of(application) == "Written signed out"


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
