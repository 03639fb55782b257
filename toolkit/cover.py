"""The picture of a cover, drawn from the city's own data in the language of the line with stops.

One stop for each section of the plan (filled when it is complete, half-filled when it is begun),
one branch for each partner, one ring for each audience around the stop where people come in. The
course of the line follows from a seed, so no two covers are alike and each can be drawn again.
"""

import hashlib
from dataclasses import dataclass
from random import Random

WIDTH, HEIGHT = 210, 178  # mm, of the picture on an A4 page
LOW, HIGH = 44, 134  # the band in which the line runs, mm from the top
MOST_STOPS, MOST_BRANCHES, MOST_RINGS = 14, 16, 9
PAPER, INK = "#FBF9F4", "#16202E"


@dataclass(frozen=True)
class Point:
    """A place on the picture, mm from its left upper corner."""

    x: float
    y: float


@dataclass(frozen=True)
class Branch:
    """One partner: from its stop, slanting out and then level to a small square."""

    start: Point
    turn: Point
    end: Point


@dataclass(frozen=True)
class Drawing:
    """What `svg` paints. shares: how full each stop is, 0 to 1, None where it does not apply."""

    track: tuple[Point, ...]
    stops: tuple[Point, ...]
    shares: tuple[float | None, ...]
    branches: tuple[Branch, ...]
    hub: Point
    rings: tuple[float, ...]


def seed_of(city: str, title: str) -> int:
    """The same city and title always give the same course."""
    return int.from_bytes(hashlib.sha256(f"{city}\n{title}".encode()).digest()[:8], "big")


def draw(shape: dict, seed: int) -> Drawing:
    """Lay the picture out. shape: as in `editorial.py`."""
    chance = Random(seed)  # noqa: S311  a picture, not a secret
    sections = shape["sections"][:MOST_STOPS]
    track = _course(len(sections), chance)
    stops = track[1:-1]
    partners = min(len(shape["partners"]), MOST_BRANCHES)
    branches = _branches(stops, partners, chance)
    hub = stops[min(2, len(stops) - 1)]
    rings = tuple(13 + 9.5 * place for place in range(min(len(shape["audiences"]), MOST_RINGS)))
    shares = tuple(section["share"] for section in sections)
    return Drawing(track, stops, shares, branches, hub, rings)


def _course(count: int, chance: Random) -> tuple[Point, ...]:
    """`count` stops and the two ends off the page: east, or slanting by 45 degrees, within a band.

    The line never turns straight back, so its corners stay wide.
    """
    step = WIDTH / (count + 1)
    rise = min(step, 19.0)
    points = [Point(-6, chance.choice((70, 88, 106)))]
    slope = 0
    for place in range(1, count + 1):
        before = points[-1]
        open_to = [turn for turn in (-1, 0, 1) if abs(turn - slope) < 2]
        open_to = [turn for turn in open_to if LOW <= before.y + turn * rise <= HIGH] or [0]
        lively = [turn for turn in open_to if turn] or open_to
        slope = chance.choice(lively + open_to) if place > 1 else 0
        points.append(Point(step * place, before.y + slope * rise))
    points.append(Point(WIDTH + 6, points[-1].y))
    return tuple(points)


def _branches(stops, count: int, chance: Random) -> tuple[Branch, ...]:
    """`count` branches, spread over the stops, above and below in turn, of differing length."""
    places = [(place, side) for side in (-1, 1) for place in range(len(stops))]
    chance.shuffle(places)
    # One branch a stop and side keeps them apart; more partners than places share none.
    chosen = sorted(places[:count])
    gap = WIDTH / (len(stops) + 1)
    return tuple(_branch(stops[place], side, gap, chance) for place, side in chosen)


