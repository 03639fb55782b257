"""Closing before the deadline: on record, with a reason, and nobody finds out by chance."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cohorts import closing, intake, preparing, selection
from sprint_portal import arrival
from sprint_portal.audit import AuditEvent
from sprint_portal.mail.models import Message
from sprint_portal.refusals import MoveRefused, NotPermitted, Refusal
from tests.cohorts.intake_factories import answers, draft, handed_in
from tests.factories import OfferingFactory, UserFactory

pytestmark = pytest.mark.django_db
MAIL = "cohorts/closed_early"


@pytest.fixture
def staff():
    return UserFactory(is_staff=True)


def close(offering, by, reason="All seats are asked for."):
    return closing.close_now(offering=offering, reason=reason, by=by)


def there(offering):
    return reverse("cohorts:close", kwargs={"slug": offering.slug})


def test_decisions_can_be_released_once_it_is_closed(staff):
    offering = OfferingFactory()
    handed_in(state="declined", offering=offering)
    assert selection.release_blockers(offering) == ["The offering still takes applications."]
    promised = offering.closes_at

    close(offering, staff)

    offering.refresh_from_db()
    assert selection.release_blockers(offering) == []
    assert offering.first_closes_at == promised
    event = AuditEvent.objects.get(verb="close_offering")
    assert (event.was, event.reason) == (promised.isoformat(), "All seats are asked for.")


def test_nobody_hands_in_any_more(staff):
    application, owner = draft()
    close(application.offering, staff)

    application.refresh_from_db()
    with pytest.raises(MoveRefused, match="deadline has passed"):
        intake.hand_in(application=application, by=owner)


def test_whoever_had_something_to_hand_in_is_told_with_the_reason(staff):
    offering = OfferingFactory()
    _begun, begins = draft(offering=offering)
    _whole, _owner = handed_in(offering=offering)
    changed, changes = handed_in(offering=offering)
    changed.answers = answers(topic="Another topic")
    changed.save()

    assert close(offering, staff, reason="O’Neill & co. <decided>.") == 2

    letters = Message.objects.filter(kind=MAIL)
    assert {letter.to for letter in letters} == {begins.email, changes.email}
    assert all("O’Neill & co. <decided>." in letter.body for letter in letters)
    assert all("/more-time/" in letter.body for letter in letters)


def test_mail_goes_though_the_request_arrived_before_the_moment_of_closing(staff, monkeypatch):
    application, _owner = draft()
    monkeypatch.setattr(arrival, "moment", lambda: timezone.now() - timedelta(seconds=2))

    assert close(application.offering, staff) == 1
    assert Message.objects.filter(kind=MAIL).exists()


def test_more_time_of_their_own_stays_theirs(staff):
    application, owner = draft(extended_until=timezone.now() + timedelta(days=30))

    assert close(application.offering, staff) == 0

    application.refresh_from_db()
    assert intake.hand_in(application=application, by=owner).number == 1


def test_closing_twice_is_closing_once(staff):
    application, _owner = draft()
    close(application.offering, staff)

    with pytest.raises(closing.NotOpen):
        close(application.offering, staff)

    assert Message.objects.filter(kind=MAIL).count() == 1


def test_a_form_with_the_old_dates_does_not_open_it_again(staff):
    offering = OfferingFactory()
    late = {"closes_at": offering.closes_at + timedelta(days=1)}
    close(offering, staff)

    with pytest.raises(preparing.StaleSetUp):
        preparing.change(offering=offering, section="dates", values=late, rev=0, by=staff)


@pytest.mark.parametrize("role", [{}, {"is_decider": True}, {"is_facilitator": True}])
def test_only_staff_close(role):
    with pytest.raises(NotPermitted):
        close(OfferingFactory(), UserFactory(**role))


def test_it_takes_a_reason(staff):
    with pytest.raises(Refusal, match="Say why"):
        close(OfferingFactory(), staff, reason="  ")


def test_page_says_whom_it_concerns_and_asks_why(client, staff):
    application, _owner = draft()
    client.force_login(staff)

    body = client.get(there(application.offering)).content.decode()
    assert str(application.city) in body
    assert "One city has not handed everything in" in body
    answer = client.post(there(application.offering), {"reason": "x" * 1_001})
    assert answer.status_code == 422
    assert b"x" * 1_001 in answer.content


def test_page_closes_and_the_pipeline_says_so(client, staff):
    application, _owner = draft()
    client.force_login(staff)
    where = {"slug": application.offering.slug}
    set_up = reverse("cohorts:prepare_offering", kwargs=where)
    pipeline = reverse("cohorts:pipeline", kwargs=where)
    assert there(application.offering) in client.get(set_up).content.decode()

    body = client.post(there(application.offering), {"reason": "Enough."}, follow=True)

    assert "1 city hears of it by mail" in body.content.decode()
    assert there(application.offering) not in client.get(pipeline).content.decode()


def test_closed_meanwhile_keeps_the_reason(client, staff):
    offering = OfferingFactory()
    close(offering, staff)
    client.force_login(staff)

    answer = client.post(there(offering), {"reason": "Because of the holidays."})

    assert answer.status_code == 422
    assert b"Because of the holidays." in answer.content
