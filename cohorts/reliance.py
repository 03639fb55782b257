"""What already relies on an offering, and what therefore no longer changes.

Every such rule is a function (use, old, new) -> "" or the sentence that says why not. `LOCKS`
holds them by column; the page asks it to say so, the verb to hold it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cohorts.models import Application, Meeting, Offering
from cohorts.models.application import DECIDED, State
from cohorts.workflow import SEATED


@dataclass(frozen=True)
class Use:
    """What already relies on an offering."""

    announced: bool
    applications: int
    seated: int
    told: bool
    laid_out: bool
    erased: bool


def use_of(offering: Offering) -> Use:
    """Counted by the database, in two queries."""
    told = (*DECIDED, State.CONFIRMED)
    counts = Application.objects.filter(offering=offering).aggregate(
        applications=Count("pk"),
        seated=Count("pk", filter=Q(state__in=SEATED)),
        told=Count("pk", filter=Q(announced_state__in=told)),
        erased=Count("pk", filter=Q(erased_at__isnull=False)),
    )
    meetings = Meeting.objects.filter(offering=offering, city=None)
    return Use(
        announced=offering.announced,
        applications=counts["applications"],
        seated=counts["seated"],
        told=bool(counts["told"]),
        laid_out=meetings.exclude(status=Meeting.Status.CANCELLED).exists(),
        erased=bool(counts["erased"]),
    )


def _fixed_address(use, old, new) -> str:
    return _("It is announced: links to it must go on working.") if use.announced else ""


def _fixed_by_applications(use, old, new) -> str:
    return _("Cities have begun to apply, so this stays as it is.") if use.applications else ""


def _capacity(use, old, new) -> str:
    if new >= use.seated:
        return ""
    return _("%(n)s cities are selected or confirmed. Fewer seats would leave one out.") % {
        "n": use.seated
    }


def _weeks(use, old, new) -> str:
    return _("The sessions are laid out. Move them there first.") if use.laid_out else ""


def _opening(use, old, new) -> str:
    if use.applications and new > old:
        return _("Cities have begun to apply, so it cannot open later than it did.")
    return ""


def _deadline(use, old, new) -> str:
    if use.announced and new <= timezone.now():
        return _("The deadline cannot be moved into the past.")
    if use.applications and new < old:
        return _("Cities have begun to apply and rely on the deadline: it can only be later.")
    if use.told:
        return _("Cities have been told the decisions, so the deadline stays as it was.")
    return ""


def _keeping(use, old, new) -> str:
    if use.erased:
        return _("Applications have been erased already.")
    if new is None and use.applications:
        return _("Cities applied knowing the day. Give another one instead.")
    if new is not None and use.applications and new < timezone.now().date() + timedelta(days=1):
        return _("Everything would be erased tonight. Choose a day that lies ahead.")
    return ""


LOCKS: dict[str, Callable[[Use, Any, Any], str]] = {
    "slug": _fixed_address,
    "reference_prefix": _fixed_by_applications,
    "form_version": _fixed_by_applications,
    "capacity": _capacity,
    "weeks": _weeks,
    "opens_at": _opening,
    "closes_at": _deadline,
    "retain_until": _keeping,
}
# Those that say the same whatever the new value: a page can say so before anyone types.
ALWAYS_LOCKED = ("slug", "reference_prefix", "form_version", "weeks")


def why_not(use: Use, name: str, old: Any, new: Any) -> str:
    """Why the column `name` does not become `new`, as a sentence; "" when it may."""
    return LOCKS[name](use, old, new) if name in LOCKS else ""


def locked_fields(use: Use) -> dict[str, str]:
    """{field: why it does not change any more}, for the page."""
    return {name: why for name in ALWAYS_LOCKED if (why := LOCKS[name](use, None, None))}
