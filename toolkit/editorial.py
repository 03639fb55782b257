"""The editorial template of a best practice, and the shape of `Edition.content`.

One content feeds both the web page and the PDF. Whoever drafts a best practice (the plans room,
from a plan's answers) builds this shape and hands it to `publishing.draft_from`:

    {
      "schema": "best-practice/1",
      "title": "How Port Alder asked before it automated", "summary": "Two or three sentences.",
      "city": "Port Alder (demo)", "country": "US", "region": "Washington",
      "sprint": "Building Community Trust in City AI", "term": "Autumn 2026", "language": "en",
      "accent": "teal",                               # optional: a key of ACCENTS
      "facts": [{"label": "AI effort", "value": "Chat assistant for permits"}, …],
      "shape": {"sections": [{"title": "Focus", "share": 1.0}, …],   # what the cover draws
                "partners": ["Library", …], "audiences": ["Renters", …]},
      "blocks": [{"key": "effort", "title": "", "parts": [part, …]}, …],  # keys of BLOCKS
      "rights": [{"field": "AI register", "share": 0.8, "note": ""}, …],  # [] when not done
      "impact": {"level": 2, "label": "Moderate", "plain": "…", "points": 31, "of": 75,
                 "provisional": false, "areas": [{"label": "Data", "points": 4, "of": 12}],
                 "duties": ["…"]} or None,
      "register": [{"group": "Overview", "label": "Name", "value": "…"}, …],
      "sources": [{"text": "…", "url": "https://…"}], "credits": [{"role": "…", "names": "…"}],
      "cite": "…", "licence": {"name": "CC BY 4.0", "url": "https://…"},
      "is_demo": false
    }

A part is one of:
    {"type": "prose", "text": "Markdown: paragraphs, lists, emphasis, links"}
    {"type": "facts", "items": [{"label": "…", "value": "…"}]}
    {"type": "table", "caption": "…", "columns": ["…"], "rows": [["…", …]]}
    {"type": "list", "items": ["…"]}
    {"type": "steps", "items": ["…"]}
    {"type": "quote", "text": "…", "who": "…"}
    {"type": "note", "text": "…"}                       # what good looks like, set in the margin
    {"type": "timeline", "caption": "…", "items": [{"label", "start", "end", "kind"}]}
    {"type": "levels", "caption": "…", "items": [{"label", "level", "note"}]}
Every part takes a "title" as well (a small heading above it). Tables and pictures are numbered;
the first column of a table names its row. All text but prose is plain text.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from toolkit.shapes import (
    WrongShape,
    by_type,
    day,
    line,
    many,
    maybe,
    one_of,
    record,
    share,
    text,
    web_address,
    whole,
    yes_or_no,
)

SCHEMA = "best-practice/1"
LEVELS = ("inform", "consult", "involve", "collaborate", "empower")
KINDS = ("milestone", "activity", "training", "decision", "report")  # of a timeline's entries
# One colour a sprint; dark enough for white text and thin lines (at least 4.5:1 on paper).
ACCENTS = {
    "teal": "#0A6C74",
    "blue": "#0B5C96",
    "green": "#2B6E3F",
    "plum": "#8A3A68",
    "indigo": "#4B4FB5",
    "umber": "#8A4B12",
}
MOST_BYTES = 1_000_000  # of the whole content; a long plan is about 60,000


@dataclass(frozen=True)
class Block:
    """One chapter. guidance: what it answers, for whoever writes or edits it."""

    key: str
    title: str
    guidance: str


BLOCKS = (
    Block(
        "effort",
        _("The AI effort, and why"),
        _(
            "What the city does with AI here, which public problem it answers,"
            " and what else the city considered."
        ),
    ),
    Block(
        "people",
        _("Who it affects"),
        _("The groups it touches and how, who could be harmed, and who was asked first."),
    ),
    Block(
        "promise",
        _("What was promised, and what is open"),
        _(
            "The promise in the city's own words, the goals,"
            " and which decisions people could still change."
        ),
    ),
    Block(
        "participation",
        _("How people take part"),
        _(
            "Activities with their audience, level and place; the timeline;"
            " the questions people were asked."
        ),
    ),
    Block(
        "partners",
        _("Partners and team"),
        _(
            "Roles in the city, public bodies, community organisations and on what terms."
            " Roles, not names."
        ),
    ),
    Block(
        "access",
        _("Access, language and safety"),
        _("What lets people come, follow and speak safely."),
    ),
    Block(
        "learning",
        _("Learning"),
        _(
            "What residents, organisations and staff can do afterwards,"
            " and what stays in the community."
        ),
    ),
    Block(
        "rights",
        _("Rights and risk"),
        _("Harms and what is done about them, how a person contests a result, the rights review."),
    ),
    Block(
        "measures",
        _("How it is measured and answered"),
        _("Indicators, how the city reports back, what was heard and what changed."),
    ),
    Block(
        "lessons",
        _("What to copy, adapt and avoid"),
        _("For the next city: what worked as it was, what needs local change, what not to repeat."),
    ),
)
KEYS = tuple(block.key for block in BLOCKS)

_word = line(200)
_cell = text(3_000)
_title = {"title": (line(160), "")}
_caption = line(200, least=1)
_facts = many(record({"label": line(120, least=1), "value": text(1_000)}), 40)


def _table(value: Any, path: str) -> dict:
    """A table whose every row has one cell per column: 2 to 8 columns, up to 150 rows."""
    found = record(
        {
            "caption": _caption,
            "columns": many(line(80, least=1), 8, least=2),
            "rows": many(many(_cell, 8), 150, least=1),
        },
        **_title,
    )(value, path)
    for place, row in enumerate(found["rows"]):
        if len(row) != len(found["columns"]):
            raise WrongShape(f"{path}.rows[{place}]: {len(found['columns'])} cells are needed.")
    return found


_event = record(
    {"label": line(160, least=1), "start": day},
    end=(day, ""),
    kind=(one_of(*KINDS), "activity"),
)
_activity = record({"label": line(160, least=1), "level": one_of(*LEVELS)}, note=(line(300), ""))
_part = by_type(
    {
        "prose": record({"text": text(20_000, least=1)}, **_title),
        "facts": record({"items": _facts}, **_title),
        "table": _table,
        "list": record({"items": many(text(2_000, least=1), 60, least=1)}, **_title),
        "steps": record({"items": many(text(2_000, least=1), 40, least=1)}, **_title),
        "quote": record({"text": text(1_500, least=1)}, who=(line(200), ""), **_title),
        "note": record({"text": text(800, least=1)}, **_title),
        "timeline": record({"caption": _caption, "items": many(_event, 40, least=1)}, **_title),
        "levels": record({"caption": _caption, "items": many(_activity, 30, least=1)}, **_title),
    }
)
_shape = record(
    {
        "sections": many(record({"title": _word, "share": share}), 20, least=1),
        "partners": many(_word, 40),
        "audiences": many(_word, 40),
    }
)
_impact = record(
    {
        "level": whole(1, 4),
        "label": _word,
        "plain": text(500),
        "points": whole(0, 1_000),
        "of": whole(1, 1_000),
        "provisional": yes_or_no,
    },
    areas=(
        many(record({"label": _word, "points": whole(0, 1_000), "of": whole(1, 1_000)}), 20),
        [],
    ),
    duties=(many(text(500, least=1), 20), []),
)
_content = record(
    {
        "schema": one_of(SCHEMA),
        "title": line(200, least=3),
        "summary": text(1_200, least=1),
        "city": line(160, least=1),
        "country": line(2, least=2),
        "region": line(160),
        "sprint": line(160),
        "term": line(80),
        "language": line(10, least=2),
        "facts": _facts,
        "shape": _shape,
        "blocks": many(
            record(
                {"key": one_of(*KEYS), "parts": many(_part, 60, least=1)}, title=(line(120), "")
            ),
            len(KEYS),
            least=1,
        ),
        "cite": text(600),
        "licence": record({"name": line(120, least=1)}, url=(web_address, "")),
    },
    accent=(one_of(*ACCENTS), "teal"),
    rights=(
        many(record({"field": line(120, least=1), "share": share}, note=(line(300), "")), 12),
        [],
    ),
    impact=(maybe(_impact), None),
    register=(
        many(record({"group": _word, "label": line(120, least=1), "value": text(3_000)}), 60),
        [],
    ),
    sources=(many(record({"text": text(600, least=1)}, url=(web_address, "")), 80), []),
    credits=(many(record({"role": line(120, least=1), "names": line(600)}), 20), []),
    is_demo=(yes_or_no, False),
)


def validated(content: Any) -> dict:
    """A cleaned copy of `content` with every optional key present, blocks in template order.

    Raises WrongShape, which names the place and what is needed there.
    """
    if len(json.dumps(content, default=str)) > MOST_BYTES:
        raise WrongShape(f"The content is larger than {MOST_BYTES} bytes.")
    found = _content(content, "content")
    keys = [block["key"] for block in found["blocks"]]
    if len(set(keys)) != len(keys):
        raise WrongShape("content.blocks: each key may come once.")
    found["blocks"].sort(key=lambda block: KEYS.index(block["key"]))
    return found


def digest(content: dict) -> str:
    """SHA-256 of the content, the same however its keys are ordered."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def block_title(block: dict) -> str:
    """The chapter's own title, or the template's in the active language."""
    return block["title"] or str(next(b.title for b in BLOCKS if b.key == block["key"]))
