"""The places of one offering: whose answer is awaited, who is next, what a free seat is for."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cohorts import backfill, confirming, selection
from cohorts.carry_forms import ExtendForm, OfferForm, OfferOnForm
from cohorts.models import Application, Offering
from sprint_portal.access import allow
from sprint_portal.refusals import MoveRefused, Refusal

TIME_TO_CONFIRM = timedelta(days=7)


@allow("cohorts.see_places", of=Offering, by="slug")
def places(request, offering):
    """Seats free and taken, the answers awaited, the waitlist in its order."""
    return _page(request, offering)


@require_POST
@allow("cohorts.chase_application", of=Application)
def remind(request, application):
    """A reminder by hand."""
    try:
        confirming.remind_now(application=application, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("A reminder is on its way to %(city)s.") % _named(application))
    return _back(application)


@require_POST
@allow("cohorts.chase_application", of=Application)
def extend(request, application):
    """Another day to confirm by."""
    form = _extend_form(application, request.POST)
    said = _("%(city)s has the new day by mail.")
    return _settle(request, application, confirming.extend, extend=form, said=said)


@require_POST
@allow("cohorts.decide_application", of=Application)
def offer_on(request, application):
    """Take back a place that was not confirmed in time, and tell the city."""
    form = _offer_on_form(application, request.POST)
    said = _("The place is free; %(city)s is told.")
    return _settle(request, application, confirming.offer_on, offer_on=form, said=said)


@require_POST
@allow("cohorts.decide_application", of=Application)
def offer(request, application):
    """Offer the free seat to the first on the waitlist."""
    form = OfferForm(request.POST, zone=application.offering.zone)
    if form.is_valid():
        try:
            backfill.offer(application=application, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(city)s has the offer by mail.") % _named(application))
            return _back(application)
    return _page(request, application.offering, wrong={"offer": form})


def _settle(request, application, step, *, said, **named):
    """Take `step` on a card of the page. named: its form, by the name that `_awaited` gives it.

    What is refused stands at the form again; if the card is gone meanwhile, on the page.
    """
    (form,) = named.values()
    if form.is_valid():
        try:
            step(application=application, by=request.user, **form.cleaned_data)
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
            return _back(application)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said % _named(application))
            return _back(application)
    return _page(request, application.offering, wrong={application.pk: named})


# --- the page ----------------------------------------------------------------------------
def _page(request, offering, *, wrong=None):
    """wrong: {"offer": form} or {pk of an application: {"extend" or "offer_on": form}}."""
    wrong = wrong or {}
    board = backfill.board(offering, request.user)
    context = {
        "offering": offering,
        "taken": len(board.seated),
        "seats_free": board.free,
        "blockers": board.blockers,
        "is_quiet": not (board.awaited or board.waitlist or board.is_untold),
        "awaited": [_awaited(row, wrong.get(row.pk, {})) for row in _open_to_reader(board.awaited)],
        "overdue": sum(1 for row in board.awaited if _is_late(row)),
        "closed_to_you": sum(1 for row in board.awaited if row.barred),
        "waitlist": _open_to_reader(board.waitlist),
        "may_decide": request.user.is_decider,
        "form_errors": wrong.get("offer"),
        **_first(board, wrong.get("offer"), request),
    }
    return render(request, "cohorts/places.html", context, status=422 if wrong else 200)


def _open_to_reader(rows) -> list:
    return [row for row in rows if not row.barred]


def _first(board, form, request) -> dict:
    """Who is next, with the effect on the cohort; nothing about a city closed to this person."""
    first = board.first
    if first is None or first.barred:
        return {"first": None, "first_closed": first is not None}
    start = {"confirm_by": _day(), "reason": _("A place came free, and the city is next.")}
    return {
        "first": first,
        "effect": board.effect(request.user),
        "letter": selection.offered(first, confirm_by=start["confirm_by"])
        if "letter" in request.GET
        else None,
        "offer_form": form or OfferForm(zone=board.offering.zone, initial=start),
    }


def _awaited(row, wrong) -> dict:
    return {
        "application": row,
        "late": _is_late(row),
        "extend_form": wrong.get("extend") or _extend_form(row),
        "offer_on_form": wrong.get("offer_on") or _offer_on_form(row),
        "wrong": wrong,
    }


def _is_late(row) -> bool:
    return bool(row.confirm_by and row.confirm_by < timezone.now())


def _extend_form(row, data=None):
    later = max(row.confirm_by or timezone.now(), timezone.now()) + timedelta(days=3)
    initial = {"until": later.replace(minute=0, second=0, microsecond=0)}
    names = f"extend_{row.pk}_%s"
    return ExtendForm(data, zone=row.offering.zone, initial=initial, auto_id=names)


def _offer_on_form(row, data=None):
    return OfferOnForm(data, auto_id=f"on_{row.pk}_%s")


def _day():
    return (timezone.now() + TIME_TO_CONFIRM).replace(minute=0, second=0, microsecond=0)


def _named(application) -> dict:
    return {"city": application.city}


def _back(application):
    return redirect("cohorts:places", slug=application.offering.slug)
