"""A plan as its pages show it: read once, in few queries, then put into cards."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from engagement_plans import impact, progress, register, sheet
from engagement_plans.forms import AnswerForm
from engagement_plans.guide import Prompt, Section
from engagement_plans.models import Answer, Plan, Thread
from engagement_plans.wording import answer_words, cell_words
from toolkit.models import Resource

WIDE = 5  # a table with more columns shows the rest in one


@dataclass
class Board:
    """A plan with its answers. Everything else follows without asking the database again."""

    plan: Plan
    answers: list[Answer]

    @cached_property
    def guide(self):
        return self.plan.guide

    @cached_property
    def values(self) -> dict[str, Any]:
        return sheet.values(self.guide, self.answers)

    @cached_property
    def progress(self) -> progress.Progress:
        return progress.of(self.guide, self.values)

    def answer(self, key: str, row: str = "") -> Answer | None:
        """The stored answer to a prompt, or one row of it."""
        return next((a for a in self.answers if a.key == key and a.row == row), None)


def of(plan: Plan) -> Board:
    """One query."""
    return Board(plan, list(plan.answers.with_authors()))


@dataclass
class Row:
    """A row of a table as shown. cells: words, the first names the row; rest: (label, words)."""

    uid: str
    cells: list[str]
    rest: list[tuple[str, str]]


@dataclass(frozen=True)
class Entry:
    """What the field of a prompt shows, and what a save of it has to know.

    Drawn as it stands, without a form: a section holds many fields and no more than one of them
    was ever sent. wrong: sentences about what was.
    """

    value: Any
    rev: int
    save_id: uuid.UUID = field(default_factory=uuid.uuid4)
    wrong: tuple[str, ...] = ()

    @classmethod
    def refused(cls, form: AnswerForm) -> "Entry":
        """What was sent and could not be kept, as it was typed."""
        value, rev, save_id = (form[name].value() for name in ("value", "base_rev", "save_id"))
        return cls(value, rev, save_id, (*form["value"].errors, *form.non_field_errors()))

    def holds(self, code: str) -> bool:
        """Whether an option is chosen."""
        return code in self.value if isinstance(self.value, list) else code == self.value


@dataclass
class Card:
    """A prompt on its section's page."""

    prompt: Prompt
    answer: Answer | None
    lack: str
    is_public: bool
    entry: Entry | None = None  # for who may edit
    words: str = ""
    columns: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    filled: int = 0
    gaps: list[str] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)
    result: impact.Result | None = None
    last: Answer | None = None

    @property
    def word_count(self) -> int:
        return len(self.words.split())

    @property
    def publicness(self) -> str:
        """Whether the answer may be published, in words."""
        if not self.prompt.publish_default:
            return _("internal: never published")
        return _("public in the best practice") if self.is_public else _("kept internal")

    @property
    def open_threads(self) -> list[Thread]:
        return [thread for thread in self.threads if not thread.resolved_at]

    @property
    def resolved_threads(self) -> list[Thread]:
        return [thread for thread in self.threads if thread.resolved_at]


def cards(
    board: Board, section: Section, threads: Iterable[Thread], *, may_edit: bool
) -> list[Card]:
    """The cards of a section, in order. threads: of this section, with their comments."""
    threads = list(threads)
    titles = method_titles() if _names_methods(section) else {}
    made = []
    for prompt in section.prompts:
        if not prompt.applies(board.values):
            continue
        card = card_of(board, prompt, may_edit=may_edit, titles=titles)
        card.threads = [thread for thread in threads if thread.key == prompt.key]
        made.append(card)
    return made


