"""The city's own file: what is held, what changed, its letters, a download of it all."""

import json

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as say
from django.views.decorators.http import require_GET, require_POST

from cohorts import comparing, eoi, letters, mailed, own_file, path
from cohorts.forms import LetterForm
from cohorts.models import Application, SupportLetter
from sprint_portal.access import allow
from sprint_portal.kept import does
from sprint_portal.refusals import Refusal

NOW = 0  # stands for what is being written, in the choice of what to compare


@require_GET
@allow("cohorts.view_application", of=Application, bringing="with_team")
def own(request, application):
    """Everything held about the city, who sees it, and until when it is kept."""
    return _file(request, application, LetterForm())


def _file(request, application, letter_form):
    own_file.bring(application)
    may_write = request.user.has_perm("cohorts.add_letter", application)
    context = {
        "application": application,
        "revisions": list(application.revisions.all()),
        "letters": application.letters.all(),
        "letter_form": letter_form,
        "letters_closed": letters.closed(application) if may_write else "",
        "may_write": may_write,
        "may_manage": request.user.has_perm("cohorts.manage_team", application.city),
        "team": application.city.team.all(),
        "path": path.as_told(application),
        "invited": path.invitations_of(application),
        "mails": mailed.to_the_city(application).defer("body", "attachments"),
        "events": list(own_file.told_history(application)),
    }
    status = 422 if letter_form.errors else 200
    return render(request, "cohorts/file.html", context, status=status)


@require_GET
@allow("cohorts.view_application", of=Application, bringing="with_team")
def handed_in(request, application, number):
    """One hand-in as the receipt has it: every question with its answer; NOW is the draft."""
    revision = None if number == NOW else get_object_or_404(application.revisions, number=number)
    answers = revision.answers if revision else application.answers
    context = {"application": application, "revision": revision, "content": eoi.read_out(answers)}
    return render(request, "cohorts/handed_in.html", context)


@require_GET
@allow("cohorts.view_application", of=Application)
def download(request, application):
    """The same as JSON."""
    text = json.dumps(own_file.contents(application), ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json")
    name = f"{application.reference}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
@allow("cohorts.view_application", of=Application, bringing="whole")
def changes(request, application):
    """Two hand-ins compared, or the last one with what is being written."""
    texts = {one.number: one.answers for one in application.revisions.all()}
    return _compared(request, application, {**texts, NOW: application.answers})


@require_GET
@allow("cohorts.see_assessment", of=Application)
def staff_changes(request, application):
    """Two hand-ins compared; what is not handed in is the city's own."""
    texts = {one.number: one.answers for one in application.revisions.all()}
    return _compared(request, application, texts)


@does(say("Add the letter"))
@require_POST
@allow("cohorts.add_letter", of=Application, bringing="with_team")
def add_letter(request, application):
    """Keep an uploaded letter; what is wrong with it is said at the field."""
    form = LetterForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["letter"]
        try:
            letters.attach(application=application, upload=upload, by=request.user)
        except Refusal as refusal:
            form.add_error("letter", str(refusal))
    if form.errors:
        return _file(request, application, form)
    messages.success(request, _("The letter is kept with your expression of interest."))
    return redirect("cohorts:file", uid=application.uid)


@require_GET
@allow("cohorts.view_letter", of=SupportLetter)
def letter(request, letter):
    """The file itself, always as a download, never shown by the portal's own address."""
    stored = letter.file.open("rb")
    return FileResponse(stored, as_attachment=True, filename=letter.name, content_type=letter.kind)


@does(say("Remove the letter"))
@require_POST
@allow("cohorts.remove_letter", of=SupportLetter)
def remove_letter(request, letter):
    """Take a letter away."""
    application = letter.application
    try:
        letters.remove(letter=letter, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The letter is removed."))
    return redirect("cohorts:file", uid=application.uid)


def _compared(request, application, texts):
    numbers = sorted(number for number in texts if number) + ([NOW] if NOW in texts else [])
    last = numbers[-1] if numbers else NOW
    after = _chosen(request, "to", numbers, default=last)
    before = _chosen(request, "from", numbers, default=_last_other(texts, numbers, after))
    context = {
        "application": application,
        "numbers": numbers,
        "before": before,
        "after": after,
        "changes": comparing.changes(texts.get(before, {}), texts.get(after, {})),
        "is_staff_view": NOW not in texts,
    }
    return render(request, "cohorts/changes.html", context)


def _last_other(texts, numbers, after):
    """The latest number before `after` that reads differently; else the one before it."""
    earlier = numbers[: numbers.index(after)][::-1] if after in numbers else []
    other = (one for one in earlier if comparing.changes(texts[one], texts[after]))
    return next(other, earlier[0] if earlier else NOW)


def _chosen(request, name, numbers, *, default):
    """The number asked for, if it exists; else the default."""
    known = {str(number): number for number in numbers}
    return known.get(request.GET.get(name, ""), default)
