"""Programme staff set an offering up: copy an earlier one, change it in sections, announce it.

What people rely on stops being changeable when they begin to: see `reliance`.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cohorts import readiness, reliance, rounds, scores
from cohorts.models import (
    MailText,
    Offering,
    ReviewRound,
    Rubric,
)
from cohorts.readiness import ANNOUNCING
from cohorts.scheduling import clock
from sprint_portal import audit
from sprint_portal.accounts.models import User
from sprint_portal.refusals import Refusal, must

SECTIONS = {
    "name": ("term", "slug", "reference_prefix", "language"),
    "dates": (
        "zone",
        "opens_at",
        "closes_at",
        "confirm_by",
        "runs_from",
        "runs_until",
        "pre_course_dates",
    ),
    "load": ("capacity", "weeks", "session_minutes", "hours_a_week_from", "hours_a_week_to"),
    "form": ("form_version",),
    "keeping": ("retain_until",),
}
# Set by verbs of their own: people are rows, a rubric is a version.
MORE_SECTIONS = ("rubric", "people")


class StaleSetUp(Refusal):
    """Someone else saved this section since it was opened. Holds the offering as stored now."""

    def __init__(self, stored: Offering):
        super().__init__(_("Someone saved this section after you opened it."))
        self.stored = stored


class Locked(Refusal):
    """People rely on what was to be changed. `field` names it."""

    def __init__(self, sentence: str, field: str):
        super().__init__(sentence)
        self.field = field


class SlugTaken(Refusal):
    """Another offering has this address."""


# --- changing --------------------------------------------------------------------------
@transaction.atomic
def change(
    *, offering: Offering, section: str, values: Mapping[str, Any], rev: int, by: User
) -> Offering:
    """Set the fields of one section. rev: the section's number of saves that the person saw.

    Raises StaleSetUp, Locked (with its field), SlugTaken, NotPermitted.
    """
    stored = _locked(offering, by)
    new = {name: values[name] for name in SECTIONS[section] if name in values}
    changed = [name for name in new if getattr(stored, name) != new[name]]
    if not changed:
        return stored
    _demand_fresh(stored, section, rev)
    use = reliance.use_of(stored)
    for name in changed:
        if name in reliance.LOCKS and (
            why := reliance.LOCKS[name](use, getattr(stored, name), new[name])
        ):
            raise Locked(why, name)
    _note_deadline(stored, new, use, by)
    before = readiness.contradictions(stored)
    for name in changed:
        setattr(stored, name, new[name])
    wrong = [why for why in readiness.contradictions(stored) if why not in before]
    if stored.announced and wrong:
        raise Locked(" ".join(wrong), changed[-1])
    _save(stored, section, changed)
    audit.record(by, "set_up_offering", stored, section=section, changed=changed)
    return stored


def _note_deadline(stored, new, use, by):
    """A deadline that people knew is kept for them to read, and its move is on record."""
    if not use.announced or new.get("closes_at", stored.closes_at) == stored.closes_at:
        return
    stored.first_closes_at = stored.first_closes_at or stored.closes_at
    audit.record(
        by,
        "move_deadline",
        stored,
        was=stored.closes_at.isoformat(),
        to=new["closes_at"].isoformat(),
    )


def _save(stored, section, changed=()):
    stored.section_revs = {**stored.section_revs, section: stored.section_revs.get(section, 0) + 1}
    try:
        with transaction.atomic():
            stored.save(update_fields=[*changed, "first_closes_at", "section_revs"])
    except IntegrityError:
        if "slug" in changed:
            raise SlugTaken(_("Another offering has this address.")) from None
        raise


@transaction.atomic
def set_people(*, offering: Offering, people: list[User], rev: int, by: User) -> None:
    """Who facilitates. Raises StaleSetUp, NotPermitted; Refusal for who is no facilitator."""
    stored = _locked(offering, by)
    had, now = set(stored.facilitators.values_list("pk", flat=True)), {one.pk for one in people}
    if had == now:
        return
    _demand_fresh(stored, "people", rev)
    if any(not (one.is_facilitator and one.is_active) for one in people if one.pk not in had):
        raise Refusal(_("Only people with the role of facilitator can be chosen."))
    stored.facilitators.set(people)
    _save(stored, "people")
    audit.record(
        by,
        "set_facilitators",
        stored,
        given=sorted(now - had),
        taken=sorted(had - now),
    )


# --- the rubric --------------------------------------------------------------------------
def criteria_of(offering: Offering) -> tuple[int, list[dict]]:
    """(version, criteria as stored); version 0 for the shipped rubric that nobody changed."""
    last = Rubric.objects.filter(offering=offering).last()
    return (last.version, last.criteria) if last else (0, rounds.shipped_criteria())


@transaction.atomic
def set_rubric(*, offering: Offering, criteria: list[dict], version: int, by: User) -> None:
    """A new version of the rubric; reviews begun keep the one they had.

    criteria: as `scores.read_criteria` takes them; a criterion without a key is new.
    version: the one that the person had before them. Raises StaleSetUp, Refusal, NotPermitted.
    """
    stored = _locked(offering, by)
    now, had = criteria_of(stored)
    keyed = with_keys(criteria)
    if keyed == had:
        return
    is_first = (now, version) == (1, 0) and had == rounds.shipped_criteria()
    if now != version and not is_first:  # the shipped one becomes version 1 by being used
        raise StaleSetUp(stored)
    try:
        scores.read_criteria(keyed)
    except ValueError:
        raise Refusal(
            _("Each criterion needs a name, a question, a weight above 0 and five descriptions.")
        ) from None
    Rubric.objects.create(offering=stored, version=now + 1, criteria=keyed, by=by)
    _save(stored, "rubric")
    audit.record(by, "set_rubric", stored, version=now + 1, criteria=len(keyed))


def with_keys(criteria: list[dict]) -> list[dict]:
    """Each with a key of its own, made from its name where it has none. Pure."""
    taken = {one["key"] for one in criteria if one["key"]}
    keyed = []
    for one in criteria:
        key = one["key"] or _free_key(one["name"], taken)
        taken.add(key)
        keyed.append({**one, "key": key})
    return keyed


def _free_key(name, taken) -> str:
    stem = slugify(name).replace("-", "_")[:30] or "criterion"
    key, numbers = stem, count(2)
    while key in taken:
        key = f"{stem}_{next(numbers)}"
    return key


# --- a new one ---------------------------------------------------------------------------
@transaction.atomic
def copy(
    *,
    earlier: Offering,
    starts: date,
    term: str,
    slug: str,
    reference_prefix: str,
    by: User,
) -> Offering:
    """A new offering, not announced, like `earlier`; nothing of its applications comes along.

    starts: a day near its first week. All dates move by the same whole number of weeks, so that
    weekdays stay. Raises SlugTaken, NotPermitted.
    """
    _must(by, earlier)
    weeks = weeks_between(earlier.runs_from, starts)
    facts = shifted(earlier, weeks)
    try:
        with transaction.atomic():
            made = Offering.objects.create(
                sprint=earlier.sprint,
                slug=slug,
                term=term,
                reference_prefix=reference_prefix,
                **facts,
            )
    except IntegrityError:
        raise SlugTaken(_("Another offering has this address.")) from None
    made.facilitators.set(earlier.facilitators.filter(is_active=True, is_facilitator=True))
    _copy_reviewing(earlier, made, weeks, by)
    for text in MailText.objects.filter(offering=earlier).exclude(body=""):
        MailText.objects.create(
            offering=made, kind=text.kind, subject=text.subject, body=text.body, by=by
        )
    audit.record(by, "prepare_offering", made, earlier=earlier.pk, weeks=weeks)
    return made


def weeks_between(old: date, new: date) -> int:
    """The whole number of weeks that brings `old` nearest to `new`. Pure."""
    return round((new - old).days / 7)


def shifted(earlier: Offering, weeks: int) -> dict[str, Any]:
    """The columns of a copy: dates moved by `weeks` on the wall clock, the rest as it was."""
    by_weeks = timedelta(weeks=weeks)
    same = (
        "language",
        "is_demo",
        "zone",
        "capacity",
        "weeks",
        "session_minutes",
        "hours_a_week_from",
        "hours_a_week_to",
        "form_version",
    )
    return {name: getattr(earlier, name) for name in same} | {
        "opens_at": later(earlier.opens_at, weeks, earlier.zone),
        # As it was promised: one closed early closed at no hour that anybody chose.
        "closes_at": later(_promised(earlier), weeks, earlier.zone),
        "confirm_by": later(earlier.confirm_by, weeks, earlier.zone),
        "runs_from": earlier.runs_from + by_weeks,
        "runs_until": earlier.runs_until + by_weeks,
        "retain_until": earlier.retain_until and earlier.retain_until + by_weeks,
        "pre_course_dates": [(day + by_weeks).isoformat() for day in earlier.pre_course_days],
    }


def _promised(offering) -> datetime:
    """The deadline, or the one announced first where it was closed before its day."""
    first = offering.first_closes_at
    return first if first and first > offering.closes_at else offering.closes_at


def later(instant: datetime | None, weeks: int, zone: str) -> datetime | None:
    """`instant` moved by whole weeks on the clock of `zone`: noon stays noon. None for none.

    A time that the clocks jump over there moves on by an hour; one shown twice is the first.
    """
    if instant is None:
        return None
    wall = clock.to_wall(instant, zone) + timedelta(weeks=weeks)
    try:
        return clock.to_utc(wall, zone, fold=0)
    except clock.ImaginaryTime:
        return clock.to_utc(wall + timedelta(hours=1), zone, fold=0)


def _copy_reviewing(earlier, made, weeks, by):
    version, criteria = criteria_of(earlier)
    if version:
        Rubric.objects.create(offering=made, version=1, criteria=criteria, by=by)
    settings = ReviewRound.objects.filter(offering=earlier).first()
    if settings:
        ReviewRound.objects.create(
            offering=made,
            blind=settings.blind,
            per_application=settings.per_application,
            due_at=later(settings.due_at, weeks, earlier.zone),
        )


# --- announcing --------------------------------------------------------------------------
def announce(*, offering: Offering, by: User) -> Offering:
    """Show it to everybody. Raises MoveRefused with what is missing, NotPermitted."""
    return ANNOUNCING.perform("announce_offering", offering, by=by)


def take_back(*, offering: Offering, by: User) -> Offering:
    """Hide it again. Raises MoveRefused once a city has begun to apply, NotPermitted."""
    return ANNOUNCING.perform("take_back_offering", offering, by=by)


STEPS = {"announce_offering": announce, "take_back_offering": take_back}


def _locked(offering, by) -> Offering:
    _must(by, offering)
    return Offering.objects.select_for_update(of=("self",)).get(pk=offering.pk)


def _demand_fresh(stored, section, rev):
    if stored.section_revs.get(section, 0) != rev:
        raise StaleSetUp(stored)


def _must(by, offering):
    must(by, "cohorts.prepare_offering", offering)
