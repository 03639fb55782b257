"""Joining what two people changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement_plans.merging import CONFLICT, merge

VALUES = st.one_of(st.text(max_size=3), st.booleans(), st.lists(st.text(max_size=2), max_size=2))
ROWS = st.fixed_dictionaries({"a": VALUES, "b": VALUES, "c": VALUES})


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "joined"),
    [
        ("a", "b", "a", "b"),
        ("a", "a", "b", "b"),
        ("a", "b", "b", "b"),
        ("a", "b", "c", CONFLICT),
        ({"x": "1", "y": "1"}, {"x": "2", "y": "1"}, {"x": "1", "y": "3"}, {"x": "2", "y": "3"}),
        ({"x": "1"}, {"x": "2"}, {"x": "3"}, CONFLICT),
        (
            {"n": {"p": "1", "q": "1"}},
            {"n": {"p": "2", "q": "1"}},
            {"n": {"p": "1", "q": "4"}},
            {"n": {"p": "2", "q": "4"}},
        ),
        (None, {"x": "1"}, {"y": "2"}, {"x": "1", "y": "2"}),
        (["a"], ["a", "b"], ["c"], CONFLICT),
    ],
)
def test_merge(base, mine, theirs, joined):
    assert merge(base, mine, theirs) == joined


@given(base=ROWS, mine=ROWS, theirs=ROWS)
def test_merge_loses_no_change_of_either(base, mine, theirs):
    joined = merge(base, mine, theirs)

    if joined is CONFLICT:
        assert any(mine[k] != theirs[k] and base[k] not in (mine[k], theirs[k]) for k in base)
    else:
        for key in base:
            changed = [side[key] for side in (mine, theirs) if side[key] != base[key]]
            assert joined[key] == (changed[0] if changed else base[key])
