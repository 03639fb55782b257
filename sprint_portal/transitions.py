"""The only way a state changes.

A workflow is a table of actions: from which states, to which, who may, and what must hold.
The same table answers which buttons a person sees, why the others are greyed, and whether a
step may happen; so a button and its permission cannot disagree.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from sprint_portal import audit
from sprint_portal.refusals import MoveRefused, Person, must

# Of the model and the person that a workflow is about, each table its own.
Guard = Callable[[Any, Any], str]


@dataclass(frozen=True)
class Action:
    """One step of the table: from any of its sources to one state. Names are unique.

    sources: states it starts from. permission: as in `rules.py`, asked of (user, row).
    guards: functions (row, user) -> "" when satisfied, else a sentence for the person.
    needs_reason: the step is refused without one; or a function (row, user) that says so.
    alone: its guards ask nothing that rows share, so many rows may take it in the same moment.
    """

    name: str
    label: str
    sources: frozenset[str]
    to: str
    permission: str
    guards: tuple[Guard, ...] = ()
    needs_reason: bool | Callable[[Any, Any], bool] = False
    alone: bool = False

    def asks_why(self, row: models.Model, user: Person) -> bool:
        """Whether `user` has to give a reason for this step on `row`."""
        needed = self.needs_reason
        return bool(needed(row, user) if callable(needed) else needed)


@dataclass(frozen=True)
class Choice:
    """An action open to a person now, with what still stands in its way."""

    action: Action
    blockers: tuple[str, ...]
    needs_reason: bool = False

    @property
    def is_open(self) -> bool:
        return not self.blockers


class Workflow:
    """A table of actions over the state field of one model.

    lock_first: names of foreign keys whose rows are locked before the row itself, always in this
    order, for guards that count what others share (seats): two at once then wait for each other.
    """

    def __init__(
        self, actions: Sequence[Action], *, field: str = "state", lock_first: tuple[str, ...] = ()
    ) -> None:
        self.actions = {action.name: action for action in actions}
        if len(self.actions) != len(actions):
            raise ValueError("Two actions of a workflow have the same name.")
        self.field = field
        self.lock_first = lock_first

    def moves(self) -> dict[str, set[str]]:
        """The bare table {from: {to, …}}, for tests and pictures."""
        table: dict[str, set[str]] = {}
        for action in self.actions.values():
            for source in action.sources:
                table.setdefault(source, set()).add(action.to)
        return table

    def blockers(self, action: Action, row: models.Model, user: Person) -> tuple[str, ...]:
        """Every reason why `user` cannot take `action` now, as sentences."""
        return tuple(why for guard in action.guards if (why := guard(row, user)))

    def choices(self, row: models.Model, user: Person) -> list[Choice]:
        """What `user` may do with `row` in its present state, in table order."""
        state = getattr(row, self.field)
        return [
            Choice(action, self.blockers(action, row, user), action.asks_why(row, user))
            for action in self.actions.values()
            if state in action.sources and user.has_perm(action.permission, row)
        ]

    @transaction.atomic
    def perform(
        self, name: str, row: models.Model, *, by: Person, reason: str = "", **also: Any
    ) -> models.Model:
        """Take the step `name` on `row`, or raise why not.

        also: columns written by the same UPDATE. Locks the row, then asks the same questions as
        `choices` of the stored row, so a stale page cannot act. Writes the audit row.
        Raises NotPermitted or MoveRefused.
        """
        action = self.actions.get(name)
        stored = self._locked(row, alone=bool(action and action.alone))
        if not action or not stored:
            raise MoveRefused(_("This is no longer there. Go back and reload the page."))
        must(by, action.permission, stored)
        was = getattr(stored, self.field)
        if was not in action.sources:
            raise MoveRefused(self._starts_elsewhere(stored))
        if action.asks_why(stored, by) and not reason.strip():
            raise MoveRefused(_("Say why, in a sentence."))
        if why := self.blockers(action, stored, by):
            raise MoveRefused(" ".join(why))
        move(row, action.to, was=was, field=self.field, **also)
        audit.record(by, name, row, was=was, to=action.to, reason=reason)
        return row

    def _starts_elsewhere(self, stored: models.Model) -> str:
        """Says where the row stands: it may have moved, or never have been at the start."""
        label = getattr(stored, f"get_{self.field}_display", None)
        if label is None:  # a yes or no has no name, and what is not the one is the other
            return _("This has moved on since you opened the page.")
        words = _("It is “%(state)s” now, and this step does not start from there.")
        return words % {"state": label()}

    def _locked(self, row: models.Model, *, alone: bool) -> models.Model | None:
        """`row` as stored, locked, after the rows it shares with others; None if it is gone.

        alone: without those rows.

        SQLite has no row locks: there every transaction begins IMMEDIATE, one after another.
        """
        for name in () if alone else self.lock_first:
            shared: Any = row._meta.get_field(name).related_model
            shared._base_manager.select_for_update().get(pk=getattr(row, f"{name}_id"))
        return type(row)._base_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()


def move(row: models.Model, to: str, *, was: str, field: str = "state", **also: Any) -> None:
    """Set `row.field` to `to` if the stored value is still `was`.

    also: columns written by the same UPDATE. Raises MoveRefused if someone moved first.
    """
    unmoved = type(row)._base_manager.filter(pk=row.pk, **{field: was})
    if not unmoved.update(**{field: to}, **also):
        raise MoveRefused(_("Someone moved this first. Reload the page."))
    row.refresh_from_db(fields=[field, *also])
