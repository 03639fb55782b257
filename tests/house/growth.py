"""Lists that grow: a page of ours, who reads it, and what makes its rows more."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from cohorts.models import Meeting
from sprint_portal.mail.models import Message
from tests.cohorts.review_factories import EligibleFactory, ReviewFactory, RoundFactory
from tests.factories import (
    CityFactory,
    OfferingFactory,
    PlanFactory,
    TeamMemberFactory,
    UserFactory,
)
from toolkit.models import BestPractice, Resource


def _staff():
    return UserFactory(is_staff=True)


class Offerings:
    """What is on offer, as a visitor reads it."""

    def __init__(self):
        self.reader, self.address = None, reverse("cohorts:offerings")

    def grow(self, number):
        OfferingFactory()


class Pipeline:
    """One offering's applications, as staff read them."""

    def __init__(self):
        self.offering = OfferingFactory()
        RoundFactory(offering=self.offering)
        self.reader = _staff()
        self.address = reverse("cohorts:pipeline", args=[self.offering.slug])

    def grow(self, number):
        EligibleFactory(offering=self.offering)


class Applications(Pipeline):
    """All applications, as staff read them."""

    def __init__(self):
        super().__init__()
        self.address = reverse("cohorts:applications")


class Composition(Pipeline):
    def __init__(self):
        super().__init__()
        self.address = reverse("cohorts:composition", args=[self.offering.slug])


class Release(Pipeline):
    def __init__(self):
        super().__init__()
        self.address = reverse("cohorts:release", args=[self.offering.slug])


class Reviews:
    """What one reviewer is asked to read."""

    def __init__(self):
        self.offering = OfferingFactory()
        RoundFactory(offering=self.offering)
        self.reader = UserFactory(is_reviewer=True)
        self.address = reverse("cohorts:reviews")

    def grow(self, number):
        ReviewFactory(application=EligibleFactory(offering=self.offering), reviewer=self.reader)


class Mail:
    """The outbox, as staff read it."""

    def __init__(self):
        self.reader, self.address = _staff(), reverse("mail:outbox")

    def grow(self, number):
        Message.objects.create(
            kind="x", key=f"{number}", to="a@example.org", subject="s", body="b", user=UserFactory()
        )


class Plans:
    """Every plan, as staff read them."""

    def __init__(self):
        self.reader, self.address = _staff(), reverse("engagement_plans:plans")

    def grow(self, number):
        PlanFactory()


class Sessions:
    """A facilitator's meetings."""

    def __init__(self):
        self.offering = OfferingFactory()
        self.reader = UserFactory(is_facilitator=True)
        self.offering.facilitators.add(self.reader)
        self.address = reverse("cohorts:sessions")

    def grow(self, number):
        begins = timezone.now() + timedelta(days=number + 1)
        Meeting.objects.create(
            offering=self.offering,
            kind="ta",
            status="confirmed",
            city=CityFactory(),
            facilitator=self.reader,
            title=f"TA {number}",
            zone="America/Bogota",
            local_start=begins,
            minutes=45,
            starts_at=begins,
            ends_at=begins + timedelta(minutes=45),
        )


class Library:
    """The toolkit, as a visitor reads it."""

    def __init__(self):
        self.reader, self.address = None, reverse("toolkit:library")

    def grow(self, number):
        template = Resource.objects.filter(kind="method").first()
        template.pk, template.slug = None, f"grown-{number}"
        template.save(force_insert=True)


class BestPractices:
    """What cities published, as a visitor reads it."""

    def __init__(self):
        self.reader, self.address = None, reverse("toolkit:best_practices")

    def grow(self, number):
        BestPractice.objects.create(
            slug=f"grown-{number}",
            city_name="Port Alder",
            country="CO",
            title=f"Practice {number}",
            source=f"plan:{number}",
            state="published",
            published_at=timezone.now(),
        )


class Editing(BestPractices):
    def __init__(self):
        self.reader, self.address = _staff(), reverse("toolkit:editing")


class Team:
    """A city's team, as its owner reads it."""

    def __init__(self):
        owner = TeamMemberFactory()
        self.city, self.reader = owner.city, owner.user
        self.address = reverse("cohorts:team", args=[self.city.uid])

    def grow(self, number):
        TeamMemberFactory(city=self.city, role="editor")


class Home(Pipeline):
    """The front page of staff."""

    def __init__(self):
        super().__init__()
        self.address = reverse("home")


LISTS = [
    Offerings,
    Applications,
    Pipeline,
    Composition,
    Release,
    Reviews,
    Mail,
    Plans,
    Sessions,
    Library,
    BestPractices,
    Editing,
    Team,
    Home,
]
