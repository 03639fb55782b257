"""The second drawing of each picture, for pages without room for the first."""

import re
import xml.etree.ElementTree as ET

import pytest

from toolkit import drawing, narrow, pictures, rendering

EVIL = '<script>alert("x")</script> & more'
FOUND = {"label": EVIL, "points": 3, "of": 75, "provisional": False, "areas": []}


def all_kinds(label="A label that is rather long and runs over the width of any phone, twice"):
    palette = drawing.SCREEN
    span = {"label": label, "start": "2026-01-12", "end": "2026-12-06", "kind": "activity"}
    return {
        "timeline": pictures.timeline([span, span | {"end": "", "kind": "decision"}], palette),
        "levels": pictures.levels([{"label": label, "level": "involve", "note": ""}], palette),
        "rights": pictures.rights(
            [
                {"field": label, "share": 0.66, "note": ""},
                {"field": label, "share": None, "note": ""},
            ],
            palette,
        ),
        "impact": pictures.impact(FOUND | {"level": 4}, palette),
    }


@pytest.mark.parametrize("kind", all_kinds())
def test_texts_are_large_enough_to_read_on_a_phone_of_320(kind):
    sizes = re.findall(r'font-size="([\d.]+)"', all_kinds()[kind].narrow)

    assert min(map(float, sizes)) * 288 / narrow.WIDTH >= 11.5


@pytest.mark.parametrize("kind", all_kinds())
def test_nothing_is_drawn_beyond_the_edges(kind):
    picture = ET.fromstring(all_kinds()[kind].narrow)  # noqa: S314  our own

    for element in picture.iter():
        for name in ("x", "x1", "x2", "cx"):
            assert 0 <= float(element.get(name, 0)) <= narrow.WIDTH


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("timeline", "12 January 2026 – 6 December 2026"),
        ("levels", "Involve"),
        ("rights", "66 %"),
        ("impact", "IV"),
    ],
)
def test_each_line_says_its_value(kind, words):
    assert f">{words}</text>" in all_kinds()[kind].narrow


@pytest.mark.parametrize("kind", all_kinds())
def test_texts_are_escaped(kind):
    assert "<script" not in all_kinds(EVIL)[kind].narrow


def test_a_field_that_does_not_apply_says_so_instead_of_a_line():
    assert ">does not apply</text>" in all_kinds()["rights"].narrow


@pytest.mark.parametrize(("level", "anchor"), [(1, "start"), (2, "middle"), (4, "end")])
def test_the_name_of_a_level_stays_on_the_picture(level, anchor):
    drawn = pictures.impact(FOUND | {"level": level, "label": "Moderate"}, drawing.SCREEN).narrow

    assert re.search(rf'text-anchor="{anchor}"[^>]*>Moderate</text>', drawn)


def test_months_of_a_long_time_do_not_touch():
    span = {"label": "a", "start": "2020-01-01", "end": "2035-12-31", "kind": "activity"}
    drawn = pictures.timeline([span], drawing.SCREEN).narrow

    assert len(re.findall(r">Jan \d\d</text>|>\w{3} \d\d</text>", drawn)) <= 6


def test_paper_gets_the_wide_drawing_only():
    drawn = pictures.levels(
        [{"label": "a", "level": "involve", "note": ""}], rendering.print_palette("teal")
    )

    assert drawn.narrow == ""
