"""Rows for the tests of review and composition."""

import factory
from factory.django import DjangoModelFactory

from cohorts import rounds
from cohorts.models import Recusal, Review, ReviewRound, Revision, Scenario, StageFinding
from tests.factories import ApplicationFactory, OfferingFactory, UserFactory

ANSWERS = {
    "department": "Data Office of Port Alder",
    "lead_name": "Lucía Marín",
    "lead_role": "Chief data officer",
    "lead_email": "lucia.marin@portalder.example",
    "alternate_name": "Tomás Vega",
    "alternate_email": "tomas.vega@portalder.example",
    "sponsor": "Inés Roldán, deputy mayor",
    "sponsor_agreed": "yes",
    "stage_staffing": "no",
    "stage_governance": "yes",
    "evidence_governance": "Lucía Marín drafts our policy in Puerto Álamo.",
    "stage_designing": "yes",
    "stage_deploying": "no",
    "topic": "A permit chatbot for the street vendors of Puerto Álamo",
    "area": "services",
    "audiences": "Street vendors in Costa Brava",
    "languages": ["es", "en"],
    "publish": "What went wrong, too",
}


class EligibleFactory(ApplicationFactory):
    """Handed in and found eligible, with answers and one stage met."""

    class Meta:
        skip_postgeneration_save = True

    state = "eligible"
    revision = 1
    submitted_at = factory.LazyAttribute(lambda made: made.offering.opens_at)
    answers = factory.LazyFunction(lambda: dict(ANSWERS))

    @factory.post_generation
    def handed_in(self, create, extracted, **options):
        Revision.objects.create(application=self, number=1, answers=self.answers)
        StageFinding.objects.create(application=self, stage="governance", finding="met")


class RoundFactory(DjangoModelFactory):
    class Meta:
        model = ReviewRound

    offering = factory.SubFactory(OfferingFactory)
    is_open = True


class ReviewFactory(DjangoModelFactory):
    """Asked for, not begun, in an open round."""

    class Meta:
        model = Review
        skip_postgeneration_save = True

    application = factory.SubFactory(EligibleFactory)
    reviewer = factory.SubFactory(UserFactory, is_reviewer=True)
    rubric = factory.LazyAttribute(lambda made: rounds.rubric_of(made.application.offering))

    @factory.post_generation
    def in_open_round(self, create, extracted, **options):
        ReviewRound.objects.get_or_create(
            offering=self.application.offering, defaults={"is_open": True}
        )


class HandedInFactory(ReviewFactory):
    """A review that counts: every score the same."""

    class Params:
        score = 4

    state = "submitted"
    advice = "take"
    note = "A clear effort."
    scores = factory.LazyAttribute(
        lambda made: {one["key"]: made.score for one in made.rubric.criteria}
    )
    total = factory.LazyAttribute(lambda made: float(made.score))
    submitted_at = factory.LazyAttribute(lambda made: made.application.submitted_at)


class RecusalFactory(DjangoModelFactory):
    class Meta:
        model = Recusal

    reviewer = factory.SubFactory(UserFactory, is_reviewer=True)
    reason = "I worked there."
    by = factory.SelfAttribute("reviewer")


class ScenarioFactory(DjangoModelFactory):
    class Meta:
        model = Scenario

    offering = factory.SubFactory(OfferingFactory)
    name = factory.Sequence(lambda n: f"Set {n}")
    by = factory.SubFactory(UserFactory, is_decider=True)
