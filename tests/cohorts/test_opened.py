"""What a step said when it was opened tells a person's changes from a colleague's."""

import pytest

from cohorts import eoi, opened

TOPIC = eoi.BY_KEY["topic"]
WAS = {"topic": "Old", "area": "housing", "audiences": ""}


def sorted_out(stored, typed, was=WAS, **more):
    return opened.sort_out(stored, typed, opened.marks(TOPIC, was), is_current=False, **more)


def test_what_only_a_colleague_changed_is_left_alone():
    found = sorted_out({**WAS, "audiences": "Renters"}, {**WAS, "topic": "New"})

    assert (found.mine, found.clashing) == ({"topic": "New"}, [])


def test_what_both_changed_clashes_and_the_rest_is_mine():
    stored = {**WAS, "topic": "Theirs", "audiences": ""}

    found = sorted_out(stored, {"topic": "Mine", "area": "health", "audiences": ""})

    assert (found.mine, found.clashing) == ({"area": "health"}, ["topic"])


def test_what_both_wrote_alike_is_no_clash():
    assert sorted_out({**WAS, "topic": "Same"}, {**WAS, "topic": "Same"}).clashing == []


@pytest.mark.parametrize(("is_current", "mine"), [(True, {"topic": "New"}), (False, {})])
def test_without_a_mark_the_version_decides(is_current, mine):
    found = opened.sort_out({"topic": "Old"}, {"topic": "New"}, {}, is_current=is_current)

    assert found.mine == mine
    assert bool(found.clashing) is not is_current


def test_marks_are_read_as_they_are_written():
    assert opened.read(opened.written(TOPIC, WAS)) == opened.marks(TOPIC, WAS)


@pytest.mark.parametrize(
    "odd", ["", "x", "[1]", '{"topic": 1}', "{" * 100, "[" * 3_999, "9" * 9_000]
)
def test_odd_marks_are_none(odd):
    assert opened.read(odd) == {}
