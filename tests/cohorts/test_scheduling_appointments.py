"""TA appointments: one city, one facilitator, never twice at once."""

from datetime import timedelta

import pytest

from cohorts.models import BusyCell, Meeting
from cohorts.scheduling import appointments, cells, clock, sessions
from sprint_portal.mail.models import Message
from sprint_portal.refusals import NotPermitted
from tests.cohorts.cohort_world import AGENDA, a_world
from tests.factories import CityFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


def test_book_holds_both_and_tells_only_them(world):
    meeting = world.book()

    assert meeting.zone == world.alder.zone
    assert clock.to_wall(meeting.starts_at, "America/Bogota").hour == 12
    assert set(BusyCell.objects.values_list("owner", flat=True)) == {
        f"user:{world.dana.pk}",
        f"city:{world.alder.pk}",
    }
    assert BusyCell.objects.count() == 6
    told = Message.objects.filter(kind="cohorts/appointment_booked")
    assert set(told.values_list("user", flat=True)) == {world.ana.pk, world.dana.pk}


def test_second_click_books_once(world):
    assert world.book() == world.book()
    assert Meeting.objects.count() == 1
    assert Message.objects.count() == 2


def test_facilitator_is_not_booked_twice(world):
    world.book()

    with pytest.raises(cells.Taken, match=r"Dana is taken: “1:1 with Port Alder”, "):
        world.book(city=world.marrow, wall=world.first() + timedelta(days=1, minutes=30))


def test_city_is_not_booked_over_a_group_session(world):
    world.lay_out()

    with pytest.raises(cells.Taken, match=r"Port Alder is taken: “Topic, decisions and promise”"):
        world.book(wall=clock.to_wall(_week_1().starts_at, world.alder.zone))


def test_refusal_names_nothing_that_the_facilitator_may_not_see(world):
    other = a_world()
    other.dana.name = "Kim"
    other.dana.save()
    other.offering.applications.filter(city=other.alder).update(city=world.alder)
    other.alder = world.alder
    other.book(title="Secret topic")

    with pytest.raises(cells.Taken) as refusal:
        world.book()

    assert "Port Alder is taken: another meeting" in str(refusal.value)
    assert "Secret" not in str(refusal.value)


def test_appointments_back_to_back_are_fine(world):
    world.book()

    assert world.book(wall=world.first() + timedelta(days=1, minutes=45), agenda="- Next")


def test_book_refuses_a_city_without_a_place(world):
    with pytest.raises(appointments.NotInCohort):
        world.book(city=CityFactory(name="Elsewhere"))


@pytest.mark.parametrize("minutes", [0, 50, 10_000, -45])
def test_book_refuses_odd_lengths(world, minutes):
    with pytest.raises(sessions.OddLength):
        world.book(minutes=minutes)


def test_book_refuses_the_past_and_starts_off_the_quarter(world):
    with pytest.raises(sessions.PastTime):
        world.book(wall=world.first() - timedelta(weeks=5))
    with pytest.raises(clock.OffQuarter):
        world.book(wall=world.first() + timedelta(minutes=7))


@pytest.mark.parametrize("who", ["ana", "mia", "outsider"])
def test_book_is_for_facilitators_and_staff(world, who):
    with pytest.raises(NotPermitted):
        world.book(by=getattr(world, who))


def test_cancel_frees_the_time_for_another(world):
    meeting = world.book()

    sessions.cancel(meeting, reason="A holiday", by=world.dana)

    assert not BusyCell.objects.exists()
    assert world.book(city=world.marrow, wall=world.first() + timedelta(days=1))
    told = Message.objects.filter(kind="cohorts/appointment_cancelled")
    assert set(told.values_list("user", flat=True)) == {world.ana.pk, world.dana.pk}


def test_reschedule_keeps_the_row_and_swaps_the_time(world):
    meeting = world.book()

    moved = sessions.move(
        meeting,
        wall=world.first() + timedelta(days=2),
        minutes=45,
        sequence=0,
        by=world.dana,
    )

    assert (moved.pk, moved.uid, moved.sequence) == (meeting.pk, meeting.uid, 1)
    assert BusyCell.objects.count() == 6
    assert BusyCell.objects.filter(instant=moved.starts_at).count() == 2


def test_reschedule_onto_a_session_is_refused_and_keeps_the_old_time(world):
    world.lay_out()
    meeting = world.book()

    with pytest.raises(cells.Taken):
        sessions.move(
            meeting,
            wall=clock.to_wall(_week_1().starts_at, meeting.zone),
            minutes=45,
            sequence=0,
            by=world.dana,
        )

    assert BusyCell.objects.filter(meeting=meeting).count() == 6


def test_another_city_never_sees_the_appointment(world):
    meeting = world.book()

    assert meeting in Meeting.objects.visible_to(world.ana)
    for person in (world.mia, world.outsider):
        assert meeting not in Meeting.objects.visible_to(person)
        assert not person.has_perm("cohorts.view_meeting", meeting)
    assert meeting.agenda == AGENDA


def _week_1():
    return Meeting.objects.get(week=1)


# --- what each side calls it -----------------------------------------------------------
def test_each_side_reads_who_is_across_from_them(world):
    meeting = world.book()

    assert meeting.title_for(world.ana) == "1:1 with Dana"
    assert meeting.title_for(world.dana) == meeting.title_for(world.sam) == "1:1 with Port Alder"


def test_a_title_that_somebody_typed_stays_for_all(world):
    meeting = world.book(title="Partner agreements")

    assert {meeting.title_for(one) for one in (world.ana, world.dana)} == {"Partner agreements"}


def test_what_every_appointment_was_once_called_is_nobodys_title(world):
    meeting = world.book(title="TA with Port Alder")

    assert meeting.title_for(world.ana) == "1:1 with Dana"


def test_mail_and_its_calendar_call_it_by_the_other_side(world):
    world.book()

    mails = Message.objects.filter(kind="cohorts/appointment_booked").order_by("user")
    said = {mail.user_id: (mail.subject, mail.attachments[0]["text"]) for mail in mails}
    for person, other in ((world.ana, "Dana"), (world.dana, "Port Alder")):
        subject, calendar = said[person.pk]
        assert subject == f"Booked: 1:1 with {other}"
        assert f"SUMMARY:1:1 with {other}\r\n" in calendar
