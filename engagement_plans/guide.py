"""The guided plan as data: sections, prompts, columns, and when a prompt applies. Pure.

`read` turns the template's document into frozen dataclasses and refuses a document that the rest
of the app could not work with; `answers.clean` tidies what people type into its prompts.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

from django.utils.functional import Promise

Raw = Mapping[str, Any]  # a part of the document, as parsed JSON


PROMPT_TYPES = (
    "text",
    "longtext",
    "choice",
    "multichoice",
    "table",
    "register_entry",
    "aia_lite",
)
COLUMN_TYPES = ("text", "choice", "date", "boolean", "number", "toolkit_ref")


class BadDocument(ValueError):
    """The template's document is not one: names the place and what is wrong there."""


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from."""

    code: str
    label: str | Promise


@dataclass(frozen=True)
class Column:
    """One column of a table prompt. personal: may hold people's names, never published."""

    key: str
    label: str
    type: str
    choices: tuple[Option, ...] = ()
    personal: bool = False

    def label_of(self, code: str) -> str:
        """The words for a chosen code; the code itself when the choice is no longer offered."""
        return str(next((option.label for option in self.choices if option.code == code), code))


@dataclass(frozen=True)
class Condition:
    """Applies when the answer to `prompt` is one of `any_of`."""

    prompt: str
    any_of: tuple[str, ...]

    def holds(self, values: Mapping[str, Any]) -> bool:
        answer = values.get(self.prompt)
        given = answer if isinstance(answer, list) else [answer]
        return any(one in self.any_of for one in given)


