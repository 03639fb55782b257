"""What of an edition stays together on paper, and how its title breaks."""

import pytest

from tests.factories import best_practice_content
from toolkit import drawing, editorial, showing

PROSE = {"type": "prose", "title": "", "text": "What we did."}
TABLE = {"type": "table", "title": "", "caption": "x", "columns": ["a", "b"], "rows": [["1", "2"]]}


def parts_of(*parts):
    content = best_practice_content()
    content["blocks"][0]["parts"] = list(parts)
    return showing.document(editorial.validated(content), drawing.SCREEN).chapters[0].parts


@pytest.mark.parametrize(
    ("parts", "leads"),
    [
        ([PROSE, TABLE], True),
        ([PROSE], False),
        ([PROSE, PROSE], False),
        ([PROSE, TABLE | {"title": "A heading of its own"}], False),
    ],
)
def test_a_text_leads_to_the_table_right_after_it(parts, leads):
    assert parts_of(*parts)[0].leads == leads


@pytest.mark.parametrize(("count", "whole"), [(showing.SHORT, True), (showing.SHORT + 1, False)])
def test_only_short_tables_are_kept_whole(count, whole):
    (part,) = parts_of(TABLE | {"rows": [["1", "2"]] * count})

    assert ("wide--short" in part.fit) == whole


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Ask before you automate", ["Ask before you automate"]),
        ("Forty neighbours, twelve rules", ["Forty neighbours,", "twelve rules"]),
        ("x" * 40, ["x" * 40]),
        ("", [""]),
    ],
)
def test_title_breaks_into_lines_of_like_length(title, lines):
    assert showing.balanced(title, 26).split(" \n") == lines
