"""Edition content made ready for a template: numbers, headings, pictures, safe HTML.

The same `document` feeds the web page and the PDF; only the palette differs. Pure: neither
request nor database; words come in the active language, which the caller sets to the content's.
"""

import re
from dataclasses import dataclass, field, replace
from itertools import groupby, zip_longest

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from toolkit import cover, drawing, editorial, pictures, prose

SHORT = 4  # rows of a table that stays on one page
SNUG = 12  # characters of a cell that is not broken over lines
SHOWS = ("table", "levels", "timeline")  # what a text may lead to
COVER = 26  # characters of a line of the cover's title
DAY = re.compile(r"\b\d{1,2} (?:de )?[^\W\d]{3,12} (?:de )?\d{4}\b")  # "14 December 2026"
FIGURE = re.compile(r"[-–—−+≈<>~]?\s?[\d.,\s]*\d\s?%?|[-–—]|")


@dataclass(frozen=True)
class Part:
    """One thing within a chapter. What is set depends on `type`; see `toolkit/_part.html`."""

    type: str
    title: str = ""
    anchor: str = ""
    html: str = ""
    who: str = ""
    items: tuple = ()
    caption: str = ""
    columns: tuple = ()
    rows: tuple = ()
    numeric: tuple[int, ...] = ()
    picture: pictures.Picture | None = None
    leads: bool = False  # whether a text leads to the table or picture that follows it

    @property
    def fit(self) -> str:
        """How a table breaks and shares its width, as classes."""
        few, many = len(self.columns) < 4, len(self.columns) > 5
        width = "wide--few" if few else "wide--many" if many else ""
        return f"{width} wide--short".strip() if len(self.rows) <= SHORT else width


@dataclass(frozen=True)
class Chapter:
    """One numbered block, or an unnumbered piece of the annex."""

    key: str
    title: str
    number: int | None
    parts: tuple[Part, ...]

    @property
    def anchor(self) -> str:
        return f"chapter-{self.key}"


@dataclass(frozen=True)
class Document:
    """All that a page or a PDF shows of an edition."""

    content: dict
    heading: str
    subtitle: str
    accent: str
    cover: SafeString
    cover_words: str
    chapters: tuple[Chapter, ...]
    annex: tuple[Chapter, ...]
    rights: pictures.Picture | None = None
    impact: pictures.Picture | None = None


@dataclass
class _Count:
    """Numbers for tables and figures, in reading order."""

    tables: int = 0
    figures: int = 0
    made: list = field(default_factory=list)

    def table(self, words: str) -> str:
        self.tables += 1
        return _("Table %(number)d. %(words)s") % {"number": self.tables, "words": words}

    def figure(self, words: str) -> str:
        self.figures += 1
        return _("Figure %(number)d. %(words)s") % {"number": self.figures, "words": words}


def document(content: dict, palette: drawing.Palette) -> Document:
    """`content` (validated, see `editorial.py`) as chapters and annex."""
    count = _Count()
    chapters = tuple(
        Chapter(
            key=block["key"],
            title=editorial.block_title(block),
            number=number,
            parts=tuple(_parts(block["parts"], count, palette)),
        )
        for number, block in enumerate(content["blocks"], start=1)
    )
    accent = editorial.ACCENTS[content["accent"]]
    words = _cover_words(content)
    heading, _colon, subtitle = content["title"].partition(": ")
    drawn = cover.draw(content["shape"], cover.seed_of(content["city"], content["title"]))
    return Document(
        content=content,
        heading=balanced(heading),
        subtitle=subtitle,
        accent=accent,
        cover=mark_safe(cover.svg(drawn, accent=accent, title=escape(words))),  # noqa: S308
        cover_words=words,
        chapters=chapters,
        annex=tuple(_annex(content, count, palette)),
        rights=pictures.rights(content["rights"], palette) if content["rights"] else None,
        impact=pictures.impact(content["impact"], palette) if content["impact"] else None,
    )


def balanced(words: str, room: int = COVER) -> str:
    """`words` in as few lines as `room` characters allow, none much shorter than the others."""
    least = len(_lines(words, room))
    narrow = next(width for width in range(1, room + 1) if len(_lines(words, width)) <= least)
    return " \n".join(_lines(words, narrow))


