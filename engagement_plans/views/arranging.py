"""Rows in order, rows taken away and brought back, answers kept internal."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from engagement_plans import publicness, rows
from engagement_plans.models import Answer, Plan
from engagement_plans.views.writing import anchor, prompt_or_404
from sprint_portal.access import allow
from sprint_portal.refusals import Refusal


@require_POST
@allow("engagement_plans.edit_plan", of=Plan)
def move_row(request, plan, key, row):
    """One place up or down."""
    prompt = prompt_or_404(plan, key, table=True)
    up = request.POST.get("to") == "up"
    return _done(plan, prompt, rows.move, plan, key, str(row), up=up, by=request.user)


@require_POST
@allow("engagement_plans.edit_plan", of=Plan)
def remove_row(request, plan, key, row):
    """Out of the table; its text is kept and can be brought back."""
    prompt = prompt_or_404(plan, key, table=True)
    answer = _done(plan, prompt, rows.remove, plan, key, str(row), by=request.user)
    messages.info(request, _("The row is removed. Its text is kept under the table."))
    return answer


@require_POST
@allow("engagement_plans.edit_plan", of=Plan)
def restore_row(request, plan, key, row):
    """Back to where it stood."""
    prompt = prompt_or_404(plan, key, table=True)
    return _done(plan, prompt, rows.restore, plan, key, str(row), by=request.user)


@require_POST
@allow("engagement_plans.edit_plan", of=Plan)
def set_public(request, plan, key):
    """Let an answer be published with the plan, or keep it internal."""
    prompt = prompt_or_404(plan, key)
    public = request.POST.get("public") == "yes"
    try:
        publicness.set_public(plan, key, public=public, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(anchor(plan, prompt))


def _done(plan, prompt, verb, *about, **how):
    try:
        verb(*about, **how)
    except Answer.DoesNotExist as unknown:
        raise Http404 from unknown
    return redirect(anchor(plan, prompt))
