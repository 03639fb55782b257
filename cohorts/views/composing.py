"""Deciders put cities together: tick, compare up to three sets, choose one, select its cities."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cohorts import bulk, composing, portraits, rounds
from cohorts.forms import ReasonForm
from cohorts.models import Offering, Scenario
from cohorts.review_forms import ChoiceOfSetForm, ScenarioForm
from sprint_portal.access import allow
from sprint_portal.ids import is_uid
from sprint_portal.refusals import Refusal


@dataclass(frozen=True)
class Side:
    """One set in the comparison. hidden: cities that this reader has a conflict with."""

    title: str
    scenario: Scenario | None
    members: list
    blend: composing.Blend
    hidden: int = 0


@allow("cohorts.see_composition", of=Offering, by="slug")
def composition(request, offering):
    """All candidates with boxes to tick, what is ticked, and the sets kept so far."""
    return _page(request, offering, ScenarioForm(label_suffix=""), ticked=_uids(request.GET))


def _page(request, offering, form, *, ticked, status=200, choice_form=None, refused=None):
    drawn = _drawn(request, offering)
    by_pk = {one.application.pk: one for one in drawn}
    scenarios = list(
        Scenario.objects.visible_to(request.user)
        .filter(offering=offering)
        .select_related("by", "chosen_by")
        .prefetch_related("applications")
    )
    sides = [_kept(offering, one, by_pk) for one in scenarios]
    compared = set(request.GET.getlist("set")[: composing.COMPARED_MOST])
    shown = [side for side in sides if str(side.scenario.uid) in compared]
    trial = [one for one in drawn if str(one.application.uid) in ticked]
    if trial:
        shown = [Side(_("Ticked now"), None, trial, _blend(offering, trial)), *shown]
    chosen = next((one for one in scenarios if one.is_chosen), None)
    context = {
        "offering": offering,
        "drawn": drawn,
        "scored": sum(one.standing.mean is not None for one in drawn),
        "ticked": ticked,
        "form": form,
        "sides": sides,
        "shown": shown[: composing.COMPARED_MOST],
        "rows": _comparison(shown[: composing.COMPARED_MOST]),
        "compared": compared,
        "chosen": chosen,
        "may_compose": request.user.has_perm("cohorts.compose", offering),
        "choice_form": choice_form or ChoiceOfSetForm(label_suffix=""),
        "refused": refused,
        "over": len(trial) - offering.capacity,
    }
    return render(request, "cohorts/composition.html", context, status=status)


def _drawn(request, offering):
    """Candidates, the best score first, then those without a score by name."""
    wanted = rounds.round_of(offering).per_application
    rows = composing.candidates(offering, request.user)
    drawn = portraits.portraits(rows, request.user, wanted=wanted)
    return sorted(drawn, key=lambda one: (-_mean(one), one.city.name))


def _mean(one) -> float:
    """The average score; below all others for who has none."""
    return -1 if one.standing.mean is None else one.standing.mean


def _kept(offering, scenario, by_pk) -> Side:
    rows = scenario.applications.all()
    members = [by_pk[row.pk] for row in rows if row.pk in by_pk]
    members.sort(key=lambda one: one.city.name)
    return Side(
        scenario.name, scenario, members, _blend(offering, members), len(rows) - len(members)
    )


def _blend(offering, members):
    days = (offering.runs_from, offering.runs_until)
    return composing.blend(members, days=days, minutes=offering.session_minutes)


def _comparison(sides) -> list[tuple[str, list]]:
    """(what, a cell for each set): cells are texts, or tallies as lists of (word, how many)."""
    return [
        (_("Parts of the world"), [side.blend.continents for side in sides]),
        (_("Countries"), [side.blend.countries for side in sides]),
        (_("Size"), [side.blend.sizes for side in sides]),
        (_("Stages"), [side.blend.stages for side in sides]),
        (_("Areas"), [side.blend.areas for side in sides]),
        (_("Languages"), [side.blend.languages for side in sides]),
    ]


@require_POST
@allow("cohorts.compose", of=Offering, by="slug")
def save(request, offering):
    """Keep what is ticked under a name, or only look at it."""
    form, ticked = ScenarioForm(request.POST, label_suffix=""), _uids(request.POST)
    if request.POST.get("do") == "try":
        return redirect(f"{_address(offering)}?{urlencode({'city': sorted(ticked)}, True)}#compare")
    rows = composing.candidates(offering, request.user).filter(uid__in=ticked)
    try:
        if form.is_valid():
            composing.save(
                offering=offering, applications=list(rows), by=request.user, **form.cleaned_data
            )
            messages.success(request, _("The set is kept."))
            return redirect("cohorts:composition", slug=offering.slug)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
    return _page(request, offering, form, ticked=ticked, status=422)


@require_POST
@allow("cohorts.compose", of=Scenario)
def choose(request, scenario):
    """Settle on this set, unless another decider was quicker."""
    form = ChoiceOfSetForm(request.POST, label_suffix="")
    status = 422
    try:
        if form.is_valid():
            composing.choose(
                scenario=scenario,
                by=request.user,
                rationale=form.cleaned_data["rationale"],
                instead_of=str(form.cleaned_data["instead_of"] or ""),
            )
            messages.success(request, _("This is the chosen set. Its cities are not selected yet."))
            return redirect("cohorts:composition", slug=scenario.offering.slug)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        status = 409
    empty = ScenarioForm(label_suffix="")
    return _page(
        request,
        scenario.offering,
        empty,
        ticked=set(),
        status=status,
        choice_form=form,
        refused=scenario,
    )


@require_POST
@allow("cohorts.compose", of=Scenario)
def select(request, scenario):
    """Select the cities of the chosen set; each answers for itself."""
    form = ReasonForm(request.POST)
    if not (scenario.is_chosen and form.is_valid()):
        messages.error(request, _("Choose the set first, and say why its cities are selected."))
        return redirect("cohorts:composition", slug=scenario.offering.slug)
    rows = composing.candidates(scenario.offering, request.user)
    results = bulk.take(
        name="select",
        applications=rows.filter(scenarios=scenario),
        by=request.user,
        reason=form.cleaned_data["reason"],
    )
    context = {"offering": scenario.offering, "results": results, "label": _("Select")}
    return render(request, "cohorts/pipeline_step.html", context)


@require_POST
@allow("cohorts.compose", of=Scenario)
def discard(request, scenario):
    """Throw a set away."""
    offering = scenario.offering
    try:
        composing.discard(scenario=scenario, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The set is gone."))
    return redirect("cohorts:composition", slug=offering.slug)


def _address(offering) -> str:
    return reverse("cohorts:composition", kwargs={"slug": offering.slug})


def _uids(data) -> set[str]:
    """What is ticked, well-formed uids only."""
    return {text for text in data.getlist("city")[:500] if is_uid(text)}
