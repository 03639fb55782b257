"""Strokes that pictures are made of, as SVG text, and the colours that they take.

Colours come as SVG takes them: fixed ones for print, the page's custom properties on screen. All
words go through `escape` here, so that no picture can forget it.
"""

from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

CHARACTER = 6.3  # average width of a character, generous, so that labels never run over


@dataclass(frozen=True)
class Palette:
    """Colours, as SVG takes them. is_screen: whether a drawing for narrow pages is wanted too."""

    accent: str
    wash: str
    ink: str
    second: str
    rule: str
    paper: str
    font: str
    is_screen: bool = False


SCREEN = Palette(
    accent="var(--line)",
    wash="var(--line-wash)",
    ink="var(--ink)",
    second="var(--ink-2)",
    rule="var(--rule)",
    paper="var(--paper)",
    font="inherit",
    is_screen=True,
)


def svg(width, height, body, title, palette, kind="picture") -> SafeString:
    return mark_safe(  # noqa: S308  every text above went through `escape`
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{kind}" role="img"'
        f' viewBox="0 0 {width} {height:.0f}" font-family="{escape(palette.font)}">'
        f"<title>{escape(title)}</title>{body}</svg>"
    )


def text(x, y, words, fill, *, size=13, anchor="start", bold=False) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}"'
        f' text-anchor="{anchor}"{weight}>{escape(words)}</text>'
    )


def rule(x1, y1, x2, y2, stroke, width=1) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
        f' stroke="{stroke}" stroke-width="{width}"/>'
    )


def circle(x, y, radius, fill, stroke, width) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}"'
        f' stroke="{stroke}" stroke-width="{width}"/>'
    )


def event(left, right, y, kind, palette) -> str:
    """A span as a line between two stops; a single day by its kind: square, diamond or round."""
    if right - left > 4:
        return rule(left, y, right, y, palette.accent, 4) + "".join(
            circle(end, y, 4.5, palette.paper, palette.accent, 2) for end in (left, right)
        )
    if kind == "decision":
        return f'<path d="M{left:.1f} {y - 7:.1f}l7 7-7 7-7-7z" fill="{palette.ink}"/>'
    if kind == "report":
        return (
            f'<rect x="{left - 5:.1f}" y="{y - 5:.1f}" width="10" height="10"'
            f' fill="{palette.accent}"/>'
        )
    return circle(left, y, 5, palette.paper, palette.accent, 2.4)


def wrap(words: str, width: float, most: int = 4) -> list[str]:
    """`words` in lines that fit `width`; the last of `most` lines ends in … when more is left."""
    room = int(width / CHARACTER)
    lines, line = [], ""
    for word in words.split():
        word = word if len(word) <= room else word[: room - 1] + "…"
        if line and len(line) + 1 + len(word) > room:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    lines.append(line)
    if len(lines) > most:
        lines = lines[:most]
        lines[-1] = lines[-1][: room - 2] + " …"
    return lines
