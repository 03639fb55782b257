"""The expression of interest as its city writes it: overview, steps, handing in."""

import json

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as say
from django.views.decorators.http import require_POST

from cohorts import carrying, eoi, intake, line, opened, path, standing
from cohorts.eligibility import check
from cohorts.forms import StepForm, typed_in
from cohorts.models import Application
from cohorts.rules import WRITERS
from cohorts.workflow import APPLICATION, complete, window_open
from sprint_portal.access import allow
from sprint_portal.kept import asks, does, wants_json
from sprint_portal.refusals import NotPermitted, Refusal
from sprint_portal.times import clock


@allow("cohorts.view_application", of=Application, bringing="whole")
def application(request, application):
    """Where it stands, what is missing, what to do next."""
    revisions = list(application.revisions.all())
    following, choices = (
        standing.next_for(application),
        _choices(application, request.user, revisions),
    )
    return render(
        request,
        "cohorts/application.html",
        {
            "application": application,
            "headline": standing.headline(application),
            "stops": line.stops(application),
            "next": following,
            "own": _own_step(application, following, choices),
            "steps": _todo(application),
            "choices": choices,
            "may_write": request.user.has_perm("cohorts.edit_application", application),
            "may_manage": request.user.has_perm("cohorts.manage_team", application.city),
            "revisions": revisions,
            "letters": application.letters.all(),
            "stages": check(eoi.claims(application.answers)),
            "path": path.as_told(application),
            "carry": path.step_for(application),
        },
    )


def _questions(key, **address):
    """What a step asks, {field: (label, {value: label})}, for words that had to wait."""
    fields = eoi.BY_KEY[key].fields if key in eoi.BY_KEY else ()
    yes = (("yes", _("Yes")),)
    return {one.key: (one.label, dict(yes if one.type == "yes" else one.choices)) for one in fields}


@asks(_questions)
@allow("cohorts.view_application", of=Application, bringing="with_team")
def step(request, application, key):
    """One short page of questions. Saving always keeps what was typed."""
    step = _known(key)
    if request.method == "POST":
        return _save(request, application, step)
    form = StepForm(
        step,
        application.answers,
        check="check" in request.GET,
        read_only=not request.user.has_perm("cohorts.edit_application", application),
    )
    return _page(request, application, form)


@does(say("Hand in"))
@require_POST
@allow("cohorts.submit_application", of=Application)
def submit(request, application):
    """Hand in; a second click changes nothing and sends nothing."""
    try:
        intake.hand_in(application=application, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("We have your expression of interest, %(reference)s. A receipt is on its way.")
            % {"reference": application.reference},
        )
    return redirect(application)


# --- one step ------------------------------------------------------------------------
def _save(request, application, step):
    typed, odd = typed_in(step, request.POST)
    rev = _number(request.POST.get("rev", ""))
    was = opened.read(request.POST.get("opened", ""))
    try:
        stored = intake.save_step(
            application=application, step=step, typed=typed, rev=rev, by=request.user, was=was
        )
    except intake.StaleText as refusal:
        return _conflict(request, refusal, step, typed, was)
    except NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    if wants_json(request):
        return _saved_json(stored, step, typed)
    if odd:
        messages.warning(request, _("Some characters could not be kept; everything else is."))
    return _after_save(request, stored, step)


def _after_save(request, stored, step):
    following = eoi.next_step(step.key)
    if request.POST.get("then") == "overview" or following is None:
        messages.success(request, _("Saved."))
        return redirect(f"{stored.get_absolute_url()}?saved={step.key}")
    if eoi.problems(step, stored.answers):
        form = StepForm(step, stored.answers, check=True)
        return _page(request, stored, form, status=422, saved=True)
    # The page's script drops its copy of a step once an address says that it arrived.
    return redirect(f"{standing.step_url(stored, following.key)}?saved={step.key}")


