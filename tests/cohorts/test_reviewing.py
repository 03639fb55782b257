"""Scoring, handing in, stepping aside, talking: who may, who may not, and what races."""

import pytest

from cohorts import reviewing, rounds
from cohorts.models import Application, Recusal, Review
from cohorts.models.review import ReviewState
from cohorts.reviewing import Draft, StaleReview, Unfinished
from sprint_portal.audit import AuditEvent
from sprint_portal.mail.models import Message
from sprint_portal.refusals import MoveRefused, NotPermitted, Refusal
from tests.cohorts.review_factories import (
    EligibleFactory,
    HandedInFactory,
    RecusalFactory,
    ReviewFactory,
)
from tests.factories import TeamMemberFactory, UserFactory

pytestmark = pytest.mark.django_db


def draft(review, score=4, **other):
    keys = [one["key"] for one in review.rubric.criteria]
    filled = {
        "scores": dict.fromkeys(keys, score),
        "comments": {},
        "note": "Good.",
        "advice": "take",
    }
    return Draft(**(filled | other))


@pytest.fixture
def review():
    return ReviewFactory()


@pytest.fixture
def staff():
    return UserFactory(is_staff=True)


# --- drafts ----------------------------------------------------------------------------
def test_save_keeps_an_unfinished_draft_word_for_word(review):
    half = draft(review, scores={"need": 3}, comments={"need": "Höhe <b>5</b>"}, note="", advice="")

    saved = reviewing.save(review=review, draft=half, rev=0, by=review.reviewer)

    saved.refresh_from_db()
    assert (saved.scores, saved.comments, saved.rev) == ({"need": 3}, {"need": "Höhe <b>5</b>"}, 1)
    assert saved.state == ReviewState.OPEN


def test_save_refuses_a_stale_tab_and_keeps_the_stored_text(review):
    reviewing.save(review=review, draft=draft(review, note="First tab"), rev=0, by=review.reviewer)

    with pytest.raises(StaleReview):
        reviewing.save(
            review=review, draft=draft(review, note="Second tab"), rev=0, by=review.reviewer
        )

    review.refresh_from_db()
    assert review.note == "First tab"


def test_save_lets_the_same_page_save_again(review):
    for note in ("one", "one two"):
        reviewing.save(
            review=review, draft=draft(review, note=note), rev=0, page="p", by=review.reviewer
        )

    review.refresh_from_db()
    assert (review.note, review.rev) == ("one two", 2)


def test_save_of_the_same_again_is_no_conflict(review):
    for _ in range(2):
        reviewing.save(review=review, draft=draft(review), rev=0, by=review.reviewer)

    review.refresh_from_db()
    assert review.rev == 1


def test_save_after_the_hand_in_is_refused(review):
    done = HandedInFactory()

    with pytest.raises(Refusal, match="no longer changes"):
        reviewing.save(review=done, draft=draft(done, note="More"), rev=0, by=done.reviewer)


@pytest.mark.parametrize("role", ["is_staff", "is_reviewer", "is_decider", "is_facilitator"])
def test_save_is_for_the_reviewer_alone(review, role):
    other = UserFactory(**{role: True})

    with pytest.raises(NotPermitted):
        reviewing.save(review=review, draft=draft(review), rev=0, by=other)


def test_save_needs_an_open_round(review):
    review.application.offering.review_round.is_open = False
    review.application.offering.review_round.save()

    with pytest.raises(NotPermitted):
        reviewing.save(review=review, draft=draft(review), rev=0, by=review.reviewer)


def test_save_needs_the_role_still(review):
    review.reviewer.is_reviewer = False

    with pytest.raises(NotPermitted):
        reviewing.save(review=review, draft=draft(review), rev=0, by=review.reviewer)


# --- handing in ------------------------------------------------------------------------
def test_submit_counts_from_then_on(review):
    reviewing.save(review=review, draft=draft(review, score=4), rev=0, by=review.reviewer)

    reviewing.submit(review=review, by=review.reviewer)

    counted = Review.objects.counted().get()
    assert (counted.total, counted.state) == (4.0, ReviewState.SUBMITTED)
    assert AuditEvent.objects.filter(verb="submit", subject="cohorts.review").count() == 1


def test_submit_twice_changes_nothing(review):
    reviewing.save(review=review, draft=draft(review), rev=0, by=review.reviewer)
    first = reviewing.submit(review=review, by=review.reviewer)

    again = reviewing.submit(review=review, by=review.reviewer)

    assert again.submitted_at == first.submitted_at
    assert AuditEvent.objects.filter(verb="submit", subject="cohorts.review").count() == 1


