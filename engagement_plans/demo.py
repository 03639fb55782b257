"""The demo's plans: six made-up cities at different progress, with comments, one approved.

Everything goes through the verbs that people use; only dates are moved into the past.
"""

import json
import re
import uuid
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from cohorts.models import Application
from engagement_plans import commenting, plans, review, saving
from engagement_plans.models import Comment, Plan, Thread
from sprint_portal.demo import people

WORDS = Path(__file__).parent / "data" / "demo_plans.json"
OFFERING = "demo-running"
A_DAY = re.compile(r"@(-?\d+)")  # days from today


def load():
    """Draft the plans of the demo's cohort."""
    words = json.loads(WORDS.read_text(encoding="utf-8"))
    dana = people.person("dana")
    for name, entry in words["plans"].items():
        plan = _drafted(name, entry["answers"])
        for said in words["comments"].get(name, []):
            _commented(plan, said, dana)
        if entry.get("approved"):
            review.hand_in(plan, agrees=True, by=_author(plan))
            review.approve(plan, note="Clear, honest and ready to be carried out.", by=dana)


def _drafted(name: str, answers: dict) -> Plan:
    application = Application.objects.select_related("offering", "city").get(
        offering__slug=OFFERING, city__name=name.replace("-", " ").title(), state="confirmed"
    )
    lead = application.started_by
    plan = plans.open_for(application, by=lead)
    for key, value in answers.items():
        if plan.guide.prompts[key].is_table:
            for row in value:
                saving.save(plan, key, _dated(row), by=lead, row=str(uuid.uuid4()))
        elif plan.guide.prompts[key].type == "aia_lite":
            saving.save(plan, key, {"answers": value, "notes": {}}, by=lead)
        else:
            saving.save(plan, key, value, by=lead)
    return plan


def _dated(row: dict) -> dict:
    """A row whose days count from today."""
    return {column: _day(cell) for column, cell in row.items()}


def _day(cell):
    found = A_DAY.fullmatch(cell) if isinstance(cell, str) else None
    return (timezone.localdate() + timedelta(days=int(found[1]))).isoformat() if found else cell


def _commented(plan: Plan, said: dict, dana):
    first = commenting.comment(
        plan, said["key"], said["text"], by=dana, asks_for_change=said.get("asks_for_change", False)
    )
    thread = first.thread
    if "reply" in said:
        commenting.reply(thread, said["reply"], by=_author(plan))
    if said.get("resolved"):
        commenting.resolve(thread, by=dana)
    when = timezone.now() - timedelta(days=said["days_ago"])
    Comment.objects.filter(thread=thread).update(at=when)
    Thread.objects.filter(pk=thread.pk).update(opened_at=when)


def _author(plan: Plan):
    return plan.application.started_by
