"""On to a later offering: staff invite, the city begins with what it wrote."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cohorts import carrying, path
from cohorts.carry_forms import InviteOnForm
from cohorts.forms import posted
from cohorts.models import Invitation, Offering
from sprint_portal.access import allow
from sprint_portal.refusals import Refusal


@allow("cohorts.see_path", of=Offering, by="slug")
def on_path(request, offering):
    """Who is on the path and until when they expect to be ready; one or many are invited."""
    rows = list(carrying.on_path(offering, request.user))
    form = InviteOnForm(posted(request), offerings=carrying.later_than(offering))
    ticked = set(request.POST.getlist("rows"))
    chosen = [row for row in rows if str(row.uid) in ticked]
    if form.is_bound and not chosen:
        form.add_error(None, _("Tick at least one city."))
    if form.is_bound and form.is_valid():
        results = carrying.invite_many(
            applications=chosen, offering=form.cleaned_data["offering"], by=request.user
        )
        return render(
            request, "cohorts/path_invited.html", {"offering": offering, "results": results}
        )
    context = {
        "offering": offering,
        "rows": [_row(row, ticked) for row in rows],
        "form": form,
        "waiting": sum(1 for row in rows if _waits(row)),
    }
    return render(request, "cohorts/path.html", context, status=422 if form.errors else 200)


def _row(application, ticked) -> dict:
    """One city with what it said about when it will be ready, and where it is invited."""
    return {
        "application": application,
        "expected": application.answers.get("expected") or "",
        "next_step": path.first_step(application),
        "invitations": path.invitations_of(application),
        "ticked": str(application.uid) in ticked,
    }


def _waits(application) -> bool:
    return any(one.offering is None for one in application.invitations_on.all())


@allow("cohorts.view_invitation", of=Invitation)
def carry(request, invitation):
    """What is carried over and what is asked again; the button begins."""
    if request.method == "POST":
        return _begin(request, invitation)
    context = {
        "invitation": invitation,
        "earlier": invitation.application,
        "carry": path.Step(invitation, tuple(path.begin_blockers(invitation))),
        "may_write": request.user.has_perm("cohorts.accept_invitation", invitation),
    }
    return render(request, "cohorts/carry.html", context)


def _begin(request, invitation):
    try:
        draft = carrying.begin(invitation=invitation, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(invitation)
    messages.success(request, _("Here is what you wrote. The stages and your consent are open."))
    return redirect(draft)
