"""What an offering still lacks before it can be announced, and the step of announcing it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as say

from cohorts import eoi
from cohorts.models import Application, Offering
from cohorts.scheduling import clock
from sprint_portal.transitions import Action, Workflow


@dataclass(frozen=True)
class Check:
    """One thing to have: in which section it is set, its name, and what is missing.

    missing: (offering) -> "" when all is well, else a sentence.
    """

    section: str
    title: str
    missing: Callable[[Offering], str]


@dataclass(frozen=True)
class Item:
    """A check and how it stands for one offering. missing: "" when all is well."""

    section: str
    title: str
    missing: str


def _window(offering) -> str:
    if offering.closes_at > timezone.now():
        return ""
    return _("The deadline has passed. Give it a day that lies ahead.")


def _order(offering) -> str:
    if not offering.confirm_by:
        return _("Say until when selected cities confirm.")
    if not offering.closes_at < offering.confirm_by:
        return _("Cities confirm before the deadline. Move one of the two.")
    if clock.to_wall(offering.confirm_by, offering.zone).date() > offering.runs_from:
        return _("The first week begins before the cities confirm. Move one of the two.")
    if any(day >= offering.runs_from for day in offering.pre_course_days):
        return _("A call before the sprint comes after its first day. Move one of the two.")
    return ""


def _people(offering) -> str:
    if any(person.is_active for person in offering.facilitators.all()):
        return ""
    return _("Nobody facilitates it yet.")


def _form(offering) -> str:
    if offering.form_version == eoi.VERSION:
        return ""
    return _("It asks with version %(old)s of the form; by now there is version %(new)s.") % {
        "old": offering.form_version,
        "new": eoi.VERSION,
    }


def _keeping(offering) -> str:
    if not offering.retain_until:
        return _("Say how long applications are kept. Cities read it before they apply.")
    if offering.retain_until <= offering.runs_until:
        return _("Applications would be erased before the sprint ends.")
    return ""


CHECKS = (
    Check("dates", say("A deadline that lies ahead"), _window),
    Check("dates", say("Dates that follow one another"), _order),
    Check("people", say("Somebody who facilitates"), _people),
    Check("form", say("The form as it is now"), _form),
    Check("keeping", say("Until when applications are kept"), _keeping),
)


def checklist(offering: Offering) -> list[Item]:
    """All that announcing asks for, in the order of the set-up."""
    return [Item(check.section, check.title, check.missing(offering)) for check in CHECKS]


def contradictions(offering: Offering) -> list[str]:
    """What its dates say against each other, as sentences; none when they agree."""
    return [why for check in (_order, _keeping) if (why := check(offering))]


# --- announcing --------------------------------------------------------------------------
def ready(offering, user) -> str:
    """Guard: the first thing that is missing."""
    return next((item.missing for item in checklist(offering) if item.missing), "")


def nobody_applied(offering, user) -> str:
    """Guard: once a city has begun, it can rely on the offering."""
    if not Application.objects.filter(offering=offering).exists():
        return ""
    return _("A city has begun to apply, so it stays announced.")


ANNOUNCING = Workflow(
    [
        Action(
            "announce_offering",
            say("Announce it"),
            frozenset({False}),
            True,
            "cohorts.prepare_offering",
            (ready,),
        ),
        Action(
            "take_back_offering",
            say("Take the announcement back"),
            frozenset({True}),
            False,
            "cohorts.prepare_offering",
            (nobody_applied,),
        ),
    ],
    field="announced",
)
