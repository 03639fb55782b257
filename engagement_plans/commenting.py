"""Conversations beside the text: begun, answered, resolved. Open in every state of the plan."""

import uuid

from django.db import transaction
from django.utils import timezone

from engagement_plans import mail
from engagement_plans.models import Comment, Plan, Thread
from engagement_plans.rules import role_in
from sprint_portal.refusals import must


@transaction.atomic
def comment(
    plan: Plan,
    key: str,
    body: str,
    *,
    by,
    asks_for_change: bool = False,
    uid: uuid.UUID | None = None,
) -> Comment:
    """Begin a conversation about the prompt `key`.

    uid: of the comment, from the form, so that a second click says nothing twice.
    asks_for_change: only for facilitators and staff; such a thread stands in the way of approval.
    Raises NotPermitted, and KeyError for a prompt that the plan does not ask.
    """
    must(by, "engagement_plans.comment_plan", plan)
    if asks_for_change:
        must(by, "engagement_plans.ask_for_change", plan)
    prompt = plan.guide.prompts[key]
    if said := _said_already(uid, plan, by):
        return said
    thread = Thread.objects.create(plan=plan, key=prompt.key, asks_for_change=asks_for_change)
    return _said(thread, body, by, uid)


@transaction.atomic
def reply(thread: Thread, body: str, *, by, uid: uuid.UUID | None = None) -> Comment:
    """Answer in a thread; one that was resolved is open again. Raises NotPermitted."""
    must(by, "engagement_plans.comment_plan", thread.plan)
    if said := _said_already(uid, thread.plan, by):
        return said
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)
    if thread.resolved_at:
        _settled(thread, None, None)
    return _said(thread, body, by, uid)


@transaction.atomic
def resolve(thread: Thread, *, by) -> Thread:
    """Say that a thread is done with. What facilitators asked for, they resolve themselves."""
    must(by, "engagement_plans.comment_plan", thread.plan)
    if thread.asks_for_change:
        must(by, "engagement_plans.ask_for_change", thread.plan)
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)
    return thread if thread.resolved_at else _settled(thread, timezone.now(), by)


def _settled(thread, at, by):
    thread.resolved_at, thread.resolved_by = at, by
    thread.save(update_fields=["resolved_at", "resolved_by"])
    return thread


def _said_already(uid, plan, by):
    """The same comment, sent a second time by the same person."""
    return uid and Comment.objects.filter(uid=uid, thread__plan=plan, author=by).first()


def _said(thread, body, by, uid):
    said = Comment.objects.create(
        thread=thread,
        author=by,
        body=body,
        by_guide=not role_in(thread.plan, by),
        uid=uid or uuid.uuid4(),
    )
    mail.commented(said)
    return said
