"""Starting, saving, handing in, withdrawing: the rule, the refusal, the race."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail as sent_mail
from django.db import close_old_connections, connection
from django.urls import reverse

from cohorts import cities, eoi, intake
from cohorts.models import Application, City, Revision, TeamMember
from cohorts.models.application import State
from sprint_portal.audit import AuditEvent
from sprint_portal.mail.models import Message
from sprint_portal.refusals import MoveRefused, NotPermitted
from tests.cohorts.intake_factories import answers, draft, handed_in
from tests.factories import CityFactory, OfferingFactory, TeamMemberFactory, UserFactory

pytestmark = pytest.mark.django_db

TULSA = 4553433
TOPIC = eoi.BY_KEY["topic"]


def typed(**changes):
    return {field.key: answers(**changes)[field.key] for field in TOPIC.fields}


# --- starting --------------------------------------------------------------------------
def test_start_makes_the_city_its_owner_and_a_reference():
    ana = UserFactory(name="Ana", email="ana@example.org")
    city = intake.city_of_place(cities.by_id(TULSA))

    application = intake.start(
        offering=OfferingFactory(), city=city, by=ana, checked={"staffing": "yes"}
    )

    assert city.zone == "America/Chicago"
    assert TeamMember.objects.get(user=ana).role == "owner"
    assert application.answers["lead_email"] == "ana@example.org"
    assert application.answers["stage_staffing"] == "yes"
    assert application.reference.startswith("BCT-2026-")


def test_start_twice_is_one_application():
    ana, offering, city = UserFactory(), OfferingFactory(), CityFactory()

    first = intake.start(offering=offering, city=city, by=ana)

    assert intake.start(offering=offering, city=city, by=ana) == first


@pytest.mark.parametrize("make", [draft, handed_in])
def test_beginning_anew_takes_what_was_taken_back(make, client):
    first, owner = make()
    client.force_login(owner)
    client.post(reverse("cohorts:withdraw", kwargs={"uid": first.uid}))

    again = intake.start(offering=first.offering, city=first.city, by=owner)

    assert again != first
    assert again.carried_from == first
    assert again.answers["topic"] == first.answers["topic"]
    assert not {"consent_store", "stage_staffing"} & set(again.answers)


def test_beginning_anew_says_what_it_was_begun_with(client):
    city = intake.city_of_place(cities.by_id(TULSA))
    first, owner = draft(city=city, state="withdrawn", announced_state="withdrawn")
    client.force_login(owner)
    begin = reverse("cohorts:begin", kwargs={"slug": first.offering.slug})

    page = client.post(begin, {"place": TULSA}, follow=True).content.decode()

    assert f"Begun with what you wrote in {first.reference}." in page


def test_somebody_else_asks_for_access_and_changes_nothing():
    application, _owner = draft()

    with pytest.raises(intake.CityTaken) as refusal:
        intake.start(offering=application.offering, city=application.city, by=UserFactory())

    assert refusal.value.city == application.city
    assert Application.objects.count() == 1
    assert application.city.team.count() == 1


def test_a_colleague_finds_the_same_application():
    application, _owner = draft()
    colleague = TeamMemberFactory(city=application.city, role="editor").user

    found = intake.start(offering=application.offering, city=application.city, by=colleague)

    assert found == application


def test_a_viewer_cannot_begin():
    city = CityFactory()
    TeamMemberFactory(city=city)
    viewer = TeamMemberFactory(city=city, role="viewer").user

    with pytest.raises(NotPermitted):
        intake.start(offering=OfferingFactory(), city=city, by=viewer)


@pytest.mark.parametrize("days", [-30, 30])
def test_start_outside_the_window_is_refused(days):
    offering = OfferingFactory()

    with (
        time_machine.travel(offering.closes_at + timedelta(days=days)),
        pytest.raises(intake.NotOpen),
    ):
        intake.start(offering=offering, city=CityFactory(), by=UserFactory())


def test_after_withdrawing_a_city_may_begin_anew():
    application, owner = draft()
    intake.withdraw(application=application, by=owner)

    anew = intake.start(offering=application.offering, city=application.city, by=owner)

    assert anew != application
    assert anew.state == State.DRAFT


def test_next_offering_begins_with_what_was_written_but_asks_the_stages_again():
    past = OfferingFactory(
        opens_at=datetime(2026, 1, 1, tzinfo=UTC), closes_at=datetime(2026, 2, 1, tzinfo=UTC)
    )
    earlier, owner = handed_in(state="not_yet", announced_state="not_yet", offering=past)

    application = intake.start(offering=OfferingFactory(), city=earlier.city, by=owner)

    assert application.carried_from == earlier
    assert application.answers["topic"] == earlier.answers["topic"]
    assert "stage_staffing" not in application.answers
    assert "consent_store" not in application.answers


def test_city_by_hand_is_found_again_whatever_its_capitals():
    one = intake.city_by_hand(name="Port Alder", region="", country="US", zone="America/New_York")

    assert intake.city_by_hand(name="PORT alder", region="", country="US", zone="UTC") == one


# --- saving ----------------------------------------------------------------------------
def test_save_keeps_incomplete_text():
    application, owner = draft(answers={})

    stored = intake.save_step(
        application=application, step=TOPIC, typed=typed(area="", audiences=""), rev=0, by=owner
    )

    assert stored.answers["topic"] == "A chatbot for permits."
    assert stored.step_revs == {"topic": 1}


def test_stale_save_is_refused_and_loses_nothing():
    application, owner = draft()
    intake.save_step(
        application=application, step=TOPIC, typed=typed(topic="Mine"), rev=0, by=owner
    )

    with pytest.raises(intake.StaleText) as refusal:
        intake.save_step(
            application=application, step=TOPIC, typed=typed(topic="Yours"), rev=0, by=owner
        )

    assert refusal.value.stored.answers["topic"] == "Mine"
    application.refresh_from_db()
    assert application.answers["topic"] == "Mine"


def test_two_people_in_two_steps_do_not_meet():
    application, owner = draft()
    needs = eoi.BY_KEY["needs"]
    other = {field.key: "no" if field.choices else "Words" for field in needs.fields}

    intake.save_step(application=application, step=TOPIC, typed=typed(topic="A"), rev=0, by=owner)
    intake.save_step(application=application, step=needs, typed=other, rev=0, by=owner)

    application.refresh_from_db()
    assert (application.answers["topic"], application.answers["publish"]) == ("A", "Words")


def test_the_same_text_twice_is_no_conflict():
    application, owner = draft()
    for _click in range(2):
        stored = intake.save_step(
            application=application, step=TOPIC, typed=typed(topic="Once"), rev=0, by=owner
        )

    assert stored.rev == 1


def test_viewers_do_not_write():
    application, _owner = draft()
    viewer = TeamMemberFactory(city=application.city, role="viewer").user

    with pytest.raises(NotPermitted):
        intake.save_step(
            application=application, step=TOPIC, typed=typed(topic="No"), rev=0, by=viewer
        )


# --- handing in ------------------------------------------------------------------------
def hand_in(application, owner):
    application.refresh_from_db()
    return intake.hand_in(application=application, by=owner)


def test_hand_in_freezes_and_dates(django_capture_on_commit_callbacks):
    application, owner = draft()

    with django_capture_on_commit_callbacks(execute=True):
        revision = hand_in(application, owner)

    application.refresh_from_db()
    assert (application.state, application.announced_state) == ("submitted", "submitted")
    assert application.submitted_at is not None
    assert revision.answers == application.answers
    assert application.reference in sent_mail.outbox[0].subject
    assert "A chatbot for permits." in sent_mail.outbox[0].body


def test_two_clicks_are_one_revision_and_one_mail():
    application, owner = draft()

    assert hand_in(application, owner) == hand_in(application, owner)
    assert Revision.objects.count() == Message.objects.count() == 1
    assert AuditEvent.objects.filter(verb="submit").count() == 1


def test_incomplete_is_refused_with_the_reason():
    application, owner = draft(answers=answers(topic=""))

    with pytest.raises(MoveRefused, match="still missing"):
        hand_in(application, owner)


def test_changes_are_handed_in_again_until_the_deadline():
    application, owner = draft()
    hand_in(application, owner)
    Application.objects.filter(pk=application.pk).update(state=State.ELIGIBLE)
    intake.save_step(application=application, step=TOPIC, typed=typed(topic="New"), rev=0, by=owner)

    revision = hand_in(application, owner)

    application.refresh_from_db()
    assert revision.number == application.revision == 2
    assert application.state == State.ELIGIBLE  # the city's change takes nothing back


def test_after_the_decision_is_told_nothing_is_handed_in():
    application, owner = handed_in(state="declined", announced_state="declined")
    application.answers = answers(topic="Later")
    application.save()

    with pytest.raises(MoveRefused, match="announced"):
        hand_in(application, owner)


# New York's clocks went back on 1 November 2026 at 6:00 UTC: 1:30 came twice that night.
DEADLINES = [
    datetime(2026, 7, 26, 21, 0, tzinfo=UTC),
    datetime(2026, 11, 1, 5, 30, tzinfo=UTC),  # the first 1:30
    datetime(2026, 11, 1, 6, 30, tzinfo=UTC),  # the second
    datetime(2026, 3, 8, 7, 0, tzinfo=UTC),  # 2:00 that jumps to 3:00
]


@pytest.mark.parametrize("closes_at", DEADLINES)
@pytest.mark.parametrize(("seconds", "is_taken"), [(-1, True), (0, False), (1, False)])
def test_deadline_to_the_second(closes_at, seconds, is_taken):
    offering = OfferingFactory(opens_at=closes_at - timedelta(days=9), closes_at=closes_at)
    application, owner = draft(offering=offering)

    with time_machine.travel(closes_at + timedelta(seconds=seconds), tick=False):
        if is_taken:
            hand_in(application, owner)
        else:
            with pytest.raises(MoveRefused, match="Your text is kept"):
                hand_in(application, owner)
            saved = intake.save_step(
                application=application, step=TOPIC, typed=typed(topic="Late"), rev=0, by=owner
            )
            assert saved.answers["topic"] == "Late"


def test_an_extension_moves_the_deadline_of_one_city_only():
    offering = OfferingFactory()
    late, owner = draft(offering=offering, extended_until=offering.closes_at + timedelta(days=2))
    other, stranger = draft(offering=offering)

    with time_machine.travel(offering.closes_at + timedelta(days=1)):
        hand_in(late, owner)
        with pytest.raises(MoveRefused):
            hand_in(other, stranger)


# --- withdrawing -----------------------------------------------------------------------
def test_withdrawing_is_told_once_and_final(django_capture_on_commit_callbacks):
    application, owner = handed_in()
    with django_capture_on_commit_callbacks(execute=True):
        intake.withdraw(application=application, by=owner)

    assert (application.state, application.announced_state) == ("withdrawn", "withdrawn")
    assert "withdrawn" in sent_mail.outbox[0].subject
    with pytest.raises((MoveRefused, NotPermitted)):
        intake.withdraw(application=application, by=owner)


def test_staff_withdraw_for_a_city_with_a_reason_only():
    application, _owner = handed_in()
    staff = UserFactory(is_staff=True)

    with pytest.raises(MoveRefused, match="Say why"):
        intake.withdraw(application=application, by=staff)
    intake.withdraw(application=application, by=staff, reason="They telephoned.")


# --- races, on a database that lets two write at once ------------------------------------
def at_once(*works):
    """Run each in a thread of its own; returns what each gave or raised."""
    gave = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(place, work):
        close_old_connections()
        try:
            gate.wait()
            gave[place] = work()
        except Exception as fault:
            gave[place] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return gave


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_people_begin_for_one_city_at_once():
    offering, city = OfferingFactory(), CityFactory()
    people = [UserFactory() for _ in range(6)]

    gave = at_once(
        *[lambda one=one: intake.start(offering=offering, city=city, by=one) for one in people]
    )

    assert Application.objects.count() == 1
    assert sum(isinstance(one, Application) for one in gave) == 1
    assert sum(isinstance(one, intake.CityTaken) for one in gave) == 5


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_six_clicks_at_once_are_one_hand_in():
    application, owner = draft()

    at_once(*[lambda: intake.hand_in(application=application, by=owner)] * 6)

    assert Revision.objects.count() == Message.objects.count() == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_saves_at_once_keep_one_and_show_the_other():
    application, owner = draft()

    gave = at_once(
        *[
            lambda words=words: intake.save_step(
                application=application, step=TOPIC, typed=typed(topic=words), rev=0, by=owner
            )
            for words in ("One", "Two", "Three")
        ]
    )

    assert sum(isinstance(one, Application) for one in gave) == 1
    assert sum(isinstance(one, intake.StaleText) for one in gave) == 2
    assert City.objects.count() == 1
