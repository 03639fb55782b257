"""Between the offer of a place and its confirmation: reminders, more time, offering it on.

Nothing here declines a city by itself. When its day has passed, a person reminds, gives time, or
offers the place on; until then a late confirmation counts.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cohorts import carry_mail, selection
from cohorts.models import Application, Offering
from cohorts.models.application import State
from cohorts.workflow import APPLICATION
from sprint_portal import audit
from sprint_portal.refusals import MoveRefused, Refusal, must

DAYS_BEFORE = (7, 3, 1)
# A second click, or a colleague's, is not a second wish.
BETWEEN_REMINDERS = timedelta(hours=1)
ONWARD = ("waitlist", "decline")


class NotNow(Refusal):
    """The step is not due, or was just taken."""


# --- by the clock ----------------------------------------------------------------------
def due() -> list[int]:
    """Ids of applications of which a reminder may be due now; `remind` asks again."""
    now = timezone.now()
    soon = now + timedelta(days=max(DAYS_BEFORE))
    rows = _awaited().filter(confirm_by__gt=now, confirm_by__lte=soon)
    return list(rows.values_list("pk", flat=True))


@transaction.atomic
def remind(application_id: int) -> None:
    """Remind one city once for each of DAYS_BEFORE. Safe to repeat.

    Of several that a late clock has missed only the nearest goes out; one whose moment had passed
    when the city was told of its day does not.
    """
    rows = _awaited().select_for_update(of=("self",)).filter(pk=application_id)
    if (row := rows.first()) and (days := days_due(row.told_at, row.confirm_by)):
        carry_mail.confirm_reminder(row, key=f"{row.confirm_by:%Y%m%dT%H%M%S}:{days}")


def days_due(told_at: datetime | None, confirm_by: datetime) -> int:
    """Which of DAYS_BEFORE is due now; 0 for none."""
    now = timezone.now()
    passed = [days for days in DAYS_BEFORE if confirm_by - timedelta(days=days) <= now]
    if not passed or confirm_by <= now:
        return 0
    days = min(passed)
    if told_at and confirm_by - timedelta(days=days) <= told_at:
        return 0
    return days


def _awaited():
    """Told that they are selected, and not confirmed."""
    return Application.objects.filter(
        state=State.SELECTED, announced_state=State.SELECTED
    ).select_related("offering__sprint", "city")


# --- by hand ---------------------------------------------------------------------------
@transaction.atomic
def remind_now(*, application: Application, by) -> None:
    """A reminder by hand. Raises NotNow when one went out within the hour."""
    row = _chased(application, by)
    since = timezone.now() - BETWEEN_REMINDERS
    if audit.history(row).filter(verb="remind", at__gt=since).exists():
        raise NotNow(_("A reminder went out within the last hour."))
    event = audit.record(by, "remind", row)
    carry_mail.confirm_reminder(row, key=f"by-hand:{event.pk}")


@transaction.atomic
def extend(*, application: Application, until: datetime, by) -> Application:
    """Give the city another day to confirm by, and say so. Raises NotNow."""
    row = _chased(application, by)
    if until <= timezone.now():
        raise NotNow(_("Choose a moment that lies ahead."))
    if row.confirm_by == until:
        return row
    if row.confirm_by and until < row.confirm_by:
        raise NotNow(_("The city was promised more time than that."))
    was = f"{row.confirm_by:%Y-%m-%d %H:%M} UTC" if row.confirm_by else ""
    row.confirm_by, row.told_at = until, timezone.now()
    row.save(update_fields=["confirm_by", "told_at", "updated_at"])
    event = audit.record(by, "extend_confirmation", row, was=was, to=f"{until:%Y-%m-%d %H:%M} UTC")
    carry_mail.confirm_extended(row, event=event)
    return row


@transaction.atomic
def offer_on(*, application: Application, by, reason: str, then: str = "waitlist") -> Application:
    """Take an unconfirmed place back once its day has passed, and tell the city at once.

    then: one of ONWARD, what becomes of the city. From here on its confirmation comes too late.
    Raises NotNow, MoveRefused, NotPermitted.
    """
    if then not in ONWARD:
        raise NotNow(_("Say what becomes of the city."))
    Offering.objects.select_for_update().get(pk=application.offering_id)
    row = _chased(application, by)
    if not row.confirm_by or row.confirm_by > timezone.now():
        raise NotNow(_("The city has until its day to confirm. Wait until it has passed."))
    APPLICATION.perform("undo", row, by=by, reason=reason)
    if then == "waitlist":
        selection.waitlist(application=row, by=by, reason=reason)
    else:
        selection.decide(name=then, application=row, by=by, reason=reason)
    selection.announce(row, by=by, confirm_by=None, tell=carry_mail.place_offered_on)
    return row


def _chased(application, by) -> Application:
    """The row, locked, if it still waits for the city and `by` may see to it."""
    row = (
        Application.objects.select_for_update(of=("self",))
        .select_related("offering__sprint", "city")
        .get(pk=application.pk)
    )
    must(by, "cohorts.chase_application", row)
    if (row.state, row.announced_state) != (State.SELECTED, State.SELECTED):
        raise MoveRefused(_("The city has answered, or its place has moved on. Reload the page."))
    return row
