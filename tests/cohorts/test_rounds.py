"""The review round: settings, rubric versions, who is asked, and the messages to them."""

import pytest
from django.urls import reverse

from cohorts import rounds
from cohorts.models import Review, ReviewRound
from sprint_portal.audit import AuditEvent
from sprint_portal.mail.models import Message
from sprint_portal.refusals import NotPermitted, Refusal
from tests.cohorts.review_factories import (
    EligibleFactory,
    HandedInFactory,
    RecusalFactory,
    ReviewFactory,
    RoundFactory,
)
from tests.factories import CityFactory, OfferingFactory, TeamMemberFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def offering():
    return OfferingFactory(slug="autumn")


@pytest.fixture
def staff():
    return UserFactory(is_staff=True)


def reviewers(count):
    return UserFactory.create_batch(count, is_reviewer=True)


def share(offering, staff, seed=1):
    sharing = rounds.propose(offering, staff, seed=seed)
    return rounds.assign_all(offering=offering, by=staff, seed=seed, seen=sharing.fingerprint)


# --- rubric ------------------------------------------------------------------------------
def test_reweigh_makes_a_version_and_leaves_begun_reviews_alone(offering, staff):
    review = ReviewFactory(application__offering=offering)

    made = rounds.reweigh(offering=offering, weights={"need": 40}, by=staff)

    review.refresh_from_db()
    assert (made.version, made.criteria[0]["weight"]) == (2, 40)
    assert review.rubric.version == 1
    assert rounds.rubric_of(offering) == made


@pytest.mark.parametrize(("weights", "why"), [({"need": 25}, "already"), ({"need": 0}, "above 0")])
def test_reweigh_refuses_the_same_and_the_weightless(offering, staff, weights, why):
    with pytest.raises(Refusal, match=why):
        rounds.reweigh(offering=offering, weights=weights, by=staff)


@pytest.mark.parametrize("role", ["is_reviewer", "is_decider", "is_facilitator"])
def test_the_round_is_staffs(offering, role):
    person = UserFactory(**{role: True})
    application = EligibleFactory(offering=offering)
    review = ReviewFactory(application=application)

    for act in (
        lambda: rounds.set_round(offering=offering, by=person, blind=True),
        lambda: rounds.reweigh(offering=offering, weights={"need": 1}, by=person),
        lambda: rounds.assign(application=application, reviewer=reviewers(1)[0], by=person),
        lambda: rounds.assign_all(offering=offering, by=person, seed=1, seen=""),
        lambda: rounds.unassign(review=review, by=person),
    ):
        with pytest.raises(NotPermitted):
            act()


# --- asking one ---------------------------------------------------------------------------
def test_assign_asks_and_writes_when_the_round_is_open(
    offering, staff, django_capture_on_commit_callbacks
):
    RoundFactory(offering=offering)
    application = EligibleFactory(offering=offering)
    [reviewer] = reviewers(1)

    with django_capture_on_commit_callbacks(execute=True):
        rounds.assign(application=application, reviewer=reviewer, by=staff)

    assert Review.objects.get().assigned_by == staff
    message = Message.objects.get(kind="cohorts/reviews_assigned")
    assert str(application.city) in message.body
    assert AuditEvent.objects.filter(verb="assign_review").exists()


def test_assign_waits_with_its_message_until_the_round_opens(
    offering, staff, django_capture_on_commit_callbacks
):
    application = EligibleFactory(offering=offering)
    [reviewer] = reviewers(1)
    with django_capture_on_commit_callbacks(execute=True):
        rounds.assign(application=application, reviewer=reviewer, by=staff)
    assert not Message.objects.exists()

    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            rounds.set_round(offering=offering, by=staff, is_open=True)

    assert Message.objects.get().to == reviewer.email


@pytest.mark.parametrize("state", ["submitted", "not_yet"])
def test_assign_is_for_eligible_applications(offering, staff, state):
    application = EligibleFactory(offering=offering, state=state)

    with pytest.raises(Refusal, match="Only eligible"):
        rounds.assign(application=application, reviewer=reviewers(1)[0], by=staff)


def test_assign_refuses_conflicts_strangers_and_twins(offering, staff):
    application = EligibleFactory(offering=offering)
    recused = RecusalFactory(city=application.city).reviewer
    member, twin = reviewers(2)
    TeamMemberFactory(user=member, city=application.city)
    ReviewFactory(application=application, reviewer=twin)

    for person, why in (
        (recused, "stepped aside"),
        (member, "city’s team"),
        (twin, "already"),
        (UserFactory(), "not a reviewer"),
    ):
        with pytest.raises(Refusal, match=why):
            rounds.assign(application=application, reviewer=person, by=staff)


def test_assign_is_refused_to_staff_with_a_conflict(offering, staff):
    application = EligibleFactory(offering=offering)
    RecusalFactory(reviewer=staff, city=application.city)

    with pytest.raises(NotPermitted):
        rounds.assign(application=application, reviewer=reviewers(1)[0], by=staff)


def test_unassign_takes_back_only_what_is_not_begun(staff):
    fresh, done = ReviewFactory(), HandedInFactory()

    rounds.unassign(review=fresh, by=staff)
    with pytest.raises(Refusal, match="begun"):
        rounds.unassign(review=done, by=staff)

    assert list(Review.objects.all()) == [done]


