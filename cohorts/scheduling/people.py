"""Who takes part in a meeting."""

from django.db.models import Q

from cohorts.models import TeamMember
from cohorts.scheduling.cells import cohort_of
from sprint_portal.accounts.models import User


def of_meeting(meeting):
    """Everyone whose calendar holds `meeting`: its cities' teams and who facilitates it."""
    if meeting.city_id:
        return _with_teams([meeting.city_id], Q(pk=meeting.facilitator_id))
    return of_offering(meeting.offering)


def of_offering(offering):
    """The teams of the confirmed cities, and the facilitators, each once."""
    cities = [city.pk for city in cohort_of(offering)]
    return _with_teams(cities, Q(facilitated_offerings=offering))


def of_city(city):
    """The team of one city."""
    return _with_teams([city.pk], Q(pk=None))


def _with_teams(cities, others):
    teams = TeamMember.objects.filter(city__in=cities).values("user")
    return User.objects.filter(Q(pk__in=teams) | others, is_active=True).distinct().order_by("pk")
