"""Words that stayed, went and came between two hand-ins."""

from hypothesis import given
from hypothesis import strategies as st

from cohorts import comparing
from cohorts.comparing import GONE, NEW, SAME
from tests.cohorts.intake_factories import ANSWERS, answers


@given(st.text(max_size=80), st.text(max_size=80))
def test_pieces_give_back_both_texts(before, after):
    pieces = comparing.word_diff(before, after)

    assert "".join(piece.text for piece in pieces if piece.kind != NEW) == before
    assert "".join(piece.text for piece in pieces if piece.kind != GONE) == after


def test_one_word_changed_leaves_the_others():
    pieces = comparing.word_diff("Two analysts since May", "Three analysts since May")

    assert [(piece.kind, piece.text) for piece in pieces] == [
        (GONE, "Two"),
        (NEW, "Three"),
        (SAME, " analysts since May"),
    ]


def test_very_long_texts_are_shown_whole():
    before, after = "a " * 3_000, "b " * 3_000

    assert [piece.kind for piece in comparing.word_diff(before, after)] == [GONE, NEW]


def test_changes_name_only_what_differs_in_words():
    found = comparing.changes(ANSWERS, answers(topic="Another.", languages=["en"]))

    assert [change.field.key for change in found] == ["topic", "languages"]
    assert comparing.changes(ANSWERS, dict(ANSWERS)) == []
