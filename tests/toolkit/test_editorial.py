import pytest

from tests.factories import best_practice_content
from toolkit import editorial
from toolkit.shapes import WrongShape


def test_validated_fills_in_what_is_optional():
    content = best_practice_content()
    for key in ("accent", "rights", "impact", "register", "sources", "credits", "is_demo"):
        del content[key]

    found = editorial.validated(content)

    assert found["accent"] == "teal"
    assert found["impact"] is None
    assert found["register"] == []


def test_validated_puts_blocks_in_template_order():
    content = best_practice_content()
    content["blocks"].reverse()

    keys = [block["key"] for block in editorial.validated(content)["blocks"]]

    assert keys == ["effort", "promise", "participation"]


def test_validated_twice_changes_nothing():
    once = editorial.validated(best_practice_content())

    assert editorial.validated(once) == once


def test_a_block_comes_once():
    content = best_practice_content()
    content["blocks"].append(content["blocks"][0])

    with pytest.raises(WrongShape, match="once"):
        editorial.validated(content)


def test_a_row_has_a_cell_for_each_column():
    content = best_practice_content()
    content["blocks"][1]["parts"][1]["rows"][0].append("one too many")

    with pytest.raises(WrongShape, match=r"rows\[0\]"):
        editorial.validated(content)


@pytest.mark.parametrize("columns", [1, 9, 100_000])
def test_a_table_has_two_to_eight_columns(columns):
    content = best_practice_content()
    table = content["blocks"][1]["parts"][1]
    table["columns"], table["rows"] = ["c"] * columns, [["x"] * columns]

    with pytest.raises(WrongShape):
        editorial.validated(content)


def test_content_has_an_upper_size():
    with pytest.raises(WrongShape, match="larger"):
        editorial.validated(best_practice_content(summary="x" * 1_000_001))


def test_digest_does_not_depend_on_the_order_of_keys():
    content = best_practice_content()

    assert editorial.digest(content) == editorial.digest(dict(reversed(content.items())))
    assert editorial.digest(content) != editorial.digest(content | {"title": "Other"})
