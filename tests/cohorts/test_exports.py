"""CSV and XLSX in which nothing is a formula."""

import csv
import io
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from cohorts import exports

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "  =1+1",
    "=cmd|' /C calc'!A0",
]
HARMLESS = ["Bogotá", "5 - 3", "a=b", "", "'quoted"]


def read_csv(raw):
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def read_xlsx(raw):
    return load_workbook(io.BytesIO(raw)).active


@pytest.mark.parametrize("text", HOSTILE)
def test_csv_puts_an_apostrophe_before_what_would_run(text):
    rows = read_csv(exports.to_csv(["City"], [[text]]))

    assert rows[1][0].startswith("'")


@pytest.mark.parametrize("text", HARMLESS)
def test_csv_leaves_other_text_alone(text):
    assert read_csv(exports.to_csv(["a", "b"], [[text, "x"]]))[1][0] == text


@pytest.mark.parametrize("text", HOSTILE)
def test_xlsx_keeps_it_as_text(text):
    cell = read_xlsx(exports.to_xlsx("List", ["City"], [[text]]))["A2"]

    assert cell.data_type == "s"
    assert cell.value.replace("_x000D_", "\r") == text


def test_headings_are_guarded_too():
    assert read_csv(exports.to_csv(["=x"], []))[0] == ["'=x"]
    assert read_xlsx(exports.to_xlsx("List", ["=x"], []))["A1"].data_type == "s"


def test_numbers_stay_numbers():
    sheet = read_xlsx(exports.to_xlsx("List", ["a", "b"], [[-3, 4.25]]))

    assert [cell.data_type for cell in sheet[2]] == ["n", "n"]
    assert read_csv(exports.to_csv(["a", "b"], [[-3, 4.25]]))[1] == ["-3", "4.25"]


def test_moments_say_their_zone_and_nothing_is_empty():
    moment = datetime(2024, 7, 26, 21, 59, tzinfo=UTC)

    assert read_csv(exports.to_csv(["a", "b"], [[moment, None]]))[1] == ["2024-07-26 21:59 UTC", ""]
    sheet = read_xlsx(exports.to_xlsx("List", ["a", "b"], [[moment, None]]))
    assert [cell.value for cell in sheet[2]] == ["2024-07-26 21:59 UTC", None]


def test_control_characters_and_very_long_texts_do_not_break_a_sheet():
    cell = read_xlsx(exports.to_xlsx("List", ["a"], [["\x00bell\x07\ud800" + "x" * 40_000]]))["A2"]

    assert cell.value.startswith("bellx")
    assert len(cell.value) == exports.CELL_MOST


def test_a_title_that_no_sheet_may_have_is_tamed():
    raw = exports.to_xlsx("A/B: [Autumn]? " + "x" * 60, ["a"], [])

    assert len(load_workbook(io.BytesIO(raw)).sheetnames[0]) <= 31
