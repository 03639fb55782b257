"""The nine states of an application, and the only steps between them.

`state` is what staff decided; `announced_state` is what the city was told, reads and acts upon.
Public labels stand beside the states (`cohorts.models.application.PUBLIC_LABELS`). Verbs in
`intake.py` and `selection.py` take the steps; pages ask `APPLICATION.choices` for their buttons.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as say

from cohorts import eoi
from cohorts.eligibility import is_met, open_stages
from cohorts.models.application import DECIDED, Application, State
from sprint_portal.transitions import Action, Workflow

LIVE = frozenset(State) - {State.WITHDRAWN}
SEATED = (State.SELECTED, State.CONFIRMED)


# --- guards: (row, user) -> "" or the sentence that the person reads -------------------
def window_open(application, user) -> str:
    if application.is_window_open:
        return ""
    return _("The deadline has passed. Your text is kept; ask us for more time if you need it.")


def complete(application, user) -> str:
    if eoi.is_complete(application.answers):
        return ""
    return _("Something is still missing; the six steps say what.")


def one_per_city(application, user) -> str:
    others = Application.objects.live().exclude(pk=application.pk)
    if others.filter(offering=application.offering_id, city=application.city_id).exists():
        return _("Your city has another application for this offering.")
    return ""


def stage_confirmed(application, user) -> str:
    if is_met(findings_of(application).values()):
        return ""
    return _("Confirm at least one stage as met first.")


def no_stage_met(application, user) -> str:
    if is_met(findings_of(application).values()):
        return _("A stage is confirmed as met, so the city is eligible.")
    return ""


def all_stages_checked(application, user) -> str:
    if open_stages(findings_of(application)):
        return _("Look at all four stages first.")
    return ""


def next_step_given(application, user) -> str:
    if any(finding.next_step.strip() for finding in application.findings.all()):
        return ""
    return _("Write the city a next step for at least one stage.")


def seat_free(application, user) -> str:
    """Asked with the offering locked, so that two deciders cannot both give the last seat."""
    taken = Application.objects.filter(offering=application.offering_id, state__in=SEATED).count()
    if taken < application.offering.capacity:
        return ""
    return _("All %(seats)s seats are given.") % {"seats": application.offering.capacity}


def seat_kept(application, user) -> str:
    if application.announced_state == State.SELECTED:
        return ""
    return _("The city has not been told yet.")


def not_announced_final(application, user) -> str:
    if application.announced_state in (State.DECLINED, State.NOT_YET):
        return _("The decision is made; there is nothing to withdraw from.")
    return ""


def is_announced(application, user) -> bool:
    return application.announced_state in DECIDED


def acts_for_a_city(application, user) -> bool:
    """Staff may act for a city that telephones, and say why."""
    return all(member.user_id != user.pk for member in application.city.team.all())


def findings_of(application) -> dict[str, str]:
    """{stage: finding} as recorded."""
    return {one.stage: one.finding for one in application.findings.all()}


# --- the table -------------------------------------------------------------------------
APPLICATION = Workflow(
    [
        Action(
            "submit",
            say("Hand in"),
            frozenset({State.DRAFT}),
            State.SUBMITTED,
            "cohorts.submit_application",
            (window_open, complete, one_per_city),
            # The table itself keeps one application a city: 200 cities do not wait in one line.
            alone=True,
        ),
        Action(
            "find_eligible",
            say("Eligible"),
            frozenset({State.SUBMITTED}),
            State.ELIGIBLE,
            "cohorts.assess_application",
            (stage_confirmed,),
        ),
        Action(
            "find_not_yet",
            say("Not yet eligible"),
            frozenset({State.SUBMITTED}),
            State.NOT_YET,
            "cohorts.assess_application",
            (no_stage_met, all_stages_checked, next_step_given),
        ),
        Action(
            "reassess",
            say("Look at the stages again"),
            frozenset({State.ELIGIBLE, State.NOT_YET}),
            State.SUBMITTED,
            "cohorts.assess_application",
            needs_reason=True,
        ),
        Action(
            "select",
            say("Select"),
            frozenset({State.ELIGIBLE, State.WAITLISTED}),
            State.SELECTED,
            "cohorts.decide_application",
            (seat_free,),
            needs_reason=True,
        ),
        Action(
            "waitlist",
            say("Put on the waitlist"),
            frozenset({State.ELIGIBLE}),
            State.WAITLISTED,
            "cohorts.decide_application",
        ),
        Action(
            "decline",
            say("Do not select"),
            frozenset({State.ELIGIBLE, State.WAITLISTED}),
            State.DECLINED,
            "cohorts.decide_application",
            needs_reason=True,
        ),
        Action(
            "undo",
            say("Take the decision back"),
            frozenset({State.SELECTED, State.WAITLISTED, State.DECLINED}),
            State.ELIGIBLE,
            "cohorts.decide_application",
            needs_reason=is_announced,
        ),
        Action(
            "confirm",
            say("Confirm our place"),
            frozenset({State.SELECTED}),
            State.CONFIRMED,
            "cohorts.confirm_application",
            (seat_kept,),
            needs_reason=acts_for_a_city,
        ),
        # A draft may be withdrawn too: one begun by mistake would hold the city's only place.
        Action(
            "withdraw",
            say("Withdraw"),
            LIVE,
            State.WITHDRAWN,
            "cohorts.withdraw_application",
            (not_announced_final,),
            needs_reason=acts_for_a_city,
        ),
    ],
    lock_first=("offering",),
)
