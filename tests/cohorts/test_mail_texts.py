"""What the mails to a city say: true on the day they are sent, and by which clock."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cohorts import carry_mail, carrying, intake, mail, selection
from sprint_portal.mail.models import Message
from tests.cohorts.carry_factories import a_decider, closed, in_room, later, release
from tests.cohorts.cohort_world import a_world
from tests.cohorts.intake_factories import draft, findings, handed_in
from tests.factories import OfferingFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def text_of(kind):
    return Message.objects.get(kind=f"cohorts/{kind}").body


@pytest.mark.parametrize("kind", ["application_received", "confirm_reminder", "outcome_selected"])
def test_a_deadline_in_a_mail_names_the_offerings_clock_too(kind):
    tokyo = {"zone": "Asia/Tokyo"}
    if kind == "application_received":
        application, owner = draft(offering=OfferingFactory(**tokyo))
        intake.hand_in(application=application, by=owner)
    elif kind == "confirm_reminder":
        row, _owner = in_room("selected", closed(**tokyo), confirm_by=timezone.now() + DAY)
        carry_mail.confirm_reminder(row, key="one")
    else:
        offering = closed(**tokyo)
        row, _owner = handed_in(state="selected", offering=offering)
        findings(row, staffing="met")
        release(offering, a_decider())

    assert "Bogotá time (GMT−5)" in text_of(kind)
    assert "in Tokyo" in text_of(kind)


def test_a_mail_names_one_clock_where_both_agree():
    application, owner = draft(offering=OfferingFactory(zone="America/Bogota"))
    intake.hand_in(application=application, by=owner)

    assert " in Bogotá" not in text_of("application_received")


@pytest.mark.parametrize("is_open", [True, False])
def test_an_invitation_says_whether_it_is_open_already(is_open):
    now = timezone.now()
    dates = {} if is_open else {"opens_at": now + 5 * DAY, "closes_at": now + 30 * DAY}
    application, _owner = in_room("not_yet", closed())
    carrying.invite(application=application, offering=later(**dates), by=UserFactory(is_staff=True))

    assert ("It is open now." in text_of("invited_on")) is is_open
    assert ("It opens:" in text_of("invited_on")) is not is_open


def test_a_confirmed_city_reads_what_really_comes():
    today = timezone.localdate()
    calls = [(today - DAY).isoformat(), (today + 20 * DAY).isoformat()]
    offering = closed(pre_course_dates=calls)
    application, owner = in_room("selected", offering, confirm_by=timezone.now() + DAY)
    selection.confirm(application=application, by=owner)
    text = text_of("place_confirmed")

    assert "say when your team can meet" not in text
    assert application.get_absolute_url() in text
    assert "write to you once they stand" in text
    assert text.count("Call before it starts:") == 1
    assert "The sprint begins:" in text


def test_a_city_confirmed_late_is_led_to_the_sessions():
    world = a_world()
    world.lay_out()
    application, _owner = in_room("confirmed", world.offering)
    mail.place_confirmed(application)

    assert "/sessions/" in text_of("place_confirmed")
    assert "once they stand" not in text_of("place_confirmed")


@pytest.mark.parametrize("is_open", [True, False])
def test_who_withdrew_is_led_to_begin_anew_only_while_it_is_open(is_open):
    offering = OfferingFactory() if is_open else closed()
    application, owner = draft(offering=offering)
    intake.withdraw(application=application, by=owner)
    text = text_of("application_withdrawn")

    assert (offering.get_absolute_url() in text) is is_open
    assert ("The offering is closed." in text) is not is_open


def test_the_receipt_tells_the_four_proofs_apart():
    application, owner = draft()
    intake.hand_in(application=application, by=owner)
    text = text_of("application_received")

    assert text.count("one sentence that shows it") == 4
    assert "\nOne sentence that shows it\n" not in text
