"""Staff prepare the next offering from the pilot, word a mail, announce it; a city finds it."""

import re
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from django.utils.module_loading import import_string

from cohorts.models import Offering
from sprint_portal.mail.models import Message
from tests.factories import StaffFactory, UserFactory
from tests.journeys.gestures import press

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _content():
    for loader in django_settings.CONTENT_LOADERS:
        import_string(loader)()


def looked_at(page, axe, javascript):
    """What every page has: one headline, nothing cut off at the side, and no barrier axe finds."""
    assert page.locator("h1").count() == 1
    if javascript:
        width = page.viewport_size["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        axe(page)


def prepare(page, look, starts):
    """From the list to the copy."""
    page.goto("/staff/applications/")
    look()
    press(page, "Set offerings up", role="link")
    look()
    press(page, "Prepare the next offering", role="link")
    look()
    page.get_by_label("Term").fill("Spring ahead")
    page.get_by_label("First week begins about").fill(starts.isoformat())
    page.get_by_label("Address").fill("spring-ahead")
    page.get_by_label("Reference prefix").fill("BCT-NEXT")
    press(page, "Prepare it")


def set_dates(page, look, offering):
    press(page, re.compile(r"Change\s*: Dates"), role="link", exact=False)
    look()
    day = offering.closes_at.date() + timedelta(days=10)
    page.get_by_label("Selected cities confirm by", exact=False).first.fill(day.isoformat())
    press(page, "Save")


@pytest.mark.parametrize("width", [1280, 360])
def test_staff_prepare_and_announce_the_next_offering(page_as, visitor, axe, javascript, width):
    staff, dana = StaffFactory(), UserFactory(name="Dana (demo)", is_facilitator=True)
    page = page_as(staff, javascript=javascript, width=width)

    def look():
        looked_at(page, axe, javascript)

    prepare(page, look, timezone.localdate() + timedelta(weeks=30))
    look()
    assert page.get_by_text("lacks 3 things").count() == 1
    offering = Offering.objects.get(slug="spring-ahead")

    set_dates(page, look, offering)
    press(page, re.compile(r"Change\s*: Facilitators"), role="link", exact=False)
    look()
    page.get_by_label("Dana (demo)").check()
    press(page, "Save")
    change = re.compile(r"Change\s*: How long we keep what cities write")
    press(page, change, role="link", exact=False)
    look()
    kept = offering.runs_until + timedelta(days=365)
    page.get_by_label("Keep applications until").fill(kept.isoformat())
    press(page, "Save")
    press(page, "Announce it")
    look()

    assert page.get_by_role("heading", name="Spring ahead is announced").count() == 1
    offering.refresh_from_db()
    assert offering.announced
    assert list(offering.facilitators.all()) == [dana]
    city = visitor(javascript=javascript, width=width)
    city.goto("/sprints/spring-ahead/")
    assert city.get_by_text("What you write is kept until").count() == 1


def test_staff_word_a_mail_and_try_it_on_themselves(page_as, axe, watch, javascript):
    watch.forgive("status of 422")  # an unknown placeholder, typed on purpose
    staff = StaffFactory()
    page = page_as(staff, javascript=javascript)
    page.goto(f"/staff/sprints/{Offering.objects.get().slug}/mail/")
    looked_at(page, axe, javascript)
    press(page, "Not selected", role="link")

    page.get_by_label("Text").fill("Dear {mayor}")
    press(page, "Save")
    looked_at(page, axe, javascript)
    assert page.get_by_text("stands for nothing here").count() >= 1
    page.get_by_label("Text").fill("Dear {reader}, not this time. {link}")
    press(page, "Save")
    looked_at(page, axe, javascript)
    assert page.get_by_text("Saved. It goes out like this from now on.").count() == 1
    press(page, "Send me a test")

    assert f"Dear {staff}, not this time." in Message.objects.get(to=staff.email).body