def _branch(stop: Point, side: int, gap: float, chance: Random) -> Branch:
    lean = gap * 0.42
    room = (stop.y - 12 if side < 0 else HEIGHT - 8 - stop.y) - lean
    length = max(6.0, room * chance.uniform(0.25, 0.95))
    turn = Point(stop.x + lean, stop.y + side * lean)
    return Branch(stop, turn, Point(turn.x, turn.y + side * length))


def mix(colour: str, share: float, ground: str = PAPER) -> str:
    """`share` of `colour` on `ground`, both as #RRGGBB: a tint without transparency."""
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(ground[1:]), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in pairs)


def svg(drawing: Drawing, *, accent: str, title: str) -> str:
    """The picture as SVG. accent: #RRGGBB. title: its text alternative, escaped already.

    Without a title it is hidden from those who hear the page: where its words stand beside it.
    """
    tint = mix(accent, 0.45)
    name = f' role="img"><title>{title}</title>' if title else ' aria-hidden="true">'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="cover-art" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' preserveAspectRatio="xMidYMid slice"{name}'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{mix(accent, 0.07)}"/>'
    ]
    parts += [
        f'<circle cx="{_n(drawing.hub.x)}" cy="{_n(drawing.hub.y)}" r="{_n(radius)}" fill="none"'
        f' stroke="{mix(accent, 0.5 - 0.035 * place)}" stroke-width="0.7"/>'
        for place, radius in enumerate(drawing.rings)
    ]
    parts += [_branch_svg(branch, tint) for branch in drawing.branches]
    parts.append(
        f'<path d="{_rounded(drawing.track)}" fill="none" stroke="{accent}" stroke-width="4.6"'
        ' stroke-linejoin="round"/>'
    )
    parts += [
        _stop_svg(stop, share, accent)
        for stop, share in zip(drawing.stops, drawing.shares, strict=True)
    ]
    return "".join(parts) + "</svg>"


def _branch_svg(branch: Branch, tint: str) -> str:
    path = _rounded((branch.start, branch.turn, branch.end))
    x, y = branch.end.x, branch.end.y
    return (
        f'<path d="{path}" fill="none" stroke="{tint}" stroke-width="1.5"/>'
        f'<rect x="{_n(x - 2.1)}" y="{_n(y - 2.1)}" width="4.2" height="4.2" fill="{PAPER}"'
        f' stroke="{tint}" stroke-width="1.3"/>'
    )


def _stop_svg(stop: Point, share: float | None, accent: str) -> str:
    x, y = _n(stop.x), _n(stop.y)
    full = share is not None and share >= 0.999
    ring = (
        f'<circle cx="{x}" cy="{y}" r="4.1" fill="{accent if full else PAPER}"'
        f' stroke="{PAPER if full else INK}" stroke-width="1.2"/>'
    )
    if full:
        return f'<circle cx="{x}" cy="{y}" r="5" fill="{INK}"/>' + ring
    if share:  # the left half, as on every line of the portal
        ring += f'<path d="M{x} {_n(stop.y - 3.5)}a3.5 3.5 0 0 0 0 7z" fill="{accent}"/>'
    return ring


def _rounded(points) -> str:
    """An SVG path through `points` with its corners rounded."""
    path = [f"M{_n(points[0].x)} {_n(points[0].y)}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        near, far = _towards(corner, before), _towards(corner, after)
        path.append(f"L{_n(near.x)} {_n(near.y)}")
        path.append(f"Q{_n(corner.x)} {_n(corner.y)} {_n(far.x)} {_n(far.y)}")
    path.append(f"L{_n(points[-1].x)} {_n(points[-1].y)}")
    return "".join(path)


def _towards(start: Point, end: Point, radius: float = 4.0) -> Point:
    """The point `radius` mm from `start` on the way to `end`, at most half way."""
    length = ((end.x - start.x) ** 2 + (end.y - start.y) ** 2) ** 0.5 or 1.0
    share = min(radius / length, 0.5)
    return Point(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share)


def _n(value: float) -> str:
    """A coordinate with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
