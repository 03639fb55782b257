"""Drafting the plan in a real browser: nothing that is typed is lost."""

import uuid

import pytest
from playwright.sync_api import expect

from engagement_plans import commenting, saving
from engagement_plans.models import Answer
from tests.factories import PlanFactory, TeamMemberFactory, UserFactory
from tests.journeys.gestures import follow, press

KEY = "people_harm"
BOX = f"#id_{KEY}_value"
STATUS = f"#{KEY} [data-status]"


@pytest.fixture
def plan(transactional_db):
    return PlanFactory()


@pytest.fixture
def writers(plan):
    city = plan.application.city
    return [TeamMemberFactory(city=city, role="editor").user for _ in range(2)]


def section(plan, key="people"):
    return f"/plans/{plan.uid}/sections/{key}/"


def test_answers_save_themselves(plan, writers, page_as):
    page = page_as(writers[0])
    page.goto(section(plan))

    page.fill(BOX, "Street vendors without an address.")

    expect(page.locator(STATUS)).to_contain_text("Saved")
    expect(page.locator(f"#{KEY} [data-count]")).to_have_text("5 words")
    assert Answer.objects.get().value == "Street vendors without an address."


def test_answers_are_saved_without_javascript(plan, writers, page_as):
    page = page_as(writers[0], javascript=False)
    page.goto(section(plan))

    page.fill(BOX, "Street vendors.")
    follow(page.locator(f"#{KEY} form.answer button[type=submit]").first)

    expect(page.locator(BOX)).to_have_value("Street vendors.")
    follow(page.locator("#people_inclusion a", has_text="Add a row"))
    page.locator("textarea").first.fill("Street vendors")
    press(page, "Save the row")
    expect(page.locator("#people_inclusion th[scope=row]")).to_have_text("Street vendors")


def test_an_answer_is_kept_internal_with_one_press(plan, writers, page_as, javascript):
    page = page_as(writers[0], javascript=javascript)
    page.goto(section(plan))
    card = page.locator(f"#{KEY}")

    follow(card.get_by_role("button", name="Keep internal"))
    expect(card).to_contain_text("kept internal")
    plan.refresh_from_db()
    assert plan.kept_internal == [KEY]
    follow(card.get_by_role("button", name="Let it be published"))

    expect(card).to_contain_text("public in the best practice")


def test_two_people_who_type_at_once_both_keep_their_text(plan, writers, page_as, watch):
    watch.forgive("status of 409")
    first, second = page_as(writers[0]), page_as(writers[1])
    first.goto(section(plan))
    second.goto(section(plan))
    first.fill(BOX, "Hers.")
    expect(first.locator(STATUS)).to_contain_text("Saved")

    second.fill(BOX, "His.")

    conflict = second.locator(f"#{KEY} .conflict")
    expect(conflict).to_contain_text("Hers.")
    expect(conflict).to_contain_text("His.")
    conflict.locator("summary").click()
    conflict.get_by_role("button", name="Save this").click()
    expect(second.locator(BOX)).to_have_value("Hers.\n\nHis.")


def test_text_typed_offline_is_kept_on_the_device_and_sent_later(plan, writers, page_as, watch):
    watch.forgive("ERR_INTERNET_DISCONNECTED")
    page = page_as(writers[0])
    page.goto(section(plan))
    page.context.set_offline(True)
    page.fill(BOX, "Typed on the train.")
    expect(page.locator(STATUS)).to_contain_text("kept on this device")

    page.context.set_offline(False)

    expect(page.locator(STATUS)).to_contain_text("Saved", timeout=10_000)
    assert Answer.objects.get().value == "Typed on the train."


def test_text_outlives_an_expired_sign_in(plan, writers, page_as, watch):
    watch.forgive("status of 401")
    page = page_as(writers[0])
    page.goto(section(plan))
    kept = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    page.fill(BOX, "Typed too late.")
    expect(page.locator(STATUS)).to_contain_text("Signed out: your text is kept on this device")
    assert not Answer.objects.exists()

    page.context.add_cookies(kept)
    page.goto(section(plan))

    expect(page.locator(STATUS)).to_contain_text("Saved")
    expect(page.locator(BOX)).to_have_value("Typed too late.")
    assert Answer.objects.get().value == "Typed too late."


def test_rows_are_edited_in_their_table(plan, writers, page_as):
    saving.save(plan, "people_map", {"group": "Renters"}, by=writers[0], row=uuid.uuid4())
    page = page_as(writers[0])
    page.goto(section(plan))

    page.locator("#people_map").get_by_role("link", name="Edit Renters").click()
    page.locator(".rows__edit textarea").first.fill("Renters in the old port")
    page.get_by_role("button", name="Save the row").click()

    expect(page.locator("#people_map th[scope=row]")).to_have_text("Renters in the old port")
    assert page.url.endswith(section(plan))


def test_a_wrong_cell_says_so_at_its_own_field(plan, writers, page_as, axe, watch):
    watch.forgive("status of 422")
    page = page_as(writers[0])
    page.goto(section(plan))
    page.locator("#people_inclusion a", has_text="Add a row").click()
    row = page.locator("#people_inclusion form[data-row]")
    cell = row.locator("[name=target]")

    cell.fill("a dozen")
    row.get_by_role("button", name="Save the row").click()

    expect(cell).to_have_attribute("aria-invalid", "true")
    expect(row.locator(".invalid-feedback")).to_be_visible()
    expect(row.locator("[data-status] a")).to_have_attribute("href", f"#{cell.get_attribute('id')}")
    axe(page)
    cell.fill("12")
    row.locator("textarea").first.fill("Street vendors")
    row.get_by_role("button", name="Save the row").click()
    expect(page.locator("#people_inclusion th[scope=row]")).to_have_text("Street vendors")


def test_the_plan_is_written_by_keyboard_alone(plan, writers, page_as):
    page = page_as(writers[0])
    page.goto(section(plan))

    for _press in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == BOX[1:]:
            break
    page.keyboard.type("By keyboard.")

    expect(page.locator(STATUS)).to_contain_text("Saved")


@pytest.mark.parametrize("width", [1280, 320])
def test_every_section_reads_well(plan, writers, page_as, axe, width):
    guide = UserFactory(is_facilitator=True)
    plan.application.offering.facilitators.add(guide)
    saving.save(plan, "focus_type", "use_case", by=writers[0])
    for key in ("people_map", "rights_harms"):
        saving.save(plan, key, {"group": "A", "harm": "B"}, by=writers[0], row=uuid.uuid4())
        commenting.comment(plan, key, "Who else?", by=guide)
    page = page_as(writers[0], width=width)

    addresses = [section(plan, one.key) for one in plan.guide.sections]
    addresses += [f"/plans/{plan.uid}/answers/{key}/" for key in ("rights_register", "rights_aia")]
    addresses += [f"/plans/{plan.uid}/", f"/plans/{plan.uid}/hand-in/"]
    for address in addresses:
        page.goto(address)
        page.evaluate("document.querySelectorAll('main details').forEach((one) => one.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        axe(page)
