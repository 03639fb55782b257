"""Two people act at the same moment: one of them hears of the other."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from cohorts import bulk, composing, reviewing, rounds
from cohorts.models import Application, Review, Scenario
from sprint_portal.audit import AuditEvent
from sprint_portal.refusals import Refusal
from tests.cohorts.review_factories import (
    EligibleFactory,
    HandedInFactory,
    ReviewFactory,
    RoundFactory,
    ScenarioFactory,
)
from tests.factories import OfferingFactory, UserFactory

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def at_once(*acts):
    """Run each act in a thread and connection of its own; what came out of each."""

    def run(act):
        try:
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def refused(outcomes):
    return [one for one in outcomes if isinstance(one, Refusal)]


def test_two_deciders_choose_at_once_and_one_hears_of_the_other():
    offering = OfferingFactory()
    sets = ScenarioFactory.create_batch(2, offering=offering)
    people = UserFactory.create_batch(2, is_decider=True)

    outcomes = at_once(
        *(
            lambda scenario=scenario, by=by: composing.choose(
                scenario=scenario, by=by, rationale="Mine."
            )
            for scenario, by in zip(sets, people, strict=True)
        )
    )

    assert len(refused(outcomes)) == 1
    assert "since you opened this page" in str(refused(outcomes)[0])
    assert Scenario.objects.filter(chosen_at__isnull=False).count() == 1


def test_two_deciders_select_for_the_last_seat_at_once():
    offering = OfferingFactory(capacity=1)
    rows = [EligibleFactory(offering=offering) for _ in range(4)]
    people = UserFactory.create_batch(4, is_decider=True)

    at_once(
        *(
            lambda row=row, by=by: bulk.take(
                name="select", applications=[row], by=by, reason="Ours."
            )
            for row, by in zip(rows, people, strict=True)
        )
    )

    assert Application.objects.filter(state="selected").count() == 1


def test_a_double_click_hands_in_once():
    review = ReviewFactory()
    draft = reviewing.Draft({one["key"]: 3 for one in review.rubric.criteria}, {}, "Note", "take")
    reviewing.save(review=review, draft=draft, rev=0, by=review.reviewer)

    outcomes = at_once(*[lambda: reviewing.submit(review=review, by=review.reviewer)] * 4)

    assert not refused(outcomes)
    assert AuditEvent.objects.filter(verb="submit", subject="cohorts.review").count() == 1


def test_two_tabs_save_at_once_and_one_is_told():
    review = ReviewFactory()

    def save(note):
        draft = reviewing.Draft({}, {}, note, "")
        return lambda: reviewing.save(review=review, draft=draft, rev=0, by=review.reviewer)

    outcomes = at_once(save("One"), save("Two"))

    assert len(refused(outcomes)) == 1
    review.refresh_from_db()
    assert review.rev == 1


def test_stepping_aside_while_handing_in_never_counts():
    done = HandedInFactory(state="open", total=None, submitted_at=None)

    at_once(
        lambda: reviewing.submit(review=done, by=done.reviewer),
        lambda: reviewing.recuse(
            reviewer=done.reviewer, application=done.application, reason="Kin.", by=done.reviewer
        ),
    )

    assert not Review.objects.counted().exists()


def test_sharing_out_twice_at_once_asks_once():
    offering = OfferingFactory()
    RoundFactory(offering=offering)
    UserFactory.create_batch(3, is_reviewer=True)
    for _ in range(5):
        EligibleFactory(offering=offering)
    staff = UserFactory.create_batch(2, is_staff=True)
    seen = rounds.propose(offering, staff[0], seed=4).fingerprint

    outcomes = at_once(
        *(
            lambda by=by: rounds.assign_all(offering=offering, by=by, seed=4, seen=seen)
            for by in staff
        )
    )

    assert len(refused(outcomes)) == 1
    assert Review.objects.count() == 10
