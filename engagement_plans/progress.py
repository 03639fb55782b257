"""What is done and what is missing. Pure, and honest: hidden prompts count nowhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from engagement_plans import impact, register
from engagement_plans.answers import is_empty
from engagement_plans.guide import Guide, Prompt

OPEN, HALF, FULL = "open", "half", "full"


@dataclass(frozen=True)
class Missing:
    """A required prompt that is not done. why: a sentence that says what it still needs."""

    key: str
    section: str
    question: str
    why: str


@dataclass(frozen=True)
class SectionProgress:
    """done, total: required prompts that apply. state: open, half or full, as its stop shows."""

    key: str
    number: int
    title: str
    short: str
    done: int
    total: int
    state: str

    @property
    def said(self) -> str:
        """The state in words."""
        if self.state == FULL:
            return _("complete")
        if self.state == OPEN:
            return _("not begun")
        return _("%(done)d of %(total)d") % {"done": self.done, "total": self.total}


@dataclass(frozen=True)
class Progress:
    """A whole plan."""

    sections: tuple[SectionProgress, ...]
    missing: tuple[Missing, ...]
    done: int
    total: int

    @property
    def percent(self) -> int:
        """Of what is required, rounded down: 100 means that nothing is missing."""
        return 100 * self.done // self.total if self.total else 100

    @property
    def is_complete(self) -> bool:
        return not self.missing

    def section(self, key: str) -> SectionProgress:
        return next(one for one in self.sections if one.key == key)


def of(guide: Guide, values: Mapping[str, Any]) -> Progress:
    """How far a plan is. values: as `sheet.values` returns."""
    sections, missing = [], []
    for section in guide.sections:
        asked = [prompt for prompt in section.prompts if prompt.applies(values)]
        required = [prompt for prompt in asked if prompt.required]
        lacking = [
            Missing(prompt.key, section.key, prompt.question, why)
            for prompt in required
            if (why := lack(prompt, values.get(prompt.key)))
        ]
        missing += lacking
        begun = any(not _untouched(values.get(prompt.key)) for prompt in asked)
        done, total = len(required) - len(lacking), len(required)
        state = FULL if done == total and begun else HALF if begun else OPEN
        sections.append(
            SectionProgress(
                section.key, section.number, section.title, section.short, done, total, state
            )
        )
    return Progress(
        sections=tuple(sections),
        missing=tuple(missing),
        done=sum(one.done for one in sections),
        total=sum(one.total for one in sections),
    )


def lack(prompt: Prompt, value: Any) -> str:
    """What an answer still needs to count as done, as a sentence; "" when it is done."""
    if prompt.is_table:
        return _lacks_rows(prompt, counted_rows(prompt, value or []))
    if prompt.type == "register_entry":
        open_fields = register.missing(value)
        return _still(len(open_fields), "fields") if open_fields else ""
    if prompt.type == "aia_lite":
        result = impact.score((value or {}).get("answers") or {})
        return _still(result.total - result.answered, "items") if result.is_provisional else ""
    if is_empty(value):
        return _("Not answered yet.")
    return _too_long(prompt, value)


def counted_rows(prompt: Prompt, rows: Iterable[Mapping[str, Any]]) -> int:
    """Rows that count: those whose first column names them."""
    return sum(bool(row.get(prompt.columns[0].key)) for row in rows)


def _untouched(value: Any) -> bool:
    return all(map(is_empty, value)) if isinstance(value, list) else is_empty(value)


def _lacks_rows(prompt: Prompt, count: int) -> str:
    if count >= prompt.min_rows:
        return ""
    return ngettext(
        "%(count)d of at least %(least)d row.",
        "%(count)d of at least %(least)d rows.",
        prompt.min_rows,
    ) % {"count": count, "least": prompt.min_rows}


def _still(count: int, what: str) -> str:
    if what == "fields":
        return ngettext("%d required field is open.", "%d required fields are open.", count) % count
    return ngettext("%d item is open.", "%d items are open.", count) % count


def _too_long(prompt: Prompt, value: Any) -> str:
    if not prompt.max_chars or not isinstance(value, str) or len(value) <= prompt.max_chars:
        return ""
    over = len(value) - prompt.max_chars
    return ngettext(
        "%(over)d character over the %(most)d that fit: shorten it.",
        "%(over)d characters over the %(most)d that fit: shorten it.",
        over,
    ) % {"over": over, "most": prompt.max_chars}
