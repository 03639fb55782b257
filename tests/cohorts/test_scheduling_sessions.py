"""Laying a sprint out, then moving and cancelling single meetings."""

from datetime import timedelta

import icalendar
import pytest
from django.core import mail as sent_mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from cohorts import intake, selection
from cohorts.models import Application, BusyCell, Meeting
from cohorts.scheduling import cells, clock, layout, sessions
from sprint_portal import audit
from sprint_portal.mail.models import Message
from sprint_portal.refusals import MoveRefused, NotPermitted
from tests.cohorts.cohort_world import a_world
from tests.factories import ApplicationFactory, TeamMemberFactory

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)


@pytest.fixture
def world():
    return a_world()


def later(meeting, **delta):
    return clock.to_wall(meeting.starts_at, meeting.zone) + timedelta(**delta)


# --- laying out ------------------------------------------------------------------------
def test_lay_out_makes_every_meeting_and_holds_everyone_s_time(world):
    meetings = world.lay_out()

    assert [m.kind for m in meetings] == ["pre_sprint", *["session"] * 10, "post_sprint"]
    quarters = 10 * 8 + 2 * 4
    for owner in (f"user:{world.dana.pk}", f"city:{world.alder.pk}", f"city:{world.marrow.pk}"):
        assert BusyCell.objects.filter(owner=owner).count() == quarters
    assert BusyCell.objects.count() == 3 * quarters


def test_lay_out_mails_each_person_of_the_cohort_once(world):
    TeamMemberFactory(city=world.marrow, user=world.ana)  # in two teams: still one mail

    meetings = world.lay_out()

    told = Message.objects.filter(kind="cohorts/session_laid_out")
    assert sorted(told.values_list("user", flat=True)) == sorted(
        person.pk for person in (world.ana, world.mia, world.dana)
    )
    attached = told.first().attachments[0]
    assert len(icalendar.Calendar.from_ical(attached["text"]).walk("VEVENT")) == len(meetings)


def test_lay_out_twice_is_once(world):
    first, second = world.lay_out(), world.lay_out()

    assert [m.pk for m in first] == [m.pk for m in second]
    assert Meeting.objects.count() == 12
    assert Message.objects.count() == 3
    assert audit.history(world.offering).count() == 1


def test_lay_out_refuses_another_sprint_over_the_first(world):
    world.lay_out()

    with pytest.raises(sessions.AlreadyLaidOut):
        world.lay_out(first=world.first() + timedelta(days=1))

    assert Meeting.objects.count() == 12


def test_lay_out_is_all_or_nothing_and_says_what_is_in_the_way(world):
    world.book(wall=world.first() + 3 * WEEK - timedelta(minutes=15))

    with pytest.raises(cells.Taken, match=r"Dana is taken: “1:1 with Port Alder”"):
        world.lay_out()

    assert Meeting.objects.for_groups().count() == 0
    assert not Message.objects.filter(kind="cohorts/session_laid_out").exists()


def test_lay_out_refuses_calls_that_overlap_sessions(world):
    with pytest.raises(cells.Taken, match="overlap"):
        world.lay_out(pre_sprint=world.first() + timedelta(hours=1))


def test_lay_out_refuses_the_past(world):
    with pytest.raises(sessions.PastTime):
        world.lay_out(first=world.first() - 6 * WEEK)


@pytest.mark.parametrize("minutes", [-120, 0, 7, 495, 10_000])
def test_lay_out_refuses_odd_lengths(world, minutes):
    slots = [layout.Slot(**{**vars(slot), "minutes": minutes}) for slot in world.slots()]

    with pytest.raises(sessions.OddLength):
        sessions.lay_out(world.offering, slots=slots, facilitator=world.dana, by=world.dana)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://x.org", "//x.org", "x"])
def test_lay_out_refuses_links_that_are_not_https(world, link):
    with pytest.raises(sessions.UnsafeLink):
        sessions.lay_out(
            world.offering,
            slots=world.slots(),
            facilitator=world.dana,
            join_link=link,
            by=world.dana,
        )


@pytest.mark.parametrize("who", ["ana", "outsider"])
def test_lay_out_is_for_facilitators_and_staff(world, who):
    with pytest.raises(NotPermitted):
        world.lay_out(by=getattr(world, who))

    assert world.lay_out(by=world.sam)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"minutes": 0}, "meeting_fits_into_a_day"),
        ({"join_link": "javascript:alert(1)"}, "join_link_is_https"),
        ({"week": 2}, None),
        ({"ends_at": None}, "meeting_ends_after_it_starts"),
    ],
)
def test_database_refuses_odd_meetings(world, change, sentence):
    meeting = next(m for m in world.lay_out() if m.week == 1)
    if "ends_at" in change:
        change = {"ends_at": meeting.starts_at}

    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(**change)


def test_database_refuses_to_hold_a_quarter_twice(world):
    world.lay_out()
    cell = BusyCell.objects.first()

    with pytest.raises(IntegrityError), transaction.atomic():
        BusyCell.objects.create(owner=cell.owner, instant=cell.instant, meeting=cell.meeting)


