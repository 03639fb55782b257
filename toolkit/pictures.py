"""Pictures of a best practice as SVG: one module for screen and print.

Each function takes plain data and a palette and returns a `Picture`: the drawing, the sentence
that reads it (also its text alternative), and the rows of the table that says the same. On
screen, colours are the page's own custom properties, so that dark pages get dark pictures; in
print they are fixed (see `drawing.Palette`). On screen a second drawing, from `narrow`, stands by
for pages without room for the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.dateformat import format as django_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from toolkit import drawing, narrow
from toolkit.drawing import SCREEN, Palette

__all__ = ["SCREEN", "Palette", "Picture", "impact", "levels", "rights", "timeline"]

LEVELS = ("inform", "consult", "involve", "collaborate", "empower")
WIDTH = 660  # units of every picture; text is 12 to 13 of them high
LABELS = 214  # width of the column of labels


@dataclass(frozen=True)
class Picture:
    """svg: the drawing. reading: one sentence. columns, rows: the same as a table.

    narrow: the drawing for a narrow screen; "" where none is wanted.
    """

    svg: SafeString
    reading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    narrow: SafeString | str = ""


def level_name(level: str) -> str:
    """A level of participation in the reader's language."""
    return {
        "inform": pgettext("level", "Inform"),
        "consult": pgettext("level", "Consult"),
        "involve": pgettext("level", "Involve"),
        "collaborate": pgettext("level", "Collaborate"),
        "empower": pgettext("level", "Empower"),
    }[level]


def kind_name(kind: str) -> str:
    """What an entry of a timeline is, in the reader's language."""
    return {
        "milestone": _("Milestone"),
        "activity": _("Activity"),
        "training": _("Training"),
        "decision": _("Decision"),
        "report": _("Report-back"),
    }[kind]


def day_name(day: str) -> str:
    """ "2026-03-31" as "31 March 2026" in the reader's language; "" for ""."""
    return django_format(date.fromisoformat(day), _("j F Y")) if day else ""


# --- timeline ----------------------------------------------------------------------
def timeline(items: Sequence[dict], palette: Palette) -> Picture:
    """Entries {label, start, end, kind} along the months: lines for spans, shapes for days."""
    dated = [item for item in items if item["start"]]
    rows = tuple((item["label"], kind_name(item["kind"]), _span(item)) for item in items)
    columns = (_("What"), _("Kind"), _("When"))
    if not dated:
        return Picture(SafeString(""), _("No dates are set yet."), columns, rows)
    first = min(_from(item) for item in dated).replace(day=1)
    last = _month_after(max(_until(item) for item in dated))
    decisions = sum(item["kind"] == "decision" for item in dated)
    reading = ngettext(
        "From %(first)s to %(last)s: %(count)d entry.",
        "From %(first)s to %(last)s: %(count)d entries.",
        len(dated),
    ) % {
        "first": day_name(min(item["start"] for item in dated)),
        "last": day_name(max(_until(item).isoformat() for item in dated)),
        "count": len(dated),
    }
    if decisions:
        reading += (
            " "
            + ngettext(
                "%d decision falls into this time.", "%d decisions fall into this time.", decisions
            )
            % decisions
        )
    svg = _timeline_svg(dated, first, last, palette, reading)
    slim = _timeline_narrow(dated, first, last, palette, reading) if palette.is_screen else ""
    return Picture(svg, reading, columns, rows, slim)


def _timeline_narrow(items, first, last, palette, reading) -> SafeString:
    def share(day):
        return (day - first).days / max((last - first).days, 1)

    entries = [
        (item["label"], _span(item), share(_from(item)), share(_until(item)), item["kind"])
        for item in items
    ]
    months = list(_months(first, last))
    every = 1 + (len(months) - 1) // 6  # so that the names of months do not touch
    named = [(share(month), _month_name(month, first, last)) for month in months[::every]]
    return narrow.timeline(entries, named, reading, palette)


def _month_name(month, first, last) -> str:
    return django_format(month, "M" if (last - first).days < 400 else "M y")


