"""A seat comes free: the first city on the waitlist is offered it, by a person, with one mail."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cohorts import composing, portraits, selection
from cohorts.models import Application, Offering
from cohorts.models.application import State
from cohorts.models.review import conflict
from cohorts.workflow import SEATED
from sprint_portal.accounts.models import User
from sprint_portal.refusals import MoveRefused, Refusal, must


class NotOffered(Refusal):
    """The place cannot be offered to this city now."""


@dataclass(frozen=True)
class Effect:
    """The cohort without the city and with it. closed: its cities that the reader may not judge."""

    before: composing.Blend
    after: composing.Blend
    closed: int

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


@dataclass(frozen=True)
class Board:
    """Everyone who has to do with the places of an offering, read in one query.

    rows: those seated, waitlisted, or told that they are selected; `barred` on each says whether
    the reader has a conflict with the city.
    """

    offering: Offering
    rows: list[Application]

    @property
    def seated(self) -> list[Application]:
        return [row for row in self.rows if row.state in SEATED]

    @property
    def free(self) -> int:
        return max(self.offering.capacity - len(self.seated), 0)

    @property
    def awaited(self) -> list[Application]:
        """Told that they are selected, and not confirmed; the earliest day first."""
        both = (State.SELECTED, State.SELECTED)
        rows = [row for row in self.rows if (row.state, row.announced_state) == both]
        return sorted(rows, key=lambda row: (row.confirm_by is None, row.confirm_by, row.pk))

    @property
    def waitlist(self) -> list[Application]:
        """In its order."""
        rows = [row for row in self.rows if row.state == State.WAITLISTED]
        return sorted(rows, key=lambda row: (row.waitlist_rank or 0, row.pk))

    @property
    def first(self) -> Application | None:
        """Who is offered a free seat."""
        return self.waitlist[0] if self.free and self.waitlist else None

    @property
    def is_untold(self) -> bool:
        """Whether a city still reads that it is selected, though it is not."""
        gone = (*SEATED, State.WITHDRAWN)
        return any(
            row.announced_state == State.SELECTED and row.state not in gone for row in self.rows
        )

    @property
    def blockers(self) -> list[str]:
        """Why no place can be offered on now, as sentences that name no city."""
        if not self.free:
            return [_("No seat is free.")]
        if self.is_untold:
            return [
                _("A city still reads that it is selected. Decide on it and release that first.")
            ]
        if self.first is None:
            return [_("Nobody is on the waitlist.")]
        if self.first.announced_state != State.WAITLISTED:
            return [_("The waitlist is not released yet.")]
        return []

    def effect(self, reader: User) -> Effect:
        """What taking the first city in does to the composition of those that hold a seat.

        As far as `reader` may see them: a city that they have a conflict with is left out.
        """
        open_to_reader = [row for row in self.seated if not row.barred]
        offering = self.offering
        days = (offering.runs_from, offering.runs_until)
        drawn = portraits.portraits([*open_to_reader, self.first], reader)
        before, after = (
            composing.blend(some, days=days, minutes=offering.session_minutes)
            for some in (drawn[:-1], drawn)
        )
        return Effect(before, after, len(self.seated) - len(open_to_reader))


def board(offering: Offering, user) -> Board:
    """The places as they stand now, for one reader."""
    involved = Q(state__in=[*SEATED, State.WAITLISTED]) | Q(announced_state=State.SELECTED)
    rows = Application.objects.filter(involved, offering=offering).select_related("city")
    rows = list(rows.annotate(barred=Count("pk", filter=conflict(user))).order_by("pk"))
    for row in rows:
        row.offering = offering
    return Board(offering, rows)


@transaction.atomic
def offer(
    *, application: Application, by, confirm_by: datetime, reason: str, note: str = ""
) -> Application:
    """Give the free seat to the first on the waitlist, and write to it at once.

    note: goes with the mail, in place of the one that came with the waitlist.

    With the offering locked: of two who decide at the same moment the second hears of the first.
    Raises NotOffered, MoveRefused, NotPermitted.
    """
    offering = Offering.objects.select_for_update().get(pk=application.offering_id)
    row = Application.objects.select_related("city", "offering__sprint").get(pk=application.pk)
    must(by, "cohorts.decide_application", row)
    if row.state != State.WAITLISTED:
        raise MoveRefused(_("Someone has decided on this city meanwhile. Look again."))
    now = board(offering, by)
    if now.blockers:
        raise NotOffered(" ".join(now.blockers))
    if now.first != row:
        raise MoveRefused(_("The order of the waitlist changed meanwhile. Look again."))
    if confirm_by <= timezone.now():
        raise NotOffered(_("Give the city a day in the future to confirm by."))
    selection.decide(name="select", application=row, by=by, reason=reason)
    if row.note_to_city != note:
        selection.write_note(application=row, note=note, by=by)
        row.note_to_city = note
    selection.announce(row, by=by, confirm_by=confirm_by)
    return row
