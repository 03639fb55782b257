"""The line of an application: its stops, as far as the city has been told."""

from django.utils.translation import gettext as _

from cohorts.models import Application
from cohorts.models.application import State

_PLACES = {
    State.DRAFT: 0,
    State.SUBMITTED: 2,
    State.ELIGIBLE: 2,
    State.NOT_YET: 3,
    State.SELECTED: 3,  # until the city confirms, the decision is where it stands
    State.WAITLISTED: 3,
    State.DECLINED: 3,
    State.CONFIRMED: 5,
}


def stops(application: Application) -> list[dict[str, str]]:
    """The line of an application, up to where the city has been told; one that ended ends there."""
    told = State(application.announced_state)
    if told == State.WITHDRAWN:
        return _stops_of_withdrawn(application)
    labels = [
        (_("Begun"), ""),
        (_("Handed in"), ""),
        (_("Under review"), ""),
        (_("Decision"), _decision(application)),
        (_("Place confirmed"), ""),
    ]
    place = _PLACES[told]
    if told in (State.DECLINED, State.NOT_YET):
        return _stops(labels[: place + 1], done=place + 1)
    return _stops(labels, done=place)


def _stops_of_withdrawn(application) -> list[dict[str, str]]:
    labels = [(_("Begun"), "")]
    labels += [(_("Handed in"), "")] if application.submitted_at else []
    labels += [(_("Decision"), "")] if application.told_at else []
    labels += [(_("Withdrawn"), "")]
    return _stops(labels, done=len(labels))


def _stops(labels, *, done: int) -> list[dict[str, str]]:
    """The first `done` lie behind, the one after them is the present one."""
    states = ["done"] * done + ["now"] + ["ahead"] * len(labels)
    return [
        {"label": label, "note": note, "state": state}
        for (label, note), state in zip(labels, states, strict=False)
    ]


def _decision(application):
    told = (State.NOT_YET, State.SELECTED, State.WAITLISTED, State.DECLINED)
    return str(application.public_label) if application.announced_state in told else ""
