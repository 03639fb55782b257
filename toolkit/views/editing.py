"""Where staff turn drafts into published best practices."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sprint_portal import audit
from sprint_portal.access import allow, holds
from sprint_portal.refusals import Refusal
from toolkit import clashing, editorial, making, publishing
from toolkit.forms import TextForm, WithdrawForm
from toolkit.models import BestPractice
from toolkit.progress import steps

CONFLICT = 409


@holds("toolkit.see_drafts")
def editing(request):
    """Every best practice with its newest edition and where its file stands."""
    rows = BestPractice.objects.prefetch_related("editions__renders").order_by("-id")
    newest = [(row, list(row.editions.all())[-1:]) for row in rows]
    return render(request, "toolkit/editing.html", {"rows": newest})


@allow("toolkit.edit_best_practice", of=BestPractice)
def edit(request, row):
    """One best practice: its editions, its file, what can be done next."""
    facts = {"history": audit.history(row).order_by("-id")[:20], "withdraw_form": WithdrawForm()}
    return render(request, "toolkit/edit.html", _standing(request, row) | facts)


@allow("toolkit.edit_best_practice", of=BestPractice)
def progress(request, row):
    """The part of the page that changes while the file is made; htmx asks for it."""
    return render(request, "toolkit/_standing.html", _standing(request, row))


def _standing(request, row):
    latest = row.latest
    last = latest.renders.first() if latest else None
    return {
        "best_practice": row,
        "edition": latest,
        "render": last,
        "steps": steps(last),
        "finished": making.finished(latest) if latest else None,
        "choices": {c.action.name: c for c in publishing.WORKFLOW.choices(row, request.user)},
    }


@allow("toolkit.edit_best_practice", of=BestPractice)
def edit_text(request, row):
    """The words of the newest edition. A refused form keeps what was typed."""
    latest = row.latest
    if request.method == "POST" and request.POST.get("digest") != latest.digest:
        return _clash(request, row)
    form = _text_form(latest, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _save(request, row, form)
        except publishing.StaleText:
            return _clash(request, row)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return render(request, "toolkit/edit_text.html", {"best_practice": row, "form": form})


def _save(request, row, form):
    digest = form.cleaned_data["digest"]
    edition = publishing.edit(row, changes=form.changes, digest=digest, by=request.user)
    messages.success(request, _("Saved in edition %d.") % edition.number)
    return redirect("toolkit:edit", uid=row.uid)


def _clash(request, row):
    """Both texts, nothing lost: what is shown in the form stands once it is saved again."""
    latest = row.latest
    found = clashing.clash(_text_form(latest), request.POST)
    if not found.differing and not found.homeless:
        messages.success(request, _("Saved in edition %d.") % latest.number)
        return redirect("toolkit:edit", uid=row.uid)
    facts = {"best_practice": row, "form": _text_form(latest, found.data)}
    facts |= {"differing": found.differing, "homeless": found.homeless}
    return render(request, "toolkit/edit_text.html", facts, status=CONFLICT)


def _text_form(edition, data=None):
    content = edition.content
    titles = {block["key"]: editorial.block_title(block) for block in content["blocks"]}
    start = {name: content[name] for name in ("title", "summary", "cite")}
    start["digest"] = edition.digest
    return TextForm(data, content=content, titles=titles, initial=start)


@require_POST
@allow("toolkit.edit_best_practice", of=BestPractice)
def make_file(request, row):
    """Have the PDF of the newest edition made (again)."""
    publishing.queue_render(row.latest, request.user)
    return redirect("toolkit:edit", uid=row.uid)


@require_POST
@allow("toolkit.publish_best_practice", of=BestPractice)
def publish(request, row):
    """Give the newest edition to everyone."""
    try:
        publishing.publish(row, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("It is published, for everyone to read. Its PDF follows in a moment.")
        messages.success(request, said)
    return redirect("toolkit:edit", uid=row.uid)


@require_POST
@allow("toolkit.publish_best_practice", of=BestPractice)
def withdraw(request, row):
    """Take it back from the public, with a reason."""
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        history = audit.history(row).order_by("-id")[:20]
        facts = _standing(request, row) | {"history": history, "withdraw_form": form}
        return render(request, "toolkit/edit.html", facts, status=422)
    try:
        publishing.withdraw(row, reason=form.cleaned_data["reason"], by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is taken back. Its address now says that it is not here."))
    return redirect("toolkit:edit", uid=row.uid)
