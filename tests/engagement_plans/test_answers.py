"""What people type, tidied."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement_plans import guide
from engagement_plans.answers import MOST, MOST_CELL, clean, is_empty
from engagement_plans.reference import shipped
from tests.engagement_plans.filling import good

GUIDE = guide.read(shipped("plan_template.json"))
PROMPTS = list(GUIDE.prompts.values())
BY_KEY = GUIDE.prompts


def sent(prompt):
    value = good(prompt)
    return value[0] if prompt.is_table else value


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.key)
def test_clean_takes_a_good_answer_to_every_prompt(prompt):
    cleaned = clean(prompt, sent(prompt))

    assert cleaned.errors == {}
    assert not is_empty(cleaned.value)


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.key)
def test_clean_changes_nothing_the_second_time(prompt):
    once = clean(prompt, sent(prompt)).value

    assert clean(prompt, once).value == once


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.key)
@pytest.mark.parametrize("raw", [None, "", {}, [], {"unknown": "x"}], ids=repr)
def test_clean_takes_nothing_as_nothing(prompt, raw):
    cleaned = clean(prompt, raw)

    assert is_empty(cleaned.value)
    assert cleaned.errors == {} or prompt.type == "multichoice"


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.key)
@given(raw=st.one_of(st.text(), st.lists(st.text()), st.dictionaries(st.text(), st.text())))
def test_clean_never_breaks(prompt, raw):
    cleaned = clean(prompt, raw)

    assert isinstance(cleaned.errors, dict)


def test_clean_keeps_html_as_text():
    text = "<script>alert(1)</script> & <b>bold</b>"

    assert clean(BY_KEY["focus_summary"], text).value == text


def test_clean_refuses_nul_bytes():
    assert clean(BY_KEY["focus_summary"], "a\x00b").errors


def test_clean_keeps_what_is_over_the_room_but_refuses_what_cannot_be_kept():
    prompt = BY_KEY["focus_summary"]

    assert clean(prompt, "x" * (prompt.max_chars + 1)).errors == {}
    assert "20,001" in clean(prompt, "x" * (MOST + 1)).errors["value"]


def test_clean_counts_line_ends_once():
    assert clean(BY_KEY["focus_summary"], "one\r\ntwo").value == "one\ntwo"


@pytest.mark.parametrize("key", ["focus_type", "access_supports"])
def test_clean_refuses_codes_that_are_not_offered(key):
    assert clean(BY_KEY[key], "made-up").errors


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("250", 250), ("1,200", 1200), ("1.200", 1200), ("1 200", 1200), ("12,5", 12.5), ("", "")],
)
def test_clean_reads_numbers_as_people_write_them(typed, kept):
    assert clean(BY_KEY["people_inclusion"], {"target": typed}).value["target"] == kept


@pytest.mark.parametrize("typed", ["many", "1e9", "--1", "1/2", "9" * 14])
def test_clean_refuses_what_is_no_number(typed):
    assert "target" in clean(BY_KEY["people_inclusion"], {"target": typed}).errors


@pytest.mark.parametrize("typed", ["2026-02-30", "8 October", "10/08/2026", "0001-01-01"])
def test_clean_refuses_what_is_no_date(typed):
    assert "input_by" in clean(BY_KEY["focus_decisions"], {"input_by": typed}).errors


def test_clean_bounds_cells():
    assert (
        "decision" in clean(BY_KEY["focus_decisions"], {"decision": "x" * (MOST_CELL + 1)}).errors
    )


def test_clean_tells_none_of_these_from_no_answer():
    prompt = BY_KEY["rights_aia"]

    assert "R10" not in clean(prompt, {"answers": {}}).value["answers"]
    assert clean(prompt, {"answers": {"R10": []}}).value["answers"]["R10"] == []


def test_clean_keeps_what_is_right_beside_what_is_wrong():
    cleaned = clean(BY_KEY["focus_decisions"], {"decision": "Which vendor", "input_by": "soon"})

    assert cleaned.value["decision"] == "Which vendor"
    assert set(cleaned.errors) == {"input_by"}
