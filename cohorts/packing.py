"""The decision pack: everything that a decision rests on, in one document.

`pdf` lays it out in a process of its own: WeasyPrint is not thread-safe, and web workers are
threads. Nothing is fetched but our own named assets, and nothing is stored.
"""

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from cohorts import composing, eoi, portraits, rounds
from cohorts.models import Offering, Review, Scenario
from cohorts.models.review import ReviewRound
from cohorts.portraits import Portrait
from cohorts.scores import Criterion, read_criteria
from sprint_portal.accounts.models import User
from sprint_portal.refusals import Refusal

TIME_LIMIT = 60  # seconds


class NoPdf(Refusal):
    """The file could not be made; the page says the same and prints as well."""


@dataclass(frozen=True)
class Opinion:
    """A review that counts. total: 1 to 5. is_blind: read without knowing who wrote."""

    reviewer: str
    total: float
    advice: str
    note: str
    is_blind: bool


@dataclass(frozen=True)
class Measure:
    """A version of the rubric, and how many of the reviews here were scored with it."""

    version: int
    criteria: list[Criterion]
    reviews: int


@dataclass(frozen=True)
class Pack:
    """ranked: candidates with the best average first, those without one last.

    measures: what they were scored with, the newest first. evidence: {application pk:
    [(stage, what staff went by, the city's own sentence)]}. opinions: {application pk: [Opinion]}.
    kept_back: cities that the reader has a conflict with. chosen: the scenario, with its members
    and their blend.
    """

    offering: Offering
    settings: ReviewRound
    measures: list[Measure]
    ranked: list[Portrait]
    evidence: dict
    opinions: dict[int, list[Opinion]]
    kept_back: int
    chosen: Scenario | None
    members: list[Portrait]
    blend: composing.Blend | None

    def place_of(self, one: Portrait) -> int | None:
        """Its place in the ranking; equal averages share one, and without one there is none."""
        if one.standing.mean is None:
            return None
        better = (other.standing.mean or 0 for other in self.ranked)
        return 1 + sum(mean > one.standing.mean for mean in better)

    @property
    def blindness(self) -> tuple[int, int]:
        """(reviews read without knowing who wrote, all that count)."""
        said = [one for opinions in self.opinions.values() for one in opinions]
        return sum(one.is_blind for one in said), len(said)


def gather(offering: Offering, user: User) -> Pack:
    """What `user` may read of it. A constant number of queries."""
    settings_ = rounds.round_of(offering)
    rows = composing.candidates(offering, user)
    ranked = portraits.portraits(rows, user, wanted=settings_.per_application)
    portraits.name_those_aside(ranked)
    ranked.sort(key=lambda one: (-(one.standing.mean or 0), one.city.name))
    reviews = _reviews(ranked, user)
    all_ = offering.applications.filter(state__in=composing.CANDIDATES).count()
    chosen = (
        Scenario.objects.visible_to(user)
        .filter(offering=offering, chosen_at__isnull=False)
        .select_related("chosen_by")
        .prefetch_related("applications")
        .first()
    )
    inside = {row.pk for row in chosen.applications.all()} if chosen else set()
    members = [one for one in ranked if one.application.pk in inside]
    days = (offering.runs_from, offering.runs_until)
    return Pack(
        offering=offering,
        settings=settings_,
        measures=_measures(offering, reviews),
        ranked=ranked,
        evidence={one.application.pk: _evidence(one) for one in ranked},
        opinions=_opinions(reviews),
        kept_back=all_ - len(ranked),
        chosen=chosen,
        members=members,
        blend=composing.blend(members, days=days, minutes=offering.session_minutes)
        if members
        else None,
    )


def _evidence(one: Portrait) -> list[tuple[str, str, str]]:
    return [
        (str(portraits.STAGE_NAMES[stage]), one.evidence[stage], _own_words(one, stage))
        for stage in one.met
    ]


def _own_words(one, stage) -> str:
    """The city's sentence, where staff do not go by just that."""
    said = str(one.answers.get(eoi.evidence_key(stage)) or "")
    return "" if said.strip() == one.evidence[stage].strip() else said


def _reviews(ranked, reader) -> list[Review]:
    """Those that count, as far as `reader` may read them."""
    here = [one.application.pk for one in ranked]
    counted = Review.objects.counted_for(reader).filter(application__in=here)
    return list(counted.select_related("reviewer", "rubric"))


def _measures(offering, reviews) -> list[Measure]:
    """Every version that a review here was scored with; the one in use while there is none."""
    rubrics = {one.rubric_id: one.rubric for one in reviews}
    used = Counter(one.rubric_id for one in reviews)
    newest_first = sorted(rubrics.values(), key=lambda one: -one.version)
    return [
        Measure(one.version, read_criteria(one.criteria), used[one.pk])
        for one in newest_first or [rounds.rubric_of(offering)]
    ]


def _opinions(reviews) -> dict[int, list[Opinion]]:
    found: dict[int, list[Opinion]] = {}
    for review in reviews:
        found.setdefault(review.application_id, []).append(
            Opinion(
                str(review.reviewer),
                review.total,
                review.get_advice_display(),
                review.note,
                review.is_blind,
            )
        )
    return found


def pdf(html: str) -> bytes:
    """`html` (templates/pdf/decision_pack.html) as a tagged PDF. Raises NoPdf."""
    command = [sys.executable, str(settings.ROOT / "manage.py"), "print_pack"]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=html.encode(), capture_output=True, timeout=TIME_LIMIT, check=True
        )
    except (subprocess.SubprocessError, OSError) as fault:
        raise NoPdf(_("The PDF could not be made. Print this page instead.")) from fault
    if not done.stdout.startswith(b"%PDF-"):
        raise NoPdf(_("The PDF could not be made. Print this page instead."))
    return done.stdout
