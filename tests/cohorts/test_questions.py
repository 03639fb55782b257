"""A second word to an open question: kept whole, and once."""

import pytest

from cohorts.questions import with_more
from sprint_portal.refusals import Refusal


@pytest.mark.parametrize(
    ("asked", "more", "now"),
    [
        ("We need more time.", "The mayor is away.", "We need more time.\n\nThe mayor is away."),
        ("We need more time.", "We need more time.", "We need more time."),
        ("One.\n\nTwo.\n\nThree.", "Two.\n\nThree.", "One.\n\nTwo.\n\nThree."),
        ("We need more time.", "time", "We need more time.\n\ntime"),
        ("", "A note.", "A note."),
        ("A note.", "", "A note."),
    ],
)
def test_words_are_added_unless_they_are_there(asked, more, now):
    assert with_more(asked, more, most=100) == now


def test_too_much_is_refused():
    with pytest.raises(Refusal, match="enough about this"):
        with_more("x" * 60, "y" * 60, most=100)
