"""A reviewer at work: what is to read, one review, stepping aside, a word with the others."""

from datetime import UTC, datetime
from uuid import uuid4

from django.contrib import messages
from django.db.models import Case, Value, When
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cohorts import cities, reading, reviewing, rounds
from cohorts.forms import posted
from cohorts.models import Review
from cohorts.models.review import ReviewState
from cohorts.review_forms import AsideForm, NoteForm, ReviewForm, draft_from
from cohorts.scores import read_criteria
from sprint_portal.access import allow, holds
from sprint_portal.refusals import Refusal

CONFLICT = 409


@holds("cohorts.see_reviews")
def reviews(request):
    """Everything that this person is asked to read, what is left first."""
    rows = Review.objects.visible_to(request.user).under_way(request.user)
    rows = rows.select_related(
        "application__city", "application__offering__sprint", "application__offering__review_round"
    ).annotate(done=Case(When(state=ReviewState.OPEN, then=Value(0)), default=Value(1)))
    found = [_listed(row) for row in rows.order_by("done", "assigned_at", "id")]
    asked = request.GET.get("q", "")[:80]
    shown = [one for one in found if cities.fold(asked) in cities.fold(one["searched"])]
    left = [one for one in found if one["review"].state == ReviewState.OPEN]
    context = {
        "rows": shown,
        "asked": asked,
        "left": len(left),
        "total": len(found),
        "first": min(left, key=_urgency, default=None),
    }
    return render(request, "cohorts/reviews.html", context)


def _urgency(row):
    """What is due first comes first, what has no day last; equal ones as they were asked for."""
    return row["due_at"] or datetime.max.replace(tzinfo=UTC)


def _listed(review) -> dict:
    """One line of the list; a blind one is found by its reference alone."""
    application, settings = review.application, review.application.offering.review_round
    title = reading.title(application, settings)
    return {
        "review": review,
        "title": title,
        "due_at": settings.due_at,
        "searched": f"{title} {application.reference}",
    }


@allow("cohorts.review_application", of=Review)
def review(request, review):
    """The application beside the rubric. Saving keeps anything; handing in asks for all of it."""
    criteria = read_criteria(review.rubric.criteria)
    if request.method != "POST":
        return _page(request, review, ReviewForm(review))
    draft = draft_from(request.POST, criteria)
    try:
        saved = _save(request, review, draft)
        if request.htmx:
            return render(request, "cohorts/_review_saved.html", {"review": saved})
        if request.POST.get("do") == "submit":
            reviewing.submit(review=saved, by=request.user)
            messages.success(request, _("Your review is in. What the others think is below."))
        else:
            messages.success(request, _("Saved. Nobody else sees it before you hand it in."))
    except reviewing.Unfinished as unfinished:
        return _unfinished(request, review, unfinished)
    except Refusal as refusal:
        return _refused(request, review, draft, refusal)
    return redirect(review)


def _save(request, review, draft):
    rev = request.POST.get("rev", "")
    return reviewing.save(
        review=review,
        draft=draft,
        rev=int(rev[:9]) if rev.isascii() and rev.isdigit() else -1,
        page=request.POST.get("page", "")[:36],
        by=request.user,
    )


def _unfinished(request, review, why):
    review.refresh_from_db()
    return _page(request, review, ReviewForm(review, check=True), status=422, why=str(why))


def _refused(request, review, draft, refusal):
    """What is stored and what was typed, side by side; nothing typed is lost."""
    review.refresh_from_db()
    if request.htmx:
        context = {"refusal": str(refusal)}
        return render(request, "cohorts/_review_saved.html", context, status=CONFLICT)
    stored = ReviewForm(review)
    if review.state == ReviewState.OPEN:
        for name, value in draft.columns().items():
            setattr(review, name, value)
        form = ReviewForm(review)
    else:
        form = stored
    return _page(
        request, review, form, status=CONFLICT, why=str(refusal), stored=stored, typed=draft
    )


def _page(request, review, form, *, status=200, why="", stored=None, typed=None):
    settings = rounds.round_of(review.application.offering)
    read = reading.read(review.application, settings)
    notes = reviewing.discussion(review.application, request.user)
    context = {
        "review": review,
        "application": review.application,
        "settings": settings,
        "read": read,
        "form": form,
        "page_name": request.POST.get("page", "") or uuid4(),
        "why": why,
        "stored": stored,
        "typed": typed,
        "is_open": review.state == ReviewState.OPEN,
        "others": [_other(one, read) for one in reviewing.others_of(review)],
        "notes": [
            {"author": note.author, "at": note.at, "body": read.said(note.body)} for note in notes
        ],
        "note_form": NoteForm(),
    }
    return render(request, "cohorts/review.html", context, status=status)


def _other(review, read) -> dict:
    """Somebody else's review as this reader may see it."""
    criteria = read_criteria(review.rubric.criteria)
    return {
        "review": review,
        "note": read.said(review.note),
        "scores": [
            (one.name, review.scores.get(one.key), read.said(review.comments.get(one.key, "")))
            for one in criteria
        ],
    }


@allow("cohorts.review_application", of=Review)
def step_aside(request, review):
    """Declare a conflict of interest: say why, and the city closes."""
    form = AsideForm(posted(request), label_suffix="")
    settings = rounds.round_of(review.application.offering)
    title = reading.title(review.application, settings)
    if request.method == "POST" and form.is_valid():
        reviewing.recuse(
            reviewer=request.user,
            application=review.application,
            by=request.user,
            **form.cleaned_data,
        )
        messages.success(request, _("Noted. Someone else will read it; you see no more of it."))
        return redirect("cohorts:reviews")
    context = {"review": review, "form": form, "title": title}
    return render(request, "cohorts/review_aside.html", context, status=422 if form.errors else 200)


@require_POST
@allow("cohorts.review_application", of=Review)
def talk(request, review):
    """Add a word to the conversation; what was typed comes back when it cannot be taken."""
    form = NoteForm(request.POST)
    try:
        if form.is_valid():
            reviewing.say_something(
                application=review.application, body=form.cleaned_data["body"], by=request.user
            )
            return redirect(f"{review.get_absolute_url()}#talk")
    except Refusal as refusal:
        form.add_error("body", str(refusal))
    context = {"form": form, "back": review.get_absolute_url()}
    return render(request, "cohorts/review_talk.html", context, status=422)
