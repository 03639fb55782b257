"""What a step said when its page was opened: one short mark for each answer.

The page sends the marks back with what was typed. So a save knows which answers the person
changed, and leaves alone what only a colleague changed since. Pure: marks are {field key: mark}.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cohorts import eoi

SHORT = 12  # characters of a mark; it only has to differ from the mark of another answer
LONGEST = 4_000  # characters of all marks of one step as they are sent

Marks = Mapping[str, str]


@dataclass
class Sorted:
    """The answers that the person changed, and the keys of those that others changed as well."""

    mine: dict[str, Any] = field(default_factory=dict)
    clashing: list[str] = field(default_factory=list)


def mark(answer: Any) -> str:
    """The mark of one answer; an answer left out and an empty one have the same."""
    said = json.dumps(answer or "", ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:SHORT]


def marks(step: eoi.Step, answers: eoi.Answers) -> dict[str, str]:
    """The mark of every answer of a step."""
    return {one.key: mark(answers.get(one.key)) for one in step.fields}


def written(step: eoi.Step, answers: eoi.Answers) -> str:
    """The marks as a page sends them."""
    return json.dumps(marks(step, answers), separators=(",", ":"))


def read(text: str) -> dict[str, str]:
    """The marks that a page sent; {} when they cannot be read."""
    try:
        sent = json.loads(text) if len(text) <= LONGEST else {}
    except (ValueError, RecursionError):
        return {}
    if not isinstance(sent, dict):
        return {}
    return {key: one for key, one in sent.items() if isinstance(one, str)}


def sort_out(stored: eoi.Answers, typed: eoi.Answers, was: Marks, *, is_current: bool) -> Sorted:
    """Field by field: what the person changed, and what others changed as well.

    was: the marks of the page; a field without one is the person's own, and clashes unless
    the page showed what is stored now (is_current).
    """
    found = Sorted()
    for key, given in typed.items():
        now = stored.get(key) or ""
        known = was.get(key)
        if now == (given or "") or known == mark(given):
            continue
        if known == mark(now) or (known is None and is_current):
            found.mine[key] = given
        else:
            found.clashing.append(key)
    return found
