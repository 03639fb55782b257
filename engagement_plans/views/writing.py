"""Saving answers: the same addresses for forms and for the page's own script."""

import uuid

from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from engagement_plans import board, rows, saving, sheet
from engagement_plans.forms import AnswerForm
from engagement_plans.models import Plan
from engagement_plans.views.reading import render_section, section_or_404
from sprint_portal import times
from sprint_portal.access import allow
from sprint_portal.kept import wants_json
from sprint_portal.refusals import Refusal


@allow("engagement_plans.view_plan", of=Plan)
def answer(request, plan, key):
    """The page of a prompt that is too long for a card; others are shown in their section."""
    prompt = prompt_or_404(plan, key)
    if not prompt.has_own_page:
        return redirect(anchor(plan, prompt))
    return _own_page(request, plan, prompt)


@allow("engagement_plans.edit_plan", of=Plan)
def row(request, plan, key, row):
    """The form of one row: as a page, or as a fragment in its table."""
    prompt, shown = prompt_or_404(plan, key, table=True), board.of(plan)
    stored = shown.answer(key, str(row))
    if stored is None:
        raise Http404
    form = AnswerForm(
        prompt, value=stored.value, rev=stored.rev, methods=_methods(prompt), prefix=str(row)
    )
    return _row_page(request, plan, prompt, form, stored, row=str(row), beside=shown.answers)


@allow("engagement_plans.edit_plan", of=Plan)
def add_row(request, plan, key):
    """An empty row, named already, so that sending it twice makes one row."""
    prompt, new = prompt_or_404(plan, key, table=True), str(uuid.uuid4())
    form = AnswerForm(prompt, methods=_methods(prompt), prefix=new)
    return _row_page(request, plan, prompt, form, None, row=new)


