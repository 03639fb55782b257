"""Handing in, the verdict, and what the approval covers."""

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction

from engagement_plans import commenting, review, saving
from engagement_plans.models import Plan, Review
from engagement_plans.workflow import WORKFLOW, is_edited_since
from sprint_portal.audit import AuditEvent
from sprint_portal.mail.models import Message
from sprint_portal.refusals import MoveRefused, NotPermitted
from tests.engagement_plans.filling import fill


@pytest.fixture
def full(plan, owner):
    fill(plan, owner)
    plan.refresh_from_db()
    return plan


@pytest.fixture
def handed_in(full, owner):
    review.hand_in(full, agrees=True, by=owner)
    full.refresh_from_db()
    return full


def test_hand_in_freezes_the_plan_and_keeps_who_agreed(full, owner, facilitator):
    snapshot = review.hand_in(full, agrees=True, by=owner)

    full.refresh_from_db()
    assert (full.state, full.agreed_by) == ("in_review", owner)
    assert full.handed_in_at == full.agreed_at
    assert snapshot.content["values"]["focus_summary"] == "An answer to focus_summary"
    assert snapshot.content["document"] == full.template.document
    assert [mail.to for mail in Message.objects.all()] == [facilitator.email]
    assert AuditEvent.objects.filter(verb="hand_in", by=owner).exists()


def test_hand_in_needs_agreement(full, owner):
    with pytest.raises(MoveRefused):
        review.hand_in(full, agrees=False, by=owner)
    assert not full.snapshots.exists()


@pytest.mark.parametrize(
    "key", ["people_map", "rights_aia", "rights_register", "feedback_ownership"]
)
def test_hand_in_waits_for_every_required_answer(plan, owner, key):
    fill(plan, owner, but=(key,))

    with pytest.raises(MoveRefused, match="1 required question"):
        review.hand_in(plan, agrees=True, by=owner)
    plan.refresh_from_db()
    assert plan.state == "draft"


def test_hand_in_does_not_ask_for_hidden_prompts(plan, owner):
    fill(plan, owner, topic="framework")

    assert review.hand_in(plan, agrees=True, by=owner).number == 1


def test_hand_in_is_for_writers(full, viewer, facilitator, staff, stranger):
    for person in (viewer, facilitator, staff, stranger):
        with pytest.raises(NotPermitted):
            review.hand_in(full, agrees=True, by=person)


def test_hand_in_twice_is_refused(handed_in, owner):
    with pytest.raises(MoveRefused):
        review.hand_in(handed_in, agrees=True, by=owner)


def test_approve_covers_the_snapshot_that_was_handed_in(handed_in, owner, facilitator):
    snapshot = handed_in.snapshots.get()
    saving.save(handed_in, "focus_summary", "Changed meanwhile.", by=owner, base_rev=1)

    review.approve(handed_in, note="Well done.", by=facilitator)

    handed_in.refresh_from_db()
    assert handed_in.state == "approved"
    assert handed_in.approved_snapshot == snapshot
    assert is_edited_since(handed_in, snapshot)


def test_approve_waits_for_open_requests(handed_in, facilitator):
    asked = commenting.comment(
        handed_in, "focus_summary", "Say who.", by=facilitator, asks_for_change=True
    )
    with pytest.raises(MoveRefused, match="1 request"):
        review.approve(handed_in, by=facilitator)

    commenting.resolve(asked.thread, by=facilitator)

    assert review.approve(handed_in, by=facilitator).verdict == "approve"


def test_request_changes_needs_a_note_and_tells_the_city_once(
    handed_in, owner, editor, viewer, facilitator
):
    Message.objects.all().delete()
    with pytest.raises(MoveRefused):
        review.request_changes(handed_in, note=" ", by=facilitator)

    review.request_changes(handed_in, note="Name the groups.", by=facilitator)

    handed_in.refresh_from_db()
    assert handed_in.state == "changes"
    mails = Message.objects.filter(kind="engagement_plans/decided")
    assert {mail.to for mail in mails} == {owner.email, editor.email}
    assert "Name the groups." in mails[0].body


def test_verdict_mail_lists_what_is_still_open(handed_in, owner, facilitator):
    commenting.comment(handed_in, "people_harm", "What about <vendors>?", by=facilitator)

    review.request_changes(handed_in, note="See comments.", by=facilitator)

    body = Message.objects.get(kind="engagement_plans/decided", to=owner.email).body
    assert "What about <vendors>?" in body
    assert "#people_harm" in body


def test_changes_lead_back_into_review(handed_in, owner, facilitator):
    review.request_changes(handed_in, note="More.", by=facilitator)
    handed_in.refresh_from_db()

    assert review.hand_in(handed_in, agrees=True, by=owner).number == 2


def test_an_approved_plan_is_handed_in_again_only_when_it_changed(handed_in, owner, facilitator):
    review.approve(handed_in, by=facilitator)
    handed_in.refresh_from_db()
    with pytest.raises(MoveRefused, match="Nothing has changed"):
        review.hand_in(handed_in, agrees=True, by=owner)

    saving.save(handed_in, "focus_summary", "Better.", by=owner, base_rev=1)
    handed_in.refresh_from_db()

    assert review.hand_in(handed_in, agrees=True, by=owner).number == 2
    handed_in.refresh_from_db()
    assert handed_in.approved_snapshot.number == 1


@pytest.mark.parametrize("who", ["owner", "viewer", "stranger"])
def test_verdicts_are_not_for_cities(handed_in, who, request):
    with pytest.raises(NotPermitted):
        review.approve(handed_in, by=request.getfixturevalue(who))
    assert not Review.objects.exists()


def test_whoever_is_in_the_team_does_not_decide(handed_in, owner, plan):
    owner.is_facilitator = True
    owner.save()
    plan.application.offering.facilitators.add(owner)

    with pytest.raises(NotPermitted):
        review.approve(handed_in, by=owner)


def test_states_lead_where_the_design_says():
    assert WORKFLOW.moves() == {
        "draft": {"in_review"},
        "changes": {"in_review"},
        "in_review": {"approved", "changes"},
        "approved": {"in_review"},
    }


@pytest.mark.parametrize("state", ["in_review", "changes", "approved"])
def test_a_plan_stays_editable_in_every_state(handed_in, owner, facilitator, state):
    if state == "approved":
        review.approve(handed_in, by=facilitator)
    elif state == "changes":
        review.request_changes(handed_in, note="More.", by=facilitator)

    assert saving.save(handed_in, "focus_summary", "Later.", by=owner, base_rev=1)
    assert commenting.comment(handed_in, "focus_summary", "Good.", by=facilitator)


def test_snapshots_do_not_change_with_the_plan(handed_in, owner):
    saving.save(handed_in, "focus_summary", "Later.", by=owner, base_rev=1)

    assert handed_in.snapshots.get().content["values"]["focus_summary"] != "Later."


def test_there_is_no_approved_plan_without_a_snapshot(plan):
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(state="approved")
    with pytest.raises(ObjectDoesNotExist):
        plan.snapshots.get()
