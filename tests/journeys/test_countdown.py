"""A page that stays open past a deadline does not go on promising time."""

from datetime import timedelta

from django.utils import timezone

from tests.cohorts.intake_factories import draft
from tests.factories import OfferingFactory


def test_the_minutes_run_down_and_end(page_as):
    closes_at = timezone.now() + timedelta(minutes=30, seconds=30)
    application, owner = draft(offering=OfferingFactory(closes_at=closes_at))
    page = page_as(owner)
    page.clock.install()
    page.goto(application.get_absolute_url())
    left = page.locator(".next time.countdown")
    assert left.inner_text() == "30 minutes left"

    page.clock.fast_forward("10:00")
    assert left.inner_text() == "20 minutes left"

    page.clock.fast_forward("25:00")
    assert left.inner_text() == "the time is over"
    assert "left" not in page.locator("main").inner_text().split("The six steps")[0]
