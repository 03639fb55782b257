"""Progress that says the truth."""

import pytest

from engagement_plans import guide, progress
from engagement_plans.answers import clean
from engagement_plans.reference import shipped
from tests.engagement_plans.filling import good

GUIDE = guide.read(shipped("plan_template.json"))


def answered(topic="use_case", but=()):
    """Every prompt answered, as `sheet.values` would give it."""
    found = {}
    for prompt in GUIDE.prompts.values():
        raw = topic if prompt.key == "focus_type" else good(prompt)
        if prompt.key in but:
            continue
        if prompt.is_table:
            found[prompt.key] = [clean(prompt, row).value for row in raw]
        else:
            found[prompt.key] = clean(prompt, raw).value
    return found


def test_progress_of_an_empty_plan_is_nothing():
    reached = progress.of(GUIDE, {})

    assert reached.percent == 0
    assert {one.state for one in reached.sections} == {progress.OPEN}
    assert len(reached.missing) == reached.total


def test_progress_of_a_full_plan_is_everything():
    reached = progress.of(GUIDE, answered())

    assert (reached.percent, reached.missing) == (100, ())
    assert {one.state for one in reached.sections} == {progress.FULL}


@pytest.mark.parametrize(
    ("topic", "hidden"),
    [("framework", 2), ("other", 2), ("register", 1), ("use_case", 0), ("genai", 0), ("data", 0)],
)
def test_progress_counts_hidden_prompts_nowhere(topic, hidden):
    everything = sum(prompt.required for prompt in GUIDE.prompts.values())
    reached = progress.of(GUIDE, answered(topic, but=("rights_aia", "rights_register")))

    assert reached.total == everything - hidden
    assert reached.done == everything - 2


@pytest.mark.parametrize(
    "key", [prompt.key for prompt in GUIDE.prompts.values() if prompt.required]
)
def test_progress_is_never_complete_with_one_required_answer_missing(key):
    reached = progress.of(GUIDE, answered(but=(key,)))

    assert reached.percent < 100
    assert key in [one.key for one in reached.missing]
    assert all(one.section == GUIDE.prompts[one.key].section for one in reached.missing)


@pytest.mark.parametrize(
    "key", [prompt.key for prompt in GUIDE.prompts.values() if not prompt.required]
)
def test_progress_asks_for_nothing_optional(key):
    assert progress.of(GUIDE, answered(but=(key,))).is_complete


@pytest.mark.parametrize(
    "prompt", [p for p in GUIDE.prompts.values() if p.is_table and p.required], ids=lambda p: p.key
)
def test_a_table_lacks_rows_until_enough_of_them_are_named(prompt):
    rows = [clean(prompt, row).value for row in good(prompt)]
    nameless = [{**row, prompt.columns[0].key: ""} for row in rows]

    assert progress.lack(prompt, rows) == ""
    assert str(prompt.min_rows) in progress.lack(prompt, rows[:-1])
    assert progress.lack(prompt, nameless)


def test_an_answer_over_its_room_says_by_how_much():
    prompt = GUIDE.prompts["focus_summary"]

    assert progress.lack(prompt, "x" * prompt.max_chars) == ""
    assert "10 characters" in progress.lack(prompt, "x" * (prompt.max_chars + 10))


def test_a_section_that_is_begun_is_half():
    reached = progress.of(GUIDE, {"focus_type": "use_case"})

    assert reached.section("focus").state == progress.HALF
    assert reached.section("focus").said == "1 of 5"
