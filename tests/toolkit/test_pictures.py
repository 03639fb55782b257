import xml.etree.ElementTree as ET

import pytest

from toolkit import pictures
from toolkit.drawing import SCREEN

EVENT = {"label": "Talks", "start": "2026-01-12", "end": "2026-02-06", "kind": "activity"}
EVIL = '<script>alert("x")</script> & more'


def well_formed(picture):
    return ET.fromstring(picture.svg)  # noqa: S314  our own


def test_timeline_reads_itself_in_one_sentence():
    vote = {"label": "Vote", "start": "2026-03-01", "end": "", "kind": "decision"}

    picture = pictures.timeline([EVENT, vote], SCREEN)

    assert picture.reading == (
        "From 12 January 2026 to 1 March 2026: 2 entries. 1 decision falls into this time."
    )
    assert picture.rows[0] == ("Talks", "Activity", "12 January 2026 – 6 February 2026")


def test_timeline_without_dates_is_a_table_only():
    picture = pictures.timeline([EVENT | {"start": "", "end": ""}], SCREEN)

    assert not picture.svg
    assert picture.rows[0][2] == "not yet set"


@pytest.mark.parametrize(
    "dates",
    [
        ("2026-01-01", "2026-01-01"),
        ("2026-02-10", "2026-01-01"),
        ("2020-01-01", "2035-12-31"),
        ("2026-12-31", ""),
    ],
)
def test_timeline_stands_any_dates(dates):
    start, end = dates

    well_formed(pictures.timeline([EVENT | {"start": start, "end": end}], SCREEN))


def test_levels_counts_activities_by_level():
    items = [{"label": "a", "level": "inform", "note": ""}] * 2
    items.append({"label": "b", "level": "empower", "note": "x"})

    picture = pictures.levels(items, SCREEN)

    assert picture.reading == "Activities by the influence they offer: Inform 2, Empower 1."
    well_formed(picture)


def test_rights_names_the_strongest_and_the_weakest_and_no_grade():
    items = [
        {"field": "Registry", "share": 1.0, "note": ""},
        {"field": "Data", "share": 0.25, "note": ""},
        {"field": "Impact", "share": None, "note": ""},
    ]

    picture = pictures.rights(items, SCREEN)

    assert picture.reading == "Strongest: Registry (100 %). Most to do: Data (25 %)."
    assert picture.rows[2] == ("Impact", "does not apply")


def test_rights_with_nothing_scored_is_a_table_only():
    assert not pictures.rights([{"field": "a", "share": None, "note": ""}], SCREEN).svg


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_impact_marks_the_level(level):
    found = {
        "level": level,
        "label": "Moderate",
        "points": 3,
        "of": 75,
        "provisional": False,
        "areas": [],
    }

    picture = pictures.impact(found, SCREEN)

    assert ["I", "II", "III", "IV"][level - 1] in picture.reading
    assert "Moderate" in picture.svg


def test_texts_are_escaped_in_every_picture():
    drawn = [
        pictures.timeline([EVENT | {"label": EVIL}], SCREEN),
        pictures.levels([{"label": EVIL, "level": "inform", "note": EVIL}], SCREEN),
        pictures.rights([{"field": EVIL, "share": 0.5, "note": EVIL}], SCREEN),
    ]

    for picture in drawn:
        well_formed(picture)
        assert "<script" not in picture.svg
