"""The review round: its settings, its rubric, and who reads what."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cohorts import assigning, review_mail, scores
from cohorts.models import (
    Application,
    Offering,
    Recusal,
    Review,
    ReviewRound,
    Rubric,
    TeamMember,
)
from cohorts.models.application import State
from cohorts.models.review import ReviewState
from sprint_portal import audit
from sprint_portal.accounts.models import User
from sprint_portal.refusals import Refusal, must

FIRST_RUBRIC = Path(__file__).parent / "data" / "rubric.json"
TO_REVIEW = (State.ELIGIBLE, State.SELECTED, State.WAITLISTED, State.DECLINED)


class SetMeanwhile(Refusal):
    """Somebody else set this since the person's page was opened."""


@dataclass(frozen=True)
class Sharing:
    """A proposal for who reads what, before anyone is asked.

    pairs: (application, reviewer); short: (application, reviewers it still lacks);
    loads: (reviewer, applications in all). fingerprint names it.
    """

    pairs: list[tuple[Application, User]]
    short: list[tuple[Application, int]]
    loads: list[tuple[User, int]]
    fingerprint: str


def round_of(offering: Offering) -> ReviewRound:
    """How this offering is reviewed; the plain settings while nobody set anything."""
    return ReviewRound.objects.filter(offering=offering).first() or ReviewRound(offering=offering)


def rubric_of(offering: Offering) -> Rubric:
    """The version in use; the first one is made from the portal's own rubric."""
    latest = Rubric.objects.filter(offering=offering).last()
    if latest:
        return latest
    made, _is_new = Rubric.objects.get_or_create(
        offering=offering, version=1, defaults={"criteria": shipped_criteria()}
    )
    return made


def shipped_criteria() -> list[dict]:
    """The portal's own rubric, as stored criteria."""
    return json.loads(FIRST_RUBRIC.read_text(encoding="utf-8"))["criteria"]


@transaction.atomic
def set_round(*, offering: Offering, by: User, seen: str | None = None, **settings) -> ReviewRound:
    """Open or close the round, make it blind, say how many reviews and until when.

    seen: `version_of` the settings that the person had before them. Raises SetMeanwhile.
    """
    must(by, "cohorts.assign_reviews", offering)
    Offering.objects.select_for_update().get(pk=offering.pk)
    was = round_of(offering)
    if seen is not None and seen != version_of(was):
        raise SetMeanwhile(_said(was))
    was_open = was.is_open
    row, _is_new = ReviewRound.objects.update_or_create(offering=offering, defaults=settings)
    facts = {key: str(value) for key, value in settings.items() if value is not None}
    audit.record(by, "set_review_round", offering, **facts)
    if row.is_open and not row.blind:  # from now on whoever still reads knows who wrote
        _open_reviews(offering).update(is_blind=False)
    if row.is_open and not was_open:
        waiting = _open_reviews(offering).select_related("application__city", "reviewer")
        _tell(row, [(review.application, review.reviewer) for review in waiting])
    return row


def version_of(settings: ReviewRound) -> str:
    """Names the settings as they stand."""
    facts = (settings.is_open, settings.blind, settings.per_application, settings.due_at)
    return sha256(repr(facts).encode()).hexdigest()[:16]


def _said(settings) -> str:
    words = _(
        "Somebody set the round meanwhile: %(open)s, %(blind)s, %(each)s reviews each. What you "
        "chose is still here; set it again to put it in that one's place."
    )
    return words % {
        "open": _("open") if settings.is_open else _("closed"),
        "blind": _("without names") if settings.blind else _("with names"),
        "each": settings.per_application,
    }


def _open_reviews(offering):
    return Review.objects.filter(application__offering=offering, state=ReviewState.OPEN)


def _is_blind(settings: ReviewRound) -> bool:
    """Whether nobody who is asked now has been shown who wrote."""
    return settings.blind or not settings.is_open


def _tell(settings: ReviewRound, pairs) -> None:
    """One message to each reviewer. Nothing while the round is closed: they could not read yet."""
    if not settings.is_open:
        return
    by_person: dict[User, list[Application]] = {}
    for application, reviewer in pairs:
        by_person.setdefault(reviewer, []).append(application)
    for reviewer, applications in by_person.items():
        review_mail.reviews_assigned(reviewer, applications, settings)


@transaction.atomic
def reweigh(
    *, offering: Offering, weights: dict[str, int], by: User, version: int | None = None
) -> Rubric:
    """A new version of the rubric with other weights. Reviews begun keep the version they had.

    version: the one that the person had before them.

    weights: {criterion key: above 0}. Raises Refusal when nothing changes or a weight is wrong.
    """
    must(by, "cohorts.assign_reviews", offering)
    Offering.objects.select_for_update().get(pk=offering.pk)
    now = rubric_of(offering)
    if version is not None and version != now.version:
        raise SetMeanwhile(
            _("Somebody made version %(n)s of the rubric meanwhile; it stands below. Compare.")
            % {"n": now.version}
        )
    criteria = [{**one, "weight": weights.get(one["key"], one["weight"])} for one in now.criteria]
    if criteria == now.criteria:
        raise Refusal(_("These are the weights already."))
    try:
        scores.read_criteria(criteria)
    except ValueError:
        raise Refusal(_("Each weight is a number above 0.")) from None
    made = Rubric.objects.create(
        offering=offering, version=now.version + 1, criteria=criteria, by=by
    )
    audit.record(by, "reweigh_rubric", offering, version=made.version)
    return made


