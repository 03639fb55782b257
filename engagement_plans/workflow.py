"""The states of a plan as one table: draft → in review → changes asked for ⇄ in review → approved.

The plan stays editable and open to comments in every state; a state says only whose turn it is.
Approval covers the snapshot that was handed in. What is written later is shown as edited since,
and is approved by handing in again.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from engagement_plans import progress, sheet
from engagement_plans.models import Plan, Snapshot
from engagement_plans.models.plan import State
from sprint_portal.transitions import Action, Workflow


def nothing_is_missing(plan: Plan, user) -> str:
    """Every required question that applies is answered."""
    now = progress_of(plan)
    if now.is_complete:
        return ""
    count = len(now.missing)
    return (
        ngettext(
            "%d required question still needs an answer.",
            "%d required questions still need an answer.",
            count,
        )
        % count
    )


def something_is_new(plan: Plan, user) -> str:
    """Handing in again takes at least one change since the last time."""
    last = plan.snapshots.defer("content").last()
    if plan.state == State.APPROVED and last and last.plan_rev == plan.rev:
        return _("Nothing has changed since it was approved.")
    return ""


def no_change_is_asked_for(plan: Plan, user) -> str:
    """Approval waits until the facilitators' own requests are resolved."""
    count = plan.threads.still_open().filter(asks_for_change=True).count()
    if not count:
        return ""
    return (
        ngettext(
            "%d request for a change is open: resolve it first.",
            "%d requests for changes are open: resolve them first.",
            count,
        )
        % count
    )


WORKFLOW = Workflow(
    [
        Action(
            "hand_in",
            gettext_lazy("Hand in for review"),
            frozenset({State.DRAFT, State.CHANGES, State.APPROVED}),
            State.IN_REVIEW,
            "engagement_plans.hand_in_plan",
            guards=(nothing_is_missing, something_is_new),
        ),
        Action(
            "approve",
            gettext_lazy("Approve"),
            frozenset({State.IN_REVIEW}),
            State.APPROVED,
            "engagement_plans.decide_plan",
            guards=(no_change_is_asked_for,),
        ),
        Action(
            "request_changes",
            gettext_lazy("Ask for changes"),
            frozenset({State.IN_REVIEW}),
            State.CHANGES,
            "engagement_plans.decide_plan",
            needs_reason=True,
        ),
    ]
)


def progress_of(plan: Plan) -> progress.Progress:
    """How far a plan is, from its stored answers."""
    return progress.of(plan.guide, sheet.values(plan.guide, list(plan.answers.all())))


def is_edited_since(plan: Plan, snapshot: Snapshot | None) -> bool:
    """Whether anything changed after a snapshot was taken."""
    return snapshot is not None and snapshot.plan_rev != plan.rev
