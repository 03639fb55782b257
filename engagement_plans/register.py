"""The AI register entry: 28 fields, what the plan suggests for them, what is missing. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from engagement_plans import impact
from engagement_plans.guide import Guide, Option, Prompt
from engagement_plans.reference import shipped
from engagement_plans.wording import answer_words, cell_words

GROUPS = {
    "overview": gettext_lazy("Overview"),
    "accountability": gettext_lazy("Who answers for it"),
    "use": gettext_lazy("What it is for"),
    "risk": gettext_lazy("Impact and risks"),
    "data": gettext_lazy("Data"),
    "logic": gettext_lazy("How it works"),
    "oversight": gettext_lazy("People in charge"),
    "engagement": gettext_lazy("How residents are involved"),
    "metadata": gettext_lazy("Upkeep"),
}
STATUS = {
    "planned": gettext_lazy("Planned"),
    "design": gettext_lazy("In design"),
    "development": gettext_lazy("In development"),
    "pilot": gettext_lazy("Pilot"),
    "evaluation": gettext_lazy("In evaluation"),
    "operational": gettext_lazy("In use"),
    "retired": gettext_lazy("Retired"),
}
# What a stage of AI use suggests; the city decides between the two.
STATUS_BY_STAGE = {
    "staffing": ("planned",),
    "governance": ("planned",),
    "designing": ("design", "development"),
    "deploying": ("pilot", "operational"),
}
# Of a table, the columns that say what a field asks: what names the row, then what is said of it.
COLUMNS = {
    "focus_decisions": ("decision", "openness"),
    "people_map": ("group", "effect"),
    "partners_team": ("role",),
    "methods_plan": ("activity", "audience"),
    "learning_staff": ("role", "skill"),
    "rights_harms": ("harm", "who", "mitigation"),
    "feedback_loop": ("heard", "response"),
    "feedback_indicators": ("indicator", "target", "frequency"),
}
LONGEST_SUGGESTION = 1_200  # characters shown beside a field


@dataclass(frozen=True)
class Field:
    """One field of the entry. sources: prompts whose answers may be reused."""

    key: str
    label: str
    group: str
    required: bool
    choices: tuple[Option, ...]
    sources: tuple[str, ...]
    eurocities: str | None

    def words(self, entry: Mapping[str, str]) -> str:
        """Its text in an entry, a chosen code as its label."""
        given = entry.get(self.key, "")
        return str(next((o.label for o in self.choices if o.code == given), given))


@dataclass(frozen=True)
class Suggestion:
    """Words of the plan that may serve for a field. prompt: where they stand; "" for none."""

    text: str
    prompt: str = ""
    section: str = ""


@cache
def fields() -> tuple[Field, ...]:
    """Every field, in reading order."""
    return tuple(
        Field(
            key=raw["key"],
            label=raw["label"],
            group=raw["group"],
            required=raw["required"],
            choices=tuple(Option(code, STATUS[code]) for code in raw.get("choices") or ()),
            sources=tuple(raw["prefill_from"]),
            eurocities=raw["eurocities"],
        )
        for raw in shipped("register_fields.json")["fields"]
    )


def missing(entry: Mapping[str, str] | None) -> list[Field]:
    """Required fields without a word."""
    return [one for one in fields() if one.required and not (entry or {}).get(one.key)]


def grouped() -> list[tuple[str, list[Field]]]:
    """The fields under the headings of their groups."""
    return [
        (str(label), [one for one in fields() if one.group == group])
        for group, label in GROUPS.items()
    ]


def suggestions(
    guide: Guide, values: Mapping[str, Any], *, city: str
) -> dict[str, list[Suggestion]]:
    """What the plan's answers offer for each field, personal columns left out.

    values: `sheet.values`. Nothing is filled in: a person reads, takes over and rewrites.
    """
    return {one.key: list(_offers(one, guide, values, city)) for one in fields()}


def _offers(one: Field, guide: Guide, values: Mapping[str, Any], city: str) -> Iterator[Suggestion]:
    if "@eoi.city" in one.sources:
        yield Suggestion(city)
    for key in one.sources:
        prompt = guide.prompts.get(key)
        if prompt is None or not prompt.applies(values):
            continue
        text = _words(one, prompt, values)
        if text:
            yield Suggestion(_shortened(text), prompt.key, prompt.section)


def _words(one: Field, prompt: Prompt, values: Mapping[str, Any]) -> str:
    value = values.get(prompt.key)
    if prompt.type == "aia_lite":
        return _from_assessment(one, value)
    if one.key == "status":
        return _(" or ").join(str(STATUS[code]) for code in STATUS_BY_STAGE.get(value or "", ()))
    if prompt.type == "choice":
        return ""  # the name of a kind is nobody's own words
    if prompt.is_table:
        return "\n".join(filter(None, (_row_words(prompt, row) for row in value or ())))
    return answer_words(prompt, value, but_personal=True)


def _row_words(prompt: Prompt, row: Mapping[str, Any]) -> str:
    """A row as a line of an entry: "Families: may be flagged; a person checks"."""
    of_use = COLUMNS.get(prompt.key) or tuple(column.key for column in prompt.columns)
    columns = [one for one in prompt.columns if one.key in of_use and not one.personal]
    name, *said = [cell_words(column, row.get(column.key)) for column in columns] or [""]
    rest = "; ".join(words for words in said if words)
    return ": ".join(words for words in (name, rest) if words)


def _from_assessment(one: Field, value: Mapping[str, Any] | None) -> str:
    answers = (value or {}).get("answers") or {}
    if one.key == "rollback":
        return next(item for item in impact.items() if item.key == "R11").label_of(answers)
    result = impact.score(answers)
    if not answers or result.is_provisional:
        return ""
    return f"{result.level.roman} · {result.level.label}"


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SUGGESTION else f"{text[:LONGEST_SUGGESTION].rstrip()}…"
