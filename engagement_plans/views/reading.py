"""The plan, its sections, and the list of plans."""

from django.core.paginator import Paginator
from django.db.models import Case, Count, Q, When
from django.http import Http404
from django.shortcuts import redirect, render

from cohorts.models import Application
from engagement_plans import board, plans, sheet
from engagement_plans import progress as measuring
from engagement_plans.models import Plan
from engagement_plans.models.plan import State
from engagement_plans.workflow import WORKFLOW, is_edited_since
from sprint_portal.access import allow, holds, signed_in
from sprint_portal.refusals import Refusal

IN_REVIEW = Q(state=State.IN_REVIEW)
STILL_OPEN = Q(threads__isnull=False, threads__resolved_at=None)


@signed_in
def mine(request):
    """The reader's own plan, opened here the first time; whoever guides cities sees theirs.

    The team of a city that withdrew is led to the plan that it left.
    """
    if request.user.has_perm("engagement_plans.see_plans"):
        return redirect("engagement_plans:plans")
    found = Application.objects.of_team(request.user).confirmed().select_related("offering")
    application = found.first()
    try:
        if application is None:
            left = Plan.objects.left_by_team_of(request.user).first()
            return redirect(left) if left else render(request, "engagement_plans/not_yet.html")
        return redirect(plans.open_for(application, by=request.user))
    except Refusal as refusal:
        return render(request, "engagement_plans/not_yet.html", {"refusal": str(refusal)})


@holds("engagement_plans.see_plans")
def list_plans(request):
    """The plans of the reader's offerings, those that wait for them first, then those talked of."""
    seen = Plan.objects.visible_to(request.user)
    wanting = seen.aggregate(
        all=Count("pk", distinct=True),
        waiting=Count("pk", filter=IN_REVIEW, distinct=True),
        talked_of=Count("pk", filter=STILL_OPEN, distinct=True),
    )
    found = (
        seen.with_sprint()
        .annotate(talks=Count("threads", filter=STILL_OPEN, distinct=True))
        .prefetch_related("answers")
        .order_by(
            Case(When(IN_REVIEW, then=0), default=1),
            "-talks",
            "application__offering__slug",
            "application__city__name",
            "pk",
        )
    )
    paginator = Paginator(found, 30)
    paginator.count = wanting["all"]
    page = paginator.get_page(request.GET.get("page"))
    rows = [
        (plan, measuring.of(plan.guide, sheet.values(plan.guide, list(plan.answers.all()))))
        for plan in page
    ]
    context = {"rows": rows, "page_obj": page, **wanting}
    return render(request, "engagement_plans/plans.html", context)


@allow("engagement_plans.view_plan", of=Plan, bringing="with_sprint")
def plan(request, plan):
    """Where the plan stands, and what is next."""
    shown = board.of(plan)
    snapshots = list(plan.snapshots.select_related("by").defer("content"))
    context = {
        "plan": plan,
        "progress": shown.progress,
        "talks": _open_talks(plan),
        "snapshots": snapshots,
        "reviews": list(plan.reviews.select_related("by", "snapshot").defer("snapshot__content")),
        "choices": WORKFLOW.choices(plan, request.user),
        "edited_since": is_edited_since(plan, snapshots[-1] if snapshots else None),
        "may_edit": request.user.has_perm("engagement_plans.edit_plan", plan),
        "may_decide": request.user.has_perm("engagement_plans.decide_plan", plan),
        "may_publish": request.user.has_perm("engagement_plans.publish_plan", plan),
    }
    return render(request, "engagement_plans/plan.html", context)


@allow("engagement_plans.view_plan", of=Plan)
def section(request, plan, key):
    """One stop of the plan: each question a card, what is said about it beside it."""
    return render_section(request, plan, section_or_404(plan, key))


def section_or_404(plan, key):
    try:
        return plan.guide.section(key)
    except KeyError as unknown:
        raise Http404 from unknown


def render_section(request, plan, section, *, replaced=None, status=200):
    """The page of a section. replaced: (prompt key, form) where what was typed has errors."""
    shown = board.of(plan)
    may = {
        f"may_{what}": request.user.has_perm(f"engagement_plans.{permission}", plan)
        for what, permission in (
            ("edit", "edit_plan"),
            ("comment", "comment_plan"),
            ("ask", "ask_for_change"),
        )
    }
    threads = plan.threads.about(prompt.key for prompt in section.prompts)
    cards = board.cards(shown, section, threads, may_edit=may["may_edit"])
    for card in cards:
        if replaced and card.prompt.key == replaced[0]:
            card.entry = board.Entry.refused(replaced[1])
    context = {
        "plan": plan,
        "section": section,
        "cards": cards,
        "progress": shown.progress,
        "here": shown.progress.section(section.key),
        "around": _neighbours(plan.guide.sections, section),
        "waits_for_topic": _waits_for_topic(section, shown),
        "wrong": replaced[1] if replaced else None,
        **may,
    }
    return render(request, "engagement_plans/section.html", context, status=status)


def _waits_for_topic(section, shown):
    """Whether questions here depend on one that is not answered yet."""
    conditions = [prompt.applies_if for prompt in section.prompts if prompt.applies_if]
    return any(not shown.values.get(condition.prompt) for condition in conditions)


def _neighbours(sections, section):
    """(the section before or None, the one after or None)."""
    place = sections.index(section)
    before = sections[place - 1] if place else None
    return before, sections[place + 1] if place + 1 < len(sections) else None


def _open_talks(plan):
    """Open conversations with the question they are about, oldest first."""
    found = plan.threads.still_open().prefetch_related("comments__author")
    return [
        (thread, plan.guide.prompts[thread.key], list(thread.comments.all())[-1])
        for thread in found
        if thread.key in plan.guide.prompts and thread.comments.all()
    ]
