"""Who is taken when. Quarters of an hour, each held once by each facilitator and each city.

The unique constraint `nobody_is_double_booked` is the guarantee; the look beforehand is only
there to say what is in the way.
"""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cohorts.models import Application, BusyCell, City, Meeting
from cohorts.scheduling.clock import quarters
from sprint_portal import times
from sprint_portal.accounts.models import User
from sprint_portal.refusals import Refusal


class Taken(Refusal):
    """Someone who should come is busy then."""


def cities_of(meeting) -> list[City]:
    """The city of a TA appointment; every confirmed city for a call or session."""
    if meeting.city_id:
        return [meeting.city]
    return cohort_of(meeting.offering)


def cohort_of(offering) -> list[City]:
    """The confirmed cities of an offering, by name."""
    return list(seats(offering))


def seats(offering):
    """The same as a queryset."""
    confirmed = Application.objects.confirmed().filter(offering=offering)
    return City.objects.filter(pk__in=confirmed.values("city"))


def lock(facilitators, cities) -> None:
    """Let others who book the same people wait until this transaction ends.

    People before cities, each in order of their keys: so two bookings never wait for each other.
    """
    people = User.objects.filter(pk__in=[one.pk for one in facilitators if one])
    places = City.objects.filter(pk__in=[city.pk for city in cities])
    for rows in (people, places):
        list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def take(meetings, cities, *, by) -> None:
    """Hold the time of `meetings` (saved) for their facilitators and for `cities`.

    by: who asks, for how much the refusal may tell them. Raises Taken.
    """
    names = {f"city:{city.pk}": str(city) for city in cities}
    names |= {f"user:{m.facilitator_id}": str(m.facilitator) for m in meetings if m.facilitator}
    cells = [cell for meeting in meetings for cell in _cells(meeting, cities)]
    _refuse_if_taken(cells, names, by=by)
    try:
        with transaction.atomic():
            BusyCell.objects.bulk_create(sorted(cells, key=lambda c: (c.owner, c.instant)))
    except IntegrityError:
        _refuse_if_taken(cells, names, by=by)
        raise Taken(_("Someone booked this time a moment ago. Choose another.")) from None


def take_for_city(meetings, city) -> None:
    """Hold the time of `meetings` for a city that joins late, as far as it is still free."""
    held = [
        BusyCell(owner=f"city:{city.pk}", instant=instant, meeting=meeting)
        for meeting in meetings
        for instant in quarters(meeting.starts_at, meeting.ends_at)
    ]
    BusyCell.objects.bulk_create(held, ignore_conflicts=True)


def free(meetings) -> None:
    """Give the time of `meetings` back."""
    BusyCell.objects.filter(meeting__in=meetings).delete()


def free_for_city(offering, city) -> None:
    """Give the time back that the meetings of an offering hold of one city."""
    BusyCell.objects.filter(owner=f"city:{city.pk}", meeting__offering=offering).delete()


def _cells(meeting, cities):
    owners = [f"city:{city.pk}" for city in cities]
    owners += [f"user:{meeting.facilitator_id}"] if meeting.facilitator_id else []
    return [
        BusyCell(owner=owner, instant=instant, meeting=meeting)
        for owner in owners
        for instant in quarters(meeting.starts_at, meeting.ends_at)
    ]


def _refuse_if_taken(cells, names, *, by):
    """Raise Taken if any cell is held already, or if the cohort of a city meets then."""
    wanted = {(cell.owner, cell.instant) for cell in cells}
    if len(wanted) < len(cells):
        raise Taken(_("Two of these meetings overlap. Give them different times."))
    instants = {cell.instant for cell in cells}
    held = BusyCell.objects.filter(
        owner__in=names, instant__gte=min(instants), instant__lte=max(instants)
    ).select_related("meeting__city")
    clashes = {cell.owner: cell.meeting for cell in held if (cell.owner, cell.instant) in wanted}
    if clashes:
        raise Taken(" ".join(_sentence(names[who], m, by) for who, m in sorted(clashes.items())))


def _sentence(name, meeting, by):
    """What is in the way, as much of it as `by` may know."""
    facts = {"who": name, "when": times.span_words(meeting.starts_at, meeting.ends_at)}
    if not Meeting.objects.visible_to(by).filter(pk=meeting.pk).exists():
        return _("%(who)s is taken: another meeting, %(when)s.") % facts
    return _("%(who)s is taken: “%(title)s”, %(when)s.") % {**facts, "title": meeting}
