"""The light impact assessment: scoring. Pure.

Reduced from the Government of Canada's Algorithmic Impact Assessment (see `data/README.md`).
The result is light, not a Canadian AIA, and is always shown as such.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from engagement_plans.reference import shipped

AREAS = {
    "purpose": _("Purpose"),
    "system": _("System"),
    "decision": _("Decision"),
    "impact": _("Impact on people"),
    "data": _("Data"),
    "engagement": _("Engagement"),
    "quality": _("Quality"),
    "fairness": _("Fairness"),
    "privacy": _("Privacy"),
}
# From least to most influence for the public; the names are those of IAP2's spectrum.
PARTICIPATION = ("inform", "consult", "involve", "collaborate", "empower")


@dataclass(frozen=True)
class Option:
    """One answer to an item, and its points."""

    code: str
    label: str
    score: int


@dataclass(frozen=True)
class Item:
    """One question of the assessment. kind: "risk" adds points, "mitigation" is a safeguard."""

    key: str
    kind: str
    area: str
    question: str
    several: bool
    options: tuple[Option, ...]
    most: int
    related: tuple[str, ...]

    def is_answered(self, answers: Mapping[str, Any]) -> bool:
        """An empty list is the answer "none of these"; an absent one is no answer."""
        given = answers.get(self.key)
        return isinstance(given, list) if self.several else bool(given)

    def points(self, answers: Mapping[str, Any]) -> int:
        """0 when unanswered."""
        given = answers.get(self.key)
        chosen = given if isinstance(given, list) else [given]
        return sum(option.score for option in self.options if option.code in chosen)

    def label_of(self, answers: Mapping[str, Any]) -> str:
        """The words of what was answered; "" when nothing was."""
        given = answers.get(self.key)
        chosen = given if isinstance(given, list) else [given]
        return ", ".join(option.label for option in self.options if option.code in chosen)


@dataclass(frozen=True)
class Level:
    """How deep engagement and oversight should go. floor: the least level of participation."""

    level: int
    roman: str
    label: str
    plain: str
    floor: str
    duties: tuple[str, ...]


@dataclass(frozen=True)
class Area:
    """One part of the score."""

    key: str
    label: str
    points: int
    most: int


@dataclass(frozen=True)
class Result:
    """What the answers so far come to. Points are whole numbers."""

    raw: int
    raw_most: int
    mitigation: int
    mitigation_most: int
    current: int
    level: Level
    answered: int
    total: int
    areas: tuple[Area, ...]
    safeguards: tuple[Area, ...]

    @property
    def is_provisional(self) -> bool:
        return self.answered < self.total

    @property
    def is_reduced(self) -> bool:
        """Whether safeguards brought the score down."""
        return self.current != self.raw


@cache
def items() -> tuple[Item, ...]:
    """Every item, risks first."""
    return tuple(
        Item(
            key=raw["key"],
            kind=raw["kind"],
            area=raw["area"],
            question=raw["question"],
            several=raw["type"] == "multichoice",
            options=tuple(Option(o["code"], o["label"], o["score"]) for o in raw["options"]),
            most=raw["max_score"],
            related=tuple(raw.get("prefill_from") or ()),
        )
        for raw in shipped("aia_lite.json")["items"]
    )


@cache
def levels() -> tuple[Level, ...]:
    """The four levels, lowest first."""
    return tuple(
        Level(
            level=raw["level"],
            roman=raw["roman"],
            label=raw["label"],
            plain=raw["plain"],
            floor=raw["engagement_floor"],
            duties=tuple(raw["duties"]),
        )
        for raw in shipped("aia_lite.json")["levels"]
    )


def score(answers: Mapping[str, Any]) -> Result:
    """The result of answers {item key: code or list of codes}; unanswered items score 0."""
    rule = shipped("aia_lite.json")["scoring"]
    risks = [item for item in items() if item.kind == "risk"]
    safeguards = [item for item in items() if item.kind == "mitigation"]
    raw = sum(item.points(answers) for item in risks)
    mitigation = sum(item.points(answers) for item in safeguards)
    current = raw
    if mitigation >= rule["mitigation_trigger"] * rule["mitigation_max"]:
        current = _half_up(raw, round((1 - rule["deduction"]) * 100))
    return Result(
        raw=raw,
        raw_most=rule["raw_max"],
        mitigation=mitigation,
        mitigation_most=rule["mitigation_max"],
        current=current,
        level=_level(current, rule),
        answered=sum(item.is_answered(answers) for item in items()),
        total=len(items()),
        areas=_areas(risks, answers),
        safeguards=_areas(safeguards, answers),
    )


def is_deep_enough(participation: str, level: Level) -> bool:
    """Whether the offered level of participation reaches the floor of an impact level."""
    if participation not in PARTICIPATION:
        return False
    return PARTICIPATION.index(participation) >= PARTICIPATION.index(level.floor)


def _half_up(points: int, percent: int) -> int:
    """`percent` of `points`, rounded half up: whole numbers only, so no float decides a level."""
    return (points * percent + 50) // 100


def _level(current: int, rule: Mapping[str, Any]) -> Level:
    passed = [share for share in rule["thresholds"] if current > share * rule["raw_max"]]
    return levels()[len(passed)]


def _areas(chosen: Iterable[Item], answers: Mapping[str, Any]) -> tuple[Area, ...]:
    areas = dict.fromkeys(item.area for item in chosen)
    return tuple(
        Area(
            key=area,
            label=str(AREAS[area]),
            points=sum(item.points(answers) for item in chosen if item.area == area),
            most=sum(item.most for item in chosen if item.area == area),
        )
        for area in areas
    )
