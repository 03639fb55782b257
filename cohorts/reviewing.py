"""Reviews: score, hand in, step aside, talk. Who reads what is settled in `rounds.py`."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as say
from django.utils.translation import ngettext

from cohorts import assessment, review_mail, rounds, scores
from cohorts.models import Application, DiscussionNote, Recusal, Review
from cohorts.models.review import ReviewState
from sprint_portal import audit
from sprint_portal.accounts.models import User
from sprint_portal.refusals import NotPermitted, Refusal, must
from sprint_portal.transitions import Action, Workflow

NOTE_MOST, COMMENT_MOST = 5_000, 2_000  # characters, asked at hand-in; a draft keeps everything


class StaleReview(Refusal):
    """Someone, perhaps the reviewer in another tab, saved since this page was opened."""


class Unfinished(Refusal):
    """Not everything that a hand-in needs is there."""


@dataclass(frozen=True)
class Draft:
    """What a reviewer typed. scores: {criterion key: 1 to 5}; comments: {criterion key: text}."""

    scores: dict[str, int]
    comments: dict[str, str]
    note: str
    advice: str

    def columns(self) -> dict:
        return {
            "scores": self.scores,
            "comments": self.comments,
            "note": self.note,
            "advice": self.advice,
        }

    def is_in(self, review: Review) -> bool:
        """Whether `review` holds just this already."""
        return all(getattr(review, key) == value for key, value in self.columns().items())


# --- guards ----------------------------------------------------------------------------
def problems(review: Review) -> dict[str, str]:
    """{name of the control: what is still missing or wrong with it}; {} when it can go in."""
    criteria = scores.read_criteria(review.rubric.criteria)
    wrong = {
        f"score_{one.key}": _("Choose a score.") for one in scores.missing(review.scores, criteria)
    }
    for key, text in review.comments.items():
        if (over := len(text) - COMMENT_MOST) > 0:
            wrong[f"comment_{key}"] = _too_long(over, COMMENT_MOST)
    if (over := len(review.note) - NOTE_MOST) > 0:
        wrong["note"] = _too_long(over, NOTE_MOST)
    if not review.advice:
        wrong["advice"] = _("Say what you advise.")
    return wrong


def _too_long(over, most) -> str:
    return ngettext(
        "This is %(over)s character too long; %(most)s fit. Your text is kept.",
        "This is %(over)s characters too long; %(most)s fit. Your text is kept.",
        over,
    ) % {"over": over, "most": most}


def ready(review, user) -> str:
    if problems(review):
        return _("Something is still missing; the marks below say what. Everything is saved.")
    return ""


REVIEW = Workflow(
    [
        Action(
            "submit",
            say("Hand in the review"),
            frozenset({ReviewState.OPEN}),
            ReviewState.SUBMITTED,
            "cohorts.review_application",
            (ready,),
        ),
        Action(
            "reopen",
            say("Open it again"),
            frozenset({ReviewState.SUBMITTED}),
            ReviewState.OPEN,
            "cohorts.assign_review",
            needs_reason=True,
        ),
    ],
)


# --- scoring ---------------------------------------------------------------------------------
@transaction.atomic
def save(*, review: Review, draft: Draft, rev: int, page: str = "", by: User) -> Review:
    """Keep what was typed, finished or not.

    rev: the count of saves that the page was opened on; page: a name of its own that it has kept
    since. Raises StaleReview when another page saved something else since, Refusal when the
    review was handed in meanwhile.
    """
    stored = _locked(review, by)
    if stored.state != ReviewState.OPEN:
        raise Refusal(
            _("You handed this review in, so it no longer changes. Ask staff to open it again.")
        )
    if draft.is_in(stored):
        return stored
    if stored.rev != rev and not (page and stored.saved_in == page):
        raise StaleReview(
            _(
                "This review was saved elsewhere since you opened the page. Compare "
                "both below, then save what should stay."
            )
        )
    for key, value in draft.columns().items():
        setattr(stored, key, value)
    stored.rev, stored.saved_at, stored.saved_in = stored.rev + 1, timezone.now(), page
    stored.save()
    return stored


@transaction.atomic
def submit(*, review: Review, by: User) -> Review:
    """Hand in what is saved; from now on it counts. Handing in twice changes nothing."""
    stored = _locked(review, by)
    if stored.state == ReviewState.SUBMITTED:
        return stored
    if why := REVIEW.blockers(REVIEW.actions["submit"], stored, by):
        raise Unfinished(" ".join(why))
    total = scores.weighted(stored.scores, scores.read_criteria(stored.rubric.criteria))
    # Whoever has these roles reads names on other pages.
    blind = stored.is_blind and not (by.is_staff or by.is_decider)
    now = timezone.now()
    return REVIEW.perform("submit", stored, by=by, total=total, submitted_at=now, is_blind=blind)


@transaction.atomic
def reopen(*, review: Review, by: User, reason: str) -> Review:
    """Give a review back to its reviewer, with the reason; it does not count meanwhile.

    It is no longer a blind one: its reader has seen what the others say.
    """
    kept = {"total": None, "submitted_at": None, "is_blind": False}
    REVIEW.perform("reopen", review, by=by, reason=reason, **kept)
    happened = audit.history(review).last()
    settings = rounds.round_of(review.application.offering)
    review_mail.review_reopened(review, settings, reason=reason, event=happened.pk)
    return review


# --- stepping aside ----------------------------------------------------------------------------
@transaction.atomic
def recuse(*, reviewer: User, application: Application, reason: str, by: User) -> Recusal:
    """Close a city to someone with a conflict of interest; their reviews of it stop counting.

    reviewer steps aside themselves, or staff record it for them. Raises NotPermitted, Refusal.
    """
    if by.pk != reviewer.pk:
        must(by, "cohorts.assign_review", application)
    elif not application.__class__.objects.judged_by(by).filter(pk=application.pk).exists():
        raise NotPermitted(_("You may not do this."))
    if not reason.strip():
        raise Refusal(_("Say why, in a sentence."))
    recusal, is_new = Recusal.objects.get_or_create(
        reviewer=reviewer, city=application.city, defaults={"reason": reason, "by": by}
    )
    if is_new:
        audit.record(by, "recuse", application, reason=reason, reviewer=reviewer.pk)
        _withdraw_reviews(recusal, by)
    return recusal


def _withdraw_reviews(recusal, by):
    reviews = Review.objects.filter(
        reviewer=recusal.reviewer, application__city=recusal.city
    ).exclude(state=ReviewState.WITHDRAWN)
    for review in reviews.select_for_update(of=("self",)):
        was, review.state = review.state, ReviewState.WITHDRAWN
        review.save(update_fields=["state"])
        audit.record(by, "withdraw_review", review, was=was, to=review.state, total=review.total)


# --- talking -------------------------------------------------------------------------------------
@transaction.atomic
def say_something(*, application: Application, body: str, by: User) -> DiscussionNote:
    """Add to the conversation of those who judge one application."""
    must(by, "cohorts.discuss_application", application)
    assessment.demand_kept(application)
    if not body.strip():
        raise Refusal(_("Write something first."))
    return DiscussionNote.objects.create(application=application, author=by, body=body)


def discussion(application: Application, user: User):
    """What was said, for those who may hear it; nobody else's ears."""
    if not user.has_perm("cohorts.discuss_application", application):
        return DiscussionNote.objects.none()
    return application.discussion.select_related("author")


def others_of(review: Review):
    """The other reviews of the same application, once one's own is handed in."""
    if review.state != ReviewState.SUBMITTED:
        return Review.objects.none()
    others = Review.objects.counted().filter(application=review.application_id)
    return others.exclude(pk=review.pk).select_related("reviewer", "rubric")


def _locked(review, by):
    """The stored review, locked, if `by` may write it now."""
    stored = (
        Review.objects.under_way(by)
        .select_for_update(of=("self",))
        .select_related("application__offering", "rubric")
        .filter(pk=review.pk)
        .first()
    )
    if stored is None or not by.has_perm("cohorts.review_application", stored):
        raise NotPermitted(_("You may not do this."))
    return stored
