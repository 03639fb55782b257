"""The line with stops, as data that a template can draw. Pure.

A stop is given as a dict (or any object with these names): `label`, `state` ("done", "now",
"ahead"), and if wanted `note` (second line), `kind` ("session" is round, "call" is square) and
`href`. A transit line is given as `name`, `letter`, `colour` (1 to 6), `stops` (states "done",
"half", "now", "ahead"), and if wanted `href`, `note`, `share` (how much is done, in words) and
`own` (True for the reader's city); its stops may have `mark` (a number) and `word` (what that
stands for).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

NEAR = (1, 2)  # stops that a phone shows before and after the present one

# Measures of the map, in SVG units (px at full width).
STEP, ROW, LEFT, TOP, BEND = 44, 56, 70, 60, 36
NARROWEST = 510  # so that a map of few stops is not blown up


@dataclass(frozen=True)
class Stop:
    """One stop of a line as drawn. far: hidden on a phone, because it is not near the present.
    reached: the piece of line that leads to it is travelled.
    """

    label: str
    state: str = "ahead"
    note: str = ""
    kind: str = "session"
    href: str = ""
    far: bool = False
    reached: bool = False


@dataclass(frozen=True)
class Line:
    """A line as drawn, with how many stops a phone leaves out before and after the near ones."""

    stops: list[Stop]
    before: int = 0
    after: int = 0

    @property
    def is_long(self) -> bool:
        """Too many stops to lie flat on a tablet."""
        return len(self.stops) > 7


def read(thing: Any, name: str, default: Any = "") -> Any:
    """One value of a dict or an object; `default` when it is absent or None."""
    value = thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)
    return default if value is None else value


def draw_line(stops: Iterable[Any]) -> Line:
    """Stops in order, each marked near or far from the present one (five or fewer: all near)."""
    stops = list(stops)
    states = [read(stop, "state", "ahead") for stop in stops]
    present = states.index("now") if "now" in states else states.count("done")
    first, last = _near(present, len(stops))
    drawn = [
        Stop(
            label=read(stop, "label"),
            state=read(stop, "state", "ahead"),
            note=read(stop, "note"),
            kind=read(stop, "kind", "session"),
            href=read(stop, "href"),
            far=not first <= place <= last,
            reached=_is_reached(states, place),
        )
        for place, stop in enumerate(stops)
    ]
    return Line(drawn, before=first, after=max(len(stops) - 1 - last, 0))


def _is_reached(states: Sequence[str], place: int) -> bool:
    """Whether the line is travelled up to a stop: from a done one, to one that is not ahead."""
    return place > 0 and states[place - 1] == "done" and states[place] != "ahead"


def _near(present: int, count: int) -> tuple[int, int]:
    """First and last place of the stops that stay on a phone: always four, if there are four."""
    if count <= 5:
        return 0, count - 1
    width = sum(NEAR) + 1
    first = min(max(present - NEAR[0], 0), count - width)
    return first, first + width - 1


@dataclass(frozen=True)
class Dot:
    """One stop on the map. x, y: its centre. title: what it says, for the pointer."""

    x: int
    y: int
    state: str
    kind: str
    title: str

    @property
    def half_right(self) -> str:
        """Path of the open half of a half-done stop."""
        return f"M{self.x} {self.y - 8}a8 8 0 0 1 0 16z"


@dataclass(frozen=True)
class Track:
    """One city's line on the map."""

    name: str
    letter: str
    colour: int
    path: str
    y: int
    dots: list[Dot]
    done: int
    total: int
    href: str = ""
    note: str = ""
    share: str = ""
    own: bool = False


@dataclass(frozen=True)
class Map:
    """A cohort's map. hubs: stops that all lines share, at either end. marks: (x, number, word).

    width: of the lines; to the left of them is room for the names, always a third as wide again,
    which is what a phone cuts off.
    """

    width: int
    height: int
    tracks: list[Track]
    hubs: list[Dot] = field(default_factory=list)
    marks: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def names(self) -> int:
        """Room for the names, left of where x is 0."""
        return self.width // 3

    @property
    def full_width(self) -> int:
        return self.width + self.names

    @property
    def has_shares(self) -> bool:
        return any(track.share for track in self.tracks)

    @property
    def has_words(self) -> bool:
        return any(word for _x, _mark, word in self.marks)


def draw_map(lines: Iterable[Any]) -> Map:
    """Lay out the lines of a cohort: one row a city, joined where all share a call."""
    lines = list(lines)
    rows = [list(read(line, "stops", [])) for line in lines]
    count = max((len(row) for row in rows), default=0)
    middle = TOP + ROW * (len(lines) - 1) // 2 if lines else TOP
    opens, closes = _shared(rows, 0), _shared(rows, -1) and count > 1
    width = max(LEFT + STEP * max(count - 1, 0) + 40, NARROWEST)
    tracks = [
        _track(line, row, TOP + ROW * place, middle, opens, closes, count)
        for place, (line, row) in enumerate(zip(lines, rows, strict=True))
    ]
    hubs = [
        Dot(_x(place), middle, _joint_state(rows, place), "call", read(rows[0][place], "label"))
        for place, shared in ((0, opens), (count - 1, closes))
        if shared
    ]
    longest: list[Any] = max(rows, key=len, default=[])
    marks = [
        (_x(place), str(read(stop, "mark")), read(stop, "word"))
        for place, stop in enumerate(longest)
    ]
    return Map(width, TOP + ROW * max(len(lines) - 1, 0) + 45, tracks, hubs, marks)


def _x(place: int) -> int:
    return LEFT + STEP * place


def _shared(rows: Sequence[list[Any]], place: int) -> bool:
    """Whether every line has a call at one end: then it is one place on the map."""
    return len(rows) > 1 and all(row and read(row[place], "kind") == "call" for row in rows)


def _joint_state(rows: Sequence[list[Any]], place: int) -> str:
    """The state of a shared stop: what all lines agree on, else half."""
    states = {read(row[place], "state", "ahead") for row in rows if len(row) > place}
    return states.pop() if len(states) == 1 else "half"


def _track(
    line: Any, row: list[Any], y: int, middle: int, opens: bool, closes: bool, count: int
) -> Track:
    inner = list(enumerate(row))[1 if opens else 0 : len(row) - 1 if closes else len(row)]
    dots = [
        Dot(
            _x(place),
            y,
            read(stop, "state", "ahead"),
            read(stop, "kind", "session"),
            read(stop, "label"),
        )
        for place, stop in inner
    ]
    return Track(
        name=read(line, "name"),
        letter=read(line, "letter"),
        colour=read(line, "colour", 1),
        path=_path(y, middle, opens, closes, max(len(row), 1), count),
        y=y,
        dots=dots,
        done=sum(read(stop, "state") == "done" for stop in row),
        total=len(row),
        href=read(line, "href"),
        note=read(line, "note"),
        share=read(line, "share"),
        own=read(line, "own", False),
    )


def _path(y: int, middle: int, opens: bool, closes: bool, stops: int, count: int) -> str:
    """SVG path of one line: from the shared start, level along its row, to the shared end."""
    end = _x(stops - 1)
    path = f"M{_x(0)} {y}"
    if opens:
        path = f"M{_x(0)} {middle}C{_x(0) + BEND // 2} {middle} {_x(0) + BEND // 2} {y} {_x(1)} {y}"
    if closes and stops == count:
        turn = _x(count - 2)
        return f"{path}H{turn}C{turn + BEND - 10} {y} {end - BEND // 2} {middle} {end} {middle}"
    return f"{path}H{end}"
