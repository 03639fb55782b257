"""When the portal says no: the sentence that the person reads is the exception's text."""

from typing import Protocol

from django.utils.translation import gettext as _


class Person(Protocol):
    """Who takes a step: a user of the portal."""

    def has_perm(self, perm: str, obj: object, /) -> bool: ...


class Refusal(Exception):
    """Something that may not happen now. `str(refusal)` says why, in the reader's language."""


class MoveRefused(Refusal):
    """The state a thing is in does not allow the step."""


class NotPermitted(Refusal):
    """The person may not take the step, whatever the state."""


def must(by: Person, permission: str, row: object) -> None:
    """Nothing when `by` has `permission` (as in `rules.py`) on `row`; NotPermitted otherwise."""
    if not by.has_perm(permission, row):
        raise NotPermitted(_("You may not do this."))
