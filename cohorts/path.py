"""The written path of a city that got no place: what was found stage by stage, and what is next."""

from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from cohorts.models import Application, Invitation
from cohorts.models.application import State
from cohorts.models.stage_check import Stage, StageFinding
from sprint_portal.times import full_words

# Whoever is told one of these has a way to a later offering.
ON_PATH = (State.NOT_YET, State.DECLINED, State.WAITLISTED)

# What `step_for` reads of many applications at once.
INVITED = Prefetch("invitations_on", Invitation.objects.select_related("offering__sprint", "draft"))

Finding = StageFinding.Finding


@dataclass(frozen=True)
class Mark:
    """One stage as the city reads it. next_step: "" where none was written."""

    stage: Stage
    finding: str
    next_step: str

    @property
    def label(self) -> str:
        return str(self.stage.label)

    @property
    def finding_label(self) -> str:
        return str(Finding(self.finding).label)


def as_found(application: Application) -> list[dict]:
    """The stages as staff have them now, ready to be kept with the decision."""
    rows = {one.stage: one for one in application.findings.all()}
    return [
        {"stage": stage, "finding": rows[stage].finding, "next_step": rows[stage].next_step.strip()}
        for stage in Stage.values
        if stage in rows
    ]


def as_told(application: Application) -> list[Mark]:
    """The stages as the city was told them; [] for those who are on no path.

    Rows decided before the path was kept show what was found, unless it is being looked at anew.
    """
    if application.announced_state not in ON_PATH:
        return []
    kept = application.told_path
    if not kept and application.state == application.announced_state:
        kept = as_found(application)
    return [Mark(Stage(one["stage"]), one["finding"], one["next_step"]) for one in kept]


def first_step(application: Application) -> str:
    """The next step to begin with; "" when none was written."""
    return next((one.next_step for one in as_told(application) if one.next_step), "")


# --- the invitation, as the city has it -------------------------------------------------
@dataclass(frozen=True)
class Step:
    """What a city can do about its invitation now. blockers: why it cannot begin, as sentences."""

    invitation: Invitation
    blockers: tuple[str, ...]

    @property
    def draft(self) -> Application | None:
        return self.invitation.draft


def invitations_of(application: Application) -> list[Invitation]:
    """The newest first."""
    prefetch_related_objects([application], INVITED)  # asked once, however often it is needed
    return sorted(application.invitations_on.all(), key=lambda one: -one.pk)


def step_for(application: Application) -> Step | None:
    """The invitation that matters now: one that can be begun, else the newest."""
    steps = [Step(one, tuple(begin_blockers(one))) for one in invitations_of(application)]
    return next((one for one in steps if not one.blockers), steps[0] if steps else None)


def begin_blockers(invitation: Invitation) -> list[str]:
    """Why the city cannot begin now."""
    offering, now = invitation.offering, timezone.now()
    if offering is None:
        return [_("The next offering is not scheduled yet. We write to you once it is.")]
    if offering.opens_at > now:
        opens = full_words(offering.opens_at, offering.zone)
        return [_("You can begin from %(opens)s.") % {"opens": opens}]
    if not invitation.draft_id and not offering.is_open:
        return [_("This offering does not take applications any more. We invite you to the next.")]
    return []
