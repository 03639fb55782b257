"""A finished PDF read back: its tags in order, with the text that each holds.

Made for `checks.py`, which asks questions of it; nothing here judges.
"""

import io
import re
import struct
from collections import defaultdict
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, String

# What is looked at of a page's stream. WeasyPrint writes strings as hexadecimal and nothing else
# between brackets, so its streams can be read with one pattern, five times quicker than operator
# by operator. A stream written otherwise shows up as text that no tag reaches, or as no text.
TOKEN = re.compile(
    rb"""
      /Artifact\s+(?:<<[^<>]*>>\s*)?(?P<artifact>B[MD]C)
    | /\w+\s*<<[^<>]*/MCID\s+(?P<mark>\d+)[^<>]*>>\s*BDC
    | \b(?P<plain>B[MD]C)\b
    | \b(?P<end>EMC)\b
    | (?<=\s)(?P<save>q)(?=\s)
    | (?<=\s)(?P<restore>Q)(?=\s)
    | /(?P<font>\w+)\s+[\d.]+\s+Tf\b
    | (?P<text>\[[^\]]*\]\s*TJ|<[0-9A-Fa-f\s]*>\s*(?:Tj|'|"))
    | (?<=\s)(?P<paint>f\*?|F|S|s|B\*?|b\*?|sh|Do)(?=\s)
    """,
    re.VERBOSE,
)
HEX = re.compile(rb"<([0-9A-Fa-f]*)>")


@dataclass
class Element:
    """One tag. place: its index in reading order; parent: that of the tag around it, or None."""

    kind: str
    raw: Dictionary
    place: int
    parent: int | None
    page: int | None
    marks: list[tuple[int | None, int]] = field(default_factory=list)

    def attribute(self, name: str):
        """A layout or table attribute, or None."""
        found = self.raw.get("/A")
        entries = list(found) if isinstance(found, Array) else [found]
        for entry in entries:
            if isinstance(entry, Dictionary) and name in entry:
                return entry[name]
        return None


class Structure:
    """pdf: open. elements: tags in reading order. texts: of each (page, mark).

    loose: pages with something painted outside all tags and artifacts. missing: glyphs that no
    font had. owners: which element an annotation belongs to.
    """

    def __init__(self, data: bytes):
        self.pdf = pikepdf.open(io.BytesIO(data))
        self.pages = {page.obj.objgen: place for place, page in enumerate(self.pdf.pages)}
        self.elements: list[Element] = []
        self.owners: dict[tuple, int] = {}
        self.texts: dict[tuple, str] = defaultdict(str)
        self.loose: set[int] = set()
        self.missing = 0
        self._fonts: dict[tuple, _Font] = {}
        self._read_tags()
        for place, page in enumerate(self.pdf.pages):
            self._read_page(page, place)

    # --- tags ----------------------------------------------------------------------
    def _read_tags(self):
        root = self.pdf.Root.get("/StructTreeRoot")
        if root is None:
            return
        pending = [(kid, None, None) for kid in reversed(kids(root))]
        while pending:
            raw, parent, page = pending.pop()
            page = self.pages.get(raw["/Pg"].objgen, page) if "/Pg" in raw else page
            element = Element(str(raw["/S"])[1:], raw, len(self.elements), parent, page)
            self.elements.append(element)
            within = []
            for kid in kids(raw):
                if isinstance(kid, int):
                    element.marks.append((page, int(kid)))
                elif kid.get("/Type") == Name.OBJR:
                    self.owners[kid["/Obj"].objgen] = element.place
                elif kid.get("/Type") == Name.MCR:
                    element.marks.append((page, int(kid["/MCID"])))
                else:
                    within.append((kid, element.place, page))
            pending.extend(reversed(within))

    def of(self, *kinds: str) -> list[Element]:
        """All elements of some kinds, in reading order."""
        return [element for element in self.elements if element.kind in kinds]

    def under(self, element: Element) -> list[Element]:
        """`element` and all within it, in reading order."""
        end = element.place + 1
        while end < len(self.elements) and (self.elements[end].parent or 0) >= element.place:
            end += 1  # in reading order, what is within follows at once
        return self.elements[element.place : end]

    def text(self, element: Element) -> str:
        """All text of `element` and what is within it."""
        return "".join(
            self.texts.get(mark, "") for inner in self.under(element) for mark in inner.marks
        )

    def painted(self, element: Element) -> str:
        """As `text`, in the order of painting: a leader and its page number end the line."""
        marks = sorted(mark for inner in self.under(element) for mark in inner.marks)
        return "".join(self.texts.get(mark, "") for mark in marks)

    def links(self):
        """(page, annotation) of every link."""
        for place, page in enumerate(self.pdf.pages):
            for annotation in page.obj.get("/Annots", []):
                if annotation.get("/Subtype") == Name.Link:
                    yield place, annotation

    def target(self, annotation) -> int | None:
        """The page that an inner link leads to, or None."""
        action = annotation.get("/A", Dictionary())
        goal = annotation.get("/Dest", action.get("/D"))
        if isinstance(goal, (String, Name)):
            goal = self._names().get(str(goal).lstrip("/"))
        if isinstance(goal, Dictionary):
            goal = goal.get("/D")
        return self.pages.get(goal[0].objgen) if isinstance(goal, Array) and len(goal) else None

    def _names(self) -> dict:
        if not hasattr(self, "_named"):
            tree = self.pdf.Root.get("/Names", Dictionary()).get("/Dests", Dictionary())
            self._named = dict(_leaves(tree))
        return self._named

    # --- pages ---------------------------------------------------------------------
    def _read_page(self, page, place: int):
        """Walk what is painted: which tag it belongs to, and what text it is."""
        fonts = page.obj.get("/Resources", Dictionary()).get("/Font", Dictionary())
        marks: list[int | None] = []  # None: an artifact, -1: a tag without a number
        font, kept = None, []
        for found in TOKEN.finditer(_content(page)):
            sign = found.lastgroup
            if sign == "mark":
                marks.append(int(found["mark"]))
            elif sign in ("artifact", "plain"):
                marks.append(None if sign == "artifact" else -1)
            elif sign == "end":
                marks.pop()
            elif sign == "save":
                kept.append(font)
            elif sign == "restore":
                font = kept.pop() if kept else font
            elif sign == "font":
                font = self._font(fonts.get("/" + found["font"].decode()))
            else:
                self._painted(marks, found["text"], font, place)

    def _painted(self, marks, text: bytes | None, font, place):
        if None in marks:
            return
        numbers = [mark for mark in marks if mark is not None and mark >= 0]
        if not numbers:
            self.loose.add(place)
        elif text and font:
            words, missing = font.read(text)
            self.missing += missing
            self.texts[place, numbers[-1]] += words

    def _font(self, raw):
        if raw is None:
            return None
        if raw.objgen not in self._fonts:
            self._fonts[raw.objgen] = _Font(raw)
        return self._fonts[raw.objgen]

    @property
    def fonts(self) -> list[Dictionary]:
        """The fonts of all pages."""
        found = {}
        for page in self.pdf.pages:
            for font in (
                page.obj.get("/Resources", Dictionary()).get("/Font", Dictionary()).values()
            ):
                found[font.objgen] = font
        return list(found.values())


