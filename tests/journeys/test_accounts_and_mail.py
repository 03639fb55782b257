"""One's own page, the time zone and the mail office: nothing in the way of anybody."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from sprint_portal.mail.models import Message, State
from tests.factories import UserFactory
from tests.journeys.gestures import follow, press

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def failed(db):
    return Message.objects.create(
        kind="x/y", key="k", to="ana@example.org", subject="Welcome", state=State.FAILED,
        body="A very long line. " * 30 + "https://example.org/" + "x" * 200, attempts=14,
        error="SMTPServerDisconnected: Connection unexpectedly closed",
    )  # fmt: skip


@pytest.mark.parametrize("width", [1280, 320])
def test_pages_meet_the_accessibility_rules(page_as, axe, failed, settings, width):
    settings.DEMO = True
    page = page_as(UserFactory(is_staff=True), width=width)
    mail = failed.get_absolute_url()
    for address in (
        "/you/",
        "/time-zone/",
        "/staff/mail/",
        "/staff/mail/?to=nobody",
        mail,
        "/demo/mail/",
    ):
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_visitor_keeps_the_zone_chosen_by_hand(visitor, javascript):
    page = visitor(javascript=javascript, timezone_id="America/Bogota")
    page.goto("/sprints/")
    page.goto("/time-zone/?next=/accounts/login/")
    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    press(page, "Show times in this zone")
    page.wait_for_url("**/accounts/login/")

    page.goto("/time-zone/")

    assert page.get_by_label("Time zone").input_value() == "Asia/Tokyo"


def test_staff_settle_a_mail_of_which_nobody_knows(page_as, failed, javascript):
    Message.objects.update(state=State.UNKNOWN, next_try_at=timezone.now())
    page = page_as(UserFactory(is_staff=True), javascript=javascript)
    page.goto("/staff/mail/?state=unknown")
    press(page, "Welcome", role="link")

    press(page, "It did arrive: mark as sent")
    page.wait_for_url("**/staff/mail/**")

    assert page.locator("main .badge").first.inner_text() == "Sent"
    failed.refresh_from_db()
    assert failed.state == State.SENT


def test_someone_signs_up_with_the_code_from_the_mail(visitor, javascript, mailoutbox):
    cache.clear()
    page = visitor(javascript=javascript)
    page.goto("/accounts/signup/")
    page.get_by_label("Your name").fill("Ana Ruiz (demo)")
    page.get_by_label("Email").fill("ana@city.example")
    page.get_by_label("Password").fill("seven quiet tramlines")
    follow(page.locator("main form.card button[type=submit]"))
    page.wait_for_url("**/accounts/confirm-email/")
    code = next(line for line in mailoutbox[0].body.splitlines() if line.startswith("    "))

    page.locator("input[name=code]").fill(code.strip())
    press(page, "Go on")
    page.wait_for_url(lambda url: "confirm" not in url)

    page.goto("/you/")
    assert page.get_by_label("Your name").input_value() == "Ana Ruiz (demo)"
