"""The sprint's meetings: laid out together, then moved or cancelled one by one.

Move and cancel serve TA appointments as well; `appointments.py` books those.
"""

import hashlib
from datetime import UTC, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.models import Meeting, Offering
from cohorts.scheduling import cells, clock, mail, people
from sprint_portal import audit, times
from sprint_portal.refusals import MoveRefused, Refusal, must
from sprint_portal.transitions import Action, Workflow
from sprint_portal.transitions import move as move_state

SHORTEST, LONGEST = 15, 480  # minutes of one meeting


class AlreadyLaidOut(Refusal):
    """The sprint has its meetings; single ones can be moved."""


class PastTime(Refusal):
    """The time lies behind us."""


class OddLength(Refusal):
    """Too short, too long, or not a whole number of quarters of an hour."""


class UnsafeLink(Refusal):
    """A join link that does not begin with https://."""


def _has_not_begun(meeting, user):
    return _("It has begun already.") if meeting.starts_at <= timezone.now() else ""


WORKFLOW = Workflow(
    [
        Action(
            name="cancel",
            label=gettext_lazy("Cancel it"),
            sources=frozenset({"confirmed"}),
            to="cancelled",
            permission="cohorts.run_meeting",
            guards=(_has_not_begun,),
            needs_reason=True,
        )
    ],
    field="status",
)


@transaction.atomic
def lay_out(offering, *, slots, facilitator, join_link="", by):
    """Store every meeting of a sprint and tell everyone once. Laying the same out again is nothing.

    slots: from `layout.slots`. facilitator: who leads, and is taken then; may be None.
    Returns the meetings. Raises NotPermitted, AlreadyLaidOut, PastTime, UnsafeLink, OddLength,
    cells.Taken.
    """
    must(by, "cohorts.lay_out_sessions", offering)
    Offering.objects.select_for_update(no_key=True).get(pk=offering.pk)
    standing = list(Meeting.objects.for_groups().standing().filter(offering=offering))
    if standing:
        if [(m.kind, m.starts_at) for m in standing] == [(s.kind, s.starts_at) for s in slots]:
            return standing
        raise AlreadyLaidOut(_("The sessions are laid out already. Move single ones instead."))
    for slot in slots:
        demand_future(slot.starts_at)
        demand_length(slot.minutes)
    demand_safe(join_link)
    meetings = [meeting_for(offering, slot, facilitator, join_link) for slot in slots]
    cities = cells.cohort_of(offering)
    cells.lock([facilitator], cities)
    Meeting.objects.bulk_create(meetings)
    cells.take(meetings, cities, by=by)
    audit.record(by, "lay out", offering, meetings=len(meetings))
    mail.laid_out(offering, meetings, people.of_offering(offering))
    return meetings


@transaction.atomic
def welcome(application):
    """Bring a city that was confirmed after the sessions were laid out into them.

    Holds the city's time at every meeting ahead, as far as it is free, and tells its team.
    Safe to run twice.
    """
    ahead = Meeting.objects.for_groups().filter(
        offering=application.offering, status="confirmed", starts_at__gt=timezone.now()
    )
    if meetings := list(ahead):
        cells.take_for_city(meetings, application.city)
        mail.laid_out(application.offering, meetings, people.of_city(application.city))


@transaction.atomic
def farewell(application, *, by):
    """Take a city that withdrew out of what lies ahead.

    Its appointments are called off, and everyone who had them is told; its time is its own again.
    """
    appointments = Meeting.objects.filter(
        kind="ta",
        offering=application.offering,
        city=application.city,
        status="confirmed",
        starts_at__gt=timezone.now(),
    )
    reason = _("%(city)s has withdrawn from the sprint.") % {"city": application.city}
    for meeting in appointments.select_related("offering__sprint", "city", "facilitator"):
        was, to = Meeting.Status.CONFIRMED, Meeting.Status.CANCELLED
        move_state(meeting, to, was=was, field="status", sequence=F("sequence") + 1)
        audit.record(by, "cancel", meeting, was=was, to=to, reason=reason)
        cells.free([meeting])
        mail.cancelled(meeting, reason=reason)
    cells.free_for_city(application.offering, application.city)


