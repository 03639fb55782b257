"""Deciding, releasing, confirming: nobody left out, nothing told early, nothing told twice."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail as sent_mail
from django.utils import timezone

from cohorts import intake, selection
from cohorts.models import Application
from cohorts.models.application import State
from sprint_portal.audit import AuditEvent
from sprint_portal.mail.models import Message
from sprint_portal.refusals import MoveRefused, NotPermitted
from tests.cohorts.intake_factories import findings, handed_in
from tests.cohorts.test_intake import at_once
from tests.factories import OfferingFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed():
    """An offering whose deadline has passed."""
    now = timezone.now()
    return OfferingFactory(opens_at=now - timedelta(days=30), closes_at=now - timedelta(days=1))


@pytest.fixture
def decider():
    return UserFactory(is_decider=True, is_staff=True)


def release(offering, by, **changes):
    plain = {
        "confirm_by": timezone.now() + timedelta(days=7),
        "seen": selection.fingerprint(offering),
    }
    return selection.release(offering=offering, by=by, **{**plain, **changes})


def test_release_tells_every_city_once(closed, decider, django_capture_on_commit_callbacks):
    for state in ("selected", "waitlisted", "declined", "not_yet"):
        findings(handed_in(state=state, offering=closed)[0])

    with django_capture_on_commit_callbacks(execute=True):
        assert release(closed, decider) == 4
        assert release(closed, decider) == 0

    assert len(sent_mail.outbox) == 4
    assert not Application.objects.exclude(
        announced_state__in=["selected", "waitlisted", "declined", "not_yet"]
    ).exists()
    assert len({message.subject for message in sent_mail.outbox}) == 4
    assert AuditEvent.objects.filter(verb="announce").count() == 4


@pytest.mark.parametrize("state", ["submitted", "eligible"])
def test_release_waits_until_nobody_is_left_out(closed, decider, state):
    handed_in(state="selected", offering=closed)
    handed_in(state=state, offering=closed)

    with pytest.raises(selection.ReleaseRefused, match="Nobody is left out"):
        release(closed, decider)
    assert not Message.objects.exists()


def test_drafts_and_withdrawn_hold_nothing_up(closed, decider):
    handed_in(state="selected", offering=closed)
    handed_in(state="withdrawn", offering=closed)

    assert release(closed, decider) == 1


def test_release_waits_for_the_deadline(decider):
    offering = OfferingFactory()
    handed_in(state="selected", offering=offering)

    with pytest.raises(selection.ReleaseRefused, match="still takes"):
        release(offering, decider)


def test_a_decision_changed_since_it_was_shown_is_not_sent(closed, decider):
    application, _owner = handed_in(state="declined", offering=closed)
    seen = selection.fingerprint(closed)
    selection.write_note(application=application, note="Warm words.", by=decider)

    with pytest.raises(selection.ReleaseRefused, match="changed"):
        release(closed, decider, seen=seen)


def test_a_decision_flipped_before_release_leaves_no_trace_for_the_city(closed, decider):
    application, _owner = handed_in(state="eligible", offering=closed)
    selection.decide(name="decline", application=application, by=decider, reason="No.")
    selection.decide(name="undo", application=application, by=decider)
    selection.decide(name="select", application=application, by=decider, reason="Yes.")

    assert release(closed, decider) == 1
    assert "is selected" in Message.objects.get().subject


def test_a_decision_turned_after_release_is_told_anew(closed, decider):
    first, _owner = handed_in(state="waitlisted", offering=closed)
    release(closed, decider)
    selection.decide(name="select", application=first, by=decider, reason="A seat is free.")
    assert release(closed, decider) == 1
    selection.decide(name="undo", application=first, by=decider, reason="A mistake.")
    selection.waitlist(application=first, by=decider)

    assert release(closed, decider) == 1
    assert Message.objects.filter(kind="cohorts/outcome_waitlisted").count() == 2


@pytest.mark.parametrize("days", [0, -1])
def test_confirm_by_lies_ahead(closed, decider, days):
    handed_in(state="selected", offering=closed)

    with pytest.raises(selection.ReleaseRefused, match="future"):
        release(closed, decider, confirm_by=timezone.now() + timedelta(days=days))


def test_only_staff_release(closed):
    handed_in(state="selected", offering=closed)

    for person in (UserFactory(), UserFactory(is_decider=True), UserFactory(is_facilitator=True)):
        with pytest.raises(NotPermitted):
            release(closed, person)


def test_letters_read_as_they_will_be_sent(closed, decider):
    application, _owner = handed_in(
        state="not_yet", offering=closed, note_to_city="Call us <b>any</b> day & night."
    )
    findings(application)

    (letter,) = selection.letters(closed, confirm_by=None)
    release(closed, decider)

    sent = Message.objects.get()
    assert (sent.subject, sent.body) == (letter.subject, letter.body)
    assert "Call us <b>any</b> day & night." in sent.body
    assert "Name one person." in sent.body


def test_waitlist_is_in_order_and_can_be_changed(closed, decider):
    rows = [handed_in(state="eligible", offering=closed)[0] for _ in range(3)]
    for row in rows:
        selection.waitlist(application=row, by=decider)

    selection.move_up(application=rows[2], by=decider)

    order = Application.objects.order_by("waitlist_rank")
    assert list(order) == [rows[0], rows[2], rows[1]]
    assert selection.next_in_line(closed) == rows[0]


def test_no_seat_no_next_in_line(decider):
    offering = OfferingFactory(capacity=1)
    handed_in(state="selected", offering=offering)
    listed, _owner = handed_in(state="eligible", offering=offering)
    selection.waitlist(application=listed, by=decider)

    assert selection.next_in_line(offering) is None


def test_confirming_gives_the_next_free_letter(closed, decider):
    rows = [handed_in(state="selected", offering=closed) for _ in range(3)]
    release(closed, decider)
    for application, owner in rows:
        selection.confirm(application=application, by=owner)
    intake.withdraw(application=rows[1][0], by=rows[1][1])
    late, owner = handed_in(state="selected", announced_state="selected", offering=closed)

    selection.confirm(application=late, by=owner)

    assert [row.letter for row, _owner in rows] == ["A", "B", "C"]
    assert late.letter == "B"


def test_confirming_a_second_time_changes_and_sends_nothing(closed, decider, client):
    application, owner = handed_in(state="selected", offering=closed)
    release(closed, decider)
    client.force_login(owner)
    there = f"{application.get_absolute_url()}confirm/"

    first, mails = client.post(there), Message.objects.count()
    second = client.post(there, follow=True)

    assert first.status_code == 302
    assert second.status_code == 200
    assert "takes part" in second.content.decode()
    assert Message.objects.count() == mails
    assert AuditEvent.objects.filter(verb="confirm").count() == 1


def test_a_city_confirms_only_what_it_was_told(closed):
    application, owner = handed_in(state="selected", offering=closed)

    with pytest.raises(NotPermitted):
        selection.confirm(application=application, by=owner)


def test_confirming_late_works_and_shows_as_overdue_before(closed, decider):
    application, owner = handed_in(state="selected", offering=closed)
    release(closed, decider)

    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert list(selection.overdue(closed)) == [application]
        selection.confirm(application=application, by=owner)
        assert not selection.overdue(closed).exists()
    assert application.state == State.CONFIRMED


def test_a_withdrawn_seat_is_free_again(decider):
    offering = OfferingFactory(capacity=1)
    seated, owner = handed_in(state="selected", announced_state="selected", offering=offering)
    assert selection.seats_free(offering) == 0

    intake.withdraw(application=seated, by=owner)

    assert selection.seats_free(offering) == 1


def test_note_cannot_follow_a_decision_that_went_out(closed, decider):
    application, _owner = handed_in(state="declined", announced_state="declined", offering=closed)

    with pytest.raises(MoveRefused):
        selection.write_note(application=application, note="Too late", by=decider)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_many_deciders_and_one_seat():
    offering = OfferingFactory(capacity=1)
    rows = [handed_in(state="eligible", offering=offering)[0] for _ in range(6)]
    decider = UserFactory(is_decider=True)

    at_once(
        *[
            lambda row=row: selection.decide(
                name="select", application=row, by=decider, reason="Now."
            )
            for row in rows
        ]
    )

    assert Application.objects.filter(state=State.SELECTED).count() == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_releases_at_once_send_once():
    now = timezone.now()
    offering = OfferingFactory(opens_at=now - timedelta(days=30), closes_at=now - timedelta(days=1))
    for _ in range(3):
        handed_in(state="declined", offering=offering)
    staff = UserFactory(is_staff=True)

    gave = at_once(*[lambda: release(offering, staff)] * 3)

    assert sorted(gave, key=str) == [0, 0, 3]
    assert Message.objects.count() == 3
