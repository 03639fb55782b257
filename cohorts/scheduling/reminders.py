"""A mail the day before. Nothing is queued ahead, so nothing needs to be called back."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cohorts.models import Meeting
from cohorts.scheduling import mail

HOURS = 24
AHEAD = timedelta(hours=HOURS)


def due():
    """Ids of confirmed meetings that begin within a day.

    A meeting that was booked or moved when less than a day was left is not reminded of: its
    people have just had a mail.
    """
    now = timezone.now()
    near = Meeting.objects.filter(
        status="confirmed",
        starts_at__gt=now,
        starts_at__lte=now + AHEAD,
        settled_at__lte=F("starts_at") - AHEAD,
    )
    return list(near.values_list("pk", flat=True))


@transaction.atomic
def remind(meeting_id: int):
    """Remind everyone of one meeting who has not been, if it still takes place. Safe to repeat."""
    rows = Meeting.objects.select_related("offering__sprint", "city", "facilitator")
    meeting = rows.select_for_update(of=("self",), no_key=True).get(pk=meeting_id)
    if meeting.status == Meeting.Status.CONFIRMED and meeting.starts_at > timezone.now():
        mail.reminded(meeting, hours=HOURS)
