"""Closing an offering before its deadline, asked once more before it happens."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts import closing
from cohorts.forms import CloseForm, posted
from cohorts.models import Offering
from sprint_portal.access import allow
from sprint_portal.refusals import Refusal


@allow("cohorts.prepare_offering", of=Offering, by="slug")
def close(request, offering):
    """What it means, whom it concerns, and why."""
    form = CloseForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            told = closing.close_now(offering=offering, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _said(told))
            return redirect("cohorts:pipeline", slug=offering.slug)
    rows = closing.unfinished(offering) if offering.is_open else []
    context = {"offering": offering, "form": form, "rows": rows}
    status = 422 if form.errors else 200
    return render(request, "cohorts/close.html", context, status=status)


def _said(told: int) -> str:
    if not told:
        return _("Applications are closed.")
    words = ngettext(
        "Applications are closed. %(n)s city hears of it by mail.",
        "Applications are closed. %(n)s cities hear of it by mail.",
        told,
    )
    return words % {"n": told}
