"""TA appointments: one city, one facilitator, three quarters of an hour, in the city's zone.

An appointment is moved and cancelled like any other meeting: see `sessions.py`.
"""

from datetime import UTC, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from cohorts.models import Meeting
from cohorts.scheduling import cells, clock, mail, sessions
from sprint_portal import audit
from sprint_portal.refusals import Refusal, must

MINUTES = 45


class NotInCohort(Refusal):
    """The city has no confirmed place in this offering."""


@transaction.atomic
def book(
    offering,
    *,
    city,
    facilitator,
    wall,
    agenda,
    by,
    title="",
    join_link="",
    minutes=MINUTES,
    fold=None,
):
    """Book one city and one facilitator, and tell both.

    wall: naive, in the city's zone. agenda: Markdown. title: without one, each side reads who is
    across from them. Raises NotPermitted, NotInCohort,
    sessions.PastTime, sessions.OddLength, sessions.UnsafeLink, cells.Taken and what `clock`
    raises. Booking the very same again returns what is booked: a double click books once.
    """
    must(by, "cohorts.book_appointments", offering)
    clock.demand_quarter(wall)
    sessions.demand_length(minutes)
    sessions.demand_safe(join_link)
    start = clock.to_utc(wall, city.zone, fold=fold)
    sessions.demand_future(start)
    cells.lock([facilitator], [city])
    if city not in cells.cohort_of(offering):
        raise NotInCohort(_("%(city)s has no place in this sprint.") % {"city": city})
    same = Meeting.objects.filter(
        kind="ta", status="confirmed", city=city, facilitator=facilitator, starts_at=start
    )
    if booked := same.filter(minutes=minutes, agenda=agenda).first():
        return booked
    meeting = Meeting.objects.create(
        offering=offering,
        kind=Meeting.Kind.TA,
        status=Meeting.Status.CONFIRMED,
        city=city,
        facilitator=facilitator,
        title=title,
        agenda=agenda,
        join_link=join_link,
        zone=city.zone,
        local_start=wall.replace(tzinfo=UTC),
        minutes=minutes,
        starts_at=start,
        ends_at=start + timedelta(minutes=minutes),
    )
    cells.take([meeting], [city], by=by)
    audit.record(by, "book", meeting, city=city.pk)
    mail.booked(meeting)
    return meeting
