"""Laying sessions out, moving and cancelling them, booking TA: for facilitators and staff."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cohorts.forms import posted
from cohorts.models import Meeting, Offering
from cohorts.scheduling import appointments, cells, sessions, showing
from cohorts.scheduling.forms import BookForm, CancelForm, DescribeForm, LayOutForm, MoveForm
from sprint_portal.access import allow
from sprint_portal.refusals import Refusal


@require_http_methods(["GET", "POST"])
@allow("cohorts.lay_out_sessions", of=Offering, by="slug")
def lay_out(request, offering):
    """The whole sprint in one step: fill in, look at the preview, lay out."""
    form = LayOutForm(posted(request), offering=offering, by=request.user)
    is_right = form.is_valid()
    if is_right and "lay_out" in request.POST and _laid_out(request, form, offering):
        return redirect("cohorts:lay_out", slug=offering.slug)
    every = Meeting.objects.filter(offering=offering)
    every = list(every.select_related("offering", "city", "facilitator"))
    rows = showing.rows([meeting for meeting in every if not meeting.city_id])
    context = {
        "offering": offering,
        "form": form,
        "is_laid_out": bool(rows),
        "rows": [row for row in rows if not row.meeting.is_over],
        "appointments": [one for one in every if one.city_id and not one.is_over],
        "behind": [meeting for meeting in reversed(every) if meeting.is_over],
        "columns": form.columns() if is_right else [],
        "cities": cells.cohort_of(offering),
    }
    return render(request, "cohorts/sessions_lay_out.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@allow("cohorts.run_meeting", of=Meeting)
def session_move(request, meeting):
    form = MoveForm(posted(request), meeting=meeting)
    if form.is_valid():
        given = {key: form.cleaned_data[key] for key in ("minutes", "sequence", "fold")}
        if _done(form, sessions.move, meeting, wall=form.wall, by=request.user, **given):
            messages.success(request, _("Moved. Everyone who takes part gets a mail."))
            return redirect(meeting)
    context = {"meeting": meeting, "form": form}
    return render(request, "cohorts/session_move.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@allow("cohorts.run_meeting", of=Meeting)
def session_cancel(request, meeting):
    form = CancelForm(posted(request))
    if form.is_valid() and _done(
        form, sessions.cancel, meeting, reason=form.cleaned_data["reason"], by=request.user
    ):
        messages.success(request, _("Cancelled. Everyone who takes part gets a mail."))
        return redirect(meeting)
    context = {"meeting": meeting, "form": form}
    return render(request, "cohorts/session_cancel.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@allow("cohorts.run_meeting", of=Meeting)
def session_edit(request, meeting):
    shown = {name: getattr(meeting, name) for name in ("agenda", "join_link")}
    shown |= {"title": meeting.title if meeting.is_named else "", "seen": sessions.version(meeting)}
    form = DescribeForm(posted(request), initial=shown, meeting=meeting)
    if form.is_valid() and _done(
        form, sessions.describe, meeting, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("Saved."))
        return redirect(meeting)
    context = {"meeting": meeting, "form": form}
    return render(request, "cohorts/session_edit.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@allow("cohorts.book_appointments", of=Offering, by="slug")
def book(request, offering):
    """A TA appointment with one city."""
    form = BookForm(posted(request), offering=offering, by=request.user)
    if form.is_valid():
        given = {key: form.cleaned_data[key] for key in BOOKED}
        if _done(form, appointments.book, offering, wall=form.wall, by=request.user, **given):
            messages.success(request, _("Booked. Both sides get a mail."))
            return redirect("cohorts:lay_out", slug=offering.slug)
    context = {"offering": offering, "form": form}
    return render(request, "cohorts/session_book.html", context, status=_status(form))


BOOKED = ("city", "facilitator", "minutes", "agenda", "join_link", "fold")


def _laid_out(request, form, offering) -> bool:
    """Lay out what the form says, and say so."""
    given = {key: form.cleaned_data[key] for key in ("facilitator", "join_link")}
    if not _done(form, sessions.lay_out, offering, slots=form.slots, by=request.user, **given):
        return False
    said = _("%(n)d meetings are laid out. Everyone who takes part gets one mail with the dates.")
    messages.success(request, said % {"n": len(form.slots)})
    return True


def _status(form) -> int:
    """422 for a form that has to be put right."""
    return 422 if form.errors else 200


def _done(form, verb, row, **given) -> bool:
    """Do it; when it is refused, leave the sentence on the form."""
    try:
        verb(row, **given)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
