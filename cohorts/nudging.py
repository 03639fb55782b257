"""Drafts are reminded of their deadline while there is still time to finish."""

from datetime import timedelta

from django.utils import timezone

from cohorts import nudge_mail
from cohorts.models import Application
from cohorts.models.application import State

BEFORE_DEADLINE = timedelta(days=3)
# A draft begun in the last hours needs no reminder of what its people are doing right now.
YOUNGEST_DRAFT = timedelta(hours=12)


def unfinished_drafts() -> list[Application]:
    """Drafts whose deadline is near, a city's own later one counted."""
    now = timezone.now()
    drafts = Application.objects.filter(
        state=State.DRAFT, offering__opens_at__lte=now, created_at__lte=now - YOUNGEST_DRAFT
    ).select_related("offering__sprint", "city")
    return [row for row in drafts if now < row.closes_at <= now + BEFORE_DEADLINE]


def nudge() -> None:
    """Write to cities that have not handed in and soon no longer can. Run twice, writes once."""
    for application in unfinished_drafts():
        nudge_mail.deadline_is_near(application)
