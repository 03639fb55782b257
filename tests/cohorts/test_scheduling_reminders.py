"""A mail the day before: once, and never for what is off."""

from datetime import timedelta

import pytest
import time_machine

from cohorts.models import Meeting
from cohorts.scheduling import clock, reminders, sessions
from cohorts.tasks import remind
from sprint_portal.mail.models import Message
from tests.cohorts.cohort_world import a_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


def sent():
    return Message.objects.filter(kind="cohorts/session_reminder")


def before(meeting, **delta):
    return time_machine.travel(meeting.starts_at - timedelta(**delta), tick=False)


def test_remind_tells_each_person_once_the_day_before(world):
    world.lay_out()
    week_1 = Meeting.objects.get(week=1)

    with before(week_1, hours=24, seconds=1):
        remind()
    assert not sent().exists()

    for hours in (23.9, 23.8, 12, 1):
        with before(week_1, hours=hours):
            remind()

    assert {message.user for message in sent()} == {world.ana, world.mia, world.dana}
    assert sent().count() == 3
    assert "https://meet.example.org/trust" in sent().first().body


def test_remind_of_an_appointment_tells_its_own_city_only(world):
    meeting = world.book()

    with before(meeting, hours=20):
        remind()

    assert {message.user for message in sent()} == {world.ana, world.dana}


def test_beat_that_was_down_for_two_hours_reminds_all_the_same(world):
    world.lay_out()
    week_1 = Meeting.objects.get(week=1)

    with before(week_1, hours=22):
        remind()

    assert sent().count() == 3


def test_remind_skips_what_was_booked_within_the_day(world):
    meeting = world.book()

    with before(meeting, hours=5):
        Meeting.objects.filter(pk=meeting.pk).update(
            settled_at=meeting.starts_at - timedelta(hours=6)
        )
        remind()

    assert not sent().exists()


def test_remind_rereads_the_status(world):
    world.lay_out()
    week_1 = Meeting.objects.get(week=1)
    with before(week_1, hours=20):
        assert reminders.due() == [week_1.pk]
        sessions.cancel(week_1, reason="Storm", by=world.dana)

        reminders.remind(week_1.pk)
        remind()

    assert not sent().exists()


def test_moved_meeting_is_reminded_of_at_its_new_time_again(world):
    world.lay_out()
    week_1 = Meeting.objects.get(week=1)
    with before(week_1, hours=20):
        remind()
        wall = clock.to_wall(week_1.starts_at, week_1.zone) + timedelta(days=3)
        week_1 = sessions.move(week_1, wall=wall, minutes=120, sequence=0, by=world.dana)
        remind()
    assert sent().count() == 3

    with before(week_1, hours=20):
        remind()

    assert sent().count() == 6


def test_past_meeting_is_not_reminded_of(world):
    world.lay_out()
    week_1 = Meeting.objects.get(week=1)

    with time_machine.travel(week_1.starts_at + timedelta(minutes=1), tick=False):
        remind()

    assert not sent().exists()
