"""Four answers, what they amount to, and advice that never blocks."""

import pytest

from cohorts import eligibility
from cohorts.models.stage_check import Stage


@pytest.mark.parametrize("stage", Stage.values)
def test_one_yes_is_enough(stage):
    result = eligibility.check({stage: "yes"})

    assert result.is_eligible
    assert [one.question.stage for one in result.met] == [stage]


@pytest.mark.parametrize("claim", ["soon", "no", "", "<b>yes</b>", "YES"])
def test_anything_but_yes_is_not_enough(claim):
    assert not eligibility.check(dict.fromkeys(Stage.values, claim)).is_eligible


def test_plans_are_named_apart():
    result = eligibility.check({"governance": "soon", "staffing": "no"})

    assert [one.question.stage for one in result.soon] == ["governance"]
    assert not result.is_complete


def test_every_stage_has_its_question_and_a_way_there():
    assert [str(one.stage) for one in eligibility.QUESTIONS] == Stage.values
    assert all(one.path and one.example for one in eligibility.QUESTIONS)


@pytest.mark.parametrize(
    ("country", "population", "sentences"),
    [("CO", 30_000, 0), ("CO", None, 0), ("CO", 29_999, 1), ("DE", 500_000, 1), ("DE", 9, 2)],
)
def test_soft_checks_advise(country, population, sentences):
    assert len(eligibility.soft_checks(country=country, population=population)) == sentences


def test_open_stages_are_those_nobody_looked_at():
    assert eligibility.open_stages({"staffing": "met", "governance": ""}) == [
        "governance",
        "designing",
        "deploying",
    ]