@transaction.atomic
def move(meeting, *, wall, minutes, sequence, by, fold=None):
    """Give this one meeting another time, and tell everyone who takes part.

    wall: naive, in the meeting's own zone. sequence: the one on the page that was filled in, so
    that two people do not move it at once; a second click of the same move does nothing.
    Raises NotPermitted, MoveRefused, PastTime, OddLength, cells.Taken and what `clock` raises.
    """
    stored = _locked(meeting)
    must(by, "cohorts.run_meeting", stored)
    clock.demand_quarter(wall)
    demand_length(minutes)
    start = clock.to_utc(wall, stored.zone, fold=fold)
    end = start + timedelta(minutes=minutes)
    if (start, end) == (stored.starts_at, stored.ends_at):
        if stored.sequence != sequence:
            return stored
        raise MoveRefused(_("That is when it takes place already."))
    if stored.sequence != sequence:
        raise MoveRefused(_("Someone changed this since you opened the page. Look again."))
    if not stored.is_standing or stored.starts_at <= timezone.now():
        raise MoveRefused(_("It is cancelled or has begun, so it cannot be moved."))
    demand_future(start)
    was = stored.starts_at, stored.ends_at
    _retime(stored, wall, minutes, start, end, by=by)
    audit.record(by, "move", stored, was=was[0].isoformat(), to=start.isoformat())
    mail.moved(stored, was_start=was[0], was_end=was[1])
    return stored


@transaction.atomic
def cancel(meeting, *, reason, by):
    """Call this one meeting off, give everyone's time back and tell them why.

    Cancelling twice is refused. Raises NotPermitted, MoveRefused.
    """
    WORKFLOW.perform("cancel", meeting, by=by, reason=reason, sequence=F("sequence") + 1)
    cells.free([meeting])
    mail.cancelled(meeting, reason=reason)


@transaction.atomic
def describe(meeting, *, title, agenda, join_link, seen, by):
    """Change what a meeting is about and how it is joined. Only another link is worth a mail.

    seen: `version(meeting)` of the page that was filled in. Raises NotPermitted, MoveRefused,
    UnsafeLink.
    """
    stored = _locked(meeting)
    must(by, "cohorts.run_meeting", stored)
    if version(stored) != seen and (stored.title, stored.agenda) != (title, agenda):
        raise MoveRefused(
            _("Someone changed this while you wrote. Yours is still here; theirs is stored.")
        )
    demand_safe(join_link)
    is_new_link = join_link != stored.join_link
    stored.title, stored.agenda, stored.join_link = title, agenda, join_link
    if is_new_link:
        stored.sequence += 1
        stored.settled_at = timezone.now()
    stored.save()
    audit.record(by, "describe", stored, new_link=is_new_link)
    if is_new_link and stored.is_standing:
        mail.relinked(stored)
    return stored


def version(meeting) -> str:
    """Changes with every change of what a meeting is about."""
    said = "\n".join([meeting.title, meeting.agenda, meeting.join_link])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def demand_future(start):
    """Raise PastTime unless `start` is ahead of us."""
    if start <= timezone.now():
        when = times.moment_words(start)
        raise PastTime(_("%(when)s has passed. Choose a time ahead of us.") % {"when": when})


def demand_length(minutes):
    """Raise OddLength unless a meeting of so many minutes makes sense."""
    if not SHORTEST <= minutes <= LONGEST or minutes % 15:
        raise OddLength(_("A meeting lasts 15 minutes to 8 hours, in quarters of an hour."))


def demand_safe(join_link):
    """Raise UnsafeLink unless the link is empty or begins with https://."""
    if join_link and not join_link.startswith("https://"):
        raise UnsafeLink(_("The join link begins with https://."))


def _locked(meeting):
    rows = Meeting.objects.select_related("offering__sprint", "city", "facilitator")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=meeting.pk)


def meeting_for(offering, slot, facilitator, join_link):
    """One confirmed meeting of the sprint, not stored yet."""
    return Meeting(
        offering=offering,
        kind=slot.kind,
        status=Meeting.Status.CONFIRMED,
        facilitator=facilitator,
        week=slot.week,
        title=slot.theme.title,
        section=" ".join(slot.theme.sections),
        assignment=slot.theme.assignment,
        agenda=slot.theme.agenda,
        join_link=join_link,
        zone=offering.zone,
        local_start=slot.wall.replace(tzinfo=UTC),
        minutes=slot.minutes,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
    )


def _retime(meeting, wall, minutes, start, end, *, by):
    """Write the new time and swap the cells, all in the caller's transaction."""
    cities = cells.cities_of(meeting)
    cells.lock([meeting.facilitator], cities)
    cells.free([meeting])
    meeting.local_start, meeting.minutes = wall.replace(tzinfo=UTC), minutes
    meeting.starts_at, meeting.ends_at = start, end
    meeting.sequence += 1
    meeting.settled_at = timezone.now()
    meeting.save()
    cells.take([meeting], cities, by=by)
