"""Lists as CSV and XLSX, in which no cell is ever taken for a formula. Pure: rows in, bytes out.

A spreadsheet runs a text that begins with = + - @, a tab or a line break, also in their full-width
forms. In CSV such a cell gets an apostrophe; in XLSX its type is text, whatever it begins with.
Numbers stay numbers.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELL_MOST = 32_767  # characters that a spreadsheet keeps in one cell
_STARTS = "=+-@\t\r\n|%"
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def runs(text: str) -> bool:
    """Whether a spreadsheet could take `text` for a formula or a command."""
    plain = unicodedata.normalize("NFKC", text)
    return plain[:1] in tuple(_STARTS) or plain.strip()[:1] in tuple(_STARTS)


def guarded(value: object) -> object:
    """One CSV cell: dangerous text behind an apostrophe, everything else as it is."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    text = _CONTROLS.sub("", _text(value))
    return f"'{text}" if runs(text) else text


def to_csv(columns: Sequence[str], rows: Iterable[Sequence]) -> bytes:
    """UTF-8 with a mark at its start, because Excel reads it wrongly without."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow([guarded(column) for column in columns])
    writer.writerows([guarded(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + sheet.getvalue().encode("utf-8")


def to_xlsx(title: str, columns: Sequence[str], rows: Iterable[Sequence]) -> bytes:
    """One sheet with a heading row that stays in view."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]']", " ", title)[:31] or "List")
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, column, bold=True) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet, value, *, bold=False):
    cell = WriteOnlyCell(sheet)
    if isinstance(value, int | float) and not isinstance(value, bool):
        cell.value = value
    elif value is not None and value != "":
        cell.value = _CONTROLS.sub("", _text(value))[:CELL_MOST]
        # Set last: openpyxl has just made a formula of what begins with "=".
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _text(value) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M %Z").strip()
    return str(value)
