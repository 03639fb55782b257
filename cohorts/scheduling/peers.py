"""The cities of one cohort beside each other: who they are and how far the sessions have come."""

from string import ascii_uppercase

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from cohorts.models import Application, Meeting, Offering, TeamMember
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


def seats(offering, *, reader) -> list[Application]:
    """The confirmed places of an offering with their cities, by letter, then by name.

    Each knows whether it `is_own`: of a city in whose team `reader` is.
    """
    mine = TeamMember.objects.filter(city=OuterRef("city"), user=reader)
    confirmed = Application.objects.confirmed().filter(offering=offering)
    confirmed = confirmed.select_related("city").annotate(is_own=Exists(mine))
    return list(confirmed.order_by("letter", "city__name", "pk"))


def meetings(offering) -> list[Meeting]:
    """What all cities of an offering share, in order of time."""
    return list(Meeting.objects.for_groups().standing().filter(offering=offering))


def lines(places, shared) -> list[dict]:
    """One line a city for the `transit_map` tag. places: from `seats`; shared: `meetings`."""
    stops = line.stops(shared, timezone.now(), timezone.get_current_timezone())
    next_one = ahead(shared)
    return [
        {
            "name": str(seat.city),
            "letter": seat.letter or ascii_uppercase[number % 26],
            "colour": number % COLOURS + 1,
            "stops": stops,
            "note": _note(next_one, seat.city),
            "own": seat.is_own,
        }
        for number, seat in enumerate(places)
    ]


def ahead(shared) -> Meeting | None:
    """The call or session that all cities meet at next."""
    now = timezone.now()
    return next((meeting for meeting in line.of_line(shared) if meeting.ends_at > now), None)


def reading(offering, shared) -> str:
    """One sentence that says what the map shows."""
    now = timezone.now()
    done = sum(meeting.kind == "session" and meeting.ends_at <= now for meeting in shared)
    return _("%(done)d of %(all)d sessions have taken place.") % {
        "done": done,
        "all": offering.weeks,
    }


def _note(meeting, city):
    """The next meeting by the city's own clock."""
    if not meeting:
        return ""
    when = times.moment_words(meeting.starts_at, city.zone)
    return f"{when}, {times.zone_words(city.zone)}"
