"""Bars and columns as SVG, in the page's own colours. Pure: counts in, a `Picture` out."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from toolkit import drawing
from toolkit.drawing import SCREEN, Palette
from toolkit.pictures import Picture

WIDTH = 360  # units of every picture, a phone's width; text is 13 of them high
FIGURES = 40  # width for figures after the bars; labels stand above them
ROW, HIGH, TOP = 46, 120, 20
CHARACTERS = 52  # of a label

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
    body = "".join(_bar(place, part, most, palette) for place, part in enumerate(parts))
    picture = drawing.svg(WIDTH, len(parts) * ROW, body, reading, palette)
    return Picture(picture, reading, tuple(heads), rows)


def columns(
    parts: Sequence[Count], reading: str, heads: Sequence[str], *, palette: Palette = SCREEN
) -> Picture:
    """One column for each (label, count), with the first, the last and the highest labelled."""
    rows = tuple((name, str(n)) for name, n in parts)
    if not parts:
        return Picture(SafeString(""), reading, tuple(heads), rows)
    most = max(count for _label, count in parts) or 1
    step = WIDTH / len(parts)
    body = [_column(place, part[1], most, step, palette) for place, part in enumerate(parts)]
    # The highest column's figure stands over it, inside the picture also at its edges.
    top = max(range(len(parts)), key=lambda place: parts[place][1])
    x = min(max((top + 0.5) * step, 10), WIDTH - 10)
    floor = TOP + HIGH
    body.append(drawing.text(x, 13, str(most), palette.ink, anchor="middle"))
    body.append(drawing.rule(0, floor, WIDTH, floor, palette.second))
    body.append(drawing.text(0, floor + 18, parts[0][0], palette.second, size=12))
    if len(parts) > 1:
        last = parts[-1][0]
        body.append(drawing.text(WIDTH, floor + 18, last, palette.second, size=12, anchor="end"))
    picture = drawing.svg(WIDTH, floor + 26, "".join(body), reading, palette)
    return Picture(picture, reading, tuple(heads), rows)


def _bar(place: int, part: Count, most: int, palette: Palette) -> str:
    label, count = part
    top = place * ROW
    length = (WIDTH - FIGURES) * count / most
    short = label if len(label) <= CHARACTERS else f"{label[: CHARACTERS - 1]}…"
    return (
        drawing.text(0, top + 14, short, palette.ink)
        + _box(0, top + 21, max(length, 1.5), 14, palette.accent)
        + drawing.text(max(length, 1.5) + 8, top + 33, str(count), palette.ink)
    )


def _column(place: int, count: int, most: int, step: float, palette: Palette) -> str:
    height = HIGH * count / most
    gap = min(3.0, step * 0.2)
    width = min(step - gap, 60)
    return _box(place * step + gap / 2, TOP + HIGH - height, width, height, palette.accent)


def _box(x: float, y: float, width: float, height: float, fill: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2"'
        f' fill="{fill}"/>'
    )
