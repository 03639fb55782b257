"""Handing in, and the verdict."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from engagement_plans import board, review
from engagement_plans.exporting import reading_of
from engagement_plans.forms import HandInForm, VerdictForm
from engagement_plans.models import Plan
from engagement_plans.workflow import WORKFLOW
from sprint_portal.access import allow
from sprint_portal.refusals import Refusal


@allow("engagement_plans.hand_in_plan", of=Plan)
def hand_in(request, plan):
    """What is still missing, each with its place; and the agreement, once nothing is."""
    form = HandInForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            review.hand_in(plan, agrees=form.cleaned_data["agrees"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your plan is handed in. You can go on editing it."))
            return redirect(plan)
    shown = board.of(plan)
    choice = next((c for c in WORKFLOW.choices(plan, request.user)), None)
    context = {"plan": plan, "form": form, "progress": shown.progress, "choice": choice}
    context["open_requests"] = plan.threads.still_open().filter(asks_for_change=True).count()
    status = 422 if form.is_bound else 200
    return render(request, "engagement_plans/hand_in.html", context, status=status)


@require_POST
@allow("engagement_plans.decide_plan", of=Plan)
def decide(request, plan):
    """Approve what was handed in, or ask for changes."""
    form = VerdictForm(request.POST)
    if form.is_valid():
        verb = {"approve": review.approve, "request_changes": review.request_changes}
        try:
            verb[form.cleaned_data["verdict"]](
                plan, note=form.cleaned_data["note"], by=request.user
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The city is told."))
            return redirect(plan)
    return _verdict_page(request, plan, form, status=422)


@allow("engagement_plans.decide_plan", of=Plan)
def verdict(request, plan):
    """The form for a verdict, with what still stands in the way."""
    return _verdict_page(request, plan, VerdictForm())


@allow("engagement_plans.view_plan", of=Plan)
def snapshot(request, plan, number):
    """The plan as it was handed in: nothing on this page changes any more."""
    taken = get_object_or_404(plan.snapshots.select_related("by"), number=number)
    only_public = request.GET.get("view") == "public"
    context = {
        "plan": plan,
        "snapshot": taken,
        "only_public": only_public,
        "sections": reading_of(taken, only_public=only_public),
    }
    return render(request, "engagement_plans/snapshot.html", context)


def _verdict_page(request, plan, form, *, status=200):
    context = {
        "plan": plan,
        "form": form,
        "choices": WORKFLOW.choices(plan, request.user),
        "snapshot": plan.snapshots.defer("content").last(),
        "talks": plan.threads.still_open().count(),
    }
    return render(request, "engagement_plans/verdict.html", context, status=status)
