"""A small cohort for the scheduling tests: two cities, a facilitator, one of the staff."""

# ruff: noqa: DTZ001  wall times are naive on purpose

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from cohorts.models import City, Meeting, Offering
from cohorts.scheduling import appointments, layout, sessions
from sprint_portal.accounts.models import User
from tests.factories import (
    ApplicationFactory,
    CityFactory,
    OfferingFactory,
    TeamMemberFactory,
    UserFactory,
)

AGENDA = "- Partner agreements"


@dataclass
class World:
    offering: Offering
    dana: User  # facilitates
    sam: User  # programme staff
    alder: City
    ana: User  # of Port Alder
    marrow: City
    mia: User  # of Marrow Bay
    outsider: User  # of a city that did not get a place

    def first(self) -> datetime:
        """Noon in the offering's zone, four weeks ahead."""
        day = timezone.localdate() + timedelta(weeks=4)
        return datetime(day.year, day.month, day.day, 12)

    def slots(self, **wish):
        wish = {"minutes": 120, "call_minutes": 60, "weeks": 10, "first": self.first()} | wish
        return layout.slots(layout.Wish(zone=self.offering.zone, **wish))

    def lay_out(self, by=None, **wish) -> list[Meeting]:
        return sessions.lay_out(
            self.offering,
            slots=self.slots(**wish),
            facilitator=self.dana,
            join_link="https://meet.example.org/trust",
            by=by or self.dana,
        )

    def book(self, city=None, wall=None, **given) -> Meeting:
        wall = wall or self.first() + timedelta(days=1)
        given = {"agenda": AGENDA, "by": self.dana} | given
        return appointments.book(
            self.offering, city=city or self.alder, facilitator=self.dana, wall=wall, **given
        )


def a_world() -> World:
    offering = OfferingFactory()
    dana = UserFactory(is_facilitator=True, time_zone="America/New_York", name="Dana")
    offering.facilitators.add(dana)
    alder, marrow = (
        CityFactory(name=name, region=offering.slug) for name in ("Port Alder", "Marrow Bay")
    )
    for city in (alder, marrow):
        ApplicationFactory(
            offering=offering,
            city=city,
            state="confirmed",
            announced_state="confirmed",
            submitted_at=timezone.now(),
        )
    other = ApplicationFactory(
        offering=offering,
        state="waitlisted",
        announced_state="waitlisted",
        submitted_at=timezone.now(),
    )
    return World(
        offering=offering,
        dana=dana,
        sam=UserFactory(is_staff=True, name="Sam"),
        alder=alder,
        ana=TeamMemberFactory(city=alder).user,
        marrow=marrow,
        mia=TeamMemberFactory(city=marrow).user,
        outsider=TeamMemberFactory(city=other.city).user,
    )