@pytest.mark.parametrize(
    ("other", "control"),
    [
        ({"scores": {"need": 4}}, "score_peers"),
        ({"advice": ""}, "advice"),
        ({"note": "x" * 5_001}, "note"),
        ({"comments": {"need": "x" * 2_001}}, "comment_need"),
    ],
)
def test_submit_says_what_is_missing_and_keeps_the_text(review, other, control):
    typed = draft(review, **other)
    saved = reviewing.save(review=review, draft=typed, rev=0, by=review.reviewer)

    with pytest.raises(Unfinished):
        reviewing.submit(review=review, by=review.reviewer)

    saved.refresh_from_db()
    assert control in reviewing.problems(saved)
    assert typed.is_in(saved)
    assert saved.state == ReviewState.OPEN


def test_submit_uses_the_rubric_that_the_review_began_with(review, staff):
    rounds.reweigh(offering=review.application.offering, weights={"need": 100}, by=staff)
    scores = {"need": 5, "benefit": 1, "capacity": 1, "readiness": 1, "peers": 1}
    reviewing.save(review=review, draft=draft(review, scores=scores), rev=0, by=review.reviewer)

    assert reviewing.submit(review=review, by=review.reviewer).total == 2.0


# --- read without names -------------------------------------------------------------------
def handed_in_by(review):
    saved = reviewing.save(review=review, draft=draft(review), rev=0, by=review.reviewer)
    return reviewing.submit(review=saved, by=review.reviewer)


@pytest.mark.parametrize(
    ("role", "blind"), [("is_reviewer", True), ("is_staff", False), ("is_decider", False)]
)
def test_a_review_is_blind_unless_its_reader_sees_names_by_role(role, blind):
    reader = UserFactory(**{"is_reviewer": True, role: True})

    assert handed_in_by(ReviewFactory(is_blind=True, reviewer=reader)).is_blind is blind


def test_a_review_opened_again_is_no_longer_blind(staff):
    done = HandedInFactory(is_blind=True)

    reviewing.reopen(review=done, by=staff, reason="The city sent more.")

    assert not Review.objects.get().is_blind


# --- opening again -----------------------------------------------------------------------
def test_reopen_needs_a_reason_takes_it_out_and_writes_to_the_reviewer(
    staff, django_capture_on_commit_callbacks
):
    done = HandedInFactory()
    with pytest.raises(MoveRefused, match="Say why"):
        reviewing.reopen(review=done, by=staff, reason=" ")

    with django_capture_on_commit_callbacks(execute=True):
        reviewing.reopen(review=done, by=staff, reason="The city sent more.")

    assert not Review.objects.counted().exists()
    assert done.note == "A clear effort."
    message = Message.objects.get(kind="cohorts/review_reopened")
    assert message.to == done.reviewer.email
    assert "The city sent more." in message.body


@pytest.mark.parametrize("role", ["is_reviewer", "is_decider"])
def test_reopen_is_for_staff(role):
    done = HandedInFactory()

    with pytest.raises(NotPermitted):
        reviewing.reopen(review=done, by=UserFactory(**{role: True}), reason="Because.")


# --- stepping aside -----------------------------------------------------------------------
def test_recuse_closes_the_city_and_withdraws_the_review_but_keeps_the_record():
    done = HandedInFactory()
    person, application = done.reviewer, done.application

    reviewing.recuse(reviewer=person, application=application, reason="I know her.", by=person)

    done.refresh_from_db()
    assert done.state == ReviewState.WITHDRAWN
    assert not Review.objects.counted().exists()
    assert not Application.objects.visible_to(person).exists()
    assert not Review.objects.visible_to(person).exists()
    kept = AuditEvent.objects.get(verb="withdraw_review")
    assert (kept.was, kept.to, kept.facts["total"]) == ("submitted", "withdrawn", 4.0)


def test_recuse_reaches_the_citys_other_applications():
    done = HandedInFactory()
    earlier = HandedInFactory(
        application=EligibleFactory(city=done.application.city), reviewer=done.reviewer
    )

    reviewing.recuse(
        reviewer=done.reviewer, application=done.application, reason="Kin.", by=done.reviewer
    )

    earlier.refresh_from_db()
    assert earlier.state == ReviewState.WITHDRAWN


def test_recuse_needs_a_reason(review):
    with pytest.raises(Refusal, match="Say why"):
        reviewing.recuse(
            reviewer=review.reviewer, application=review.application, reason="", by=review.reviewer
        )
    assert not Recusal.objects.exists()


