"""Erasing what cities wrote once the offering's `retain_until` has passed.

Rows are scrubbed in place, never deleted, but for what is nothing without its words: letters
with their files, and the memberships of a city that nothing is left of. What goes: answers and
their revisions, evidence and next steps, notes, the texts of reviews and of the talk about them,
reasons of conflicts and of requests for more time, what deciders wrote about their sets of
cities, the mails about all this. What stays: city, dates, states, scores and findings, the
record with the reasons of its steps (nobody can change it), and of the answers the area and the
claimed stages: ticked boxes of a city, by which the numbers page counts.

A confirmed city's team, sessions and plan stay: they are the city's ongoing work, and a
published best practice rests on them. Its expression of interest is scrubbed like any other.

A person goes (name, address, sign-in) when nothing else is theirs: no role, no team of another
city or of a city that stays, no invitation or question to one that still waits.

The day is the offering's own: erasing begins once it is past in the offering's zone. Every
application is scrubbed in a transaction of its own, under a lock, and marked `erased_at`, so a
run may stop anywhere, come late, or meet another.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from cohorts import eoi, mailed
from cohorts.models import (
    AccessRequest,
    Application,
    City,
    DiscussionNote,
    ExtensionRequest,
    FeedToken,
    Offering,
    Recusal,
    Review,
    Revision,
    Scenario,
    StageFinding,
    SupportLetter,
    TeamInvitation,
    TeamMember,
)
from cohorts.models.application import State
from cohorts.models.stage_check import Stage
from cohorts.scheduling import clock
from sprint_portal import audit
from sprint_portal.accounts import people
from sprint_portal.accounts.models import ROLES, User
from sprint_portal.mail import erasing
from sprint_portal.mail.models import Message

KEPT_ANSWERS = ("area", *(eoi.stage_key(stage) for stage in Stage.values))


@dataclass(frozen=True)
class Standing:
    """How one offering stands. until: the last day of keeping; erased, left: applications."""

    until: date | None
    erased: int
    left: int


# --- when ------------------------------------------------------------------------------
def is_due(offering: Offering, now: datetime) -> bool:
    """Whether the last day of keeping is over where the offering is."""
    if not offering.retain_until:
        return False
    return clock.to_wall(now, offering.zone).date() > offering.retain_until


def due(now: datetime | None = None) -> list[Offering]:
    """Offerings of which something waits to be erased, the longest overdue first."""
    now = now or timezone.now()
    # A zone can be a day ahead of UTC: take one more, then ask each by its own clock.
    near = Offering.objects.filter(
        Exists(Application.objects.filter(offering=OuterRef("pk"), erased_at=None)),
        retain_until__lt=now.date() + timedelta(days=1),
    )
    return [row for row in near.order_by("retain_until", "pk") if is_due(row, now)]


def standing(offering: Offering) -> Standing:
    """For the pages that say what is kept and until when."""
    counts = Application.objects.filter(offering=offering).aggregate(
        erased=Count("pk", filter=Q(erased_at__isnull=False)),
        left=Count("pk", filter=Q(erased_at=None)),
    )
    return Standing(offering.retain_until, counts["erased"], counts["left"])


# --- doing it --------------------------------------------------------------------------
def purge_due(*, seconds: float) -> bool:
    """Erase what is due, for about so long; whether nothing is left to do."""
    until = time.monotonic() + seconds
    return all(purge(offering, stop=lambda: time.monotonic() > until) for offering in due())


def purge(offering: Offering, *, stop=lambda: False) -> bool:
    """Erase what is due in one offering; whether nothing is left of it. stop: asked in between."""
    left = Application.objects.filter(offering=offering, erased_at=None)
    total: Counter[str] = Counter()
    for pk in list(left.order_by("pk").values_list("pk", flat=True)):
        if stop():
            break
        total += _erase_one(pk)
    is_done = not left.exists()
    with transaction.atomic():
        if is_done:
            total["sets"] += _scrub_sets(offering)
        if total:
            audit.record(None, "purge", offering, **total)
    return is_done


@transaction.atomic
def _erase_one(pk: int) -> Counter[str]:
    """Erase one application with all that hangs from it; counts by kind, empty if it was done."""
    row = (
        Application.objects.select_for_update(of=("self",)).select_related("city", "offering")
    ).get(pk=pk)
    if row.erased_at or not is_due(row.offering, timezone.now()):
        return Counter()
    counts: Counter[str] = Counter(applications=1)
    who = _people_of(row)
    counts["mails"] = erasing.erase(mailed.about(row))
    counts["revisions"] = _scrub_answers(row)
    counts["texts"] = _scrub_texts(row)
    counts["letters"] = _delete_letters(row)
    if not _stays(row.city, but=row):
        _scrub_city(row.city)
        counts["people"] = sum(_erase_person(person) for person in who)
    audit.record(None, "erase", row, **+counts)
    return +counts


def _scrub_answers(row) -> int:
    """Keep the ticked boxes that are counted; how many hand-ins that touched."""
    revisions = list(row.revisions.all())
    for revision in revisions:
        revision.answers = _kept(revision.answers)
    Revision.objects.bulk_update(revisions, ["answers"])
    row.answers, row.step_revs, row.erased_at = _kept(row.answers), {}, timezone.now()
    row.note_to_city, row.told_note = "", ""
    row.told_path = [{**one, "next_step": ""} for one in row.told_path]
    row.save(
        update_fields=[
            "answers",
            "step_revs",
            "erased_at",
            "note_to_city",
            "told_note",
            "told_path",
            "updated_at",
        ]
    )
    return len(revisions)


def _kept(answers: dict) -> dict:
    return {key: answers[key] for key in KEPT_ANSWERS if key in answers}


def _scrub_texts(row) -> int:
    """What staff, reviewers and deciders wrote about it; how many rows that touched."""
    return sum(
        (
            StageFinding.objects.filter(application=row).update(evidence="", next_step=""),
            Review.objects.filter(application=row).update(comments={}, note="", saved_in=""),
            DiscussionNote.objects.filter(application=row).update(body=""),
            ExtensionRequest.objects.filter(application=row).update(reason="", answer=""),
        )
    )


def _delete_letters(row) -> int:
    """The letters with their files; how many.

    The files first: should the storage or the rest fail, the rows stay and it is tried again. A
    file without its row would never be found.
    """
    letters = list(SupportLetter.objects.filter(application=row))
    for letter in letters:
        letter.file.storage.delete(letter.file.name)
        letter.delete()
    return len(letters)


def _scrub_sets(offering) -> int:
    worded = Scenario.objects.filter(offering=offering).exclude(note="", rationale="")
    return worded.update(note="", rationale="")


# --- the city and its people -------------------------------------------------------------
def _stays(city: City, *, but: Application) -> bool:
    """Whether the city still has something here: its place, or words that are kept."""
    others = Application.objects.filter(city=city).exclude(pk=but.pk)
    return (
        but.state == State.CONFIRMED
        or others.filter(Q(state=State.CONFIRMED) | Q(erased_at=None)).exists()
    )


def _people_of(row) -> list[User]:
    """Everybody who had a part in it, or acts for its city.

    Who still waits to be let in is not among them: they come for what is next.
    """
    asked = row.extension_requests.values("asked_by")
    return list(
        User.objects.filter(
            Q(city_roles__city=row.city)
            | Q(pk=row.started_by_id)
            | Q(pk__in=row.revisions.values("author"))
            | Q(pk__in=row.letters.values("uploaded_by"))
            | Q(pk__in=asked)
            | Q(access_requests__city=row.city, access_requests__answered_at__isnull=False)
        ).distinct()
    )


def _scrub_city(city: City) -> None:
    """Nobody acts for it any more; whoever comes next begins anew."""
    TeamMember.objects.filter(city=city).delete()
    Recusal.objects.filter(city=city).update(reason="")
    requests = AccessRequest.objects.filter(city=city)
    invitations = TeamInvitation.objects.filter(city=city)
    erasing.erase(Message.objects.filter(mailed.about_team(city)))
    requests.update(note="")
    requests.filter(answered_at=None).delete()
    invitations.filter(taken_at=None, cancelled_at=None).update(cancelled_at=timezone.now())
    for invitation in invitations:
        invitation.email = f"erased+{invitation.uid}@invalid"
        invitation.save(update_fields=["email"])


def _erase_person(person: User) -> int:
    """Erase who has no other part here; how many people that were: 1 or 0."""
    if has_a_part(person):
        return 0
    erasing.erase(Message.objects.filter(Q(user=person) | Q(to__iexact=person.email)))
    FeedToken.objects.filter(user=person).delete()
    people.erase(person, by=None)
    return 1


def has_a_part(person: User) -> bool:
    """Whether anything else here is this person's."""
    asked = AccessRequest.objects.filter(user=person, answered_at=None)
    invited = TeamInvitation.objects.filter(
        email__iexact=person.email, taken_at=None, cancelled_at=None
    )
    return (
        any(getattr(person, role) for role in ROLES)
        or person.city_roles.exists()
        or asked.exists()
        or invited.exists()
    )


# --- looking first -----------------------------------------------------------------------
def foreseen(now: datetime | None = None) -> Iterator[tuple[Offering, dict[str, int]]]:
    """What a run would touch now, by offering; nothing is changed."""
    for offering in due(now):
        rows = Application.objects.filter(offering=offering, erased_at=None)
        yield (
            offering,
            {
                "applications": rows.count(),
                "revisions": Revision.objects.filter(application__in=rows).count(),
                "letters": SupportLetter.objects.filter(application__in=rows).count(),
                "reviews": Review.objects.filter(application__in=rows).count(),
            },
        )
