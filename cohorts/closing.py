"""Programme staff close an offering before its deadline, so that they can decide and release.

A deadline is a promise. So it takes a reason, stands on record with the day that was promised,
and whoever still had something to hand in is told at once, with the way to ask for more time.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cohorts import mail
from cohorts.models import Application, Offering
from cohorts.models.application import State
from sprint_portal import audit
from sprint_portal.accounts.models import User
from sprint_portal.refusals import Refusal, must

WITH_THE_CITY = (State.DRAFT, State.SUBMITTED, State.ELIGIBLE)


class NotOpen(Refusal):
    """There is nothing to close."""


def unfinished(offering: Offering) -> list[Application]:
    """Cities that still have something to hand in: drafts, and changes since the last hand-in."""
    rows = Application.objects.filter(
        offering=offering, announced_state__in=WITH_THE_CITY, erased_at=None
    ).exclude(state=State.WITHDRAWN)
    rows = rows.select_related("offering__sprint", "city").prefetch_related("revisions")
    return [row for row in rows.order_by("city__name", "pk") if _has_more(row)]


def _has_more(application) -> bool:
    handed_in = list(application.revisions.all())
    return not handed_in or handed_in[-1].answers != application.answers


@transaction.atomic
def close_now(*, offering: Offering, reason: str, by: User) -> int:
    """Take no more applications from this moment; how many cities are told.

    Cities that were given more time of their own keep it. The day promised first is kept for
    people to read. Raises NotOpen (also when someone closed it first), NotPermitted.
    """
    stored = Offering.objects.select_for_update(of=("self",)).get(pk=offering.pk)
    must(by, "cohorts.prepare_offering", stored)
    if not stored.is_open:
        raise NotOpen(_("The offering takes no applications now."))
    if not reason.strip():
        raise Refusal(_("Say why, in a sentence."))
    was, now = stored.closes_at, timezone.now()
    stored.first_closes_at, stored.closes_at = stored.first_closes_at or was, now
    # A page with the dates that somebody has open would set the old deadline again.
    revs = stored.section_revs
    stored.section_revs = {**revs, "dates": revs.get("dates", 0) + 1}
    stored.save(update_fields=["closes_at", "first_closes_at", "section_revs"])
    event = audit.record(
        by, "close_offering", stored, was=was.isoformat(), to=now.isoformat(), reason=reason
    )
    # By this very moment, not by when a request came in: ours came in before it.
    told = [row for row in unfinished(stored) if row.closes_at <= now]
    for row in told:
        mail.closed_early(row, reason=reason, event=event)
    return len(told)
