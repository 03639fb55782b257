"""Whether a finished PDF may be given out: structure, words, links, fonts, safety.

Each check takes the `Structure` and yields sentences about what is wrong; `report` gathers them.
What a validator of PDF/UA-1 asks that can go wrong here is asked here as well, so that every file
is looked at, not only those that someone tried by hand.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pikepdf import Dictionary, Name

from toolkit.structure import Structure

FILE_NAME = re.compile(r".*\.(png|jpe?g|svg|gif|webp|pdf)$|(image|figure|img)[\s_-]*\d*$", re.I)
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
LEADER = re.compile(r"(?:\.\s*){3,}(\d+)\s*$")  # a line of the contents, as it is printed
WEB = re.compile(r"(https?|mailto|tel):")
OUTLINED_FROM = 5  # pages from which a document needs bookmarks


@dataclass(frozen=True)
class Report:
    """problems: what is wrong, as sentences; empty when the file may be given out."""

    problems: tuple[str, ...]
    pages: int


def report(data: bytes) -> Report:
    """Look at a finished file. data: its bytes. Raises pikepdf.PdfError when it is no PDF."""
    read = Structure(data)
    with read.pdf:
        found = tuple(sentence for check in CHECKS for sentence in check(read))
        return Report(found, len(read.pdf.pages))


def _is_tagged(read: Structure) -> Iterator[str]:
    root = read.pdf.Root
    if root.get("/MarkInfo", Dictionary()).get("/Marked") is not True or not read.elements:
        yield "The file is not tagged."
        return
    if read.loose:
        yield f"Page {min(read.loose) + 1} paints something outside all tags."
    reached = {mark for element in read.elements for mark in element.marks}
    lost = [mark for mark, words in read.texts.items() if mark not in reached and words.strip()]
    if lost:
        yield f"Page {lost[0][0] + 1} has text that no tag reaches."


def _says_what_it_is(read: Structure) -> Iterator[str]:
    root = read.pdf.Root
    if not LANGUAGE.fullmatch(str(root.get("/Lang", ""))):
        yield "The file does not name its language."
    if root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle") is not True:
        yield "The file does not show its title in the window."
    if "/Metadata" not in root:
        yield "The file has no metadata."
        return
    with read.pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as known:
        if not str(known.get("dc:title") or "").strip():
            yield "The file has no title."
        if str(known.get("pdfuaid:part")) != "1":
            yield "The metadata does not say PDF/UA-1."
        if (str(known.get("pdfaid:part")), known.get("pdfaid:conformance")) != ("3", "A"):
            yield "The metadata does not say PDF/A-3a."


def _headings(read: Structure) -> Iterator[str]:
    found = read.of("H1", "H2", "H3", "H4", "H5", "H6")
    ranks = [int(heading.kind[1]) for heading in found]
    if ranks.count(1) != 1 or ranks[0] != 1:
        yield "The file does not open with its one first-level heading."
    for heading, before, rank in zip(found[1:], ranks, ranks[1:], strict=False):
        if rank > before + 1:
            yield f"“{read.text(heading)[:60]}” skips a level of headings."
    if any(not read.text(heading).strip() for heading in found):
        yield "A heading is empty."
    bookmarks = read.pdf.Root.get("/Outlines", Dictionary()).get("/Count", 0)
    if len(read.pdf.pages) >= OUTLINED_FROM and not bookmarks:
        yield "The file has no bookmarks."


def _figures(read: Structure) -> Iterator[str]:
    for figure in read.of("Figure"):
        words = str(figure.raw.get("/Alt", "")).strip()
        if not words or FILE_NAME.fullmatch(words):
            yield f"A picture on page {(figure.page or 0) + 1} has no text for those who hear it."
        if figure.attribute("/BBox") is None:
            yield f"A picture on page {(figure.page or 0) + 1} does not say where it stands."


def _tables(read: Structure) -> Iterator[str]:
    for table in read.of("Table"):
        inner, page = read.under(table), (table.page or 0) + 1
        heads = [element for element in inner if element.kind == "TH"]
        if not heads:
            yield f"A table on page {page} has no header cells."
        if any(head.attribute("/Scope") is None for head in heads):
            yield f"A header cell on page {page} does not say what it heads."
        widths = {_width(row, inner) for row in inner if row.kind == "TR"}
        if len(widths) > 1:
            yield f"A table on page {page} has rows of different width."


def _width(row, inner) -> int:
    cells = [cell for cell in inner if cell.parent == row.place and cell.kind in ("TH", "TD")]
    return sum(int(cell.attribute("/ColSpan") or 1) for cell in cells)


def _lists(read: Structure) -> Iterator[str]:
    for element in read.elements:
        around = read.elements[element.parent].kind if element.parent is not None else ""
        if element.kind == "LI" and around != "L":
            yield f"An entry on page {(element.page or 0) + 1} stands in no list."
        if around == "LI" and element.kind not in ("Lbl", "LBody"):
            yield f"A list on page {(element.page or 0) + 1} holds {element.kind} in an entry."


def _links(read: Structure) -> Iterator[str]:
    for place, link in read.links():
        page = place + 1
        owner = read.owners.get(link.objgen)
        if owner is None or read.elements[owner].kind != "Link":
            yield f"A link on page {page} is in no tag."
        if not str(link.get("/Contents", "")).strip():
            yield f"A link on page {page} does not say where it leads."
        if read.pdf.pages[place].obj.get("/Tabs") != Name.S:
            yield f"Page {page} does not follow the order of its tags."
        action = link.get("/A", Dictionary())
        if "/URI" in action:
            if not WEB.match(str(action["/URI"])):
                yield f"A link on page {page} leads somewhere that it may not."
            continue
        target = read.target(link)
        if target is None:
            yield f"A link on page {page} leads nowhere."
        elif owner is not None:
            printed = LEADER.search(read.painted(read.elements[owner])[-16:])
            if printed and int(printed[1]) != target + 1:
                yield f"The contents name page {printed[1]}, but it is page {target + 1}."


def _fonts(read: Structure) -> Iterator[str]:
    for font in read.fonts:
        name = str(font.get("/BaseFont", "?")).lstrip("/")
        inner = font["/DescendantFonts"][0] if "/DescendantFonts" in font else font
        described = inner.get("/FontDescriptor", Dictionary())
        if not any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            yield f"The font {name} is not in the file."
        if "/ToUnicode" not in font:
            yield f"The font {name} does not say which letters it draws."
    if read.missing:
        yield f"No font has {read.missing} of the letters."


def _safety(read: Structure) -> Iterator[str]:
    for found in read.pdf.objects:
        if isinstance(found, Dictionary) and found.get("/S") in (Name.JavaScript, Name.Launch):
            yield "The file holds a script."
    if "/OpenAction" in read.pdf.Root or "/AA" in read.pdf.Root:
        yield "The file does something when it is opened."


CHECKS: tuple[Callable[[Structure], Iterator[str]], ...] = (
    _is_tagged,
    _says_what_it_is,
    _headings,
    _figures,
    _tables,
    _lists,
    _links,
    _fonts,
    _safety,
)
