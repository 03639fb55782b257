"""Made-up rows for tests, by app."""

import json
from datetime import timedelta
from pathlib import Path

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from cohorts.models import Application, City, Offering, Sprint, TeamMember
from engagement_plans.content import publish
from engagement_plans.models import Plan
from engagement_plans.reference import shipped
from sprint_portal.accounts.models import User

# --- sprint_portal -----------------------------------------------------------------


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    time_zone = "America/Bogota"
    password = factory.django.Password("a long enough password")


# --- cohorts -----------------------------------------------------------------------


class SprintFactory(DjangoModelFactory):
    class Meta:
        model = Sprint
        django_get_or_create = ("slug",)

    slug = "community-trust-in-city-ai"
    name = "Building Community Trust in City AI"
    summary = "Ten weeks, six cities, one plan each."
    criterion = "SI1"
    criterion_name = "Community Data Training and Collaboration"
    criterion_aliases = ["CI1"]
    programme = "What Works Cities"
    facilitated_by = "HR&A Advisors"


class OfferingFactory(DjangoModelFactory):
    """Open for applications now, in New York's zone."""

    class Meta:
        model = Offering

    sprint = factory.SubFactory(SprintFactory)
    slug = factory.Sequence(lambda n: f"offering-{n}")
    term = "Autumn"
    announced = True
    zone = "America/New_York"
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=10))
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=10))
    runs_from = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=40))
    runs_until = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=120))
    reference_prefix = "BCT-2026"


class CityFactory(DjangoModelFactory):
    class Meta:
        model = City

    name = factory.Sequence(lambda n: f"Port {n}")
    country = "CO"
    zone = "America/Bogota"
    population = 250_000


class TeamMemberFactory(DjangoModelFactory):
    class Meta:
        model = TeamMember

    city = factory.SubFactory(CityFactory)
    user = factory.SubFactory(UserFactory)
    role = "owner"


class ApplicationFactory(DjangoModelFactory):
    class Meta:
        model = Application

    offering = factory.SubFactory(OfferingFactory)
    city = factory.SubFactory(CityFactory)
    reference = factory.Sequence(lambda n: f"BCT-2026-{n:04d}")


# --- toolkit -----------------------------------------------------------------------


class StaffFactory(UserFactory):
    is_staff = True


def best_practice_content(**changes):
    """A short content that has every kind of part; see `toolkit.editorial`."""
    content = json.loads(
        (Path(__file__).parent / "toolkit" / "content.json").read_text(encoding="utf-8")
    )
    return content | changes


# --- engagement_plans --------------------------------------------------------------


class ConfirmedFactory(ApplicationFactory):
    """A city that took its place."""

    state = "confirmed"
    announced_state = "confirmed"
    submitted_at = factory.LazyFunction(timezone.now)


class PlanFactory(DjangoModelFactory):
    """A plan of a confirmed city, begun with the shipped template."""

    class Meta:
        model = Plan

    application = factory.SubFactory(ConfirmedFactory)
    template = factory.LazyFunction(lambda: publish(shipped("plan_template.json")))
