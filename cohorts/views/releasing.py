"""The day on which all cities learn at once."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts import batch, selection
from cohorts.forms import ReleaseForm, posted
from cohorts.models import Offering
from cohorts.models.review import conflict
from sprint_portal.access import allow
from sprint_portal.refusals import Refusal

TIME_TO_CONFIRM = timedelta(days=7)


@allow("cohorts.release_decisions", of=Offering, by="slug")
def release(request, offering):
    """Every outstanding message as it will be read; one button sends them all."""
    form = ReleaseForm(posted(request), zone=offering.zone, initial=_first(offering))
    if form.is_bound and form.is_valid():
        try:
            sent = selection.release(offering=offering, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _said(sent))
            return redirect("cohorts:pipeline", slug=offering.slug)
    return _page(request, offering, form)


def _page(request, offering, form):
    confirm_by = _day(offering)
    if form.is_bound:
        confirm_by = form.cleaned_data.get("confirm_by", confirm_by)
        # The page shows the present state again, so the next click stands for what it shows.
        form.data = form.data.copy()
        form.data["seen"] = selection.fingerprint(offering)
    reader = request.user
    found = selection.tally(offering, reader=reader)
    context = {
        "offering": offering,
        "form": form,
        "letters": selection.letters(offering, confirm_by=confirm_by, reader=reader),
        "letters_closed": found["told_closed"],
        "blockers": selection.why_not(offering, found),
        "changed": _changed(offering, reader) if found["changed"] else [],
        "undecided": selection.undecided(offering).exclude(conflict(reader)),
        "undecided_closed": found["left_closed"],
    }
    return render(request, "cohorts/release.html", context, status=422 if form.errors else 200)


def _changed(offering, reader) -> list:
    """Those to look at again first, as far as `reader` may."""
    entries = batch.queue(offering, reader)
    return [one.application for one in entries if one.has_changed]


def _first(offering) -> dict:
    return {"confirm_by": _day(offering), "seen": selection.fingerprint(offering)}


def _day(offering):
    """The offering's day to confirm by while it lies ahead, else a week from now."""
    if offering.confirm_by and offering.confirm_by > timezone.now():
        return offering.confirm_by
    return (timezone.now() + TIME_TO_CONFIRM).replace(minute=0, second=0, microsecond=0)


def _said(sent: int) -> str:
    if not sent:
        return _("Everything had gone out already.")
    words = ngettext("%(sent)s message goes out now.", "%(sent)s messages go out now.", sent)
    return words % {"sent": sent}
