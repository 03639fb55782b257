"""The expression of interest as data: what is missing, what is wrong, how it reads."""

import pytest

from cohorts import eoi
from cohorts.forms import StepForm
from tests.cohorts.intake_factories import ANSWERS, answers

REQUIRED = [key for key, field in eoi.FIELDS.items() if field.required and not field.needed_when]


def test_whole_answers_are_complete():
    assert eoi.all_problems(ANSWERS) == {}


def test_nothing_is_everything_missing():
    assert {key for wrong in eoi.all_problems({}).values() for key in wrong} == set(REQUIRED)


@pytest.mark.parametrize("key", REQUIRED)
def test_each_required_answer_is_missed(key):
    empty = [] if eoi.FIELDS[key].type == "choices" else ""

    wrong = eoi.all_problems(answers(**{key: empty}))

    assert [list(step) for step in wrong.values()] == [[key]]


@pytest.mark.parametrize("claim", ["yes", "soon", "no"])
def test_evidence_is_needed_with_a_yes_only(claim):
    wrong = eoi.all_problems(answers(stage_deploying=claim, evidence_deploying=""))

    assert wrong == (
        {"stages": {"evidence_deploying": "This is still empty."}} if claim == "yes" else {}
    )


@pytest.mark.parametrize(
    ("key", "value", "is_right"),
    [
        ("department", "x" * 200, True),
        ("department", "x" * 201, False),
        ("topic", "x" * 2_000, True),
        ("topic", "x" * 2_001, False),
        ("team_size", "1", True),
        ("team_size", "500", True),
        ("team_size", "0", False),
        ("team_size", "501", False),
        ("team_size", "99999999999999999999", False),
        ("team_size", "four", False),
        ("team_size", "-3", False),
        ("team_size", "٣", False),
        ("lead_email", "ana@example", False),
        ("lead_email", "ana at example.org", False),
        ("area", "rockets", False),
        ("windows", ["noon", "midnight"], False),
    ],
)
def test_limits_of_answers(key, value, is_right):
    assert eoi.is_complete(answers(**{key: value})) is is_right


def test_too_long_says_by_how_much_and_that_it_is_kept():
    sentence = eoi.problem(eoi.FIELDS["department"], {"department": "x" * 203})

    assert sentence == "This is 3 characters too long; 200 fit. Your text is kept."


def test_read_out_says_choices_in_words():
    words = {field.key: text for _step, pairs in eoi.read_out(ANSWERS) for field, text in pairs}

    assert words["windows"] == "12:00 to 14:00, 14:00 to 16:00"
    assert words["stage_staffing"] == "Yes, we do this now"
    assert words["consent_store"] == "Yes"
    assert words["partners"] == ""


def test_stage_check_flows_into_the_form():
    assert eoi.from_stage_check({"staffing": "yes", "governance": "", "odd": "yes"}) == {
        "stage_staffing": "yes"
    }
    assert eoi.claims(ANSWERS)["governance"] == "soon"


def test_steps_lead_from_one_to_the_next():
    keys = [step.key for step in eoi.STEPS]

    assert [eoi.next_step(key).key for key in keys[:-1]] == keys[1:]
    assert eoi.next_step(keys[-1]) is None


def test_keys_are_unique_and_types_known():
    every = [field for step in eoi.STEPS for field in step.fields]

    assert len({field.key for field in every}) == len(every)
    assert {field.type for field in every} <= set(eoi.TYPES)


def test_another_language_asks_which():
    asked = eoi.FIELDS["languages_other"]

    assert eoi.problem(asked, answers(languages=["en", "other"]))
    assert not eoi.problem(asked, answers(languages=["en", "other"], languages_other="Quechua"))
    assert not eoi.problem(asked, answers(languages=["en"]))


def test_what_stands_alone_is_told_apart_and_the_form_reads_as_before():
    every = list(eoi.FIELDS.values())
    named = [str(field.named) for field in every]

    assert len(set(named)) == len(named)
    for field in every:
        if field.key.startswith("evidence_"):
            assert str(field.label) == "One sentence that shows it"
            assert "one sentence that shows it" in str(field.named)


def test_a_step_lists_what_is_open_by_names_that_differ():
    given = answers(**{key: "yes" for key in eoi.FIELDS if key.startswith("stage_")})
    given |= {key: "" for key in eoi.FIELDS if key.startswith("evidence_")}
    form = StepForm(eoi.BY_KEY["stages"], given, check=True)

    assert len({str(one) for one in form.still_open.values()}) == 4
