"""How far a render is, as stops on a line."""

from django.utils.translation import gettext as _

from toolkit.models import Render
from toolkit.models.render import State

STEPS = ("content", "layout", "checks", "storage")


def step_name(step: str) -> str:
    """A step in the reader's language."""
    return {
        "content": _("Text"),
        "layout": _("Layout"),
        "checks": _("Checks"),
        "storage": _("Storing"),
    }[step]


def steps(render: Render | None) -> list[dict]:
    """Stops for the line of steps; [] when nothing was asked for."""
    if render is None:
        return []
    at = STEPS.index(render.step) if render.step in STEPS else -1
    done = len(STEPS) if render.state == State.DONE else at
    return [
        {"label": step_name(step), "state": _state(place, at, done, render.is_under_way)}
        for place, step in enumerate(STEPS)
    ]


def _state(place: int, at: int, done: int, under_way: bool) -> str:
    if place < done:
        return "done"
    return "now" if place == at and under_way else "ahead"
