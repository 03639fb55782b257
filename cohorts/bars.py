"""Bars and columns as SVG, in the page's own colours. Pure: counts in, a `Picture` out."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from toolkit.pictures import SCREEN, Palette, Picture

WIDTH = 520  # units of every picture; text is 13 of them high
LABELS, FIGURES = 226, 40  # width for labels before, and figures after the bars
ROW, HIGH = 30, 150
CHARACTERS = 33  # of a label

Count = tuple[str, int]


def bars(
    parts: Sequence[Count],
    reading: str,
    heads: Sequence[str],
    *,
    table: Sequence[tuple[str, ...]] | None = None,
    palette: Palette = SCREEN,
) -> Picture:
    """One bar for each (label, count). table: the rows beside it, the parts themselves if None."""
    rows = tuple(table) if table is not None else tuple((name, str(n)) for name, n in parts)
    if not parts:
        return Picture(SafeString(""), reading, tuple(heads), rows)
    most = max(count for _label, count in parts) or 1
    body = format_html_join(
        "",
        '<text x="0" y="{}" font-size="13" fill="{}">{}</text>'
        '<rect x="{}" y="{}" width="{}" height="16" rx="3" fill="{}"/>'
        '<text x="{}" y="{}" font-size="13" fill="{}">{}</text>',
        (_bar(place, part, most, palette) for place, part in enumerate(parts)),
    )
    return Picture(_svg(len(parts) * ROW, body, reading, palette), reading, tuple(heads), rows)


def columns(
    parts: Sequence[Count], reading: str, heads: Sequence[str], *, palette: Palette = SCREEN
) -> Picture:
    """One column for each (label, count), with the first, the last and the highest labelled."""
    rows = tuple((name, str(n)) for name, n in parts)
    if not parts:
        return Picture(SafeString(""), reading, tuple(heads), rows)
    most = max(count for _label, count in parts) or 1
    step = WIDTH / len(parts)
    body = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}" rx="2" fill="{}"/>',
        (_column(place, count, most, step, palette) for place, (_label, count) in enumerate(parts)),
    )
    # The highest column's figure stands over it, inside the picture also at its edges.
    top = max(range(len(parts)), key=lambda place: parts[place][1])
    x = min(max((top + 0.5) * step, 10), WIDTH - 10)
    body += format_html(
        '<text x="{}" y="13" font-size="13" fill="{}" text-anchor="middle">{}</text>'
        '<line x1="0" y1="{}" x2="{}" y2="{}" stroke="{}"/>'
        '<text x="0" y="{}" font-size="12" fill="{}">{}</text>',
        *(f"{x:.1f}", palette.ink, most, HIGH + 20, WIDTH, HIGH + 20, palette.second),
        *(HIGH + 38, palette.second, parts[0][0]),
    )
    if len(parts) > 1:
        body += format_html(
            '<text x="{}" y="{}" font-size="12" fill="{}" text-anchor="end">{}</text>',
            *(WIDTH, HIGH + 38, palette.second, parts[-1][0]),
        )
    return Picture(_svg(HIGH + 46, body, reading, palette), reading, tuple(heads), rows)


def _bar(place, part, most, palette):
    label, count = part
    top = place * ROW
    length = (WIDTH - LABELS - FIGURES) * count / most
    short = label if len(label) <= CHARACTERS else f"{label[: CHARACTERS - 1]}…"
    return (
        *(top + 18, palette.ink, short),
        *(LABELS, top + 5, f"{max(length, 1.5):.1f}", palette.accent),
        *(f"{LABELS + length + 8:.1f}", top + 18, palette.ink, count),
    )


def _column(place, count, most, step, palette):
    height = HIGH * count / most
    gap = min(3.0, step * 0.2)
    return (
        *(f"{place * step + gap / 2:.1f}", f"{HIGH + 20 - height:.1f}"),
        *(f"{min(step - gap, 60):.1f}", f"{height:.1f}", palette.accent),
    )


def _svg(height, body, title, palette) -> SafeString:
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="picture" role="img"'
        ' viewBox="0 0 {} {}" font-family="{}"><title>{}</title>{}</svg>',
        *(WIDTH, height, palette.font, title, body),
    )
