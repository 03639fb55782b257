"""Who comes to the doors, and what stands behind each: rows of the demo, by address."""

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from cohorts import eoi
from cohorts.models import (
    AccessRequest,
    Application,
    City,
    ExtensionRequest,
    Meeting,
    Offering,
    ReviewRound,
    TeamInvitation,
)
from cohorts.models.invitation import Invitation
from engagement_plans import review
from engagement_plans.models import Answer, Plan, Thread
from sprint_portal.accounts.models import User
from sprint_portal.mail.models import Message
from tests.cohorts.review_factories import ReviewFactory, ScenarioFactory
from tests.factories import UserFactory
from toolkit.models import BestPractice, Resource

THEIRS = ("admin", "account_", "mfa_", "usersessions_", "djdt", "socialaccount_", "reauthenticate")


REVIEWS = {
    "cohorts:review",
    "cohorts:review_aside",
    "cohorts:review_talk",
    "cohorts:review_take_back",
    "cohorts:review_reopen",
}


def our_patterns():
    """{name: pattern} of every address of ours; allauth's and the admin's are tested by them."""
    found = {}

    def walk(patterns, namespace):
        for entry in patterns:
            if isinstance(entry, URLPattern):
                name = f"{namespace}:{entry.name}" if namespace else str(entry.name)
                if not name.startswith(THEIRS):
                    found[name] = entry
            else:
                inner = ":".join(part for part in (namespace, entry.namespace) if part)
                walk(entry.url_patterns, inner)

    walk(get_resolver().url_patterns, "")
    return found


class World:
    """People in the order of `PEOPLE`, and `kwargs(name)` of every address."""

    PEOPLE = (
        "visitor",  # not signed in
        "stranger",  # signed in, of no city
        "other",  # owner of another city of the cohort
        "viewer",
        "editor",
        "owner",
        "far facilitator",  # of no offering of this city
        "facilitator",
        "reviewer",
        "staff",
        "decider",
    )

    def __init__(self):
        self.offering = Offering.objects.get(slug="demo-running")
        self.city = City.objects.get(name="Port Alder")
        self.application = Application.objects.get(offering=self.offering, city=self.city)
        self.plan = Plan.objects.get(application=self.application)
        self.thread = Thread.objects.filter(plan=self.plan).first()
        self.session = Meeting.objects.filter(offering=self.offering, kind="session").first()
        self.best_practice = BestPractice.objects.filter(state="published").first()
        self.edition = self.best_practice.editions.order_by("-number").first()
        self.row = Answer.objects.filter(plan=self.plan).exclude(row="").first()
        review.take_snapshot(self.plan, "handed_in", by=User.objects.get(email="lucia@example.org"))
        ReviewRound.objects.update_or_create(offering=self.offering, defaults={"is_open": True})
        self.review = ReviewFactory(
            application=self.application, reviewer=User.objects.get(email="rui@example.org")
        )
        self.scenario = ScenarioFactory(offering=self.offering)
        self.message = Message.objects.create(
            kind="x", key="doors", to="a@example.org", subject="s", body="b"
        )
        self.people = {
            "visitor": AnonymousUser(),
            "stranger": UserFactory(email="stranger@example.org"),
            "other": User.objects.get(email="marrow-bay@example.org"),
            "viewer": User.objects.get(email="ines@example.org"),
            "editor": User.objects.get(email="tomas@example.org"),
            "owner": User.objects.get(email="lucia@example.org"),
            "far facilitator": UserFactory(email="far@example.org", is_facilitator=True),
            "facilitator": User.objects.get(email="dana@example.org"),
            "reviewer": User.objects.get(email="rui@example.org"),
            "staff": User.objects.get(email="sam@example.org"),
            "decider": UserFactory(email="decider@example.org", is_decider=True),
        }
        self.cookies = {who: self._cookies(user) for who, user in self.people.items()}
        owner = self.people["owner"]
        self.carried = Invitation.objects.create(application=self.application, invited_by=owner)
        self.asked = AccessRequest.objects.create(city=self.city, user=UserFactory())
        self.invitation = TeamInvitation.objects.create(
            city=self.city,
            email="stranger@example.org",
            role="editor",
            invited_by=owner,
            expires_at=timezone.now() + timedelta(days=7),
        )
        self.more_time = ExtensionRequest.objects.create(
            application=self.application, asked_by=owner, reason="Floods."
        )

    @staticmethod
    def _cookies(user) -> str:
        client = Client()
        if user.is_authenticated:
            client.force_login(user)
        return client.cookies.output(header="", sep=";")

    def client(self, who: str) -> Client:
        """A browser of this person, signed in as they were at first."""
        client = Client(raise_request_exception=False)
        client.cookies.load(self.cookies[who])
        return client

    def kwargs(self, name: str, pattern) -> dict:
        """What fills the holes of an address."""
        return {hole: self._fill(name, hole) for hole in pattern.pattern.converters}

    def _fill(self, name, hole):
        if hole == "uid":
            return self._row(name).uid
        if hole == "slug":
            return self._slug(name)
        return {
            "member": self.people["viewer"].uid,
            "asked": self.more_time.uid if "extension" in name else self.asked.uid,
            "invitation": self.invitation.uid,
            "stage": "staffing",
            "name": "decline",
            "kind": "csv",
            "section": "load",
            "mail": "selected",
            "step": "take_back_offering",
            "key": self._key(name),
            "row": self.row.row,
            "number": self.edition.number if name.startswith("toolkit") else 1,
            "token": "nobody-has-this-token",
        }[hole]

    def _key(self, name):
        if name == "engagement_plans:section":
            return "goals"
        if name.startswith("engagement_plans:"):
            return self.row.key if "row" in name else "goals_promise"
        return eoi.STEPS[0].key

    def _slug(self, name):
        if name == "toolkit:resource":
            return Resource.objects.first().slug
        if name.startswith("toolkit:"):
            return self.best_practice.slug
        return self.offering.slug

    def _row(self, name):
        if name in ("engagement_plans:reply", "engagement_plans:resolve"):
            return self.thread
        if name.startswith("engagement_plans:"):
            return self.plan
        if name.startswith("cohorts:composition"):
            return self.scenario
        if name in REVIEWS:
            return self.review
        if name.startswith("toolkit:"):
            return self.best_practice
        if name.startswith("mail:"):
            return self.message
        if name.startswith(("cohorts:team", "cohorts:ask_access")):
            return self.city
        if name.startswith("cohorts:session"):
            return self.session
        if name == "cohorts:carry":
            return self.carried
        if name == "cohorts:invitation":
            return self.invitation
        return self.application
