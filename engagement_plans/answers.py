"""What people type into a prompt, tidied and checked. Pure.

Kept values, by type of prompt: text and longtext a string; choice a code; multichoice a list of
codes; a row of a table {column: value}; register_entry {field: text}; aia_lite {"answers": {item:
code or list of codes}, "notes": {item: text}}.

Answers longer than the plan has room for are kept all the same and asked to be shortened before
handing in (`progress.py`): a save refuses only what could not be stored or shown.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from engagement_plans import impact, register
from engagement_plans.guide import Column, Prompt
from sprint_portal.cleaning import many_lines, one_line

MOST = 20_000  # characters of one text: about eight printed pages
MOST_CELL = 2_000  # characters of one cell of a table
MOST_FIELD = 5_000  # characters of one field of the register entry
MOST_NOTE = 2_000

_NUMBER = re.compile(r"-?\d{1,12}([.,]\d{1,2})?")
_GROUPED = re.compile(r"(?<=\d)[ \u00a0\u202f'.,](?=\d{3}(\D|$))")
_SLUG = re.compile(r"[-\w]{1,80}")

Errors = dict[str, str]  # {field: sentence}


@dataclass(frozen=True)
class Cleaned:
    """A tidied value, and what is wrong with it: {field: sentence}; "value" for simple prompts."""

    value: Any
    errors: Errors = field(default_factory=dict)


def clean(prompt: Prompt, raw: Any) -> Cleaned:
    """`raw` (as sent by a form, or an already kept value) as it is to be kept."""
    errors: Errors = {}
    if prompt.is_table:
        row = _mapping(raw)
        value: Any = {
            column.key: _caught(errors, column.key, _cell, column, row.get(column.key))
            for column in prompt.columns
        }
    elif prompt.type == "register_entry":
        value = _register_entry(_mapping(raw), errors)
    elif prompt.type == "aia_lite":
        value = _assessment(_mapping(raw), errors)
    else:
        value = _caught(errors, "value", _simple, prompt, raw)
    return Cleaned(value, errors)


def is_empty(value: Any) -> bool:
    """Whether nothing was said: no text, no choice, no filled cell, field or item."""
    if isinstance(value, Mapping):
        return all(is_empty(one) for one in value.values())
    return value is None or value is False or value in ("", [])


def _mapping(raw: Any) -> Mapping[str, Any]:
    return raw if isinstance(raw, Mapping) else {}


def _caught(errors: Errors, name: str, tidy: Callable[..., Any], *about: Any) -> Any:
    """What `tidy` returns; on a ValidationError, "" and the sentence under `name`."""
    try:
        return tidy(*about)
    except ValidationError as wrong:
        errors[name] = " ".join(wrong.messages)
        return ""


def _simple(prompt: Prompt, raw: Any) -> str | list[str]:
    if prompt.type == "multichoice":
        return _several([option.code for option in prompt.choices], raw)
    text = _text(raw)
    if prompt.type == "choice":
        return _one([option.code for option in prompt.choices], text)
    return _bounded(one_line(text) if prompt.type == "text" else many_lines(text), MOST)


def _cell(column: Column, raw: Any) -> bool | float | str:
    if column.type == "boolean":
        return raw in (True, "on", "true", "True", "1")
    text = _text(raw)
    match column.type:
        case "choice":
            return _one([option.code for option in column.choices], text)
        case "date":
            return _date(text)
        case "number":
            return _number(text)
        case "toolkit_ref":
            return _slug(text)
    return _bounded(many_lines(text), MOST_CELL)


def _register_entry(raw: Mapping[str, Any], errors: Errors) -> dict[str, str]:
    return {
        one.key: _caught(errors, one.key, _register_field, one, raw.get(one.key))
        for one in register.fields()
    }


def _register_field(one: register.Field, raw: Any) -> str:
    text = _text(raw)
    if one.choices:
        return _one([option.code for option in one.choices], text)
    return _bounded(many_lines(text), MOST_FIELD)


def _assessment(raw: Mapping[str, Any], errors: Errors) -> dict[str, dict[str, Any]]:
    given, notes = _mapping(raw.get("answers")), _mapping(raw.get("notes"))
    value: dict[str, dict[str, Any]] = {"answers": {}, "notes": {}}
    for item in impact.items():
        codes = [option.code for option in item.options]
        answer = given.get(item.key)
        if item.several and answer is not None:
            value["answers"][item.key] = _caught(errors, item.key, _several, codes, answer)
        elif answer:
            value["answers"][item.key] = _caught(errors, item.key, _one, codes, _text(answer))
        if note := _caught(errors, f"note-{item.key}", _note, notes.get(item.key)):
            value["notes"][item.key] = note
    return value


def _note(raw: Any) -> str:
    return _bounded(many_lines(_text(raw)), MOST_NOTE)


def _text(raw: Any) -> str:
    return str(raw) if isinstance(raw, str | int | float) else ""


def _bounded(text: str, most: int) -> str:
    if len(text) > most:
        raise ValidationError(
            _("This is too long to keep: %(has)s characters, and at most %(most)s fit. Shorten it.")
            % {"has": f"{len(text):,}", "most": f"{most:,}"}
        )
    return text


def _one(codes: Collection[str], text: str) -> str:
    if text and text not in codes:
        raise ValidationError(_("Pick one of the answers offered."))
    return text


def _several(codes: Iterable[str], raw: Any) -> list[str]:
    chosen = [raw] if isinstance(raw, str) else list(raw or [])
    if set(map(_text, chosen)) - {*codes, ""}:
        raise ValidationError(_("Pick from the answers offered."))
    return [code for code in codes if code in chosen]


def _date(text: str) -> str:
    """An ISO day, as date fields send it."""
    text = text.strip()
    if not text:
        return ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year <= 2200:
        raise ValidationError(_("Write the date as year-month-day, such as 2026-10-08."))
    return day.isoformat()


def _number(text: str) -> float | Literal[""]:
    """A number with up to two decimals; "1,200" and "1.200" are both twelve hundred."""
    text = _GROUPED.sub("", text.strip())
    if not text:
        return ""
    if not _NUMBER.fullmatch(text):
        raise ValidationError(_("Write a number in digits, such as 250."))
    number = float(text.replace(",", "."))
    return int(number) if number.is_integer() else number


def _slug(text: str) -> str:
    if text and not _SLUG.fullmatch(text):
        raise ValidationError(_("Pick one of the methods offered."))
    return text
