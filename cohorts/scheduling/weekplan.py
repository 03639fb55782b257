"""What each meeting of a sprint is about before anyone has changed it: data/week_plan.json."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

FILE = Path(__file__).parent.parent / "data" / "week_plan.json"


@dataclass(frozen=True)
class Theme:
    """One meeting's subject. short: one word for the line. sections: keys of plan sections."""

    title: str
    short: str
    agenda: str = ""
    assignment: str = ""
    sections: tuple[str, ...] = ()


def theme(kind: str, week: int | None = None, *, weeks: int | None = None) -> Theme:
    """The subject of a call of `kind`, or of the session of `week` (from 1).

    weeks: how many sessions the sprint has. The last of them is the showcase, whatever their
    number; weeks that the file does not know are called by their number.
    """
    plan = _plan()
    if kind != "session":
        return _theme(plan[kind])
    known = plan["weeks"]
    if week == weeks:
        return _theme(known[-1])
    if week is not None and 1 <= week < len(known):
        return _theme(known[week - 1])
    return Theme(title=_("Week %(n)s") % {"n": week}, short="")


def _theme(entry: dict[str, Any]) -> Theme:
    return Theme(
        title=entry["title"],
        short=entry["short"],
        agenda=entry.get("agenda", ""),
        assignment=entry.get("assignment", ""),
        sections=tuple(entry.get("sections", ())),
    )


@cache
def _plan() -> dict[str, Any]:
    plan: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return plan
