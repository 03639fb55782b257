"""Decide, release, confirm, backfill: which cities take part, and when they learn of it."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts import assessment, batch, mail, path, texts
from cohorts.closing import WITH_THE_CITY
from cohorts.models import Application, ExtensionRequest, Offering, StageFinding
from cohorts.models.application import DECIDED, State
from cohorts.models.review import conflict
from cohorts.scheduling import sessions
from cohorts.workflow import APPLICATION, SEATED
from sprint_portal import audit
from sprint_portal.refusals import MoveRefused, Refusal, must

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DECISIONS = ("select", "decline", "undo")


class ReleaseRefused(Refusal):
    """The decisions cannot go out as they stand."""


@dataclass(frozen=True)
class Letter:
    """One decision as the city will read it."""

    application: Application
    subject: str
    body: str


@transaction.atomic
def decide(*, name: str, application: Application, by, reason: str = "") -> Application:
    """Take the step `name` of `DECISIONS`. The city sees nothing before the release."""
    return APPLICATION.perform(name, application, by=by, reason=reason, waitlist_rank=None)


@transaction.atomic
def waitlist(*, application: Application, by, reason: str = "") -> Application:
    """Put the city last on the waitlist."""
    Offering.objects.select_for_update().get(pk=application.offering_id)
    listed = Application.objects.filter(offering=application.offering_id)
    last = listed.aggregate(last=Max("waitlist_rank"))["last"] or 0
    return APPLICATION.perform(
        "waitlist", application, by=by, reason=reason, waitlist_rank=last + 1
    )


@transaction.atomic
def move_up(*, application: Application, by) -> None:
    """Change places with the city before it on the waitlist. Raises NotPermitted."""
    must(by, "cohorts.decide_application", application)
    Offering.objects.select_for_update().get(pk=application.offering_id)
    application.refresh_from_db()
    before = (
        Application.objects.filter(
            offering=application.offering_id,
            state=State.WAITLISTED,
            waitlist_rank__lt=application.waitlist_rank or 0,
        )
        .order_by("-waitlist_rank")
        .first()
    )
    if before and application.state == State.WAITLISTED:
        rank, application.waitlist_rank = application.waitlist_rank, before.waitlist_rank
        Application.objects.filter(pk=before.pk).update(waitlist_rank=rank)
        application.save(update_fields=["waitlist_rank"])
        audit.record(by, "rank", application, waitlist_rank=application.waitlist_rank)


@transaction.atomic
def write_note(*, application: Application, note: str, by, seen: str | None = None) -> None:
    """The personal words that go with the decision.

    seen: `note_version` of the note that the person had before them; None where nobody had one.
    Raises MoveRefused when it has gone out, or somebody else wrote another one meanwhile.
    """
    stored = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if stored.announced_state in DECIDED and not stored.has_news:
        raise MoveRefused(_("The decision has gone out; the note cannot follow it."))
    assessment.demand_kept(stored)
    if seen is not None and seen != note_version(stored) and stored.note_to_city != note:
        words = _("Somebody kept another note meanwhile: “%(note)s”. Yours is still in the field.")
        raise MoveRefused(words % {"note": stored.note_to_city})
    stored.note_to_city = note
    stored.save(update_fields=["note_to_city", "updated_at"])
    audit.record(by, "write_note", stored)


def note_version(application: Application) -> str:
    """Names the note as it stands."""
    return sha256(application.note_to_city.encode()).hexdigest()[:16]


# --- release -------------------------------------------------------------------------
def waiting(offering: Offering):
    """Applications whose decision no city knows yet, in the order of the list."""
    return (
        Application.objects.filter(offering=offering, state__in=DECIDED)
        .exclude(state=F("announced_state"))
        .select_related("offering__sprint", "city")
        .order_by("state", F("waitlist_rank").asc(nulls_last=True), "city__name")
    )


def undecided(offering: Offering):
    """Handed in, and still without an outcome."""
    return Application.objects.filter(
        offering=offering, state__in=[State.SUBMITTED, State.ELIGIBLE]
    ).select_related("city")


def letters(offering: Offering, *, confirm_by: datetime | None, reader=None) -> list[Letter]:
    """Every outstanding message as it would go out now.

    reader: leaves out those of cities that this person has a conflict with.
    """
    rows = waiting(offering).prefetch_related("findings", "city__team__user")
    if reader is not None:
        rows = rows.exclude(conflict(reader))
    mine = texts.of(offering)
    return [Letter(row, *mail.outcome_text(row, confirm_by=confirm_by, mine=mine)) for row in rows]


def offered(application: Application, *, confirm_by: datetime) -> Letter:
    """What a city on the waitlist would read, were it selected now and without a note."""
    row = copy(application)
    row.state, row.note_to_city = State.SELECTED, ""
    mine = texts.of(application.offering)
    return Letter(application, *mail.outcome_text(row, confirm_by=confirm_by, mine=mine))


def fingerprint(offering: Offering) -> str:
    """Names what is outstanding: it changes when any decision, note or mail text does."""
    parts = [f"{row.pk}:{row.state}:{row.note_to_city}" for row in waiting(offering)]
    parts += [f"{kind}:{row.rev}:{row.at}" for kind, row in texts.of(offering).items()]
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


def release_blockers(offering: Offering, *, by=None) -> list[str]:
    """Why the decisions may not go out yet, as sentences. by: or not by this person."""
    return why_not(offering, tally(offering, reader=by))


def tally(offering: Offering, *, reader=None) -> dict[str, int]:
    """What holds a release up, counted in one query (three more where a hand-in may be newer).

    {left: without an outcome, changed: a stage since it was checked, late: with time of their
    own, asking: for more time, and of those that `reader` has a conflict with left_closed,
    told_closed: waiting to be told}.
    """
    undecided_yet = Q(state__in=[State.SUBMITTED, State.ELIGIBLE])
    untold = Q(state__in=DECIDED) & ~Q(state=F("announced_state"))
    theirs = Q(announced_state__in=WITH_THE_CITY, erased_at=None) & ~Q(state=State.WITHDRAWN)
    newer = StageFinding.objects.filter(
        application=OuterRef("pk"), revision__lt=OuterRef("revision")
    )
    asked = ExtensionRequest.objects.filter(application=OuterRef("pk"), answered_at=None)
    barred = conflict(reader) if reader is not None else Q(pk__in=[])
    found = Application.objects.filter(offering=offering).aggregate(
        changed=Count("pk", filter=untold & Exists(newer)),
        left=Count("pk", filter=undecided_yet),
        late=Count("pk", filter=theirs & Q(extended_until__gt=timezone.now())),
        asking=Count("pk", filter=theirs & Exists(asked)),
        left_closed=Count("pk", filter=undecided_yet & barred),
        told_closed=Count("pk", filter=untold & barred),
    )
    if found["changed"]:
        found["changed"] = len([row for row in batch.changed(offering) if row.state in DECIDED])
    return found


def why_not(offering: Offering, found: dict[str, int]) -> list[str]:
    """`found`, a `tally`, as sentences; none when nothing holds the release up."""
    why = []
    if left := found["left"]:
        why.append(
            ngettext(
                "%(left)s city has no outcome yet. Nobody is left out: decide first.",
                "%(left)s cities have no outcome yet. Nobody is left out: decide first.",
                left,
            )
            % {"left": left}
        )
    if changed := found["changed"]:
        why.append(
            ngettext(
                "%(changed)s city changed a stage after it was checked: look at it again first.",
                "%(changed)s cities changed a stage after they were checked: look again first.",
                changed,
            )
            % {"changed": changed}
        )
    if offering.closes_at > timezone.now():
        why.append(_("The offering still takes applications."))
    if late := found["late"]:
        why.append(
            ngettext(
                "%(late)s city still has time of its own to hand in.",
                "%(late)s cities still have time of their own to hand in.",
                late,
            )
            % {"late": late}
        )
    if asking := found["asking"]:
        why.append(
            ngettext(
                "%(asking)s city waits for an answer about more time.",
                "%(asking)s cities wait for an answer about more time.",
                asking,
            )
            % {"asking": asking}
        )
    if found["told_closed"]:
        why.append(
            _("You have a conflict with a city that is to be told: somebody without one sends.")
        )
    return why


@transaction.atomic
def release(*, offering: Offering, by, confirm_by: datetime, seen: str) -> int:
    """Tell every city at once; how many messages went out (0 when they had gone already).

    confirm_by: until when selected cities confirm. seen: the `fingerprint` of what was shown.
    Raises ReleaseRefused when something is undecided or changed since it was shown, and when
    `by` has a conflict with a city that is to be told.
    """
    must(by, "cohorts.release_decisions", offering)
    offering = Offering.objects.select_for_update().get(pk=offering.pk)
    rows = list(waiting(offering).prefetch_related("findings", "city__team__user"))
    if not rows:
        return 0
    if why := release_blockers(offering, by=by):
        raise ReleaseRefused(" ".join(why))
    if fingerprint(offering) != seen:
        raise ReleaseRefused(_("A decision changed since you opened this page. Read it again."))
    if confirm_by <= timezone.now():
        raise ReleaseRefused(_("Give the cities a day in the future to confirm by."))
    for row in rows:
        announce(row, by=by, confirm_by=confirm_by)
    return len(rows)


def announce(row: Application, *, by, confirm_by: datetime | None, tell=mail.outcome) -> None:
    """Tell one city what was decided; only ever called with the offering locked.

    What it was told is kept as it was told. confirm_by: for a selected city. tell: the mail.
    """
    was, row.announced_state = row.announced_state, row.state
    row.confirm_by = confirm_by if row.state == State.SELECTED else None
    row.told_at = timezone.now()
    row.told_note, row.told_path = row.note_to_city, path.as_found(row)
    told = ["announced_state", "confirm_by", "told_at", "told_note", "told_path"]
    row.save(update_fields=[*told, "updated_at"])
    event = audit.record(by, "announce", row, was=was, to=row.state)
    tell(row, event=event)


# --- afterwards ----------------------------------------------------------------------
@transaction.atomic
def confirm(*, application: Application, by, reason: str = "") -> Application:
    """The city takes its place, and gets its letter on the cohort's map.

    Asked twice, it changes and sends nothing. Raises MoveRefused, NotPermitted.
    """
    offering = Offering.objects.select_for_update().get(pk=application.offering_id)
    application.refresh_from_db()
    if application.state == State.CONFIRMED:
        must(by, "cohorts.confirm_application", application)
        return application
    APPLICATION.perform(
        "confirm",
        application,
        by=by,
        reason=reason,
        announced_state=State.CONFIRMED,
        letter=free_letter(offering),
    )
    mail.place_confirmed(application)
    sessions.welcome(application)
    return application


def free_letter(offering: Offering) -> str:
    """The first letter that no confirmed city has; "" after Z."""
    confirmed = Application.objects.confirmed().filter(offering=offering)
    used = set(confirmed.values_list("letter", flat=True))
    return next((letter for letter in LETTERS if letter not in used), "")


def seats_free(offering: Offering) -> int:
    """Seats that are neither given nor taken."""
    taken = Application.objects.filter(offering=offering, state__in=SEATED).count()
    return max(offering.capacity - taken, 0)


def next_in_line(offering: Offering) -> Application | None:
    """First on the waitlist, when a seat is free to be offered on."""
    listed = Application.objects.filter(offering=offering, state=State.WAITLISTED)
    first = listed.select_related("city").order_by("waitlist_rank").first()
    return first if first and seats_free(offering) else None


def overdue(offering: Offering):
    """Selected cities whose day to confirm has passed: a person decides, nothing declines them."""
    return Application.objects.filter(
        offering=offering,
        state=State.SELECTED,
        announced_state=State.SELECTED,
        confirm_by__lt=timezone.now(),
    ).select_related("city")
