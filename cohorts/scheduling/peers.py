"""The cities of one cohort beside each other: who they are and how far the sessions have come."""

from string import ascii_uppercase

from django.utils import timezone
from django.utils.translation import gettext as _

from cohorts.models import Application, Meeting, Offering
from cohorts.scheduling import line
from sprint_portal import times

COLOURS = 6


def cohorts_of(user):
    """Offerings whose cohort this person may see, the latest first.

    City teams see their own, facilitators those they run, staff every one that has cities.
    """
    seats = Application.objects.confirmed()
    run = Offering.facilitators.through.objects.none()
    if user.is_facilitator:
        run = Offering.facilitators.through.objects.filter(user=user)
    if not user.is_staff:
        seats = seats.filter(city__team__user=user)
    seen = Offering.objects.filter(pk__in=seats.values("offering"))
    seen |= Offering.objects.filter(pk__in=run.values("offering"))
    return seen.select_related("sprint").order_by("-runs_from", "pk")


def present(offerings):
    """Of these, the latest first, the one that has begun last; the next one before any has."""
    today = timezone.localdate()
    begun = [one for one in offerings if one.runs_from <= today]
    return next(iter(begun), offerings[-1] if offerings else None)


def seats(offering) -> list[Application]:
    """The confirmed places of an offering with their cities, by letter, then by name."""
    confirmed = Application.objects.confirmed().filter(offering=offering)
    return list(confirmed.select_related("city").order_by("letter", "city__name", "pk"))


def lines(offering, places) -> list[dict]:
    """One line a city for the `transit_map` tag. places: from `seats`."""
    now = timezone.now()
    meetings = list(Meeting.objects.for_groups().standing().filter(offering=offering))
    stops = line.stops(meetings, now, timezone.get_current_timezone())
    ahead = next((m for m in line.of_line(meetings) if m.ends_at > now), None)
    return [
        {
            "name": str(seat.city),
            "letter": seat.letter or ascii_uppercase[number % 26],
            "colour": number % COLOURS + 1,
            "stops": stops,
            "note": _note(ahead, seat.city),
        }
        for number, seat in enumerate(places)
    ]


def reading(offering) -> str:
    """One sentence that says what the map shows."""
    now = timezone.now()
    meetings = Meeting.objects.for_groups().standing().filter(offering=offering, kind="session")
    done = sum(meeting.ends_at <= now for meeting in meetings)
    return _("%(done)d of %(all)d sessions have taken place.") % {
        "done": done,
        "all": offering.weeks,
    }


def _note(meeting, city):
    """The next meeting by the city's own clock."""
    if not meeting:
        return ""
    facts = {
        "when": times.moment_words(meeting.starts_at, city.zone),
        "zone": times.zone_words(city.zone),
    }
    return _("next: %(when)s, %(zone)s") % facts
