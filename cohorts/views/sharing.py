"""Staff and the reviews: the round's settings, who reads what, and what came of it."""

import secrets

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cohorts import portraits, reviewing, rounds
from cohorts.forms import ReasonForm
from cohorts.models import Application, Offering, Recusal, Review
from cohorts.models.review import ReviewState
from cohorts.review_forms import (
    AsideForm,
    AsidePersonForm,
    NoteForm,
    ReviewerForm,
    RoundForm,
    WeightsForm,
)
from cohorts.scores import read_criteria
from sprint_portal.access import allow
from sprint_portal.audit import history
from sprint_portal.refusals import Refusal


# --- the round ---------------------------------------------------------------------------
@allow("cohorts.assign_reviews", of=Offering, by="slug")
def review_round(request, offering):
    """Settings, rubric, and how far everyone is."""
    settings = rounds.round_of(offering)
    data = request.POST if request.method == "POST" else None
    form = RoundForm(data, instance=settings, zone=offering.zone)
    if form.is_bound and form.is_valid():
        try:
            rounds.set_round(offering=offering, by=request.user, **form.cleaned_data)
        except rounds.SetMeanwhile as refusal:
            form.add_error(None, str(refusal))
            form.data = form.data.copy()  # the page says what stands: the next click answers it
            form.data["seen"] = rounds.version_of(rounds.round_of(offering))
        else:
            messages.success(request, _("The round is set."))
            return redirect("cohorts:review_round", slug=offering.slug)
    return _round_page(request, offering, form)


def _round_page(request, offering, form, weights=None):
    rubric = rounds.rubric_of(offering)
    criteria = read_criteria(rubric.criteria)
    context = {
        "offering": offering,
        "form": form,
        "rubric": rubric,
        "criteria": criteria,
        "weights_form": weights or WeightsForm(criteria, version=rubric.version),
        "people": _people(request, offering),
        "short": _short(request, offering),
    }
    wrong = form.errors or (weights and weights.errors)
    return render(request, "cohorts/review_round.html", context, status=422 if wrong else 200)


def _people(request, offering):
    """Each reviewer with how much is done; of what this reader may see."""
    mine = Review.objects.visible_to(request.user).filter(application__offering=offering)
    under_way = Q(reviews__in=mine) & ~Q(reviews__state=ReviewState.WITHDRAWN)
    done = Q(reviews__in=mine, reviews__state=ReviewState.SUBMITTED)
    return rounds.reviewers().annotate(
        asked=Count("reviews", filter=under_way), done=Count("reviews", filter=done)
    )


def _short(request, offering):
    """Eligible applications that too few people were asked to read."""
    settings = rounds.round_of(offering)
    rows = Application.objects.judged_by(request.user).filter(offering=offering, state="eligible")
    asked = Count("reviews", filter=~Q(reviews__state=ReviewState.WITHDRAWN))
    rows = rows.annotate(asked=asked).filter(asked__lt=settings.per_application)
    return rows.select_related("city").order_by("city__name")


@require_POST
@allow("cohorts.assign_reviews", of=Offering, by="slug")
def reweigh(request, offering):
    """Another weight for a criterion makes a new version of the rubric."""
    now = rounds.rubric_of(offering)
    form = WeightsForm(read_criteria(now.criteria), request.POST, version=now.version)
    try:
        if form.is_valid():
            made = rounds.reweigh(
                offering=offering,
                weights=form.weights(),
                version=form.cleaned_data["version"],
                by=request.user,
            )
            words = _("Version %(number)s is in use for reviews from now on.")
            messages.success(request, words % {"number": made.version})
            return redirect("cohorts:review_round", slug=offering.slug)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        form.data = form.data.copy()
        form.data["version"] = now.version
    plain = RoundForm(instance=rounds.round_of(offering), zone=offering.zone)
    return _round_page(request, offering, plain, form)


@allow("cohorts.assign_reviews", of=Offering, by="slug")
def share_out(request, offering):
    """A proposal for who reads what; one button asks everyone, another proposes anew."""
    if request.method == "POST":
        seed, seen = _seed(request.POST), request.POST.get("seen", "")
        try:
            made = rounds.assign_all(offering=offering, by=request.user, seed=seed, seen=seen)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("cohorts:review_share_out", slug=offering.slug)
        messages.success(request, _said(made))
        return redirect("cohorts:review_round", slug=offering.slug)
    seed = _seed(request.GET)
    sharing = rounds.propose(offering, request.user, seed=seed)
    context = {"offering": offering, "sharing": sharing, "seed": seed, "next_seed": seed + 1}
    return render(request, "cohorts/review_share_out.html", context)


def _seed(data) -> int:
    text = data.get("seed", "")[:9]
    return int(text) if text.isascii() and text.isdigit() else secrets.randbelow(1_000_000)


