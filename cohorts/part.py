"""Which part a person has for a city, asked once a request: the navigation and the home page."""

from dataclasses import dataclass
from uuid import UUID

from cohorts.models import Application
from cohorts.models.application import State


@dataclass(frozen=True)
class Part:
    """latest: the application that one would look for first, None without any.

    has_seat: whether a city of theirs takes part, or took part, in a sprint.
    """

    latest: UUID | None = None
    has_seat: bool = False


def of(user) -> Part:
    """One query for each `user` object, so one a request."""
    if not user.pk:
        return Part()
    known = user.__dict__ if "_wrapped" not in user.__dict__ else user._wrapped.__dict__
    if "_part" not in known:
        known["_part"] = _asked(user)
    return known["_part"]


def _asked(user) -> Part:
    """The latest that stands comes before those withdrawn."""
    rows = Application.objects.filter(city__team__user=user).order_by("-id")
    found = list(rows.values_list("uid", "state")[:50])
    live = [uid for uid, state in found if state != State.WITHDRAWN]
    latest = next(iter(live or [uid for uid, _state in found]), None)
    return Part(latest, any(state == State.CONFIRMED for _uid, state in found))
