"""The record of what happened, in words."""

from datetime import UTC, datetime

from django import template
from django.utils.translation import gettext as _

from cohorts.models.application import PUBLIC_LABELS, State
from cohorts.models.stage_check import Stage, StageFinding
from cohorts.templatetags import moments

register = template.Library()
LATER = "later"  # what `carrying.invite` notes while no offering is scheduled


@register.filter
def in_words(event) -> str:
    """What an audit event of an application says, as a sentence."""
    words = WORDS.get(event.verb)
    return words(event) if words else event.verb.replace("_", " ")


def _told(event) -> str:
    known = event.to in State.values
    label = PUBLIC_LABELS[State(event.to)] if known else event.to
    return _("The city was told: %(label)s") % {"label": label}


def _found(event) -> str:
    stage = event.facts.get("stage", "")
    return _("%(stage)s: %(finding)s") % {
        "stage": Stage(stage).label if stage in Stage.values else stage,
        "finding": StageFinding.Finding(event.to).label,
    }


def _extended(event) -> str:
    until = datetime.strptime(event.to, "%Y-%m-%d %H:%M UTC").replace(tzinfo=UTC)
    return _("More time to confirm given, until %(when)s") % {"when": moments.in_words(until)}


def _invited(event) -> str:
    if event.to == LATER:
        return _("On the list for the next offering")
    return _("Invited to a later offering")


WORDS = {
    "start": lambda event: _("Begun"),
    "submit": lambda event: _("Handed in"),
    "hand_in_again": lambda event: _("Handed in again"),
    "find": _found,
    "find_eligible": lambda event: _("Found eligible"),
    "find_not_yet": lambda event: _("Found not yet eligible"),
    "assess": lambda event: _("Stages checked"),
    "assign_review": lambda event: _("Someone was asked to review it"),
    "unassign_review": lambda event: _("Taken back from a reviewer"),
    "recuse": lambda event: _("Someone steps aside for this city"),
    "reassess": lambda event: _("Stages opened again"),
    "select": lambda event: _("Selected"),
    "waitlist": lambda event: _("Put on the waitlist"),
    "rank": lambda event: _("Moved up the waitlist"),
    "decline": lambda event: _("Not selected"),
    "undo": lambda event: _("Decision taken back"),
    "write_note": lambda event: _("Note to the city written"),
    "announce": _told,
    "confirm": lambda event: _("Place confirmed"),
    "withdraw": lambda event: _("Withdrawn"),
    "ask_extension": lambda event: _("More time asked for"),
    "extend": lambda event: _("More time given"),
    "refuse_extension": lambda event: _("More time refused"),
    "add_letter": lambda event: _("Letter added"),
    "remove_letter": lambda event: _("Letter removed"),
    "remind": lambda event: _("Reminded to confirm"),
    "extend_confirmation": _extended,
    "invite_on": _invited,
    "accept_invitation": lambda event: _("Begun a later offering: %(to)s") % {"to": event.to},
    "erase": lambda event: _("Erased what the city wrote"),
    "ask_access": lambda event: _("Someone asked to be let into the team"),
    "answer_access": lambda event: (
        _("Not let into the team") if event.to == "refused" else _("Let into the team")
    ),
    "invite": lambda event: _("A colleague was invited"),
    "cancel_invitation": lambda event: _("An invitation was taken back"),
    "join": lambda event: _("Joined the team"),
    "change_role": lambda event: _("A part in the team was changed"),
    "hand_over": lambda event: _("Handed over to another owner"),
    "remove": lambda event: _("Someone left the team, or was taken out"),
}