@allow("engagement_plans.edit_plan", of=Plan)
def save(request, plan, key, row=""):
    """Keep one answer or one row."""
    prompt, row = prompt_or_404(plan, key, table=bool(row)), str(row)
    if request.method != "POST":
        return redirect(anchor(plan, prompt))
    methods = _methods(prompt)
    form = AnswerForm(prompt, request.POST, methods=methods, prefix=row or None)
    if not form.is_valid():
        return _not_clean(request, plan, prompt, form, row)
    sent = form.cleaned_data
    try:
        outcome = saving.save(
            plan,
            key,
            form.raw,
            by=request.user,
            base_rev=sent["base_rev"] or 0,
            save_id=sent["save_id"],
            row=row,
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _not_clean(request, plan, prompt, form, row)
    if outcome.is_conflict:
        return _conflict(request, plan, prompt, outcome)
    return _saved(request, plan, prompt, outcome)


def prompt_or_404(plan, key, *, table=None):
    """The prompt of this plan; 404 for an unknown one, and for a row of what is no table."""
    prompt = plan.guide.prompts.get(key)
    if prompt is None or (table is not None and prompt.is_table != table):
        raise Http404
    return prompt


def anchor(plan, prompt) -> str:
    """Where a prompt is shown: its card in its section."""
    return f"{reverse('engagement_plans:section', args=[plan.uid, prompt.section])}#{prompt.key}"


def _home_of(plan, prompt):
    """Where a form goes back to once it is kept."""
    if prompt.has_own_page:
        return reverse("engagement_plans:answer", args=[plan.uid, prompt.key]) + "#saved"
    return anchor(plan, prompt)


def _methods(prompt):
    needed = any(column.type == "toolkit_ref" for column in prompt.columns)
    return board.method_titles().items() if needed else ()


def _own_page(request, plan, prompt, *, form=None, status=200):
    shown = board.of(plan)
    stored = shown.answer(prompt.key)
    value = stored.value if stored else None
    form = form or AnswerForm(prompt, value=value, rev=stored.rev if stored else 0)
    card = board.card_of(shown, prompt, may_edit=False)
    pages = {"register_entry": "register.html", "aia_lite": "impact.html"}
    context = {
        "plan": plan,
        "prompt": prompt,
        "section": plan.guide.section(prompt.section),
        "form": form,
        "card": card,
        "board": shown,
        "stored": stored,
        "may_edit": request.user.has_perm("engagement_plans.edit_plan", plan),
    }
    template = f"engagement_plans/{pages[prompt.type]}"
    return render(request, template, context, status=status)


def _row_page(request, plan, prompt, form, stored, *, row, beside=(), status=200):
    """The form of a row. stored: None for a new one. beside: answers, its table's among them."""
    context = {
        "plan": plan,
        "prompt": prompt,
        "section": plan.guide.section(prompt.section),
        "form": form,
        "row": row,
        "stored": stored,
        "moves": rows.moves(sheet.rows(beside, prompt.key), row),
        "is_fragment": bool(request.headers.get("HX-Request")),
    }
    name = "_row_form" if context["is_fragment"] else "row"
    return render(request, f"engagement_plans/{name}.html", context, status=status)


def _not_clean(request, plan, prompt, form, row):
    """What is wrong, beside what was typed."""
    if wants_json(request):
        errors = {name: " ".join(found) for name, found in form.errors.items()}
        return JsonResponse({"errors": errors}, status=422)
    if row:
        table = list(plan.answers.filter(key=prompt.key).select_related("saved_by"))
        stored = next((one for one in table if one.row == row), None)
        return _row_page(request, plan, prompt, form, stored, row=row, beside=table, status=422)
    if prompt.has_own_page:
        return _own_page(request, plan, prompt, form=form, status=422)
    section = section_or_404(plan, prompt.section)
    return render_section(request, plan, section, replaced=(prompt.key, form), status=422)


def _conflict(request, plan, prompt, outcome):
    """Both texts, and a form that starts from the other one's revision."""
    theirs = outcome.answer
    context = {
        "plan": plan,
        "prompt": prompt,
        "section": plan.guide.section(prompt.section),
        "theirs": theirs,
        "own": theirs.saved_by_id == request.user.pk,
        "mine": outcome.revision,
        "keep_mine": _again(prompt, outcome.revision.value, theirs),
        "combine": _again(prompt, _both(prompt, outcome), theirs),
        "differences": _differences(prompt, outcome),
        "back": anchor(plan, prompt),
    }
    if wants_json(request):
        html = render_to_string("engagement_plans/_conflict.html", context, request)
        return JsonResponse({"html": html, "rev": theirs.rev}, status=409)
    return render(request, "engagement_plans/conflict.html", context, status=409)


def _again(prompt, value, theirs):
    return AnswerForm(
        prompt, value=value, rev=theirs.rev, methods=_methods(prompt), prefix=str(uuid.uuid4())
    )


def _both(prompt, outcome):
    """Something to start a combined answer from: one text under the other."""
    mine, theirs = outcome.revision.value, outcome.answer.value
    if prompt.type in ("text", "longtext"):
        return f"{theirs}\n\n{mine}"
    if prompt.type == "multichoice":
        return [option.code for option in prompt.choices if option.code in {*mine, *theirs}]
    return mine


def _differences(prompt, outcome):
    """What differs, field by field: (label, theirs, mine) as words."""
    return list(board.differences(prompt, outcome.answer.value, outcome.revision.value))


def _saved(request, plan, prompt, outcome):
    if not wants_json(request):
        return redirect(_home_of(plan, prompt))
    shown = board.of(plan)
    card = board.card_of(shown, prompt, may_edit=False)
    return JsonResponse(
        {
            "rev": outcome.answer.rev,
            "said": _("Saved %(time)s") % {"time": times.clock(outcome.answer.saved_at)},
            "joined": outcome.is_joined,
            "lack": card.lack,
            "percent": shown.progress.percent,
            "sections": [
                {"key": one.key, "state": one.state, "said": one.said}
                for one in shown.progress.sections
            ],
        }
    )