def card_of(board: Board, prompt: Prompt, *, may_edit: bool, titles=None) -> Card:
    """One card, without its conversations."""
    answer = board.answer(prompt.key)
    value = board.values.get(prompt.key)
    card = Card(
        prompt=prompt,
        answer=answer,
        last=answer,
        lack=progress.lack(prompt, value) if prompt.required or value else "",
        is_public=board.plan.is_public(prompt),
        words=answer_words(prompt, value),
    )
    if prompt.is_table:
        _fill_table(card, board, titles or {})
    elif prompt.type == "register_entry":
        card.filled = sum(bool(text) for text in (value or {}).values())
    elif prompt.type == "aia_lite":
        card.result = impact.score((value or {}).get("answers") or {})
    elif may_edit:
        card.entry = Entry(value, answer.rev if answer else 0)
    return card


def method_titles() -> dict[str, str]:
    """The toolkit's methods by slug, for those who plan an activity."""
    return dict(Resource.objects.filter(kind="method", published=True).values_list("slug", "title"))


def _names_methods(section):
    return any(c.type == "toolkit_ref" for prompt in section.prompts for c in prompt.columns)


def _fill_table(card, board, titles):
    prompt = card.prompt
    shown = sheet.rows(board.answers, prompt.key)
    columns = prompt.columns if len(prompt.columns) <= WIDE else prompt.columns[:2]
    card.columns = [column.label for column in columns]
    card.rows = [_row(prompt, columns, answer, titles) for answer in shown]
    taken = sheet.removed_rows(board.answers, prompt.key)
    card.removed = [_row(prompt, columns, answer, titles) for answer in taken]
    card.filled = progress.counted_rows(prompt, [answer.value for answer in shown])
    card.last = max(shown + taken, key=lambda answer: answer.saved_at, default=None)
    if prompt.key == "people_map":
        card.gaps = unreached(board.values)


def _row(prompt, columns, answer, titles):
    cells = [cell_words(column, answer.value.get(column.key), titles) for column in columns]
    cells[0] = cells[0] or _("(without a name)")
    rest = [
        (column.label, words)
        for column in prompt.columns[len(columns) :]
        if (words := cell_words(column, answer.value.get(column.key), titles))
    ]
    return Row(answer.row, cells, rest)


def unreached(values: dict[str, Any]) -> list[str]:
    """Priority groups of the map that no activity names as its audience, once there are any."""
    activities = values.get("methods_plan") or []
    named = " ".join(str(row.get("audience", "")) for row in activities).casefold()
    if not named.strip():
        return []
    groups = (row for row in values.get("people_map") or [] if row.get("priority"))
    return [
        row["group"] for row in groups if row.get("group") and row["group"].casefold() not in named
    ]


def register_suggestions(board: Board) -> dict[str, list[register.Suggestion]]:
    """What the plan offers for each field of the register entry."""
    return register.suggestions(board.guide, board.values, city=str(board.plan.city))


def related_words(board: Board, keys: Iterable[str]) -> list[tuple[Prompt, str]]:
    """What the plan says already about the prompts `keys`: to read beside an item."""
    asked = (board.guide.prompts[key] for key in keys if key in board.guide.prompts)
    return [
        (prompt, words)
        for prompt in asked
        if (words := answer_words(prompt, board.values.get(prompt.key)))
    ]


def differences(prompt: Prompt, theirs: Any, mine: Any):
    """Where two values of one answer differ: (label, theirs, mine) as words, in order."""
    for label, one, other in _pairs(prompt, theirs, mine):
        if one != other:
            yield label, one, other


def _pairs(prompt, theirs, mine):
    if prompt.is_table:
        for column in prompt.columns:
            cells = (cell_words(column, value.get(column.key)) for value in (theirs, mine))
            yield column.label, *cells
    elif prompt.type == "register_entry":
        for one in register.fields():
            yield one.label, one.words(theirs), one.words(mine)
    elif prompt.type == "aia_lite":
        for item in impact.items():
            yield item.question, *(_item_words(item, value) for value in (theirs, mine))
    else:
        yield "", answer_words(prompt, theirs), answer_words(prompt, mine)


def _item_words(item, value):
    answered = item.label_of(value.get("answers") or {})
    note = (value.get("notes") or {}).get(item.key, "")
    return "\n".join(part for part in (answered, note) if part)