def _lines(words: str, room: int) -> list[str]:
    """`words` broken at spaces; a word longer than `room` has a line of its own."""
    lines: list[str] = []
    for word in words.split():
        if lines and len(lines[-1]) + 1 + len(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _cover_words(content: dict) -> str:
    """What the cover's drawing says, as one sentence."""
    shape = content["shape"]
    return _(
        "A line with %(stops)d stops, one for each section of the plan; %(branches)d branches,"
        " one for each partner; %(rings)d rings, one for each audience."
    ) % {
        "stops": min(len(shape["sections"]), cover.MOST_STOPS),
        "branches": min(len(shape["partners"]), cover.MOST_BRANCHES),
        "rings": min(len(shape["audiences"]), cover.MOST_RINGS),
    }


def _parts(parts: list[dict], count: _Count, palette: drawing.Palette):
    """The parts of a block; a text that leads to a table or a picture stays with it."""
    for part, following in zip_longest(parts, parts[1:]):
        shown = _part(part, count, palette)
        leads = following and following["type"] in SHOWS and not following["title"]
        yield replace(shown, leads=True) if leads and part["type"] == "prose" else shown


def _part(part: dict, count: _Count, palette: drawing.Palette) -> Part:
    """One part of a block, by its type."""
    kind, title = part["type"], part["title"]
    if kind == "prose":
        return Part(kind, title, html=prose.html(part["text"]))
    if kind in ("quote", "note"):
        return Part(kind, title, html=prose.lines(part["text"]), who=part.get("who", ""))
    if kind in ("list", "steps"):
        return Part(kind, title, items=tuple(prose.lines(item) for item in part["items"]))
    if kind == "facts":
        return Part(kind, title, items=_facts(part["items"]))
    if kind == "table":
        return _table(part["caption"], part["columns"], part["rows"], count, title=title)
    draw = {"timeline": pictures.timeline, "levels": pictures.levels}[kind]
    return _picture(part["caption"], draw(part["items"], palette), count, title=title)


def _facts(items) -> tuple[tuple[str, SafeString], ...]:
    return tuple((item["label"], prose.lines(item["value"])) for item in items)


def _table(caption, columns, rows, count, *, title="") -> Part:
    return Part(
        "table",
        title,
        anchor=f"table-{count.tables + 1}",
        caption=count.table(caption),
        columns=tuple(columns),
        rows=tuple(tuple(_cells(row)) for row in rows),
        numeric=tuple(
            place
            for place in range(2, len(columns) + 1)
            if all(FIGURE.fullmatch(row[place - 1]) for row in rows)
        ),
    )


def _cells(row):
    """Cells as safe HTML; a short one keeps its words together ("23 Sep"), as a date does."""
    for place, cell in enumerate(row):
        snug = place and len(cell) <= SNUG and "\n" not in cell
        yield prose.lines(_unbroken(cell) if snug else DAY.sub(lambda m: _unbroken(m[0]), cell))


def _unbroken(words: str) -> str:
    return words.replace(" ", "\N{NO-BREAK SPACE}")


def _picture(caption, picture, count, *, title="") -> Part:
    """A figure; one without a drawing (nothing dated, nothing scored) is its table alone."""
    if not picture.svg:
        return _table(caption, picture.columns, picture.rows, count, title=title)
    return Part(
        "figure",
        title,
        anchor=f"figure-{count.figures + 1}",
        caption=count.figure(caption),
        columns=picture.columns,
        rows=picture.rows,
        picture=picture,
    )


# --- annex -------------------------------------------------------------------------
def _annex(content: dict, count: _Count, palette: drawing.Palette):
    """The pieces at the end that there is something to say in."""
    if content["register"]:
        yield Chapter("register", _("AI register entry"), None, tuple(_register(content)))
    if content["rights"]:
        drawn = pictures.rights(content["rights"], palette)
        part = _picture(_("Rights profile, field by field"), drawn, count)
        yield Chapter("profile", _("Rights profile"), None, (part,))
    if content["impact"]:
        parts = tuple(_impact(content["impact"], count, palette))
        yield Chapter("impact", _("Light impact assessment"), None, parts)
    if content["sources"]:
        items = tuple((source["text"], source["url"]) for source in content["sources"])
        part = Part("sources", items=items)
        yield Chapter("sources", _("Sources"), None, (part,))


def _register(content: dict):
    """The register entry, one list of facts per group."""
    for group, rows in groupby(content["register"], key=lambda row: row["group"]):
        yield Part("facts", group, items=_facts(list(rows)))


def _impact(found: dict, count: _Count, palette: drawing.Palette):
    drawn = pictures.impact(found, palette)
    if found["plain"]:
        yield Part("prose", html=prose.html(found["plain"]), leads=True)
    if drawn.rows:
        yield _picture(_("Impact level, and the points of each area"), drawn, count)
    else:
        yield Part(
            "figure",
            anchor=f"figure-{count.figures + 1}",
            caption=count.figure(_("Impact level")),
            picture=drawn,
        )
    if found["duties"]:
        yield Part("list", _("What this level asks for"), items=tuple(found["duties"]))
