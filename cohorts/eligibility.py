"""Which stages of AI use make a city eligible. Pure: answers in, findings out.

The programme's notice names four stages and asks for at least one. Nothing here blocks anyone:
it says at once where a city stands, and what would change that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts import cities
from cohorts.models.stage_check import Stage, StageFinding

YES, SOON, NO = "yes", "soon", "no"
CLAIMS = (
    (YES, gettext_lazy("Yes, we do this now")),
    (SOON, gettext_lazy("We plan to within a year")),
    (NO, gettext_lazy("Not yet")),
)
SMALLEST_CITY = 30_000  # people; What Works Cities is open from here up (whatworkscities.org)

Finding = StageFinding.Finding


@dataclass(frozen=True)
class Question:
    """One stage as a city is asked about it. path: what would bring a city there."""

    stage: str
    text: str | Promise
    example: str | Promise
    path: str | Promise


QUESTIONS = (
    Question(
        Stage.STAFFING,
        gettext_lazy("Is someone on your staff named to work on AI?"),
        gettext_lazy("A person or a team whose job description or assignment says so."),
        gettext_lazy("Name one person, with hours set aside, who looks after AI for the city."),
    ),
    Question(
        Stage.GOVERNANCE,
        gettext_lazy("Are you writing or revising rules for AI inside the city?"),
        gettext_lazy("A policy, a framework, guidelines for staff, a review board."),
        gettext_lazy("Begin with a short guideline on what staff may use AI for, and who decides."),
    ),
    Question(
        Stage.DESIGNING,
        gettext_lazy("Are you designing a specific use of AI?"),
        gettext_lazy("For education, housing, permits, city services: a use you can name."),
        gettext_lazy("Choose one problem where AI might help, and write down for whom."),
    ),
    Question(
        Stage.DEPLOYING,
        gettext_lazy("Is a use of AI running, or about to run?"),
        gettext_lazy("A pilot, a purchase under way, or a service that residents meet."),
        gettext_lazy("Set a date and an owner for a first small pilot."),
    ),
)


@dataclass(frozen=True)
class StageResult:
    """One question with its answer: claim is "yes", "soon", "no", or "" when not answered."""

    question: Question
    claim: str

    @property
    def counts(self) -> bool:
        return self.claim == YES


@dataclass(frozen=True)
class Result:
    """What a city's four answers amount to."""

    stages: tuple[StageResult, ...]

    @property
    def met(self) -> tuple[StageResult, ...]:
        return tuple(stage for stage in self.stages if stage.counts)

    @property
    def soon(self) -> tuple[StageResult, ...]:
        return tuple(stage for stage in self.stages if stage.claim == SOON)

    @property
    def is_eligible(self) -> bool:
        return bool(self.met)

    @property
    def is_complete(self) -> bool:
        return all(stage.claim for stage in self.stages)


def check(claims: Mapping[str, str]) -> Result:
    """What {stage: "yes" | "soon" | "no"} amounts to; anything else counts as not answered."""
    known = {value for value, _label in CLAIMS}
    return Result(
        tuple(
            StageResult(question, claim if claim in known else "")
            for question in QUESTIONS
            for claim in [claims.get(str(question.stage), "")]
        )
    )


def soft_checks(*, country: str, population: int | None) -> list[str]:
    """Sentences on what What Works Cities usually asks for. They advise and never block."""
    said = []
    if cities.continent(country) not in cities.AMERICAS:
        said.append(
            _(
                "What Works Cities works in North, Central and South America. Tell us in your "
                "expression of interest why this sprint suits you; we read it."
            )
        )
    if population is not None and population < SMALLEST_CITY:
        said.append(
            _(
                "What Works Cities usually works with cities of %(people)s people or more. Our "
                "figure for your city may be old, so this is for you to judge."
            )
            % {"people": f"{SMALLEST_CITY:,}"}
        )
    return said


def is_met(findings: Iterable[str]) -> bool:
    """Whether staff confirmed at least one stage, which makes a city eligible."""
    return Finding.MET in findings


def open_stages(findings: Mapping[str, str]) -> list[str]:
    """The stages that nobody has looked at; findings: {stage: finding}."""
    return [stage for stage in Stage.values if not findings.get(stage)]
