"""One step for many applications at once, each by itself: what is refused stops nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cohorts import assessment, selection
from cohorts.models import Application
from cohorts.models.application import State
from cohorts.workflow import APPLICATION
from sprint_portal.accounts.models import User
from sprint_portal.refusals import Refusal

# In the order in which they are offered. The rest of the workflow is the city's to do.
STEPS = (*assessment.STEPS, "select", "waitlist", "decline", "undo")


@dataclass(frozen=True)
class Result:
    """What became of one application: `sentence` says it."""

    application: Application
    done: bool
    sentence: str


def steps(user: User) -> list[tuple[str, str]]:
    """(name, label) of every step that `user` can take for many, by their role."""
    theirs = (name for name in STEPS if _is_theirs(name, user))
    return [(name, str(APPLICATION.actions[name].label)) for name in theirs]


def is_any_open(states: Iterable[str], user: User) -> bool:
    """Whether `user` could take one of the steps with a city in one of these states.

    By their role alone: the list holds only what they may judge.
    """
    theirs = [name for name in STEPS if _is_theirs(name, user)]
    sources = frozenset().union(*(APPLICATION.actions[name].sources for name in theirs))
    return not sources.isdisjoint(states)


def _is_theirs(name, user) -> bool:
    return user.is_staff if name in assessment.STEPS else user.is_decider


def take(
    *, name: str, applications: Iterable[Application], by: User, reason: str = ""
) -> list[Result]:
    """Take the step `name` of STEPS on each, in this order, in a transaction of its own each.

    Whether `by` may, whether the state allows it, whether a seat is left: each row answers for
    itself. Raises KeyError for a step that is not in STEPS.
    """
    if name not in STEPS:
        raise KeyError(name)
    return [_one(name, application, by, reason) for application in applications]


def _one(name, application, by, reason) -> Result:
    try:
        row = _step(name, application, by, reason)
    except Refusal as refusal:
        return Result(application, False, str(refusal))
    return Result(row, True, _("Now: %(state)s.") % {"state": State(row.state).label})


def _step(name, application, by, reason) -> Application:
    if name in assessment.STEPS:
        return assessment.assess(name=name, application=application, by=by, reason=reason)
    if name == "waitlist":
        return selection.waitlist(application=application, by=by, reason=reason)
    return selection.decide(name=name, application=application, by=by, reason=reason)