@dataclass(frozen=True)
class Prompt:
    """One question. max_chars: what the plan has room for, asked of longer answers later."""

    key: str
    section: str
    question: str
    why: str
    good_answer: str
    type: str
    required: bool
    publish_default: bool
    max_chars: int = 0
    min_rows: int = 0
    choices: tuple[Option, ...] = ()
    columns: tuple[Column, ...] = ()
    applies_if: Condition | None = None
    register_fields: tuple[str, ...] = ()
    rights_checks: tuple[str, ...] = ()

    @property
    def is_table(self) -> bool:
        return self.type == "table"

    @property
    def has_own_page(self) -> bool:
        """Too long for a card: the register entry and the impact assessment."""
        return self.type in ("register_entry", "aia_lite")

    @property
    def label_of(self) -> Callable[[str], str]:
        """The words for a chosen code."""
        labels = {option.code: option.label for option in self.choices}
        return lambda code: str(labels.get(code, code))

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Whether it is asked, given the answers so far (`sheet.values`)."""
        return self.applies_if is None or self.applies_if.holds(values)


@dataclass(frozen=True)
class Section:
    """One stop of the plan. number: from 1, as shown. week: of the sprint, a suggestion."""

    key: str
    number: int
    title: str
    short: str
    intro: str
    week: int
    prompts: tuple[Prompt, ...]


@dataclass(frozen=True)
class Guide:
    """The whole template."""

    title: str
    sections: tuple[Section, ...]

    @cached_property
    def prompts(self) -> dict[str, Prompt]:
        """Every prompt by its key, in reading order."""
        return {prompt.key: prompt for section in self.sections for prompt in section.prompts}

    def section(self, key: str) -> Section:
        """Raises KeyError for a key that is not in this template."""
        return next((s for s in self.sections if s.key == key), None) or _missing(key)

    def number_of(self, prompt: Prompt) -> int:
        """The number of the section it stands in."""
        return self.section(prompt.section).number


def _missing(key: str) -> NoReturn:
    raise KeyError(key)


def read(document: Mapping[str, Any]) -> Guide:
    """The guide of a document, checked. Raises BadDocument."""
    sections = tuple(
        _section(raw, number) for number, raw in enumerate(document.get("sections") or [], 1)
    )
    if not sections:
        raise BadDocument("sections: at least one is needed.")
    guide = Guide(title=_words(document, "title", "document"), sections=sections)
    _check_keys(guide)
    _check_conditions(guide)
    return guide


def _section(raw: Raw, number: int) -> Section:
    where = f"sections[{number}]"
    key = _words(raw, "key", where)
    return Section(
        key=key,
        number=number,
        title=_words(raw, "title", where),
        short=_words(raw, "short", where),
        intro=raw.get("intro", ""),
        week=int(raw.get("suggested_week") or 0),
        prompts=tuple(_prompt(one, key) for one in raw.get("prompts") or []),
    )


def _prompt(raw: Raw, section: str) -> Prompt:
    where = f"prompt {raw.get('key')}"
    kind = _one_of(raw.get("type"), PROMPT_TYPES, where)
    prompt = Prompt(
        key=_words(raw, "key", where),
        section=section,
        question=_words(raw, "question", where),
        why=raw.get("why", ""),
        good_answer=raw.get("good_answer", ""),
        type=kind,
        required=raw.get("required") is True,
        publish_default=raw.get("publish_default") is True,
        max_chars=int(raw.get("max_chars") or 0),
        min_rows=int(raw.get("min_rows") or (1 if kind == "table" else 0)),
        choices=_options(raw, where),
        columns=tuple(_column(one, where) for one in raw.get("columns") or []),
        applies_if=_condition(raw.get("applies_if"), where),
        register_fields=tuple(raw.get("register_fields") or ()),
        rights_checks=tuple(raw.get("rights_checks") or ()),
    )
    if kind in ("choice", "multichoice") and not prompt.choices:
        raise BadDocument(f"{where}: needs choices.")
    if prompt.is_table and not prompt.columns:
        raise BadDocument(f"{where}: needs columns.")
    return prompt


def _column(raw: Raw, where: str) -> Column:
    where = f"{where}, column {raw.get('key')}"
    kind = _one_of(raw.get("type"), COLUMN_TYPES, where)
    column = Column(
        key=_words(raw, "key", where),
        label=_words(raw, "label", where),
        type=kind,
        choices=_options(raw, where),
        personal=raw.get("personal") is True,
    )
    if kind == "choice" and not column.choices:
        raise BadDocument(f"{where}: needs choices.")
    return column


def _options(raw: Raw, where: str) -> tuple[Option, ...]:
    options = tuple(
        Option(_words(one, "code", where), _words(one, "label", where))
        for one in raw.get("choices") or []
    )
    if len({option.code for option in options}) != len(options):
        raise BadDocument(f"{where}: a code is offered twice.")
    return options


def _condition(raw: Raw | None, where: str) -> Condition | None:
    if raw is None:
        return None
    if not raw.get("any_of"):
        raise BadDocument(f"{where}: applies_if needs any_of.")
    return Condition(_words(raw, "prompt", where), tuple(raw["any_of"]))


def _check_keys(guide: Guide) -> None:
    for kind, keys in (
        ("section", [section.key for section in guide.sections]),
        ("prompt", [prompt.key for section in guide.sections for prompt in section.prompts]),
        *(
            (f"column of {prompt.key}", [column.key for column in prompt.columns])
            for prompt in guide.prompts.values()
        ),
    ):
        if len(set(keys)) != len(keys):
            raise BadDocument(f"A {kind} key comes twice.")


def _check_conditions(guide: Guide) -> None:
    """A condition may only look back, so that answering in order never takes a question away."""
    seen: dict[str, Prompt] = {}
    for prompt in guide.prompts.values():
        if prompt.applies_if:
            asked = seen.get(prompt.applies_if.prompt)
            codes = {option.code for option in asked.choices} if asked else set()
            if not set(prompt.applies_if.any_of) <= codes:
                raise BadDocument(f"prompt {prompt.key}: applies_if names no earlier choice.")
        seen[prompt.key] = prompt


def _words(raw: Raw, name: str, where: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadDocument(f"{where}: needs a {name}.")
    return value


def _one_of(value: Any, known: Collection[str], where: str) -> str:
    if value not in known:
        raise BadDocument(f"{where}: type {value!r} is not known.")
    return str(value)