def _said(made: int) -> str:
    words = ngettext("%(made)s review is asked for.", "%(made)s reviews are asked for.", made)
    return words % {"made": made}


# --- one application -----------------------------------------------------------------------
@allow("cohorts.compare_reviews", of=Application)
def compare(request, application):
    """All reviews of one application side by side, and the conversation about it."""
    return _compare_page(request, application)


def _compare_page(request, application, *, status=200, **forms):
    settings = rounds.round_of(application.offering)
    [drawn] = portraits.portraits([application], request.user, wanted=settings.per_application)
    rows = Review.objects.visible_to(request.user).filter(application=application)
    rows = list(rows.select_related("reviewer", "rubric"))
    context = {
        "application": application,
        "one": drawn,
        "reviews": [_shown(row) for row in rows],
        "recusals": Recusal.objects.filter(city=application.city).select_related("reviewer"),
        "notes": reviewing.discussion(application, request.user),
        "events": history(application).filter(verb__contains="review"),
        "may_assign": request.user.has_perm("cohorts.assign_review", application),
        "reviewer_form": ReviewerForm(),
        "aside_form": AsideForm(prefix="aside"),
        "aside_person": _who(request, application),
        "reason_form": ReasonForm(),
        "note_form": NoteForm(),
    }
    return render(request, "cohorts/review_compare.html", context | forms, status=status)


def _shown(review) -> dict:
    criteria = read_criteria(review.rubric.criteria)
    done = review.state != ReviewState.OPEN
    return {
        "review": review,
        # A draft is its reviewer's own: staff see that it is begun, not what it says.
        "scores": [
            (one.name, review.scores.get(one.key), review.comments.get(one.key, ""))
            for one in criteria
            if done
        ],
    }


@require_POST
@allow("cohorts.assign_review", of=Application)
def ask(request, application):
    """Ask one person to review it."""
    form = ReviewerForm(request.POST)
    try:
        if form.is_valid():
            reviewer = form.cleaned_data["reviewer"]
            rounds.assign(application=application, reviewer=reviewer, by=request.user)
            messages.success(request, _("%(name)s is asked to review it.") % {"name": reviewer})
            return redirect("cohorts:review_compare", uid=application.uid)
    except Refusal as refusal:
        form.add_error("reviewer", str(refusal))
    return _compare_page(request, application, status=422, reviewer_form=form)


def _who(request, application, data=None):
    for_others = request.user.has_perm("cohorts.assign_review", application)
    return AsidePersonForm(data, by=request.user, for_others=for_others)


@require_POST
@allow("cohorts.compare_reviews", of=Application)
def aside(request, application):
    """Declare that oneself does not judge this city; staff record it for others as well."""
    form = AsideForm(request.POST, prefix="aside")
    person = _who(request, application, request.POST)
    try:
        if form.is_valid() & person.is_valid():
            who = person.cleaned_data["reviewer"]
            reason = form.cleaned_data["reason"]
            reviewing.recuse(reviewer=who, application=application, reason=reason, by=request.user)
            return _closed_to(request, application, who)
    except Refusal as refusal:
        form.add_error("reason", str(refusal))
    return _compare_page(request, application, status=422, aside_form=form, aside_person=person)


def _closed_to(request, application, who):
    if who == request.user:  # this page is closed to them from now on
        messages.success(request, _("Noted. You see no more of this city."))
        return redirect("cohorts:pipeline", slug=application.offering.slug)
    messages.success(request, _("%(name)s steps aside for this city.") % {"name": who})
    return redirect("cohorts:review_compare", uid=application.uid)


@require_POST
@allow("cohorts.compare_reviews", of=Application)
def talk(request, application):
    """Add a word to the conversation of those who judge it."""
    form = NoteForm(request.POST)
    try:
        if form.is_valid():
            body = form.cleaned_data["body"]
            reviewing.say_something(application=application, body=body, by=request.user)
            return redirect("cohorts:review_compare", uid=application.uid)
    except Refusal as refusal:
        form.add_error("body", str(refusal))
    return _compare_page(request, application, status=422, note_form=form)


@require_POST
@allow("cohorts.assign_review", of=Review)
def take_back(request, review):
    """Take an application back from somebody who has not begun."""
    application = review.application
    try:
        rounds.unassign(review=review, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is taken back."))
    return redirect("cohorts:review_compare", uid=application.uid)


@require_POST
@allow("cohorts.assign_review", of=Review)
def reopen(request, review):
    """Give a review back to its reviewer, with the reason."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _compare_page(
            request, review.application, status=422, reason_form=form, reopened=review.pk
        )
    try:
        reviewing.reopen(review=review, by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The review is open again, and its reviewer knows why."))
    return redirect("cohorts:review_compare", uid=review.application.uid)