def _timeline_svg(items, first, last, palette, reading) -> SafeString:
    def x(day):
        return LABELS + (WIDTH - LABELS - 10) * (day - first).days / max((last - first).days, 1)

    wrapped = [drawing.wrap(item["label"], LABELS - 18) for item in items]
    tops, y = [], 30
    for lines in wrapped:
        tops.append(y)
        y += 15 * len(lines) + 9
    height = y + 4
    out = []
    for place, month in enumerate(_months(first, last)):
        left = x(month)
        out.append(drawing.rule(left, 18, left, height - 4, palette.rule))
        if x(_month_after(month)) - left > 34 or place % 3 == 0:
            name = _month_name(month, first, last)
            out.append(drawing.text(left + 4, 14, name, palette.second, size=11))
    for item, lines, top in zip(items, wrapped, tops, strict=True):
        middle = top + 7.5 * len(lines)
        out += [
            drawing.text(0, top + 11 + 15 * place, words, palette.ink)
            for place, words in enumerate(lines)
        ]
        out.append(drawing.event(x(_from(item)), x(_until(item)), middle, item["kind"], palette))
    return drawing.svg(WIDTH, height, "".join(out), reading, palette)


def _from(item) -> date:
    return date.fromisoformat(item["start"])


def _until(item) -> date:
    return max(date.fromisoformat(item["end"] or item["start"]), _from(item))


def _span(item) -> str:
    if not item["start"]:
        return _("not yet set")
    if not item["end"] or item["end"] == item["start"]:
        return day_name(item["start"])
    return f"{day_name(item['start'])} – {day_name(item['end'])}"


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _months(first: date, last: date):
    while first < last:
        yield first
        first = _month_after(first)


# --- levels of participation -------------------------------------------------------
def levels(items: Sequence[dict], palette: Palette) -> Picture:
    """Activities {label, level, note}: each a line that runs as far as its influence."""
    rows = tuple((item["label"], level_name(item["level"]), item["note"]) for item in items)
    counts = [(level, sum(item["level"] == level for item in items)) for level in LEVELS]
    said = ", ".join(f"{level_name(level)} {count}" for level, count in counts if count)
    reading = _("Activities by the influence they offer: %(said)s.") % {"said": said}
    columns: tuple[str, ...] = (_("Activity"), _("Level"), _("Reached"))
    if not any(note for _label, _level, note in rows):
        columns, rows = columns[:2], tuple(row[:2] for row in rows)
    slim = _levels_narrow(items, palette, reading) if palette.is_screen else ""
    svg = _levels_svg(items, palette, reading)
    return Picture(svg, reading, columns, rows, slim)


def _levels_narrow(items, palette, reading) -> SafeString:
    entries = [
        (item["label"], level_name(item["level"]), LEVELS.index(item["level"])) for item in items
    ]
    return narrow.levels(entries, len(LEVELS), reading, palette)


def _levels_svg(items, palette, reading) -> SafeString:
    step = (WIDTH - LABELS - 70) / 4
    stops = [LABELS + 30 + step * place for place in range(5)]
    wrapped = [drawing.wrap(item["label"], LABELS - 18) for item in items]
    height = 32 + sum(15 * len(lines) + 10 for lines in wrapped)
    out = []
    for place, left in enumerate(stops):
        out.append(drawing.rule(left, 24, left, height - 4, palette.rule))
        out.append(
            drawing.text(
                left, 14, level_name(LEVELS[place]), palette.second, size=12, anchor="middle"
            )
        )
    top = 30
    for item, lines in zip(items, wrapped, strict=True):
        middle, reach = top + 7.5 * len(lines), LEVELS.index(item["level"])
        out += [
            drawing.text(0, top + 11 + 15 * place, words, palette.ink)
            for place, words in enumerate(lines)
        ]
        if reach:
            out.append(drawing.rule(stops[0], middle, stops[reach], middle, palette.accent, 4))
        out += [
            drawing.circle(stops[place], middle, 4, palette.paper, palette.accent, 2)
            for place in range(reach)
        ]
        out.append(drawing.circle(stops[reach], middle, 6.5, palette.accent, palette.ink, 2))
        top += 15 * len(lines) + 10
    return drawing.svg(WIDTH, height, "".join(out), reading, palette)


