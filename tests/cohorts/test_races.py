"""Two at once, each in a thread and connection of its own: exactly one outcome."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cohorts import backfill, batch, confirming, intake, selection
from cohorts.models import Application, Revision, StageFinding
from cohorts.models.application import State
from cohorts.workflow import SEATED
from sprint_portal.audit import AuditEvent
from sprint_portal.mail.models import Message
from sprint_portal.refusals import Refusal
from tests.cohorts.carry_factories import WEEK, a_decider, closed, in_room, release
from tests.cohorts.intake_factories import draft, handed_in
from tests.cohorts.test_intake import at_once
from tests.factories import OfferingFactory, TeamMemberFactory, UserFactory

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def seated(offering) -> int:
    return Application.objects.filter(offering=offering, state__in=SEATED).count()


def moves(verb) -> int:
    return AuditEvent.objects.filter(verb=verb).count()


def only_refusals(gave) -> list:
    """What was refused; anything else that was raised is a fault of ours."""
    raised = [one for one in gave if isinstance(one, Exception)]
    assert all(isinstance(one, Refusal) for one in raised), raised
    return raised


def test_two_colleagues_hand_in_at_once():
    application, owner = draft()
    editor = TeamMemberFactory(city=application.city, role="editor").user

    gave = at_once(
        lambda: intake.hand_in(application=application, by=owner),
        lambda: intake.hand_in(application=application, by=editor),
    )

    assert only_refusals(gave) == []
    assert Revision.objects.count() == moves("submit") == 1
    assert Message.objects.count() == 2  # one receipt for each of the two writers


def test_cities_hand_in_without_waiting_for_each_other():
    """200 of them in the last minute would otherwise stand in one line."""
    first, its_owner = draft()
    other, owner = draft(offering=first.offering)

    def hand_in():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '3s'")
        intake.hand_in(application=other, by=owner)

    with transaction.atomic():
        intake.hand_in(application=first, by=its_owner)
        gave = at_once(hand_in) if connection.vendor == "postgresql" else []

    assert only_refusals(gave) == []
    assert Revision.objects.count() == 1 + len(gave)


def test_two_deciders_and_seat_six():
    offering = OfferingFactory(capacity=6)
    for _ in range(5):
        handed_in(state="selected", offering=offering)
    one, _ = handed_in(state="eligible", offering=offering)
    other, _ = handed_in(state="eligible", offering=offering)

    gave = at_once(
        *[
            lambda row=row, by=by: selection.decide(
                name="select", application=row, by=by, reason="The sixth."
            )
            for row, by in ((one, a_decider()), (other, a_decider()))
        ]
    )

    assert len(only_refusals(gave)) == 1
    assert "All 6 seats are given." in str(only_refusals(gave)[0])
    assert (seated(offering), moves("select")) == (6, 1)


@pytest.mark.parametrize("_again", range(3))
def test_a_decision_flipped_while_all_are_told(_again):
    """Either the city is told what stands, or nothing goes out: never the other decision."""
    offering, decider = closed(), a_decider()
    row, _owner = handed_in(state="declined", offering=offering)
    other, _ = handed_in(state="selected", offering=offering)
    seen = selection.fingerprint(offering)

    def flip():
        selection.decide(name="undo", application=row, by=decider, reason="We were wrong.")

    gave = at_once(
        lambda: selection.release(
            offering=offering, by=decider, confirm_by=timezone.now() + WEEK, seen=seen
        ),
        flip,
    )

    only_refusals(gave)
    row.refresh_from_db()
    other.refresh_from_db()
    declined = Message.objects.filter(kind="cohorts/outcome_declined").count()
    assert row.state == State.ELIGIBLE
    if gave[0] == 2:  # the release came first: it told what stood then
        assert (declined, row.announced_state, other.announced_state) == (1, "declined", "selected")
    else:
        assert (row.announced_state, other.announced_state) == ("submitted", "submitted")
        assert declined == 0
        assert not Message.objects.exists()


def test_two_deciders_offer_one_free_seat():
    offering = closed(capacity=1)
    row, _ = in_room("waitlisted", offering, waitlist_rank=1)
    in_room("waitlisted", offering, waitlist_rank=2)

    def offer(by):
        return backfill.offer(
            application=row, by=by, confirm_by=timezone.now() + WEEK, reason="Free."
        )

    gave = at_once(*[lambda by=by: offer(by) for by in (a_decider(), a_decider())])

    assert len(only_refusals(gave)) == 1
    assert (seated(offering), moves("select"), moves("announce")) == (1, 1, 1)
    assert Message.objects.filter(kind="cohorts/outcome_selected").count() == 1


def test_two_deciders_offer_one_seat_to_two_cities():
    offering, decider = closed(capacity=1), a_decider()
    rows = [in_room("waitlisted", offering, waitlist_rank=n)[0] for n in (1, 2)]

    gave = at_once(
        *[
            lambda row=row: backfill.offer(
                application=row, by=decider, confirm_by=timezone.now() + WEEK, reason="Free."
            )
            for row in rows
        ]
    )

    assert len(only_refusals(gave)) == 1
    assert seated(offering) == Message.objects.count() == 1


def test_a_late_confirmation_meets_the_place_being_taken_back():
    offering, decider = closed(), a_decider()
    row, owner = in_room("selected", offering, confirm_by=timezone.now() - timedelta(hours=1))

    gave = at_once(
        lambda: selection.confirm(application=row, by=owner),
        lambda: confirming.offer_on(application=row, by=decider, reason="Silent."),
    )

    assert len(only_refusals(gave)) == 1
    row.refresh_from_db()
    ends = {("confirmed", "confirmed"), ("waitlisted", "waitlisted")}
    assert (row.state, row.announced_state) in ends
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert len(kinds & {"cohorts/place_confirmed", "cohorts/place_offered_on"}) == 1


def test_withdrawal_meets_confirmation():
    row, owner = in_room("selected", closed(), confirm_by=timezone.now() + WEEK)

    gave = at_once(
        lambda: selection.confirm(application=row, by=owner),
        lambda: intake.withdraw(application=row, by=owner),
    )

    only_refusals(gave)
    row.refresh_from_db()
    assert (row.state, row.announced_state) == ("withdrawn", "withdrawn")
    assert moves("withdraw") == 1


def test_reminders_of_two_clocks_go_once():
    row, _owner = handed_in(state="selected", offering=closed())
    release(row.offering, a_decider(), within=2 * WEEK)
    now = timezone.now()
    Application.objects.update(confirm_by=now + timedelta(days=2), told_at=now - WEEK)

    at_once(*[lambda: confirming.remind(row.pk)] * 4)

    assert Message.objects.filter(kind="cohorts/confirm_reminder").count() == 1


def test_two_staff_check_one_city_at_once():
    row, _owner = handed_in()
    seen = batch.fingerprint(row)

    def record(words):
        return batch.record(
            application=row,
            found={"staffing": {"finding": "met", "evidence": words}},
            seen=seen,
            by=UserFactory(is_staff=True),
        )

    gave = at_once(lambda: record("Mine."), lambda: record("Theirs."))

    assert len(only_refusals(gave)) == 1
    assert StageFinding.objects.count() == moves("find") == 1