def _saved_json(stored, step, typed):
    shown = {field.key: typed[field.key] for field in step.fields}
    return JsonResponse(
        {
            "rev": stored.step_revs.get(step.key, 0),
            "opened": opened.written(step, shown),  # as the page stands, not as a colleague's does
            "joined": opened.marks(step, stored.answers) != opened.marks(step, shown),
            "at": clock(timezone.now()),
            "missing": len(eoi.problems(step, stored.answers)),
        }
    )


def _conflict(request, refusal, step, typed, was):
    """Both texts, nothing lost: theirs is stored, yours is in the form; nothing is sent unasked."""
    if wants_json(request):
        return JsonResponse({"conflict": True}, status=409)
    stored = refusal.stored
    yours = {key: typed[key] for key in refusal.clashing}
    differing = [
        {"field": field, "theirs": eoi.shown(field, stored.answers.get(field.key))}
        for field in step.fields
        if field.key in yours
    ]
    form = StepForm(step, {**stored.answers, **yours}, check=False)
    own = stored.city.team.filter(role__in=WRITERS).count() == 1
    before = json.dumps({key: was.get(key, "?") for key in yours})
    return _page(request, stored, form, status=409, differing=differing, own=own, before=before)


def _page(request, application, form, *, status=200, **more):
    wrong = eoi.all_problems(application.answers)
    step_line = [
        {
            "label": str(one.short),
            "href": standing.step_url(application, one.key),
            "state": "now" if one is form.step else "ahead" if one.key in wrong else "done",
        }
        for one in eoi.STEPS
    ]
    context = {
        "application": application,
        "form": form,
        "step": form.step,
        "number": eoi.STEPS.index(form.step) + 1,
        "total": len(eoi.STEPS),
        "step_line": step_line,
        "following": eoi.next_step(form.step.key),
        "note": standing.step_note(application),
        "earlier": carrying.asked_again(application) if form.step.key == "stages" else [],
        "rev": application.step_revs.get(form.step.key, 0),
        "opened": opened.written(form.step, application.answers),
        "may_write": not any(field.disabled for field in form.fields.values()),
        **more,
    }
    return render(request, "cohorts/step.html", context, status=status)


def _known(key):
    if key not in eoi.BY_KEY:
        raise Http404
    return eoi.BY_KEY[key]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


# --- overview ------------------------------------------------------------------------
def _todo(application):
    """Steps for the list of things to do, each with what is missing in it."""
    wrong = eoi.all_problems(application.answers)
    items = []
    for step in eoi.STEPS:
        url = standing.step_url(application, step.key)
        names = [str(eoi.FIELDS[key].named) for key in wrong.get(step.key, ())]
        begun = eoi.is_begun(step, application.answers)
        items.append(
            {
                "key": step.key,
                "title": step.title,
                "href": f"{url}?check" if names and begun else url,
                "done": not names,
                "note": _("Missing: %(names)s") % {"names": "; ".join(names)}
                if names and begun
                else "",
                "due_text": _("not begun") if names and not begun else _("in part"),
            }
        )
    return items


def _choices(application, user, revisions):
    """Handing in (again), confirming and withdrawing, by name, as far as the person may."""
    choices = {one.action.name: one for one in APPLICATION.choices(application, user)}
    changed = bool(revisions) and revisions[-1].answers != application.answers
    if changed and application.is_with_the_city:
        why = [why for guard in (window_open, complete) if (why := guard(application, user))]
        choices["hand_in_again"] = {"blockers": why}
    return choices


def _own_step(application, following, choices):
    """The form of what comes next, where this person may send it now: {id, action, text}."""
    choice = choices.get(following.choice)
    blocked = choice["blockers"] if isinstance(choice, dict) else getattr(choice, "blockers", ())
    if not choice or blocked:
        return None
    name = "confirm" if following.choice == "confirm" else "submit"
    return {
        "id": "confirm" if name == "confirm" else "hand-in",
        "action": reverse(f"cohorts:{name}", kwargs={"uid": application.uid}),
        "text": following.actions[0]["text"],
    }
