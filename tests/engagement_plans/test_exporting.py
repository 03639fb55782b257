"""What leaves a plan: public answers only, without the names of people."""

import json
import uuid

import pytest

from engagement_plans import impact, publicness, review, saving
from engagement_plans.exporting import public_content, reading_of
from engagement_plans.frozen import opening
from sprint_portal.refusals import Refusal
from tests.engagement_plans.filling import fill
from toolkit import editorial
from toolkit.models import Resource

SECRET = "Canary-7K3Q"


def snapshot_of(plan, by):
    plan.refresh_from_db()
    taken = review.take_snapshot(plan, "handed_in", by=by)
    taken.plan = plan
    return taken


@pytest.fixture
def full(plan, owner):
    fill(plan, owner)
    return plan


def test_public_content_has_the_shape_of_a_best_practice(full, owner):
    content = editorial.validated(public_content(snapshot_of(full, owner)))

    assert {block["key"] for block in content["blocks"]} == set(editorial.KEYS)
    assert content["city"] == str(full.city)
    assert content["impact"]["provisional"] is False
    assert len(content["register"]) == 28


def test_public_content_of_an_almost_empty_plan_still_fits(plan, owner):
    saving.save(plan, "focus_summary", "A start.", by=owner)

    assert editorial.validated(public_content(snapshot_of(plan, owner)))["summary"] == "A start."


@pytest.mark.parametrize("key", ["people_history", "delivery_budget"])
def test_private_answers_never_leave(full, owner, key):
    prompt = full.guide.prompts[key]
    if prompt.is_table:
        answer = full.answers.filter(key=key).first()
        value = answer.value | {prompt.columns[0].key: SECRET}
        saving.save(full, key, value, by=owner, row=answer.row, base_rev=answer.rev)
    else:
        saving.save(full, key, SECRET, by=owner, base_rev=1)

    assert SECRET not in json.dumps(public_content(snapshot_of(full, owner)))


@pytest.mark.parametrize(
    "key",
    ["focus_summary", "focus_problem", "goals_promise", "rights_recourse", "feedback_bestpractice"],
)
def test_answers_kept_internal_never_leave(full, owner, key):
    saving.save(full, key, SECRET, by=owner, base_rev=1)
    publicness.set_public(full, key, public=False, by=owner)

    assert SECRET not in json.dumps(public_content(snapshot_of(full, owner)))


def test_every_table_kept_internal_never_leaves(full, owner):
    for prompt in full.guide.prompts.values():
        if not prompt.is_table:
            continue
        answer = full.answers.filter(key=prompt.key).first()
        value = answer.value | {
            column.key: SECRET for column in prompt.columns if column.type == "text"
        }
        saving.save(full, prompt.key, value, by=owner, row=answer.row, base_rev=answer.rev)
        publicness.set_public(full, prompt.key, public=False, by=owner)

    assert SECRET not in json.dumps(public_content(snapshot_of(full, owner)))


@pytest.mark.parametrize(
    ("key", "column"),
    [("partners_team", "name"), ("partners_public", "contact"), ("access_language", "reviewer")],
)
def test_names_of_people_never_leave(full, owner, key, column):
    answer = full.answers.filter(key=key).first()
    value = answer.value | {column: SECRET}
    saving.save(full, key, value, by=owner, row=answer.row, base_rev=answer.rev)
    taken = snapshot_of(full, owner)

    assert SECRET not in json.dumps(public_content(taken))
    public = [part for _section, parts in reading_of(taken, only_public=True) for part in parts]
    assert SECRET not in str(public)
    assert SECRET in str(reading_of(taken))


def test_removed_rows_never_leave(full, owner):
    answer = full.answers.filter(key="goals_list").first()
    saving.save(
        full, "goals_list", answer.value | {"goal": SECRET}, by=owner, row=answer.row, base_rev=1
    )
    answer.refresh_from_db()
    answer.removed = True
    answer.save()

    assert SECRET not in json.dumps(public_content(snapshot_of(full, owner)))


def test_hidden_answers_never_leave(full, owner):
    saving.save(full, "rights_register", {"name": SECRET}, by=owner, base_rev=1)
    saving.save(full, "focus_type", "framework", by=owner, base_rev=1)
    content = public_content(snapshot_of(full, owner))

    assert SECRET not in json.dumps(content)
    assert content["impact"] is None


def test_what_is_never_published_cannot_be_made_public(plan, owner):
    with pytest.raises(Refusal):
        publicness.set_public(plan, "delivery_budget", public=True, by=owner)


def test_keeping_internal_can_be_taken_back(plan, owner):
    publicness.set_public(plan, "focus_summary", public=False, by=owner)
    publicness.set_public(plan, "focus_summary", public=True, by=owner)

    plan.refresh_from_db()
    assert plan.kept_internal == []
    assert plan.rev == 2


# --- words for readers --------------------------------------------------------------
def part_of(content, key, title):
    """The part of a chapter with this title or caption."""
    block = next(one for one in content["blocks"] if one["key"] == key)
    return next(one for one in block["parts"] if title in (one.get("title"), one.get("caption")))


def test_methods_are_named_by_their_titles(plan, owner):
    Resource.objects.create(
        slug="listening-session",
        kind="method",
        title="Listening & talking",
        purpose="x",
        effort="low",
        content={},
        searchable="",
    )
    saving.save(plan, "focus_summary", "A start.", by=owner)
    activity = {"activity": "Evening at the library", "method": "listening-session"}
    saving.save(plan, "methods_plan", activity, by=owner, row=str(uuid.uuid4()))
    taken = snapshot_of(plan, owner)

    table = part_of(public_content(taken), "participation", "Activities")
    assert table["rows"][0][1] == "Listening & talking"
    read = [part for _section, parts in reading_of(taken) for _prompt, part in parts]
    assert any("Listening & talking" in row for part in read for row in part.get("rows", []))


def test_impact_is_named_once(full, owner):
    found = public_content(snapshot_of(full, owner))["impact"]

    assert found["label"] == impact.score(full_answers(full)).level.label


def full_answers(plan):
    return plan.answers.get(key="rights_aia").value["answers"]


LONG = "We want a list of homes to inspect first. " + "The list is made each night. " * 12


def test_summary_is_the_beginning_and_the_chapter_the_whole(plan, owner):
    saving.save(plan, "focus_summary", LONG, by=owner)
    content = public_content(snapshot_of(plan, owner))

    assert content["summary"].startswith("We want a list of homes to inspect first. The list")
    assert content["summary"].endswith("each night.")
    assert len(content["summary"]) <= 220
    assert part_of(content, "effort", "In plain words")["text"] == LONG.strip()


def test_summary_that_says_everything_is_not_said_twice(plan, owner):
    saving.save(plan, "focus_summary", "A short start.", by=owner)
    saving.save(plan, "focus_problem", "Too few inspectors.", by=owner)
    content = public_content(snapshot_of(plan, owner))

    assert content["summary"] == "A short start."
    effort = next(one for one in content["blocks"] if one["key"] == "effort")
    assert [part["text"] for part in effort["parts"]] == ["Too few inspectors."]


@pytest.mark.parametrize("text", ["x" * 5_000, "No end " * 900, "Á. " * 900, "1.5 is a number"])
def test_opening_of_any_text_is_short(text):
    assert 0 < len(opening(text)) <= 440
