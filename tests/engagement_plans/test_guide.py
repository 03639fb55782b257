"""The template as data."""

import copy

import pytest

from engagement_plans import guide
from engagement_plans.reference import shipped


@pytest.fixture
def document():
    return copy.deepcopy(shipped("plan_template.json"))


def test_guide_reads_the_shipped_template(document):
    found = guide.read(document)

    assert len(found.sections) == 10
    assert len(found.prompts) == 40
    assert [section.number for section in found.sections] == list(range(1, 11))


def test_guide_finds_the_section_of_a_prompt(document):
    found = guide.read(document)

    assert found.section(found.prompts["people_map"].section).title == "People and communities"
    with pytest.raises(KeyError):
        found.section("nowhere")


@pytest.mark.parametrize("topic", ["framework", "other", None])
def test_guide_hides_the_assessment_for_topics_without_a_system(document, topic):
    prompt = guide.read(document).prompts["rights_aia"]

    assert not prompt.applies({"focus_type": topic})


def test_guide_asks_for_the_assessment_of_a_use_case(document):
    assert guide.read(document).prompts["rights_aia"].applies({"focus_type": "use_case"})


def _no_question(prompts):
    prompts[0]["question"] = " "


def _unknown_type(prompts):
    prompts[0]["type"] = "essay"


def _no_choices(prompts):
    prompts[0]["choices"] = []


def _same_key_twice(prompts):
    prompts[1]["key"] = prompts[0]["key"]


def _same_code_twice(prompts):
    prompts[0]["choices"].append(prompts[0]["choices"][0])


def _looks_ahead(prompts):
    prompts[0]["applies_if"] = {"prompt": "goals_level", "any_of": ["inform"]}


def _table_without_columns(prompts):
    prompts[4]["columns"] = []


@pytest.mark.parametrize(
    "spoil",
    [
        _no_question,
        _unknown_type,
        _no_choices,
        _same_key_twice,
        _same_code_twice,
        _looks_ahead,
        _table_without_columns,
    ],
)
def test_guide_refuses_a_document_that_could_not_be_asked(document, spoil):
    spoil(document["sections"][0]["prompts"])

    with pytest.raises(guide.BadDocument):
        guide.read(document)


def test_guide_refuses_an_empty_document():
    with pytest.raises(guide.BadDocument):
        guide.read({"title": "Nothing"})


def test_columns_that_hold_names_are_marked(document):
    found = guide.read(document)
    personal = {
        (prompt.key, column.key)
        for prompt in found.prompts.values()
        for column in prompt.columns
        if column.personal
    }

    assert ("partners_team", "name") in personal
    assert ("partners_public", "contact") in personal
