"""On to a later offering: who is on the path, inviting them, and beginning with what they wrote.

An earlier file is never touched. A city begins by a click of its own; the four stages and the
consent are asked again (`intake.start` leaves them out).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cohorts import carry_mail, eoi, intake, path
from cohorts.models import Application, Invitation, Offering
from cohorts.models.stage_check import Stage
from cohorts.path import INVITED, ON_PATH, begin_blockers
from sprint_portal import audit
from sprint_portal.refusals import NotPermitted, Refusal, must


class NotInvited(Refusal):
    """This city cannot be invited to that offering now."""


@dataclass(frozen=True)
class Result:
    """What became of one city: `sentence` says it."""

    application: Application
    done: bool
    sentence: str


@dataclass(frozen=True)
class AskedAgain:
    """One stage as it was answered before, and the next step that we named for it; "" for none."""

    label: str
    claim: str
    evidence: str
    next_step: str


# --- staff -----------------------------------------------------------------------------
def on_path(offering: Offering, user):
    """Cities that were told not yet, not selected or waitlisted, and nothing else since."""
    rows = Application.objects.judged_by(user).filter(offering=offering)
    told = rows.filter(announced_state__in=ON_PATH, state=F("announced_state"))
    return (
        told.select_related("city")
        .prefetch_related(INVITED, "findings")
        .order_by("city__name", "pk")
    )


def later_than(offering: Offering):
    """Where its cities can be invited: announced, not closed, and closing later."""
    rows = Offering.objects.filter(announced=True, closes_at__gt=timezone.now())
    return (
        rows.filter(closes_at__gt=offering.closes_at)
        .exclude(pk=offering.pk)
        .select_related("sprint")
        .order_by("closes_at")
    )


def invite_many(
    *, applications: Iterable[Application], offering: Offering | None, by
) -> list[Result]:
    """Invite each, in a transaction of its own; what is refused stops nothing else."""
    return [_one(application, offering, by) for application in applications]


def _one(application, offering, by) -> Result:
    try:
        invite(application=application, offering=offering, by=by)
    except Refusal as refusal:
        return Result(application, False, str(refusal))
    if offering is None:
        return Result(application, True, _("Is on the list; we write once it is scheduled."))
    return Result(application, True, _("Invited to %(offering)s.") % {"offering": offering})


@transaction.atomic
def invite(*, application: Application, offering: Offering | None, by) -> Invitation:
    """Invite a city on; None keeps the place for an offering that is not scheduled yet.

    An invitation that waited is filled. One mail, once there is an offering to begin with.
    Raises NotInvited, NotPermitted.
    """
    stored = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    must(by, "cohorts.invite_on", stored)
    if why := blockers(stored, offering):
        raise NotInvited(" ".join(why))
    waiting = stored.invitations_on.filter(offering=None).first()
    invitation = waiting or Invitation(application=stored, invited_by=by)
    invitation.offering = offering
    invitation.save()
    audit.record(by, "invite_on", stored, to=offering.slug[:40] if offering else "later")
    if offering:
        carry_mail.invited_on(invitation)
    return invitation


def blockers(application: Application, offering: Offering | None) -> list[str]:
    """Why this city cannot be invited there, as sentences."""
    if application.announced_state not in ON_PATH:
        return [_("Its decision is not announced, or it has a place.")]
    if application.state != application.announced_state:
        return [_("A new decision about it waits for its release.")]
    if application.invitations_on.filter(offering=offering).exists():
        return [_("It is invited already.") if offering else _("It is on the list already.")]
    if offering is None:
        return []
    why = []
    if not later_than(application.offering).filter(pk=offering.pk).exists():
        why.append(_("That offering is not announced, is closed, or is not a later one."))
    if live_in(offering, application.city_id):
        why.append(_("It has an application there already."))
    return why


def live_in(offering: Offering, city_id: int) -> Application | None:
    """The city's live application for `offering`."""
    return Application.objects.live().filter(offering=offering, city=city_id).first()


# --- the city --------------------------------------------------------------------------
@transaction.atomic
def begin(*, invitation: Invitation, by) -> Application:
    """The city's draft in the later offering, begun with what it wrote; or the one it has.

    Clicked twice, or by two people at once, it is one draft. Raises NotPermitted, NotInvited.
    """
    stored = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not by.has_perm("cohorts.accept_invitation", stored):
        raise NotPermitted(_("You may read for this city, not write. Ask an owner."))
    if stored.draft and stored.draft.state != "withdrawn":
        return stored.draft
    if why := begin_blockers(stored):
        raise NotInvited(" ".join(why))
    draft = intake.start(
        offering=stored.offering,
        city=stored.application.city,
        by=by,
        earlier=stored.application,
    )
    stored.draft, stored.accepted_at, stored.accepted_by = draft, timezone.now(), by
    stored.save(update_fields=["draft", "accepted_at", "accepted_by"])
    audit.record(by, "accept_invitation", stored.application, to=draft.reference)
    return draft


def asked_again(application: Application) -> list[AskedAgain]:
    """The four stages as they stood in what a draft was begun with; [] without any."""
    earlier = application.carried_from
    if not earlier:
        return []
    steps = {mark.stage: mark.next_step for mark in path.as_told(earlier)}
    claims = eoi.claims(earlier.answers)
    return [
        AskedAgain(
            str(stage.label),
            eoi.shown(eoi.FIELDS[eoi.stage_key(stage)], claims[stage]),
            str(earlier.answers.get(eoi.evidence_key(stage)) or ""),
            steps.get(stage, ""),
        )
        for stage in Stage
        if claims[stage] or steps.get(stage)
    ]
