"""The stored answers of a plan as plain values, as the pure parts want them."""

from collections.abc import Iterable, Mapping
from typing import Any

from engagement_plans.guide import Guide


def values(guide: Guide, answers: Iterable[Any]) -> dict[str, Any]:
    """{prompt key: value}; for tables the list of their rows, in order, without those removed.

    answers: rows of `models.Answer`, in any order. Keys that this guide does not ask are left out.
    """
    simple = {a.key: a.value for a in answers if not a.row and a.key in guide.prompts}
    tables = {key: rows(answers, key) for key, prompt in guide.prompts.items() if prompt.is_table}
    return {**simple, **{key: [row.value for row in found] for key, found in tables.items()}}


def rows(answers: Iterable[Any], key: str) -> list[Any]:
    """The rows of one table, in order, without those removed."""
    found = [a for a in answers if a.key == key and a.row and not a.removed]
    return sorted(found, key=lambda a: (a.position, a.pk))


def removed_rows(answers: Iterable[Any], key: str) -> list[Any]:
    """The rows of one table that were taken away."""
    return [a for a in answers if a.key == key and a.row and a.removed]


def visible(guide: Guide, given: Mapping[str, Any]) -> list:
    """The prompts that apply, in reading order. given: as `values` returns."""
    return [prompt for prompt in guide.prompts.values() if prompt.applies(given)]
