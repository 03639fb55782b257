"""Kept answers as words, for tables on screen, mail, suggestions and what is published. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from engagement_plans.guide import Column, Prompt


def cell_words(column: Column, value: Any, titles: Mapping[str, str] | None = None) -> str:
    """One cell. titles: of toolkit methods by slug, for columns that name one."""
    if value in (None, "") or (column.type == "boolean" and not value):
        return ""
    match column.type:
        case "choice":
            return column.label_of(value)
        case "boolean":
            return _("yes")
        case "date":
            return day_words(value)
        case "number":
            return f"{value:,}" if isinstance(value, int | float) else str(value)
        case "toolkit_ref":
            return (titles or {}).get(value, value.replace("-", " "))
    return str(value)


def day_words(iso: str) -> str:
    """An ISO day in the active language; the text itself when it is none."""
    try:
        return date_format(date.fromisoformat(iso), "j F Y")
    except ValueError:
        return iso


def row_words(prompt: Prompt, row: Mapping[str, Any], *, but_personal: bool = False) -> str:
    """A row on one line, its filled cells separated by semicolons."""
    cells = (
        cell_words(column, row.get(column.key))
        for column in prompt.columns
        if column.type != "boolean" and not (but_personal and column.personal)
    )
    return "; ".join(cell for cell in cells if cell)


def answer_words(prompt: Prompt, value: Any, *, but_personal: bool = False) -> str:
    """A whole answer as plain text: rows and choices on lines of their own; "" for none."""
    if not value:
        return ""
    if prompt.is_table:
        lines = (row_words(prompt, row, but_personal=but_personal) for row in value)
        return "\n".join(line for line in lines if line)
    if prompt.type == "choice":
        return prompt.label_of(value)
    if prompt.type == "multichoice":
        return "\n".join(prompt.label_of(code) for code in value)
    if isinstance(value, Mapping):
        return "\n".join(str(one) for one in value.values() if one)
    return str(value)


def short_label(label: str) -> str:
    """The name of a choice without its explanation: "Inform" of "Inform – people get …"."""
    return label.split(" – ")[0]
