"""The plan's part of each person's front page, and of the cohort's map."""

from django import template
from django.core.cache import cache
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cohorts import own
from cohorts.models import Meeting
from engagement_plans import plans, progress, sheet, week
from engagement_plans.models import Comment, Plan
from engagement_plans.models.plan import State

register = template.Library()
STOPS = {progress.FULL: "done", progress.HALF: "half", progress.OPEN: "ahead"}
SHOWN = 5  # conversations on the card


@register.inclusion_tag("engagement_plans/_home.html", takes_context=True)
def plans_home(context):
    """A city's plan and what is said about it; for whoever guides cities, what waits for them."""
    user = getattr(context.get("request"), "user", None)
    if user is None or not user.is_authenticated:
        return {}
    if user.has_perm("engagement_plans.see_plans"):
        ready = plans.unpublished(user) if user.is_staff else []
        return {"waiting": _waiting(user), "ready": ready, "leads": not _has_next(context)}
    seats = {seat.pk: seat for seat in own.seats(user)}
    return _of_city(user, seats) if seats else {}


def _of_city(user, seats):
    """The newest plan of their cities' places and what this week asks; the links of that city."""
    plan = _newest(seats)
    reached, card = _reached(plan) if plan else (None, "")
    seat = plan.application if plan else next(iter(seats.values()))
    meetings = [one for one in own.meetings(user) if one.offering_id == seat.offering_id]
    standing = [one for one in meetings if one.status in Meeting.STANDING]
    talks = _talks(plan) if plan else []
    return {
        "seat": seat,
        "card": card,
        "week": week.items(plan, reached, talks, standing, timezone.now()),
    }


def _newest(seats):
    found = Plan.objects.filter(application__in=seats).select_related("template")
    plan = found.defer("template__document").order_by("-pk").first()
    if plan:
        plan.application = seats[plan.application_id]
    return plan


def _has_next(context) -> bool:
    """Whether another part of the page said already what is next: a page has one such card."""
    return any('class="next"' in context.get(part, "") for part in ("sessions_part", "cohort_part"))


@register.simple_tag(takes_context=True)
def plan_lines(context, seats, lines) -> list[dict]:
    """`lines` (one a seat, in the same order) with the sections of each plan as stops.

    [] while nobody has a plan. Two queries, however many seats. Whoever guides cities gets links.
    """
    found = Plan.objects.filter(application__in=[one.pk for one in seats])
    found = found.select_related("template").defer("template__document").prefetch_related("answers")
    by_seat = {plan.application_id: plan for plan in found}
    if not by_seat:
        return []
    user = getattr(context.get("request"), "user", None)
    links = user is not None and user.has_perm("engagement_plans.see_plans")
    blank = progress.of(next(iter(by_seat.values())).guide, {})
    return [
        _with_plan(line, by_seat.get(seat.pk), blank, links=links)
        for seat, line in zip(seats, lines, strict=True)
    ]


@register.simple_tag
def plan_reading(lines) -> str:
    """Who is furthest and who is behind, as a sentence. lines: as `plan_lines` returns them."""
    shares = [line["percent"] for line in lines]
    if not shares or min(shares) == max(shares):
        return ""
    named = {
        "first": ", ".join(line["name"] for line in lines if line["percent"] == max(shares)),
        "most": max(shares),
        "last": ", ".join(line["name"] for line in lines if line["percent"] == min(shares)),
        "least": min(shares),
    }
    words = _("Furthest: %(first)s, %(most)d\u00a0%%. Most to do: %(last)s, %(least)d\u00a0%%.")
    return words % named


def _with_plan(line, plan, blank, *, links):
    """One city's line. percent: how much of what is required is done."""
    reached = of_plan(plan) if plan else blank
    return line | {
        "stops": [
            {
                "label": f"{one.title}: {one.said}",
                "mark": one.number,
                "word": one.short,
                "state": STOPS[one.state],
            }
            for one in reached.sections
        ],
        "percent": reached.percent,
        "share": f"{reached.percent}\u00a0%" if plan else "",
        "note": _under_way(reached) if plan else _("no plan yet"),
        "href": plan.get_absolute_url() if plan and links else "",
    }


def _under_way(reached) -> str:
    """Which sections a city is at, by name."""
    if reached.is_complete:
        return _("everything required is answered")
    half = ", ".join(one.short for one in reached.sections if one.state == progress.HALF)
    return _("at work on %(sections)s") % {"sections": half} if half else ""


def _reached(plan):
    """How far a plan is, and its card, kept until an answer changes: its `rev` counts them."""
    name = f"plan-card:{plan.uid}:{plan.rev}:{get_language()}"
    return cache.get_or_set(name, lambda: _measured(plan))


def _measured(plan):
    reached = of_plan(plan)
    facts = {"plan": plan, "progress": reached}
    return reached, render_to_string("engagement_plans/_home_plan.html", facts)


def of_plan(plan: Plan) -> progress.Progress:
    """Of a plan; for many, prefetch their answers."""
    return progress.of(plan.guide, sheet.values(plan.guide, list(plan.answers.all())))


def _waiting(user):
    handed_in = Plan.objects.visible_to(user).with_sprint().filter(state=State.IN_REVIEW)
    return [
        {
            "title": str(plan.city),
            "href": plan.get_absolute_url(),
            "note": str(plan.application.offering),
            "due_text": "",
            "since": plan.handed_in_at,
        }
        for plan in handed_in.order_by("handed_in_at")[:10]
    ]


def _talks(plan):
    """Open conversations whose last word came from the other side: it is the city's turn."""
    said = Comment.objects.filter(thread__plan=plan, thread__resolved_at=None)
    said = said.select_related("thread", "author").order_by("thread", "pk")
    lasts = {comment.thread_id: comment for comment in said}.values()
    found = []
    for last in reversed(lasts):  # the newest conversation first
        prompt = plan.guide.prompts.get(last.thread.key)
        if prompt and last.by_guide:
            where = reverse("engagement_plans:section", args=[plan.uid, prompt.section])
            found.append({"prompt": prompt, "last": last, "href": f"{where}#{prompt.key}"})
    return found[:SHOWN]
