"""Conversations beside the text."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from engagement_plans import commenting
from engagement_plans.forms import CommentForm
from engagement_plans.models import Plan, Thread
from engagement_plans.views.writing import anchor, prompt_or_404
from sprint_portal.access import allow
from sprint_portal.refusals import Refusal


@require_POST
@allow("engagement_plans.comment_plan", of=Plan)
def comment(request, plan, key):
    """Begin a conversation about a prompt."""
    prompt = prompt_or_404(plan, key)
    may_ask = request.user.has_perm("engagement_plans.ask_for_change", plan)
    form = CommentForm(request.POST, key=key, may_ask=may_ask)
    if not form.is_valid():
        return _once_more(request, plan, prompt, form)
    sent = form.cleaned_data
    asks = sent.get("asks_for_change", False)
    commenting.comment(
        plan, key, sent["body"], by=request.user, asks_for_change=asks, uid=sent["uid"]
    )
    return redirect(anchor(plan, prompt))


@require_POST
@allow("engagement_plans.view_thread", of=Thread)
def reply(request, thread):
    """Answer in a conversation."""
    prompt = prompt_or_404(thread.plan, thread.key)
    form = CommentForm(request.POST, key=thread.uid)
    if not form.is_valid():
        return _once_more(request, thread.plan, prompt, form, thread)
    sent = form.cleaned_data
    commenting.reply(thread, sent["body"], by=request.user, uid=sent["uid"])
    return redirect(anchor(thread.plan, prompt))


@require_POST
@allow("engagement_plans.view_thread", of=Thread)
def resolve(request, thread):
    """Say that a conversation is done with."""
    prompt = prompt_or_404(thread.plan, thread.key)
    try:
        commenting.resolve(thread, by=request.user)
    except Refusal:
        messages.error(request, _("Whoever asked for the change resolves it."))
    return redirect(anchor(thread.plan, prompt))


def _once_more(request, plan, prompt, form, thread=None):
    """What was typed, on a page of its own, with what is wrong."""
    context = {"plan": plan, "prompt": prompt, "form": form, "thread": thread}
    return render(request, "engagement_plans/comment.html", context, status=422)