# --- cities that come and go -----------------------------------------------------------
def test_welcome_brings_a_late_city_into_the_meetings_ahead(world):
    world.lay_out()
    late = ApplicationFactory(
        offering=world.offering, state="confirmed", submitted_at=timezone.now()
    )
    lou = TeamMemberFactory(city=late.city).user

    for _ in range(2):
        sessions.welcome(late)

    assert BusyCell.objects.filter(owner=f"city:{late.city_id}").count() == 88
    assert Message.objects.filter(user=lou).count() == 1
    assert Meeting.objects.visible_to(lou).count() == 12


def test_farewell_gives_a_city_its_time_back(world):
    world.lay_out()
    seat = Application.objects.get(city=world.alder)

    sessions.farewell(seat, by=world.ana)

    assert not BusyCell.objects.filter(owner=f"city:{world.alder.pk}").exists()
    assert BusyCell.objects.filter(owner=f"city:{world.marrow.pk}").exists()


def test_farewell_calls_appointments_off_and_tells_who_had_them(world):
    theirs, others = world.book(), world.book(city=world.marrow, wall=world.first())
    seat = Application.objects.get(city=world.alder)
    Message.objects.all().delete()

    for _ in range(2):
        sessions.farewell(seat, by=world.ana)

    theirs.refresh_from_db()
    others.refresh_from_db()
    assert (theirs.status, others.status) == ("cancelled", "confirmed")
    told = Message.objects.filter(kind="cohorts/appointment_cancelled")
    assert {one.user for one in told} == {world.ana, world.dana}
    assert "has withdrawn" in told[0].body
    owners = BusyCell.objects.filter(owner=f"user:{world.dana.pk}").values("meeting").distinct()
    assert [one["meeting"] for one in owners] == [others.pk]


# --- moving ----------------------------------------------------------------------------
def test_move_changes_this_occurrence_only(world):
    meetings = world.lay_out()
    week_5 = next(m for m in meetings if m.week == 5)
    rest = {m.pk: m.starts_at for m in meetings if m != week_5}

    sessions.move(week_5, wall=later(week_5, days=1), minutes=90, sequence=0, by=world.dana)

    week_5.refresh_from_db()
    assert (week_5.sequence, week_5.minutes) == (1, 90)
    assert clock.to_wall(week_5.starts_at, week_5.zone).hour == 12
    assert dict(Meeting.objects.exclude(pk=week_5.pk).values_list("pk", "starts_at")) == rest
    held = BusyCell.objects.filter(meeting=week_5, owner=f"city:{world.alder.pk}")
    assert sorted(held.values_list("instant", flat=True)) == clock.quarters(
        week_5.starts_at, week_5.ends_at
    )


def test_move_mails_each_person_once_with_a_request_for_them_alone(world):
    week_1 = next(m for m in world.lay_out() if m.week == 1)

    sessions.move(week_1, wall=later(week_1, days=1), minutes=120, sequence=0, by=world.dana)

    told = Message.objects.filter(kind="cohorts/session_moved")
    assert told.count() == 3
    letter = told.get(user=world.ana)
    calendar = icalendar.Calendar.from_ical(letter.attachments[0]["text"])
    (event,) = calendar.walk("VEVENT")
    assert letter.attachments[0]["type"] == "text/calendar; method=REQUEST"
    assert (calendar["METHOD"], event["SEQUENCE"]) == ("REQUEST", 1)
    assert event["ATTENDEE"] == f"mailto:{world.ana.email}"
    assert world.mia.email not in letter.attachments[0]["text"]


def test_second_click_of_the_same_move_does_nothing(world):
    week_1 = next(m for m in world.lay_out() if m.week == 1)
    wall = later(week_1, days=1)

    for _ in range(2):
        moved = sessions.move(week_1, wall=wall, minutes=120, sequence=0, by=world.dana)

    assert moved.sequence == 1
    assert Message.objects.filter(kind="cohorts/session_moved").count() == 3


def test_move_from_a_stale_page_is_refused(world):
    week_1 = next(m for m in world.lay_out() if m.week == 1)
    sessions.move(week_1, wall=later(week_1, days=1), minutes=120, sequence=0, by=world.dana)

    with pytest.raises(MoveRefused, match="since you opened"):
        sessions.move(week_1, wall=later(week_1, days=2), minutes=120, sequence=0, by=world.sam)


def test_move_onto_another_meeting_is_refused_and_changes_nothing(world):
    week_1, week_2 = (m for m in world.lay_out() if m.week in (1, 2))

    with pytest.raises(cells.Taken, match="People and harms"):
        sessions.move(week_1, wall=later(week_2, hours=1), minutes=120, sequence=0, by=world.dana)

    week_1.refresh_from_db()
    assert week_1.sequence == 0
    assert BusyCell.objects.filter(meeting=week_1).count() == 24


def test_move_by_a_quarter_may_overlap_its_own_old_time(world):
    week_1 = next(m for m in world.lay_out() if m.week == 1)

    moved = sessions.move(
        week_1, wall=later(week_1, minutes=15), minutes=120, sequence=0, by=world.dana
    )

    assert moved.sequence == 1


