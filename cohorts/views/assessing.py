"""Staff at work on one offering's applications: the pipeline, one application, its stages."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cohorts import assessment, batch, eoi, selection
from cohorts.eligibility import soft_checks
from cohorts.forms import CityNoteForm, ExtensionForm, FindingForm, ReasonForm
from cohorts.models import Application, Offering
from cohorts.models.application import State
from cohorts.models.review import conflict
from cohorts.models.stage_check import Stage
from cohorts.workflow import APPLICATION
from sprint_portal.access import allow, holds
from sprint_portal.audit import history
from sprint_portal.refusals import Refusal

STAFF_STEPS = (*assessment.STEPS, *selection.DECISIONS, "waitlist")


@holds("cohorts.see_pipeline")
def applications(request):
    """Choose an offering: what waits in each."""
    mine = ~conflict(request.user, "applications__city")  # counts too keep to what one may judge
    handed_in = ~Q(applications__state__in=["draft", "withdrawn"]) & mine
    rows = Offering.objects.visible_to(request.user).select_related("sprint")
    rows = rows.annotate(
        handed_in=Count("applications", filter=handed_in),
        drafts=Count("applications", filter=Q(applications__state=State.DRAFT) & mine),
        to_check=Count("applications", filter=Q(applications__state=State.SUBMITTED) & mine),
        to_decide=Count("applications", filter=Q(applications__state=State.ELIGIBLE) & mine),
    )
    context = {"offerings": rows.order_by("-closes_at"), "now": timezone.now()}
    return render(request, "cohorts/applications.html", context)


@allow("cohorts.see_assessment", of=Application, bringing="whole")
def assess(request, application):
    """The application as handed in, what was found, and the steps open to this person."""
    return page(request, application)


def page(request, application, *, note_form=None, extension_form=None, refused=None, status=200):
    """The page. note_form, extension_form, refused: what was typed and could not be taken."""
    if status != 200:  # the row came by itself, and may have changed
        application = Application.objects.visible_to(request.user).whole().get(pk=application.pk)
    revisions = {one.number: one for one in application.revisions.all()}
    latest = revisions.get(application.revision)
    views = assessment.stage_views(application, revisions)
    choices = _staff_choices(application, request.user)
    may_check = request.user.has_perm("cohorts.assess_application", application)
    return render(
        request,
        "cohorts/assess.html",
        {
            "application": application,
            "revisions": list(revisions.values()),
            "content": eoi.read_out(latest.answers) if latest else [],
            "latest": latest,
            "is_edited": bool(latest and latest.answers != application.answers),
            "stages": _stage_forms(views),
            "waits": may_check and batch.waits(application, views),
            "choices": [one for one in choices if one["name"] != "withdraw"],
            "withdrawing": next((one for one in choices if one["name"] == "withdraw"), None),
            "events": list(history(application)),
            "city_sees": application.public_label,
            "hints": soft_checks(
                country=application.city.country, population=application.city.population
            ),
            "note_form": note_form or CityNoteForm(initial=_note_of(application)),
            "refused": refused,
            "may_check": may_check,
            "extensions": [
                one for one in application.extension_requests.all() if not one.answered_at
            ],
            "letters": application.letters.all(),
            "extension_form": extension_form or ExtensionForm(zone=application.offering.zone),
        },
        status=status,
    )


@require_POST
@allow("cohorts.assess_application", of=Application)
def record_finding(request, application, stage):
    """Record what was found about one stage."""
    if stage not in Stage.values:
        raise Http404
    form = FindingForm(request.POST, prefix=stage)
    if not form.is_valid():
        return _wrong_finding(request, application, stage, form)
    try:
        assessment.record_finding(
            application=application, stage=stage, by=request.user, **form.cleaned_data
        )
    except assessment.Outdated as refusal:
        form.add_error(None, str(refusal))
        return _wrong_finding(request, application, stage, form, status=409)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _wrong_finding(request, application, stage, form)
    messages.success(request, _("Recorded."))
    return redirect(f"{_address(application)}#stage-{stage}")


@require_POST
@allow("cohorts.see_assessment", of=Application)
def act(request, application, name):
    """Take one step of the workflow, with its reason."""
    if name not in STAFF_STEPS:
        raise Http404
    form = ReasonForm(request.POST, required=False)
    try:
        if form.is_valid():
            _take(name, application, request.user, form.cleaned_data["reason"])
    except Refusal as refusal:
        form.add_error(None, str(refusal))
    if form.errors:
        return page(request, application, refused=_refused(name, form), status=422)
    messages.success(request, _("Done. The city sees nothing of it before the release."))
    return redirect(f"{_address(application)}#steps")


def _refused(name, form) -> dict:
    """A step that was not taken: why not, and the reason as it was typed."""
    return {
        "name": name,
        "label": APPLICATION.actions[name].label,
        "why": " ".join(text for texts in form.errors.values() for text in texts),
        "reason": form.data.get("reason", ""),
    }


@require_POST
@allow("cohorts.assess_application", of=Application)
def note(request, application):
    """Keep the personal words that go with the decision."""
    form = CityNoteForm(request.POST)
    try:
        if form.is_valid():
            selection.write_note(application=application, by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error("note", str(refusal))
        form.data = form.data.copy()
        form.data["seen"] = _note_of(Application.objects.get(pk=application.pk))["seen"]
    if form.errors:
        return page(request, application, note_form=form, status=422)
    messages.success(request, _("The note is kept for the release."))
    return redirect(f"{_address(application)}#note")


@require_POST
@allow("cohorts.decide_application", of=Application)
def move_up(request, application):
    """One place up on the waitlist."""
    selection.move_up(application=application, by=request.user)
    room = "places" if request.POST.get("from") == "places" else "pipeline"
    return redirect(f"cohorts:{room}", slug=application.offering.slug)


def _take(name, application, user, reason):
    step = {"name": name, "application": application, "by": user, "reason": reason}
    if name in assessment.STEPS:
        assessment.assess(**step)
    elif name == "waitlist":
        selection.waitlist(application=application, by=user, reason=reason)
    else:
        selection.decide(**step)


def _staff_choices(application, user):
    """Each open step with its address; withdrawing for a city has a page of its own."""
    uid = application.uid
    addresses = {
        "confirm": reverse("cohorts:confirm", kwargs={"uid": uid}),
        "withdraw": reverse("cohorts:withdraw", kwargs={"uid": uid}),
    }
    choices = [
        {
            "name": choice.action.name,
            "label": choice.action.label,
            "blockers": choice.blockers,
            "needs_reason": choice.needs_reason,
            "href": addresses.get(choice.action.name)
            or reverse("cohorts:act", kwargs={"uid": uid, "name": choice.action.name}),
        }
        for choice in APPLICATION.choices(application, user)
    ]
    return [one for one in choices if one["name"] != "submit"]


def _stage_forms(views):
    return [
        {"view": view, "form": FindingForm(instance=view.finding, prefix=str(view.stage))}
        for view in views
    ]


def _note_of(application) -> dict:
    return {"note": application.note_to_city, "seen": selection.note_version(application)}


def _wrong_finding(request, application, stage, form, *, status=422):
    """The one form again, with what was typed, what is wrong with it, and what is recorded."""
    recorded = application.findings.filter(stage=stage).select_related("by").first()
    form.data = form.data.copy()  # the page shows what is recorded: the next click stands for it
    form.data[form.add_prefix("seen")] = assessment.version_of(recorded)
    context = {
        "application": application,
        "stage": Stage(stage),
        "form": form,
        "recorded": recorded if status == 409 else None,
    }
    return render(request, "cohorts/finding.html", context, status=status)


def _address(application):
    return reverse("cohorts:assess", kwargs={"uid": application.uid})
