"""What reviewers' scores amount to. Pure: numbers in, numbers out.

A rubric is a list of criteria with weights; a score is a whole number from 1 to 5 by criterion.
The weighted score of a review lies between 1 and 5 as well. The spread of several reviews is the
distance between the highest and the lowest: from DISAGREE on, people should talk.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LOWEST, HIGHEST = 1, 5
SCALE = range(LOWEST, HIGHEST + 1)
DISAGREE = 1.5  # points of spread between the reviews of one application


@dataclass(frozen=True)
class Criterion:
    """One question of a rubric. weight: above 0; anchors: {score: what it looks like}."""

    key: str
    name: str
    question: str
    weight: int
    anchors: Mapping[int, str]


@dataclass(frozen=True)
class Standing:
    """Several weighted scores together. mean is None without any, spread with fewer than two."""

    count: int
    mean: float | None
    lowest: float | None
    highest: float | None

    @property
    def spread(self) -> float | None:
        if self.count < 2 or self.lowest is None or self.highest is None:
            return None
        return round(self.highest - self.lowest, 2)

    @property
    def is_split(self) -> bool:
        """Whether the reviewers disagree so much that they should talk."""
        return self.spread is not None and self.spread >= DISAGREE


def read_criteria(stored: Iterable[Mapping[str, Any]]) -> list[Criterion]:
    """Criteria from their stored form. Raises ValueError, saying what is wrong with it."""
    criteria = [
        Criterion(
            one["key"],
            one["name"],
            one["question"],
            int(one["weight"]),
            {int(score): text for score, text in one["anchors"].items()},
        )
        for one in stored
    ]
    if not criteria or len({one.key for one in criteria}) != len(criteria):
        raise ValueError("A rubric needs criteria, each with a key of its own.")
    for one in criteria:
        if one.weight <= 0 or set(one.anchors) != set(SCALE):
            raise ValueError(f"{one.key}: a weight above 0, and a description for each score.")
    return criteria


def valid(score: object) -> bool:
    """Whether `score` is one of the scale (True is no number here)."""
    return isinstance(score, int) and not isinstance(score, bool) and score in SCALE


def missing(scores: Mapping[str, int], criteria: Sequence[Criterion]) -> list[Criterion]:
    """The criteria without a score, in reading order."""
    return [one for one in criteria if not valid(scores.get(one.key))]


def weighted(scores: Mapping[str, int], criteria: Sequence[Criterion]) -> float | None:
    """One review's score, 1 to 5 with two decimals; None while a criterion is missing."""
    if missing(scores, criteria):
        return None
    points = sum(one.weight * scores[one.key] for one in criteria)
    return round(points / sum(one.weight for one in criteria), 2)


def standing(totals: Iterable[float]) -> Standing:
    """Several reviews' scores together."""
    totals = list(totals)
    if not totals:
        return Standing(0, None, None, None)
    return Standing(len(totals), round(sum(totals) / len(totals), 2), min(totals), max(totals))
