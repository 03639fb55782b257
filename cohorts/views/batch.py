"""The stage check of one offering, application after application."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cohorts import assessment, batch, eoi
from cohorts.carry_forms import QuickFindingForm, QuickFindings
from cohorts.eligibility import soft_checks
from cohorts.models import Application, Offering
from cohorts.models.application import State
from cohorts.models.stage_check import Stage
from sprint_portal.access import allow
from sprint_portal.ids import is_uid
from sprint_portal.refusals import Refusal


@allow("cohorts.check_stages", of=Offering, by="slug")
def eligibility(request, offering):
    """One application at a time: what it says beside what is found; saving leads to the next."""
    if request.method == "POST":
        return _record(request, offering)
    entries = batch.queue(offering, request.user)
    place = _place(entries, request.GET.get("at", ""))
    if not entries:
        return _done(request, offering)
    return _page(request, offering, entries, place)


def _done(request, offering):
    """Nothing is left to look at; what is looked at may still lack its outcome."""
    mine = Application.objects.judged_by(request.user)
    unsettled = mine.filter(offering=offering, state=State.SUBMITTED).count()
    context = {"offering": offering, "unsettled": unsettled}
    return render(request, "cohorts/eligibility_done.html", context)


def _record(request, offering):
    """Save what was found, take the step that was asked for, go on."""
    entries = batch.queue(offering, request.user)
    uid = request.POST.get("uid", "")
    place = next((n for n, one in enumerate(entries) if str(one.application.uid) == uid), None)
    if place is None:
        row = _left(offering, request.user, uid)
        if row is None:
            messages.info(request, _("That one is closed to you, or no longer there."))
            return redirect(_address(offering))
        entries, place = [batch.Entry(row, has_changed=False), *entries], 0
    findings = _findings(entries[place].application, request.POST)
    if not findings.is_valid():
        return _page(request, offering, entries, place, findings=findings, status=422)
    try:
        _save(request, entries[place].application, findings)
    except Refusal as refusal:
        said = {"refused": str(refusal), "status": 409}
        return _page(request, offering, entries, place, findings=findings, **said)
    messages.success(
        request, _("%(city)s is recorded.") % {"city": entries[place].application.city}
    )
    return redirect(_address(offering, _after(entries, place)))


def _left(offering, user, uid) -> Application | None:
    """One that left the queue since its page was opened: what was typed about it is not dropped."""
    rows = Application.objects.judged_by(user).filter(offering=offering, revision__gt=0)
    return rows.select_related("city").filter(uid=uid).first() if is_uid(uid) else None


def _save(request, application, findings):
    batch.record(
        application=application,
        found=findings.cleaned,
        seen=request.POST.get("seen", ""),
        then=request.POST.get("then", ""),
        by=request.user,
    )


def _page(request, offering, entries, place, *, findings=None, refused="", status=200):
    application = entries[place].application
    revisions = {one.number: one for one in application.revisions.all()}
    views = assessment.stage_views(application, revisions)
    findings = findings or _findings(application)
    city = application.city
    context = {
        "offering": offering,
        "application": application,
        "entry": entries[place],
        "content": _stages_first(eoi.read_out(revisions[application.revision].answers)),
        "stages": [_stage(n, view, findings, refused) for n, view in enumerate(views, start=1)],
        "findings": findings,
        "left": len(entries),
        "number": place + 1,
        "following": _address(offering, _after(entries, place)) if len(entries) > 1 else "",
        "before": _address(offering, entries[place - 1].application) if place else "",
        "seen": batch.fingerprint(application),
        "warnings": soft_checks(country=city.country, population=city.population),
        "refused": refused,
    }
    return render(request, "cohorts/eligibility.html", context, status=status)


def _stages_first(content) -> list:
    """The answers in the order in which this page needs them."""
    return sorted(content, key=lambda pair: pair[0].key != "stages")


def _stage(number, view, findings, refused):
    """recorded: what stands there now, where a refused form says something else."""
    form, now = findings.by_stage[str(view.stage)], view.finding
    differs = any((form[name].value() or "") != (getattr(now, name) or "") for name in form.fields)
    recorded = now if refused and now.finding and differs else None
    return {"number": number, "view": view, "form": form, "recorded": recorded}


def _findings(application: Application, data=None) -> QuickFindings:
    """The four forms, filled with what is recorded."""
    found = {one.stage: one for one in application.findings.all()}
    return QuickFindings(
        {
            stage: QuickFindingForm(data, prefix=stage, initial=_recorded(found.get(stage)))
            for stage in Stage.values
        }
    )


def _recorded(row) -> dict:
    if row is None:
        return {}
    return {"finding": row.finding, "evidence": row.evidence, "next_step": row.next_step}


def _place(entries, uid: str) -> int:
    """Where in the queue that application stands; at its head when it is not there."""
    return next((n for n, one in enumerate(entries) if str(one.application.uid) == uid), 0)


def _after(entries, place) -> Application | None:
    """The one that follows, from the head again after the last; None after the only one."""
    return entries[(place + 1) % len(entries)].application if len(entries) > 1 else None


def _address(offering, application=None) -> str:
    page = reverse("cohorts:eligibility", kwargs={"slug": offering.slug})
    return f"{page}?at={application.uid}" if application else page
