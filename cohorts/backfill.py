"""A seat comes free: the first city on the waitlist is offered it, by a person, with one mail."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cohorts import composing, portraits, selection
from cohorts.models import Application, Offering
from cohorts.models.application import State
from cohorts.workflow import SEATED
from sprint_portal.refusals import MoveRefused, NotPermitted, Refusal


class NotOffered(Refusal):
    """The place cannot be offered to this city now."""


@dataclass(frozen=True)
class Effect:
    """The cohort without the city and with it."""

    before: composing.Blend
    after: composing.Blend

    @property
    def rows(self) -> list[tuple[str, list, list]]:
        """(what, tallies before, tallies after), in the order in which they are weighed."""
        one, two = self.before, self.after
        return [
            (_("Continents"), one.continents, two.continents),
            (_("Countries"), one.countries, two.countries),
            (_("Sizes"), one.sizes, two.sizes),
            (_("Stages"), one.stages, two.stages),
        ]


def effect(application: Application) -> Effect:
    """What taking this city in does to the composition of the cities that hold a seat."""
    offering = application.offering
    seated = Application.objects.filter(offering=offering, state__in=SEATED)
    rows = [*seated.select_related("city").order_by("pk"), application]
    drawn = portraits.portraits(rows)
    span = {"days": (offering.runs_from, offering.runs_until), "minutes": offering.session_minutes}
    return Effect(composing.blend(drawn[:-1], **span), composing.blend(drawn, **span))


def untold(offering: Offering):
    """Cities that still read that they are selected, though they are not: they are told first."""
    told = Application.objects.filter(offering=offering, announced_state=State.SELECTED)
    return told.exclude(state__in=[*SEATED, State.WITHDRAWN]).select_related("city")


def blockers(offering: Offering) -> list[str]:
    """Why no place can be offered on now, as sentences that name no city."""
    if not selection.seats_free(offering):
        return [_("No seat is free.")]
    if untold(offering).exists():
        return [_("A city still reads that it is selected. Decide on it and release that first.")]
    first = selection.next_in_line(offering)
    if first is None:
        return [_("Nobody is on the waitlist.")]
    if first.announced_state != State.WAITLISTED:
        return [_("The waitlist is not released yet.")]
    return []


@transaction.atomic
def offer(*, application: Application, by, confirm_by: datetime, reason: str) -> Application:
    """Give the free seat to the first on the waitlist, and write to it at once.

    With the offering locked: of two who decide at the same moment the second hears of the first.
    Raises NotOffered, MoveRefused, NotPermitted.
    """
    offering = Offering.objects.select_for_update().get(pk=application.offering_id)
    row = Application.objects.select_related("city", "offering__sprint").get(pk=application.pk)
    if not by.has_perm("cohorts.decide_application", row):
        raise NotPermitted(_("You may not do this."))
    if row.state != State.WAITLISTED:
        raise MoveRefused(_("Someone has decided on this city meanwhile. Look again."))
    if why := blockers(offering):
        raise NotOffered(" ".join(why))
    if selection.next_in_line(offering) != row:
        raise MoveRefused(_("The order of the waitlist changed meanwhile. Look again."))
    if confirm_by <= timezone.now():
        raise NotOffered(_("Give the city a day in the future to confirm by."))
    selection.decide(name="select", application=row, by=by, reason=reason)
    selection.announce(row, by=by, confirm_by=confirm_by)
    return row
