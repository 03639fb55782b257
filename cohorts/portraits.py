"""Applications as those who judge them see them in lists: facts, stages and scores side by side.

A handful of queries for any number of rows: the answers as handed in, the findings, the reviews
that count.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, F, OuterRef
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cohorts import cities, eligibility, eoi, scores
from cohorts.models import Application, Recusal, Review, Revision, StageFinding
from cohorts.models.review import ReviewState
from cohorts.models.stage_check import Stage
from sprint_portal.accounts.models import User

# A stage in two or three words, for lists; `Stage` has the programme's own sentences.
STAGE_NAMES = {
    Stage.STAFFING: _("Staff named"),
    Stage.GOVERNANCE: _("Rules for AI"),
    Stage.DESIGNING: _("Designing a use"),
    Stage.DEPLOYING: _("Putting to use"),
}
CONTINENTS = {
    "NA": _("North and Central America"),
    "SA": _("South America"),
    "EU": _("Europe"),
    "AF": _("Africa"),
    "AS": _("Asia"),
    "OC": _("Oceania"),
    "AN": _("Antarctica"),
}
AREAS, LANGUAGES = dict(eoi.AREAS), dict(eoi.LANGUAGES)


@dataclass
class Portrait:
    """One application with what is said in lists about it.

    answers: of the last hand-in, {} before the first. asked: reviews under way or handed in.
    is_owed: the reader reviews it too and has not handed in, so others' scores are kept back.
    """

    application: Application
    answers: dict = field(default_factory=dict)
    met: list[str] = field(default_factory=list)
    evidence: dict[str, str] = field(default_factory=dict)  # {stage met: what staff went by}
    asked: int = 0
    totals: list[float] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)  # names of those who stepped aside
    wanted: int = 2
    is_owed: bool = False

    @property
    def city(self):
        return self.application.city

    @property
    def country(self) -> str:
        return cities.country_name(self.city.country)

    @property
    def continent(self):
        return CONTINENTS.get(cities.continent(self.city.country), "")

    @property
    def place(self) -> str:
        """Region and country in one line."""
        return ", ".join(part for part in (self.city.region, self.country) if part)

    @property
    def claimed(self) -> list[str]:
        """The stages that the city says it is at."""
        said = eoi.claims(self.answers)
        return [stage for stage in Stage.values if said[stage] == eligibility.YES]

    @property
    def stages(self) -> list[str]:
        """What the stage of this city is, as far as is known: found, else claimed."""
        return self.met or self.claimed

    @property
    def stage_words(self) -> str:
        return ", ".join(str(STAGE_NAMES[Stage(stage)]) for stage in self.stages)

    @property
    def met_words(self) -> str:
        return ", ".join(str(STAGE_NAMES[Stage(stage)]) for stage in self.met)

    @property
    def claimed_words(self) -> str:
        return ", ".join(str(STAGE_NAMES[Stage(stage)]) for stage in self.claimed)

    @property
    def topic(self) -> str:
        return str(self.answers.get("topic") or "")

    @property
    def area(self) -> str:
        return str(AREAS.get(self.answers.get("area"), ""))

    @property
    def languages(self) -> list[str]:
        return list(self.answers.get("languages") or [])

    @property
    def language_words(self) -> str:
        return ", ".join(str(LANGUAGES.get(one, one)) for one in self.languages)

    @cached_property
    def standing(self) -> scores.Standing:
        return scores.standing(self.totals)

    @property
    def missing(self) -> int:
        """Reviews still to come before the wanted number is reached."""
        return max(0, self.wanted - self.standing.count)


def portraits(rows: Iterable[Application], reader: User, *, wanted: int = 2) -> list[Portrait]:
    """`rows` (with their city) in the same order, as `reader` may see them.

    wanted: reviews per application.
    """
    drawn = {row.pk: Portrait(row, wanted=wanted) for row in rows}
    keys = list(drawn)
    last = Revision.objects.filter(application__in=keys, number=F("application__revision"))
    for pk, answers in last.values_list("application", "answers"):
        drawn[pk].answers = answers
    met = StageFinding.objects.filter(application__in=keys, finding=StageFinding.Finding.MET)
    for pk, stage, evidence in met.values_list("application", "stage", "evidence"):
        drawn[pk].met.append(stage)
        drawn[pk].evidence[stage] = evidence
    _add_reviews(drawn, keys, reader)
    for one in drawn.values():
        one.met.sort(key=Stage.values.index)
    return list(drawn.values())


def _add_reviews(drawn, keys, reader):
    counted = Review.objects.counted_for(reader).filter(pk=OuterRef("pk"))
    owed = Review.objects.owed_by(reader).filter(pk=OuterRef("pk"))
    asked = Review.objects.filter(application__in=keys).exclude(state=ReviewState.WITHDRAWN)
    asked = asked.annotate(counts=Exists(counted), owes=Exists(owed))
    for pk, counts, owes, total in asked.values_list("application", "counts", "owes", "total"):
        drawn[pk].asked += 1
        drawn[pk].is_owed |= owes
        if counts:
            drawn[pk].totals.append(total)


def name_those_aside(drawn: Iterable[Portrait]) -> None:
    """Add who stepped aside for which city."""
    by_city: dict[int, list[Portrait]] = {}
    for one in drawn:
        by_city.setdefault(one.city.pk, []).append(one)
    recusals = Recusal.objects.filter(city__in=by_city).select_related("reviewer")
    for recusal in recusals:
        for one in by_city[recusal.city_id]:
            one.aside.append(str(recusal.reviewer))