# --- rights profile ----------------------------------------------------------------
def rights(items: Sequence[dict], palette: Palette) -> Picture:
    """Fields {field, share, note} of the rights review as a profile; never one grade."""
    rows = tuple((item["field"], _percent(item["share"]), item["note"]) for item in items)
    columns = (_("Field"), _("Met"), _("Note"))
    if not any(note for _field, _share, note in rows):
        columns, rows = columns[:2], tuple(row[:2] for row in rows)
    scored = [item for item in items if item["share"] is not None]
    if not scored:
        return Picture(SafeString(""), _("No field was scored."), columns, rows)
    best, least = max(scored, key=_share_of), min(scored, key=_share_of)
    reading = _("Strongest: %(best)s (%(most)s). Most to do: %(least)s (%(fewest)s).") % {
        "best": best["field"],
        "most": _percent(best["share"]),
        "least": least["field"],
        "fewest": _percent(least["share"]),
    }
    svg = _rights_svg(items, palette, reading)
    slim = _rights_narrow(items, palette, reading) if palette.is_screen else ""
    return Picture(svg, reading, columns, rows, slim)


def _rights_narrow(items, palette, reading) -> SafeString:
    entries = [(item["field"], _percent(item["share"]), item["share"]) for item in items]
    return narrow.rights(entries, reading, palette)


def _rights_svg(items, palette, reading) -> SafeString:
    left, right = LABELS + 20, WIDTH - 60
    wrapped = [drawing.wrap(item["field"], LABELS - 10) for item in items]
    height = 32 + sum(15 * len(lines) + 14 for lines in wrapped)
    out = []
    for quarter in range(5):
        x = left + (right - left) * quarter / 4
        out.append(drawing.rule(x, 24, x, height - 6, palette.rule))
        out.append(
            drawing.text(x, 14, f"{quarter * 25} %", palette.second, size=11, anchor="middle")
        )
    top = 30
    for item, lines in zip(items, wrapped, strict=True):
        middle = top + 7.5 * len(lines)
        out += [
            drawing.text(0, top + 11 + 15 * place, words, palette.ink)
            for place, words in enumerate(lines)
        ]
        if item["share"] is None:
            out.append(drawing.text(left + 8, middle + 4, _("does not apply"), palette.second))
        else:
            x = left + (right - left) * item["share"]
            out.append(drawing.rule(left, middle, x, middle, palette.accent, 4))
            out.append(drawing.circle(x, middle, 6.5, palette.accent, palette.ink, 2))
            out.append(drawing.text(right + 14, middle + 4, _percent(item["share"]), palette.ink))
        top += 15 * len(lines) + 14
    return drawing.svg(WIDTH, height, "".join(out), reading, palette)


def _share_of(item) -> float:
    return item["share"]


def _percent(share: float | None) -> str:
    return _("does not apply") if share is None else f"{round(share * 100)} %"


# --- impact level ------------------------------------------------------------------
def impact(found: dict, palette: Palette) -> Picture:
    """The light impact assessment: where on the line of four levels it stands."""
    numerals = ("I", "II", "III", "IV")
    reading = _("Impact level %(level)s of IV: %(points)d of %(of)d points.") % {
        "level": numerals[found["level"] - 1],
        "points": found["points"],
        "of": found["of"],
    }
    if found["provisional"]:
        reading += " " + _("Provisional: some questions are open.")
    step = (WIDTH - 120) / 3
    out = [drawing.rule(60, 22, WIDTH - 60, 22, palette.rule, 4)]
    out.append(drawing.rule(60, 22, 60 + step * (found["level"] - 1), 22, palette.accent, 4))
    for place, numeral in enumerate(numerals):
        x, here = 60 + step * place, place == found["level"] - 1
        passed = place < found["level"]
        edge = palette.ink if here else palette.accent if passed else palette.second
        fill = palette.accent if here else palette.paper
        out.append(drawing.circle(x, 22, 9 if here else 6, fill, edge, 2.4 if here else 2))
        words = f"{numeral} · {found['label']}" if here else numeral
        colour = palette.ink if here else palette.second
        out.append(drawing.text(x, 50, words, colour, anchor="middle", bold=here))
    rows = tuple((area["label"], _("%(points)d of %(of)d") % area) for area in found["areas"])
    svg = drawing.svg(WIDTH, 58, "".join(out), reading, palette)
    known = found["level"], numerals, found["label"], reading, palette
    slim = narrow.impact(*known) if palette.is_screen else ""
    return Picture(svg, reading, (_("Area"), _("Points")), rows, slim)
