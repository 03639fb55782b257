"""What changed between two hand-ins, word by word. Pure."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from cohorts import eoi

# Comparing takes time with the product of both lengths; longer texts are shown whole instead.
MOST_WORDS = 3_000
SAME, GONE, NEW = "same", "gone", "new"
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A run of words that stayed, went, or came."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One answer that reads differently now."""

    step: eoi.Step
    field: eoi.Field
    pieces: tuple[Piece, ...]


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """`before` turned into `after`: leaving out NEW gives the one, leaving out GONE the other."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return _pieces((GONE, before), (NEW, after))
    pieces: list[tuple[str, str]] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append((SAME, "".join(old[i:j])))
        else:
            pieces += [(GONE, "".join(old[i:j])), (NEW, "".join(new[k:m]))]
    return _pieces(*pieces)


def changes(before: eoi.Answers, after: eoi.Answers) -> list[Change]:
    """The answers that differ between two hand-ins, in the order of the form."""
    found = []
    for step in eoi.STEPS:
        for field in step.fields:
            old = eoi.shown(field, before.get(field.key))
            new = eoi.shown(field, after.get(field.key))
            if old != new:
                found.append(Change(step, field, word_diff(old, new)))
    return found


def _pieces(*pairs: tuple[str, str]) -> tuple[Piece, ...]:
    return tuple(Piece(kind, text) for kind, text in pairs if text)
