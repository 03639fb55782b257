"""`python -m tests.bench.crowd 200 8`: cities that are about to hand in, as one JSON on stdout.

So many with an owner who is signed in and a complete draft, in an offering that is open; and
some more in another offering, to warm the servers with. Runs in the environment of the servers.
"""

import json
import sys
from datetime import timedelta

import django

django.setup()

from django.conf import settings
from django.test import Client
from django.utils import timezone

from cohorts.models import Application, City, Offering, Sprint, TeamMember
from sprint_portal.accounts.models import User
from tests.cohorts.intake_factories import answers


def crowd(slug: str, size: int) -> dict:
    """{"slug", "cities": [{"city", "application", "session"}]} of a new offering."""
    now = timezone.now()
    offering = Offering.objects.create(
        sprint=Sprint.objects.get(),
        slug=slug,
        term="Rush",
        announced=True,
        zone="America/New_York",
        opens_at=now - timedelta(days=10),
        closes_at=now + timedelta(days=10),
        runs_from=now.date() + timedelta(days=40),
        runs_until=now.date() + timedelta(days=120),
        reference_prefix=slug.upper(),
    )
    cities = City.objects.bulk_create(
        City(name=f"{slug} {n} (demo)", country="CO", zone="America/Bogota") for n in range(size)
    )
    owners = User.objects.bulk_create(
        User(email=f"{slug}{n}@city.example", name=f"Owner {n} (demo)") for n in range(size)
    )
    TeamMember.objects.bulk_create(
        TeamMember(city=city, user=owner, role="owner")
        for city, owner in zip(cities, owners, strict=True)
    )
    applications = Application.objects.bulk_create(
        Application(
            offering=offering,
            city=city,
            reference=f"{slug.upper()}-{n:04}",
            answers=answers(topic=f"Topic of city {n}"),
            started_by=owner,
        )
        for n, (city, owner) in enumerate(zip(cities, owners, strict=True))
    )
    return {
        "slug": slug,
        "cities": [
            {
                "city": str(row.city.uid),
                "application": str(row.uid),
                "session": _signed_in(row.started_by),
            }
            for row in applications
        ],
    }


def _signed_in(owner) -> str:
    client = Client()
    client.force_login(owner)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


if __name__ == "__main__":
    many, few = (int(size) for size in sys.argv[1:])
    print(json.dumps({"rush": crowd("rush", many), "warm": crowd("warm", few)}))
