"""Rows of a table: moved, removed, brought back."""

import uuid

import pytest

from engagement_plans import rows, saving, sheet
from engagement_plans.models import Answer
from sprint_portal.refusals import NotPermitted

KEY = "goals_list"


@pytest.fixture
def three(plan, owner):
    made = [str(uuid.uuid4()) for _ in range(3)]
    for name, row in zip("abc", made, strict=True):
        saving.save(plan, KEY, {"goal": name}, by=owner, row=row)
    return made


def names(plan):
    return [row["goal"] for row in sheet.values(plan.guide, list(plan.answers.all()))[KEY]]


@pytest.mark.parametrize(
    ("place", "up", "after"),
    [(2, True, "acb"), (0, False, "bac"), (0, True, "abc"), (2, False, "abc"), (1, True, "bac")],
)
def test_move_changes_places_with_the_neighbour(plan, owner, three, place, up, after):
    rows.move(plan, KEY, three[place], up=up, by=owner)

    assert "".join(names(plan)) == after


def test_remove_keeps_the_text(plan, owner, three):
    rows.remove(plan, KEY, three[1], by=owner)

    assert "".join(names(plan)) == "ac"
    assert Answer.objects.get(row=three[1]).value["goal"] == "b"


def test_restore_brings_a_row_back_to_its_place(plan, owner, three):
    rows.remove(plan, KEY, three[1], by=owner)
    rows.restore(plan, KEY, three[1], by=owner)

    assert "".join(names(plan)) == "abc"


def test_move_steps_over_removed_rows(plan, owner, three):
    rows.remove(plan, KEY, three[1], by=owner)
    rows.move(plan, KEY, three[2], up=True, by=owner)

    assert "".join(names(plan)) == "ca"


def test_rows_are_changed_by_writers_only(plan, viewer, facilitator, three):
    for person in (viewer, facilitator):
        with pytest.raises(NotPermitted):
            rows.remove(plan, KEY, three[0], by=person)


def test_rows_of_another_table_are_not_found(plan, owner, three):
    with pytest.raises(Answer.DoesNotExist):
        rows.remove(plan, "people_map", three[0], by=owner)
    with pytest.raises(Answer.DoesNotExist):
        rows.move(plan, "people_map", three[0], up=True, by=owner)
