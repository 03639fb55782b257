"""The pictures of a best practice for a narrow screen: each label above its line.

Drawn beside the wide ones of `pictures` where the palette asks for it; the page shows the one
that its own width has room for. WIDTH is what a phone of 360 pixels leaves between its margins,
so that text keeps about the size it has here.
"""

from collections.abc import Callable, Iterable

from django.utils.safestring import SafeString

from toolkit import drawing
from toolkit.drawing import Palette

WIDTH = 328  # units, of which a phone gives each about one pixel
SIZE, STEP = 14, 18  # height of text and of a line of it
SMALL = 13.5  # height of dates
LEFT, RIGHT = 8, WIDTH - 8  # ends of the lines, with room for a stop
SAID = 96  # room at the right of a line for what it says

Stroke = Callable[[float], str]  # what is drawn at a height
Entry = tuple[str, str, Stroke]  # label, words below it, its line


def timeline(
    entries: Iterable[tuple[str, str, float, float, str]],
    months: Iterable[tuple[float, str]],
    reading: str,
    palette: Palette,
) -> SafeString:
    """Entries (label, dates, begin, end, kind) and months (begin, name), all begins 0 to 1."""

    def x(share):
        return LEFT + (RIGHT - LEFT) * share

    months = [(x(begin), name) for begin, name in months]

    def line(begin, end, kind):
        return lambda y: "".join(
            (
                *(drawing.rule(month, y - 10, month, y + 10, palette.rule) for month, _ in months),
                drawing.event(x(begin), x(end), y, kind, palette),
            )
        )

    drawn = [(label, dates, line(*place)) for label, dates, *place in entries]
    return _stack(drawn, months, reading, palette)


def levels(
    entries: Iterable[tuple[str, str, int]], most: int, reading: str, palette: Palette
) -> SafeString:
    """Entries (label, level, stops it reaches): five stops each, filled as far as it goes."""
    step = (RIGHT - SAID - LEFT) / (most - 1)

    def line(level, reach):
        return lambda y: _stops(y, LEFT, step, most, reach, palette) + _said(y, level, palette)

    drawn = [(label, "", line(level, reach)) for label, level, reach in entries]
    return _stack(drawn, (), reading, palette)


def rights(
    entries: Iterable[tuple[str, str, float | None]], reading: str, palette: Palette
) -> SafeString:
    """Entries (label, share in words, share): a line as long as the share, its value at the end."""
    end = RIGHT - 56

    def line(said, share):
        if share is None:
            return lambda y: drawing.text(0, y + 5, said, palette.second, size=SIZE)
        x = LEFT + (end - LEFT) * share
        return lambda y: "".join(
            (
                drawing.rule(LEFT, y, end, y, palette.rule, 4),
                drawing.rule(LEFT, y, x, y, palette.accent, 4),
                drawing.circle(x, y, 6.5, palette.accent, palette.ink, 2),
                _said(y, said, palette),
            )
        )

    drawn = [(label, "", line(said, share)) for label, said, share in entries]
    return _stack(drawn, (), reading, palette)


def impact(level: int, numerals: tuple[str, ...], label: str, reading: str, palette: Palette):
    """Where on the line of levels it stands, and what that level is called."""
    step, last = (RIGHT - 12 - LEFT) / (len(numerals) - 1), len(numerals)
    out = [_stops(14, LEFT + 6, step, last, level - 1, palette)]
    for place, numeral in enumerate(numerals, start=1):
        here, x = place == level, LEFT + 6 + step * (place - 1)
        colour = palette.ink if here else palette.second
        out.append(drawing.text(x, 42, numeral, colour, size=SIZE, anchor="middle", bold=here))
    side = "start" if level == 1 else "end" if level == last else "middle"
    x = {"start": 0, "end": WIDTH}.get(side, LEFT + 6 + step * (level - 1))
    out.append(drawing.text(x, 62, label, palette.ink, size=SIZE, anchor=side, bold=True))
    return _svg(70, "".join(out), reading, palette)


def _stack(entries: Iterable[Entry], months, reading: str, palette: Palette) -> SafeString:
    """One entry below the other, and above all of them the names of the months."""
    y = 24 if months else 4
    out = [drawing.text(x - 8, 15, name, palette.second, size=SMALL) for x, name in months]
    for label, below, stroke in entries:
        for words in drawing.wrap(label, WIDTH * 13 / SIZE):
            out.append(drawing.text(0, y + SIZE, words, palette.ink, size=SIZE))
            y += STEP
        for words in drawing.wrap(below, WIDTH * 13 / SMALL) if below else ():
            out.append(drawing.text(0, y + SIZE, words, palette.second, size=SMALL))
            y += STEP
        out.append(stroke(y + 13))
        y += 36
    return _svg(y, "".join(out), reading, palette)


def _stops(y, left, step, count, reach, palette) -> str:
    """`count` stops on a line, travelled as far as number `reach` (from 0)."""
    end = left + step * reach
    out = [drawing.rule(left, y, left + step * (count - 1), y, palette.rule, 4)]
    if reach:
        out.append(drawing.rule(left, y, end, y, palette.accent, 4))
    for place in range(count):
        edge = palette.accent if place < reach else palette.second
        out.append(drawing.circle(left + step * place, y, 4, palette.paper, edge, 2))
    out.append(drawing.circle(end, y, 6.5, palette.accent, palette.ink, 2))
    return "".join(out)


def _said(y, words, palette) -> str:
    return drawing.text(WIDTH, y + 5, words, palette.ink, size=SIZE, anchor="end")


def _svg(height, body, reading, palette) -> SafeString:
    return drawing.svg(WIDTH, height, body, reading, palette, kind="picture picture--narrow")
