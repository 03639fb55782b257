"""Two people's changes to one answer, joined where they do not touch. Pure."""

from collections.abc import Mapping
from typing import Any

CONFLICT = object()  # both changed the same thing differently


def merge(base: Any, mine: Any, theirs: Any) -> Any:
    """`mine` and `theirs`, both made from `base`, as one value; CONFLICT when they disagree.

    Mappings (rows, register entry, assessment) are joined field by field; anything else is one
    thing, which only one of the two may have changed.
    """
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    if not (isinstance(mine, Mapping) and isinstance(theirs, Mapping)):
        return CONFLICT
    base = base if isinstance(base, Mapping) else {}
    joined = {}
    for key in {**theirs, **mine}:
        one = merge(base.get(key), mine.get(key), theirs.get(key))
        if one is CONFLICT:
            return CONFLICT
        if key in mine or key in theirs:
            joined[key] = one
    return {key: value for key, value in joined.items() if value is not None}
