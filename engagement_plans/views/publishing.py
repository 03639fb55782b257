"""From an approved plan to the draft of a best practice."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from engagement_plans.exporting import public_content
from engagement_plans.models import Plan
from engagement_plans.plans import source_of
from sprint_portal.access import allow
from sprint_portal.refusals import Refusal
from toolkit import publishing


@require_POST
@allow("engagement_plans.publish_plan", of=Plan)
def make_best_practice(request, plan):
    """Draft it from the approved snapshot's public answers; staff edit it from there."""
    city = plan.application.city
    if plan.approved_snapshot is None:
        messages.error(request, _("A best practice is made from an approved plan."))
        return redirect(plan)
    try:
        draft = publishing.draft_from(
            content=public_content(plan.approved_snapshot),
            city_name=str(city),
            country=city.country,
            source=source_of(plan),
            by=request.user,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(plan)
    return redirect("toolkit:edit", uid=draft.uid)