# --- asking everyone --------------------------------------------------------------------------
def test_assign_all_reaches_the_wanted_number_and_no_conflict(
    offering, staff, django_capture_on_commit_callbacks
):
    RoundFactory(offering=offering, per_application=2)
    people = reviewers(3)
    rows = [EligibleFactory(offering=offering) for _ in range(6)]
    RecusalFactory(reviewer=people[0], city=rows[0].city)
    TeamMemberFactory(user=people[1], city=rows[1].city)

    with django_capture_on_commit_callbacks(execute=True):
        made = share(offering, staff)

    assert made == 12
    assert not Review.objects.filter(application=rows[0], reviewer=people[0]).exists()
    assert not Review.objects.filter(application=rows[1], reviewer=people[1]).exists()
    assert [person.reviews.count() for person in people] == [4, 4, 4]
    assert Message.objects.filter(kind="cohorts/reviews_assigned").count() == 3
    assert share(offering, staff) == 0


def test_assign_all_refuses_a_proposal_that_changed(offering, staff):
    RoundFactory(offering=offering)
    reviewers(3)
    EligibleFactory(offering=offering)
    sharing = rounds.propose(offering, staff, seed=1)
    EligibleFactory(offering=offering)

    with pytest.raises(Refusal, match="changed"):
        rounds.assign_all(offering=offering, by=staff, seed=1, seen=sharing.fingerprint)


def test_propose_leaves_out_what_its_reader_may_not_judge(offering, staff):
    reviewers(2)
    row = EligibleFactory(offering=offering)
    RecusalFactory(reviewer=staff, city=row.city)

    assert rounds.propose(offering, staff, seed=1).pairs == []


def test_propose_reports_who_lacks_readers(offering, staff):
    reviewers(1)
    row = EligibleFactory(offering=offering)

    assert rounds.propose(offering, staff, seed=1).short == [(row, 1)]


def test_propose_stores_nothing(offering, staff):
    reviewers(2)
    EligibleFactory(offering=offering)
    rounds.propose(offering, staff, seed=1)

    assert not Review.objects.exists()


def test_a_blind_rounds_message_names_no_city(offering, staff, django_capture_on_commit_callbacks):
    RoundFactory(offering=offering, blind=True)
    application = EligibleFactory(offering=offering, city=CityFactory(name="Canaryville"))

    with django_capture_on_commit_callbacks(execute=True):
        rounds.assign(application=application, reviewer=reviewers(1)[0], by=staff)

    message = Message.objects.get()
    assert "Canaryville" not in message.subject + message.body
    assert application.reference in message.body


def test_set_round_is_kept_once_per_offering(offering, staff):
    rounds.set_round(offering=offering, by=staff, blind=True)
    rounds.set_round(offering=offering, by=staff, per_application=3)

    assert ReviewRound.objects.get().blind
    assert rounds.round_of(offering).per_application == 3


# --- read without names ----------------------------------------------------------------------
def is_blind(application):
    return application.reviews.get().is_blind


def test_a_review_asked_for_in_a_blind_round_is_blind(offering, staff):
    RoundFactory(offering=offering, blind=True)
    application = EligibleFactory(offering=offering)

    rounds.assign(application=application, reviewer=reviewers(1)[0], by=staff)

    assert is_blind(application)


def test_a_round_that_shows_names_once_leaves_no_open_review_blind(offering, staff):
    done, still_read = (EligibleFactory(offering=offering) for _each in range(2))
    RoundFactory(offering=offering, blind=True)
    HandedInFactory(application=done, is_blind=True)
    ReviewFactory(application=still_read, is_blind=True)

    rounds.set_round(offering=offering, by=staff, is_open=True, blind=False)
    rounds.set_round(offering=offering, by=staff, blind=True)

    assert is_blind(done)
    assert not is_blind(still_read)


def test_nobody_reads_while_the_round_is_closed(offering, staff):
    application = EligibleFactory(offering=offering)
    rounds.assign(application=application, reviewer=reviewers(1)[0], by=staff)

    rounds.set_round(offering=offering, by=staff, is_open=True, blind=True)

    assert is_blind(application)


# --- two people at once -----------------------------------------------------------------------
def test_a_round_set_meanwhile_is_not_put_over_unseen(offering, staff):
    seen = rounds.version_of(rounds.round_of(offering))
    rounds.set_round(offering=offering, by=staff, per_application=3, seen=seen)

    with pytest.raises(rounds.SetMeanwhile, match="3 reviews each"):
        rounds.set_round(offering=offering, by=staff, blind=True, seen=seen)

    assert not rounds.round_of(offering).blind


def test_weights_of_an_older_version_are_not_put_over_unseen(offering, staff):
    rounds.reweigh(offering=offering, weights={"need": 30}, version=1, by=staff)

    with pytest.raises(rounds.SetMeanwhile, match="version 2"):
        rounds.reweigh(offering=offering, weights={"benefit": 40}, version=1, by=staff)


def test_stale_pages_of_the_round_keep_what_was_chosen(client, offering, staff):
    client.force_login(staff)
    page = reverse("cohorts:review_round", kwargs={"slug": offering.slug})
    weights = reverse("cohorts:review_weights", kwargs={"slug": offering.slug})
    first = client.get(page).context
    old = {
        "seen": first["form"]["seen"].value(),
        "version": first["weights_form"]["version"].value(),
    }
    rounds.set_round(offering=offering, by=staff, per_application=3)
    rounds.reweigh(offering=offering, weights={"need": 30}, by=staff)

    answer = client.post(page, {"per_application": "2", "blind": "on", "seen": old["seen"]})
    assert answer.status_code == 422
    assert "Somebody set the round meanwhile" in answer.content.decode()
    seen = answer.context["form"]["seen"].value()
    assert (
        client.post(page, {"per_application": "2", "blind": "on", "seen": seen}).status_code == 302
    )

    sent = {f"weight_{one['key']}": 20 for one in rounds.rubric_of(offering).criteria}
    answer = client.post(weights, sent | {"version": old["version"]})
    assert answer.status_code == 422
    version = answer.context["weights_form"]["version"].value()
    assert client.post(weights, sent | {"version": version}).status_code == 302
