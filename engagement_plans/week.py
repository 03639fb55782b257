"""What a city has to do this week, for its front page. Reads only what the page has loaded."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from engagement_plans import progress
from sprint_portal import times

WORDS = 18  # of what somebody asked


def items(
    plan: Any,
    reached: progress.Progress | None,
    talks: Iterable[dict[str, Any]],
    meetings: Iterable[Any],
    now: datetime,
) -> list[dict[str, Any]]:
    """Items of a list of things to do: the assignment, what is asked, the next group session.

    plan, reached: None before the plan is opened. talks: of `plans_home`. meetings: those of the
    sprint that stand, in order of time.
    """
    meetings = list(meetings)
    group = [meeting for meeting in meetings if not meeting.city_id]
    ahead = next((meeting for meeting in group if meeting.ends_at > now), None)
    held = [meeting for meeting in group if meeting.ends_at <= now]
    found = _assignment(held[-1], ahead, plan, reached) if held and ahead else []
    found += [_question(talk) for talk in talks]
    first = next((meeting for meeting in meetings if meeting.ends_at > now), None)
    if ahead and ahead is not first:  # the first one has a card of its own
        found.append(_session(ahead))
    return found


def _assignment(held, ahead, plan, reached) -> list[dict[str, Any]]:
    """What the last session left to do until the next: sections of the plan, or in its words."""
    if not held.assignment:
        return []
    due = {"due": ahead.starts_at, "note": _due_words(held, ahead)}
    asked = [one for one in reached.sections if one.key in held.sections] if reached else []
    if asked:
        return [_draft(one, plan) | due for one in asked]
    mine = reverse("engagement_plans:mine") if held.sections else held.get_absolute_url()
    return [{"title": held.assignment, "href": mine} | due]


def _draft(section, plan) -> dict[str, Any]:
    return {
        "before": _("Draft"),
        "title": f"{section.number} {section.title}",
        "href": reverse("engagement_plans:section", args=[plan.uid, section.key]),
        "done": section.state == progress.FULL,
    }


def _due_words(held, ahead) -> str:
    facts = {"when": times.moment_words(ahead.starts_at), "week": held.week}
    if held.week:
        return _("Assignment of week %(week)d, due %(when)s") % facts
    return _("Assignment, due %(when)s") % facts


def _question(talk) -> dict[str, Any]:
    last = talk["last"]
    return {
        "before": _("Answer %(who)s:") % {"who": last.author},
        "title": Truncator(last.body).words(WORDS),
        "href": talk["href"],
        "note": talk["prompt"].question,
        "due_text": times.countdown_words(last.at),
    }


def _session(meeting) -> dict[str, Any]:
    when = times.span_words(meeting.starts_at, meeting.ends_at, start=True)
    week = _("Week %(n)d") % {"n": meeting.week} if meeting.week else ""
    return {
        "title": str(meeting),
        "href": meeting.get_absolute_url(),
        "note": " · ".join(words for words in (week, when) if words),
        "due_text": times.countdown_words(meeting.starts_at),
    }