class _Font:
    """Codes of two bytes to text, by the font's map; codes past its glyphs are missing ones."""

    def __init__(self, raw):
        self.words = _to_unicode(raw)
        self.glyphs = _glyph_count(raw)

    def read(self, text: bytes) -> tuple[str, int]:
        """(text, number of missing glyphs) of the hexadecimal strings in `text`."""
        raw = bytes.fromhex(b"".join(HEX.findall(text)).decode())
        codes = struct.unpack(f">{len(raw) // 2}H", raw[: len(raw) // 2 * 2])
        if not codes:
            return "", 0
        missing = 0
        if min(codes) == 0 or max(codes) >= self.glyphs:
            missing = sum(code == 0 or code >= self.glyphs for code in codes)
        return "".join([self.words.get(code, "") for code in codes]), missing


def kids(element) -> list:
    """What a tag holds: numbers of marked content, references, tags."""
    found = element.get("/K")
    return [] if found is None else list(found) if isinstance(found, Array) else [found]


def _content(page) -> bytes:
    """What a page paints, as one stream with white space at either end."""
    found = page.obj["/Contents"]
    streams = list(found) if isinstance(found, Array) else [found]
    return b"\n" + b"\n".join(stream.read_bytes() for stream in streams) + b"\n"


def _leaves(node):
    names = list(node.get("/Names", []))
    yield from ((str(key), value) for key, value in zip(names[::2], names[1::2], strict=True))
    for kid in node.get("/Kids", []):
        yield from _leaves(kid)


def _to_unicode(font) -> dict[int, str]:
    if "/ToUnicode" not in font:
        return {}
    table = font["/ToUnicode"].read_bytes().decode("latin-1")
    found = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.S):
        for code, words in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>", block):
            found[int(code, 16)] = bytes.fromhex(words).decode("utf-16-be", "replace")
    return found


def _glyph_count(font) -> int:
    """How many glyphs the embedded font program has; a large number when it does not say."""
    try:
        described = font["/DescendantFonts"][0]["/FontDescriptor"]
        program = described["/FontFile2" if "/FontFile2" in described else "/FontFile3"]
        data = program.read_bytes()
    except KeyError:
        return 1 << 16
    for place in range(int.from_bytes(data[4:6], "big")):
        entry = data[12 + 16 * place : 28 + 16 * place]
        if entry[:4] == b"maxp":
            start = int.from_bytes(entry[8:12], "big")
            return int.from_bytes(data[start + 4 : start + 6], "big")
    return 1 << 16
