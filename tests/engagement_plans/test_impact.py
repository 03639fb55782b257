"""The light impact assessment, by the vectors that ship with it."""

import pytest

from engagement_plans import impact
from engagement_plans.reference import shipped

DATA = shipped("aia_lite.json")


@pytest.mark.parametrize("vector", DATA["test_vectors"], ids=lambda vector: vector["name"])
def test_score_agrees_with_the_vectors(vector):
    result = impact.score(vector["answers"])

    assert {
        "raw": result.raw,
        "mitigation": result.mitigation,
        "current": result.current,
        "level": result.level.level,
    } == vector["expected"]
    assert not result.is_provisional


def test_score_of_nothing_is_provisional_and_nothing():
    result = impact.score({})

    assert (result.raw, result.current, result.answered) == (0, 0, 0)
    assert result.is_provisional


@pytest.mark.parametrize("item", impact.items(), ids=lambda item: item.key)
def test_score_is_provisional_until_every_item_is_answered(item):
    answers = dict(DATA["test_vectors"][0]["answers"])
    del answers[item.key]

    assert impact.score(answers).is_provisional


def test_maxima_add_up_to_those_of_the_rule():
    risks = sum(item.most for item in impact.items() if item.kind == "risk")
    safeguards = sum(item.most for item in impact.items() if item.kind == "mitigation")

    assert (risks, safeguards) == (DATA["scoring"]["raw_max"], DATA["scoring"]["mitigation_max"])


@pytest.mark.parametrize("item", impact.items(), ids=lambda item: item.key)
def test_no_item_scores_more_than_its_maximum(item):
    scores = [option.score for option in item.options]

    assert item.most == (sum(scores) if item.several else max(scores))


def test_areas_hold_all_points():
    result = impact.score(DATA["test_vectors"][3]["answers"])

    assert sum(area.points for area in result.areas) == result.raw
    assert sum(area.points for area in result.safeguards) == result.mitigation


@pytest.mark.parametrize(
    ("offered", "level", "enough"),
    [
        ("inform", 1, False),
        ("consult", 1, True),
        ("consult", 2, False),
        ("empower", 4, True),
        ("", 1, False),
    ],
)
def test_participation_is_held_against_the_level(offered, level, enough):
    assert impact.is_deep_enough(offered, impact.levels()[level - 1]) is enough
