"""Staff set offerings up: the list, a copy of an earlier one, its sections, announcing."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cohorts import preparing, readiness, reliance, retention, setup_page
from cohorts.forms import posted
from cohorts.models import Offering
from cohorts.setup_forms import CopyForm
from cohorts.setup_rubric import FORMS
from sprint_portal.access import allow, holds
from sprint_portal.refusals import Refusal

CONFLICT, UNFIT = 409, 422
YEAR = timedelta(weeks=52)


@holds("cohorts.prepare_offerings")
def offerings(request):
    """In preparation, announced, past."""
    rows = Offering.objects.visible_to(request.user).annotate(
        handed_in=Count("applications", filter=~Q(applications__state__in=["draft", "withdrawn"])),
        erased=Count("applications", filter=Q(applications__erased_at__isnull=False)),
    )
    rows, today = list(rows.order_by("-closes_at")), timezone.localdate()
    context = {
        "preparing": [row for row in rows if not row.announced],
        "announced": [row for row in rows if row.announced and row.runs_until >= today],
        "past": [row for row in rows if row.announced and row.runs_until < today],
        "latest": max(rows, key=lambda row: row.runs_from, default=None),
    }
    return render(request, "cohorts/prepare.html", context)


@allow("cohorts.prepare_offering", of=Offering, by="slug")
def copy(request, offering):
    """Ask what is new about the next one; the rest is as it was."""
    form = CopyForm(posted(request), initial=_next_of(offering), label_suffix="")
    if form.is_bound and form.is_valid():
        try:
            made = preparing.copy(earlier=offering, by=request.user, **form.cleaned_data)
        except preparing.SlugTaken as refusal:
            form.add_error("slug", str(refusal))
        else:
            messages.success(request, _("It is prepared; nobody else sees it yet."))
            return redirect("cohorts:prepare_offering", slug=made.slug)
    context = {"offering": offering, "form": form}
    status = UNFIT if form.errors else 200
    return render(request, "cohorts/prepare_copy.html", context, status=status)


def _next_of(offering) -> dict:
    """A first guess: a year on, the year in its names exchanged."""
    starts = offering.runs_from + YEAR
    while starts <= timezone.localdate():
        starts += YEAR
    old, new = str(offering.runs_from.year), str(starts.year)
    return {
        "starts": starts,
        **{
            name: getattr(offering, name).replace(old, new)
            for name in ("term", "slug", "reference_prefix")
            if old in getattr(offering, name)
        },
    }


@allow("cohorts.prepare_offering", of=Offering, by="slug")
def offering(request, offering):
    """How it stands: what is missing, every section with what is set, what to do next."""
    checks = readiness.checklist(offering)
    context = {
        "offering": offering,
        "checklist": [setup_page.as_item(offering, check) for check in checks],
        "missing": sum(bool(check.missing) for check in checks),
        "mails": setup_page.mail_words(offering),
        "sections": setup_page.sections(offering),
        "choices": readiness.ANNOUNCING.choices(offering, request.user),
        "keeping": retention.standing(offering),
    }
    return render(request, "cohorts/prepare_offering.html", context)


@require_POST
@allow("cohorts.prepare_offering", of=Offering, by="slug")
def act(request, offering, step):
    """Announce, or take the announcement back."""
    if step not in preparing.STEPS:
        raise Http404
    try:
        preparing.STEPS[step](offering=offering, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        told = {
            "announce_offering": _("It is announced: everybody sees it now."),
            "take_back_offering": _("It is hidden again."),
        }
        messages.success(request, told[step])
    return redirect("cohorts:prepare_offering", slug=offering.slug)


@allow("cohorts.prepare_offering", of=Offering, by="slug")
def section(request, offering, section):
    """One section as a form; what people rely on is shown with the reason why it stays."""
    if section not in FORMS:
        raise Http404
    use = reliance.use_of(offering)
    form = FORMS[section](posted(request), offering, reliance.locked_fields(use))
    if not (form.is_bound and form.is_valid()):
        return _section_page(request, form, use, status=UNFIT if form.errors else 200)
    try:
        slug = _store(form, request)
    except preparing.StaleSetUp as stale:
        return _section_page(request, form, use, status=CONFLICT, stored=stale.stored)
    except Refusal as refusal:
        form.add_error(form.place_of(getattr(refusal, "field", "")), str(refusal))
        return _section_page(request, form, use, status=UNFIT)
    messages.success(request, _("Saved."))
    return redirect("cohorts:prepare_offering", slug=slug)


def _store(form, request) -> str:
    """Save a valid form; the offering's slug from now on."""
    offering, rev, by = form.offering, _number(request.POST.get("rev", "")), request.user
    if form.section == "people":
        people = list(form.cleaned_data["people"])
        preparing.set_people(offering=offering, people=people, rev=rev, by=by)
    elif form.section == "rubric":
        criteria = form.criteria()
        preparing.set_rubric(offering=offering, criteria=criteria, version=rev, by=by)
    else:
        stored = preparing.change(
            offering=offering, section=form.section, values=form.values(), rev=rev, by=by
        )
        return stored.slug
    return offering.slug


def _section_page(request, form, use, *, status, stored=None):
    now = stored or form.offering
    context = {
        "offering": form.offering,
        "form": form,
        "section": form.section,
        "title": setup_page.TITLES[form.section],
        "rev": setup_page.rev_of(now, form.section) if status != UNFIT else request.POST.get("rev"),
        "theirs": setup_page.facts(stored, form.section) if stored else None,
        "use": use,
    }
    return render(request, "cohorts/prepare_section.html", context, status=status)


def _number(text: str) -> int:
    return int(text[:9]) if text.isascii() and text.isdigit() else -1
