"""The plan's part of each person's front page, and of the cohort's map."""

from django import template
from django.urls import reverse

from engagement_plans import progress, sheet
from engagement_plans.models import Plan
from engagement_plans.models.plan import State

register = template.Library()
SHOWN = 5  # sections and conversations on the card


@register.inclusion_tag("engagement_plans/_home.html", takes_context=True)
def plans_home(context):
    """A city's plan and what is said about it; for whoever guides cities, what waits for them."""
    user = getattr(context.get("request"), "user", None)
    if user is None or not user.is_authenticated:
        return {}
    if user.has_perm("engagement_plans.see_plans"):
        return {"waiting": _waiting(user)}
    found = Plan.objects.visible_to(user).filter(application__state="confirmed")
    plan = found.prefetch_related("answers").order_by("-pk").first()
    if plan is None:
        return {}
    reached = of_plan(plan)
    return {
        "plan": plan,
        "progress": reached,
        "begun": _begun(reached),
        "talks": _talks(plan),
    }


@register.simple_tag
def plan_progress_of(applications) -> dict:
    """{application pk: progress.Progress} of those with a plan. Two queries, however many."""
    plans = Plan.objects.filter(application__in=[one.pk for one in applications])
    found = plans.select_related("template").prefetch_related("answers")
    return {plan.application_id: of_plan(plan) for plan in found}


@register.simple_tag
def plan_stops_of(applications) -> dict:
    """{application pk: stops for `transit_map`}: a stop for every section of the plan."""
    states = {"full": "done", "half": "half", "open": "ahead"}
    return {
        pk: [
            {"label": one.title, "mark": one.number, "state": states[one.state]}
            for one in p.sections
        ]
        for pk, p in plan_progress_of(applications).items()
    }


def of_plan(plan: Plan) -> progress.Progress:
    """Of a plan whose answers are prefetched."""
    return progress.of(plan.guide, sheet.values(plan.guide, list(plan.answers.all())))


def _begun(reached):
    """The sections under way first, then those that are done, in plan order; at most five."""
    begun = [one for one in reached.sections if one.state != progress.OPEN]
    chosen = sorted(begun, key=lambda one: one.state == progress.FULL)[:SHOWN]
    return sorted(chosen, key=lambda one: one.number) or reached.sections[:1]


def _waiting(user):
    plans = Plan.objects.visible_to(user).filter(state=State.IN_REVIEW)
    return [
        {
            "title": str(plan.city),
            "href": plan.get_absolute_url(),
            "note": str(plan.application.offering),
            "due_text": "",
            "since": plan.handed_in_at,
        }
        for plan in plans.order_by("handed_in_at")[:10]
    ]


def _talks(plan):
    """Open conversations whose last word came from the other side: it is the city's turn."""
    threads = plan.threads.still_open().prefetch_related("comments__author").order_by("-pk")
    found = []
    for thread in threads:
        said = list(thread.comments.all())
        prompt = plan.guide.prompts.get(thread.key)
        if prompt and said and said[-1].by_guide:
            where = reverse("engagement_plans:section", args=[plan.uid, prompt.section])
            found.append({"prompt": prompt, "last": said[-1], "href": f"{where}#{prompt.key}"})
    return found[:SHOWN]
