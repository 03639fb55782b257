"""Handing a plan in, and the verdict on what was handed in."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from engagement_plans import mail, sheet
from engagement_plans.models import Plan, Review, Snapshot
from engagement_plans.workflow import WORKFLOW
from sprint_portal.refusals import MoveRefused


@transaction.atomic
def hand_in(plan: Plan, *, agrees: bool, by) -> Snapshot:
    """Freeze the plan and ask the facilitators for their verdict.

    agrees: that answers marked public may be published as a best practice once approved; who
    agreed, and when, is kept. Raises NotPermitted or MoveRefused, the latter without agreement.
    """
    if not agrees:
        raise MoveRefused(_("Tick that answers marked public may be published."))
    now = timezone.now()
    WORKFLOW.perform("hand_in", plan, by=by, handed_in_at=now, agreed_by=by, agreed_at=now)
    snapshot = take_snapshot(plan, "handed_in", by=by)
    mail.handed_in(snapshot)
    return snapshot


@transaction.atomic
def approve(plan: Plan, *, note: str = "", by) -> Review:
    """Approve what was handed in. Raises NotPermitted or MoveRefused."""
    snapshot = plan.snapshots.last()
    WORKFLOW.perform("approve", plan, by=by, reason=note, approved_snapshot=snapshot)
    return _decided(plan, snapshot, Review.Verdict.APPROVE, note, by)


@transaction.atomic
def request_changes(plan: Plan, *, note: str, by) -> Review:
    """Give the plan back with what should change. Raises NotPermitted or MoveRefused."""
    WORKFLOW.perform("request_changes", plan, by=by, reason=note)
    return _decided(plan, plan.snapshots.last(), Review.Verdict.REQUEST_CHANGES, note, by)


def take_snapshot(plan: Plan, reason: str, *, by) -> Snapshot:
    """Freeze the plan as it stands: questions, answers, and what is kept internal.

    Call it within a transaction that has locked the plan.
    """
    plan = Plan.objects.select_related("template", "application__city").get(pk=plan.pk)
    return Snapshot.objects.create(
        plan=plan,
        number=plan.snapshots.count() + 1,
        reason=reason,
        by=by,
        plan_rev=plan.rev,
        content={
            "document": plan.template.document,
            "values": sheet.values(plan.guide, list(plan.answers.all())),
            "kept_internal": plan.kept_internal,
        },
    )


def _decided(plan, snapshot, verdict, note, by):
    review = Review.objects.create(plan=plan, snapshot=snapshot, verdict=verdict, note=note, by=by)
    mail.decided(review, list(plan.threads.still_open().prefetch_related("comments")))
    return review