def test_move_refuses_the_past_the_present_time_and_a_cancelled_meeting(world):
    week_1, week_2 = (m for m in world.lay_out() if m.week in (1, 2))

    with pytest.raises(sessions.PastTime):
        sessions.move(week_1, wall=later(week_1, weeks=-9), minutes=120, sequence=0, by=world.dana)
    with pytest.raises(MoveRefused, match="already"):
        sessions.move(week_1, wall=later(week_1), minutes=120, sequence=0, by=world.dana)
    sessions.cancel(week_2, reason="Storm", by=world.dana)
    with pytest.raises(MoveRefused, match="cancelled"):
        sessions.move(week_2, wall=later(week_2, days=1), minutes=120, sequence=1, by=world.dana)


@pytest.mark.parametrize("who", ["ana", "outsider"])
def test_move_and_cancel_are_not_for_cities(world, who):
    week_1 = next(m for m in world.lay_out() if m.week == 1)
    person = getattr(world, who)

    with pytest.raises(NotPermitted):
        sessions.move(week_1, wall=later(week_1, days=1), minutes=120, sequence=0, by=person)
    with pytest.raises(NotPermitted):
        sessions.cancel(week_1, reason="No", by=person)


# --- cancelling ------------------------------------------------------------------------
def test_cancel_frees_the_time_and_tells_everyone_why(world):
    week_1 = next(m for m in world.lay_out() if m.week == 1)

    sessions.cancel(week_1, reason="The facilitator is ill.", by=world.dana)

    week_1.refresh_from_db()
    assert (week_1.status, week_1.sequence) == ("cancelled", 1)
    assert not BusyCell.objects.filter(meeting=week_1).exists()
    told = Message.objects.filter(kind="cohorts/session_cancelled")
    assert told.count() == 3
    letter = told.get(user=world.mia)
    calendar = icalendar.Calendar.from_ical(letter.attachments[0]["text"])
    (event,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "CANCEL"
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    assert "The facilitator is ill." in letter.body


def test_cancel_twice_is_refused(world):
    week_1 = next(m for m in world.lay_out() if m.week == 1)
    sessions.cancel(week_1, reason="Storm", by=world.dana)

    with pytest.raises(MoveRefused):
        sessions.cancel(week_1, reason="Storm", by=world.dana)

    assert Message.objects.filter(kind="cohorts/session_cancelled").count() == 3


def test_cancel_without_a_reason_is_refused(world):
    week_1 = next(m for m in world.lay_out() if m.week == 1)

    with pytest.raises(MoveRefused):
        sessions.cancel(week_1, reason="  ", by=world.dana)


# --- describing ------------------------------------------------------------------------
def describe(meeting, by, **change):
    given = {"title": meeting.title, "agenda": meeting.agenda, "join_link": meeting.join_link}
    return sessions.describe(meeting, **{**given, **change}, seen=sessions.version(meeting), by=by)


def test_describe_keeps_quiet_unless_the_link_changes(world):
    week_1 = next(m for m in world.lay_out() if m.week == 1)

    stored = describe(week_1, world.dana, agenda="- Something else")
    assert stored.sequence == 0
    assert not Message.objects.filter(kind="cohorts/session_relinked").exists()

    stored = describe(stored, world.dana, join_link="https://other.example.org/")
    assert stored.sequence == 1
    assert Message.objects.filter(kind="cohorts/session_relinked").count() == 3


def test_describe_from_a_stale_page_loses_nobody_s_words(world):
    week_1 = next(m for m in world.lay_out() if m.week == 1)
    seen = sessions.version(week_1)
    describe(week_1, world.dana, agenda="- Dana's")

    with pytest.raises(MoveRefused, match="while you wrote"):
        sessions.describe(
            week_1, title=week_1.title, agenda="- Sam's", join_link="", seen=seen, by=world.sam
        )

    week_1.refresh_from_db()
    assert week_1.agenda == "- Dana's"


def test_confirming_and_withdrawing_a_place_keep_the_city_s_time_right(world):
    world.lay_out()
    late = ApplicationFactory(
        offering=world.offering,
        state="selected",
        announced_state="selected",
        submitted_at=timezone.now(),
    )
    held = BusyCell.objects.filter(owner=f"city:{late.city_id}")

    selection.confirm(application=late, by=world.sam, reason="By telephone")
    assert held.count() == 88

    intake.withdraw(application=late, by=world.sam, reason="By telephone")
    assert not held.exists()


def test_mail_as_sent_carries_the_invitation_whole(world, django_capture_on_commit_callbacks):
    week_1 = next(m for m in world.lay_out() if m.week == 1)
    with django_capture_on_commit_callbacks(execute=True):
        sessions.move(week_1, wall=later(week_1, days=1), minutes=120, sequence=0, by=world.dana)

    letter = next(m for m in sent_mail.outbox if m.to == [world.ana.email])
    part = next(p for p in letter.message().walk() if p.get_content_type() == "text/calendar")
    assert part.get_param("method") == "REQUEST"
    (event,) = icalendar.Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
    assert event["SEQUENCE"] == 1
    assert "Bogotá time" in letter.body
    assert "&" not in letter.subject