def test_recuse_twice_is_one_recusal(review, staff):
    for _ in range(2):
        reviewing.recuse(
            reviewer=review.reviewer, application=review.application, reason="Kin.", by=staff
        )
    assert Recusal.objects.count() == 1


def test_recuse_somebody_else_is_for_staff(review):
    other = UserFactory(is_reviewer=True)

    with pytest.raises(NotPermitted):
        reviewing.recuse(
            reviewer=review.reviewer, application=review.application, reason="Kin.", by=other
        )


def test_recuse_from_what_one_does_not_see_is_refused(review):
    stranger = UserFactory()

    with pytest.raises(NotPermitted):
        reviewing.recuse(
            reviewer=stranger, application=review.application, reason="Kin.", by=stranger
        )


def test_a_review_no_longer_counts_once_its_reviewer_joins_the_team():
    done = HandedInFactory()

    TeamMemberFactory(city=done.application.city, user=done.reviewer)

    assert not Review.objects.counted().exists()
    assert not Review.objects.visible_to(done.reviewer).exists()


# --- who sees what ---------------------------------------------------------------------------
def test_reviewers_see_their_assignments_only(review):
    EligibleFactory(offering=review.application.offering)

    assert list(Application.objects.visible_to(review.reviewer)) == [review.application]
    assert list(Review.objects.visible_to(review.reviewer)) == [review]


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_reviewers_no_longer_see_what_was_withdrawn(review, state):
    Application.objects.filter(pk=review.application_id).update(state=state)

    assert not Application.objects.visible_to(review.reviewer).exists()


@pytest.mark.parametrize("role", ["is_staff", "is_decider"])
def test_a_conflict_closes_what_a_role_opens(review, role):
    person = UserFactory(**{role: True})
    assert Application.objects.judged_by(person).count() == 1

    RecusalFactory(reviewer=person, city=review.application.city)

    assert not Application.objects.visible_to(person).exists()
    assert not Review.objects.visible_to(person).exists()


@pytest.mark.parametrize("role", ["is_staff", "is_decider"])
def test_a_member_of_the_team_sees_the_citys_own_side_and_judges_nothing(review, role):
    person = UserFactory(**{role: True})
    TeamMemberFactory(city=review.application.city, user=person)

    assert Application.objects.visible_to(person).count() == 1
    assert not Application.objects.judged_by(person).exists()
    for permission in ("assess", "decide"):
        assert not person.has_perm(f"cohorts.{permission}_application", review.application)
    assert not person.has_perm("cohorts.see_assessment", review.application)
    assert not person.has_perm("cohorts.compare_reviews", review.application)


def test_others_scores_are_read_after_ones_own_hand_in():
    mine = ReviewFactory()
    theirs = HandedInFactory(application=mine.application)
    assert not reviewing.others_of(mine).exists()

    reviewing.save(review=mine, draft=draft(mine), rev=0, by=mine.reviewer)
    submitted = reviewing.submit(review=mine, by=mine.reviewer)

    assert list(reviewing.others_of(submitted)) == [theirs]


# --- talking ---------------------------------------------------------------------------------
def test_discussion_is_for_those_who_read_it_and_staff(review, staff):
    done = HandedInFactory(application=review.application)
    application = review.application
    reviewing.say_something(application=application, body="Split on need?", by=done.reviewer)

    assert reviewing.discussion(application, staff).count() == 1
    assert reviewing.discussion(application, done.reviewer).count() == 1
    assert not reviewing.discussion(application, review.reviewer).exists()
    with pytest.raises(NotPermitted):
        reviewing.say_something(application=application, body="Me too", by=review.reviewer)


def test_discussion_closes_with_a_recusal(staff):
    done = HandedInFactory()
    reviewing.say_something(application=done.application, body="Split?", by=done.reviewer)

    RecusalFactory(reviewer=staff, city=done.application.city)

    assert not reviewing.discussion(done.application, staff).exists()
    with pytest.raises(NotPermitted):
        reviewing.say_something(application=done.application, body="And I", by=staff)


def test_discussion_is_not_for_the_city():
    done = HandedInFactory()
    member = TeamMemberFactory(city=done.application.city).user

    assert not reviewing.discussion(done.application, member).exists()
    with pytest.raises(NotPermitted):
        reviewing.say_something(application=done.application, body="We", by=member)


def test_an_empty_word_is_not_said(staff):
    done = HandedInFactory()

    with pytest.raises(Refusal, match="Write something"):
        reviewing.say_something(application=done.application, body=" \n", by=staff)
