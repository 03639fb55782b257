"""Every text an answer ever had."""

from django.shortcuts import render
from django.urls import reverse

from engagement_plans.forms import AnswerForm
from engagement_plans.models import AnswerRevision, Plan
from engagement_plans.views.writing import anchor, prompt_or_404
from engagement_plans.wording import answer_words, row_words
from sprint_portal.access import allow

SHOWN = 100  # newest texts on the page


@allow("engagement_plans.view_plan", of=Plan)
def history(request, plan, key, row=""):
    """Earlier texts, newest first; each can be taken again, which is an ordinary save."""
    prompt, row = prompt_or_404(plan, key), str(row)
    found = AnswerRevision.objects.filter(answer__plan=plan, answer__key=key)
    if row or not prompt.is_table:
        found = found.filter(answer__row=row)
    found = found.select_related("author", "answer").order_by("-id")[:SHOWN]
    may_edit = request.user.has_perm("engagement_plans.edit_plan", plan)
    texts = [_text(plan, prompt, one, may_edit) for one in found]
    context = {"plan": plan, "prompt": prompt, "texts": texts, "back": anchor(plan, prompt)}
    return render(request, "engagement_plans/history.html", context)


def _text(plan, prompt, revision, may_edit):
    answer = revision.answer
    is_present = revision.rev == answer.rev and not answer.removed
    words = row_words if prompt.is_table else answer_words
    row = [answer.row] if answer.row else []
    return {
        "revision": revision,
        "words": words(prompt, revision.value),
        "is_present": is_present,
        "action": reverse(
            "engagement_plans:save_row" if row else "engagement_plans:save",
            args=[plan.uid, prompt.key, *row],
        ),
        "form": None if is_present or not may_edit else _again(prompt, revision, answer),
    }


def _again(prompt, revision, answer):
    return AnswerForm(prompt, value=revision.value, rev=answer.rev, prefix=f"r{revision.pk}")