# --- who reads what ------------------------------------------------------------------------
def may_be_asked(reviewer: User, application: Application) -> str:
    """Why `reviewer` cannot review `application`, as a sentence; "" when they can."""
    if not (reviewer.is_reviewer and reviewer.is_active):
        return _("%(name)s is not a reviewer.") % {"name": reviewer}
    if Recusal.objects.filter(reviewer=reviewer, city=application.city_id).exists():
        return _("%(name)s stepped aside for this city.") % {"name": reviewer}
    if TeamMember.objects.filter(user=reviewer, city=application.city_id).exists():
        return _("%(name)s belongs to this city’s team.") % {"name": reviewer}
    return ""


@transaction.atomic
def assign(*, application: Application, reviewer: User, by: User) -> Review:
    """Ask one person to review one application. Raises Refusal with the reason why not."""
    review = _ask(application, reviewer, by)
    _tell(round_of(application.offering), [(application, reviewer)])
    return review


def _ask(application, reviewer, by) -> Review:
    must(by, "cohorts.assign_review", application)
    stored = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if stored.state not in TO_REVIEW:
        raise Refusal(_("Only eligible applications are reviewed."))
    if why := may_be_asked(reviewer, stored):
        raise Refusal(why)
    review, is_new = Review.objects.get_or_create(
        application=stored,
        reviewer=reviewer,
        defaults={
            "rubric": rubric_of(application.offering),
            "assigned_by": by,
            "is_blind": _is_blind(round_of(application.offering)),
        },
    )
    if not is_new:
        raise Refusal(_("%(name)s has this application already.") % {"name": reviewer})
    audit.record(by, "assign_review", stored, reviewer=reviewer.pk)
    return review


@transaction.atomic
def unassign(*, review: Review, by: User) -> None:
    """Take an application back from a reviewer who has not written anything about it."""
    must(by, "cohorts.assign_review", review.application)
    stored = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if stored.state != ReviewState.OPEN or stored.is_begun:
        raise Refusal(_("This review has been begun, so it stays."))
    audit.record(by, "unassign_review", stored.application, reviewer=stored.reviewer_id)
    stored.delete()


# --- everyone at once --------------------------------------------------------------------
def reviewers():
    """Everyone who can be asked to review."""
    return User.objects.filter(is_reviewer=True, is_active=True).order_by("name", "email")


def judges():
    """Everyone who has a say about a city: reviewers, staff and deciders."""
    role = Q(is_reviewer=True) | Q(is_staff=True) | Q(is_decider=True)
    return User.objects.filter(role, is_active=True).order_by("name", "email")


def propose(offering: Offering, by: User, *, seed: int) -> Sharing:
    """How the eligible applications could be shared out evenly; nothing is stored.

    Leaves out what `by` has a conflict with: someone else assigns that.
    """
    rows = Application.objects.judged_by(by).filter(offering=offering, state=State.ELIGIBLE)
    applications = {row.pk: row for row in rows.select_related("city", "offering")}
    people = {person.pk: person for person in reviewers()}
    proposal = assigning.share_out(
        applications,
        list(people),
        each=round_of(offering).per_application,
        taken=_taken(offering),
        barred=_barred(applications.values()),
        seed=seed,
    )
    named = sha256(repr((seed, proposal.pairs)).encode()).hexdigest()[:16]
    return Sharing(
        [(applications[one], people[person]) for one, person in proposal.pairs],
        [(applications[one], lacks) for one, lacks in proposal.short.items()],
        [(people[person], load) for person, load in proposal.loads.items()],
        named,
    )


@transaction.atomic
def assign_all(*, offering: Offering, by: User, seed: int, seen: str) -> int:
    """Ask everyone as proposed; how many reviews that makes.

    seen: the fingerprint of the proposal that was shown. Raises Refusal when it has changed.
    """
    must(by, "cohorts.assign_reviews", offering)
    Offering.objects.select_for_update().get(pk=offering.pk)
    sharing = propose(offering, by, seed=seed)
    if sharing.fingerprint != seen:
        raise Refusal(_("Something changed since this was proposed. Look at the new proposal."))
    for application, reviewer in sharing.pairs:
        _ask(application, reviewer, by)
    _tell(round_of(offering), sharing.pairs)
    return len(sharing.pairs)


def _taken(offering):
    """(application, reviewer) of what is being read. A withdrawn review is no longer one."""
    reviews = Review.objects.filter(application__offering=offering)
    return list(reviews.exclude(state=ReviewState.WITHDRAWN).values_list("application", "reviewer"))


def _barred(applications):
    """(application, reviewer) of every conflict of interest."""
    by_city: dict[int, list[int]] = {}
    for application in applications:
        by_city.setdefault(application.city_id, []).append(application.pk)
    conflicts = [
        *Recusal.objects.filter(city__in=by_city).values_list("city", "reviewer"),
        *TeamMember.objects.filter(city__in=by_city).values_list("city", "user"),
    ]
    return [(one, person) for city, person in conflicts for one in by_city[city]]
