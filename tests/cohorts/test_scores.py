"""Weighted scores, their spread, and a rubric that is sound."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts import scores

RUBRIC = json.loads(
    (Path(scores.__file__).parent / "data" / "rubric.json").read_text(encoding="utf-8")
)
CRITERIA = scores.read_criteria(RUBRIC["criteria"])
KEYS = [one.key for one in CRITERIA]


def all_at(score):
    return dict.fromkeys(KEYS, score)


def test_the_portals_own_rubric_weighs_a_hundred():
    assert sum(one.weight for one in CRITERIA) == 100
    assert [one.key for one in CRITERIA] == ["need", "benefit", "capacity", "readiness", "peers"]


@pytest.mark.parametrize("score", scores.SCALE)
def test_the_same_score_everywhere_is_the_total(score):
    assert scores.weighted(all_at(score), CRITERIA) == score


def test_a_heavier_criterion_moves_the_total_more():
    heavy = scores.weighted(all_at(3) | {"need": 5}, CRITERIA)
    light = scores.weighted(all_at(3) | {"peers": 5}, CRITERIA)

    assert heavy == 3.5
    assert light == 3.3


@pytest.mark.parametrize("score", [0, 6, "3", 3.0, True, None])
def test_what_is_not_on_the_scale_is_missing(score):
    given = all_at(4) | {"need": score}

    assert [one.key for one in scores.missing(given, CRITERIA)] == ["need"]
    assert scores.weighted(given, CRITERIA) is None


@given(st.fixed_dictionaries({key: st.integers(1, 5) for key in KEYS}))
def test_a_total_lies_between_its_lowest_and_highest_score(given):
    total = scores.weighted(given, CRITERIA)

    assert min(given.values()) <= total <= max(given.values())


def test_standing_of_no_review_says_nothing():
    nothing = scores.standing([])

    assert (nothing.count, nothing.mean, nothing.spread) == (0, None, None)
    assert not nothing.is_split


@pytest.mark.parametrize(
    ("totals", "split"), [([3.0, 4.4], False), ([3.0, 4.5], True), ([5], False)]
)
def test_standing_is_split_from_a_point_and_a_half(totals, split):
    assert scores.standing(totals).is_split is split


def test_standing_averages_and_keeps_the_ends():
    three = scores.standing([2.5, 4.0, 3.4])

    assert (three.count, three.mean, three.lowest, three.highest) == (3, 3.3, 2.5, 4.0)
    assert three.spread == 1.5


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one | {"weight": 0},
        lambda one: one | {"weight": -3},
        lambda one: one | {"anchors": {"1": "low", "5": "high"}},
    ],
)
def test_a_rubric_that_cannot_be_used_is_refused(spoil):
    with pytest.raises(ValueError, match="need"):
        scores.read_criteria([spoil(RUBRIC["criteria"][0]), *RUBRIC["criteria"][1:]])


def test_a_rubric_without_criteria_or_with_twins_is_refused():
    with pytest.raises(ValueError, match="key of its own"):
        scores.read_criteria([])
    with pytest.raises(ValueError, match="key of its own"):
        scores.read_criteria([RUBRIC["criteria"][0]] * 2)
