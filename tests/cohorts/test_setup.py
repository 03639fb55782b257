"""Setting an offering up: a copy, its sections, what stays once people rely on it, announcing."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from cohorts import preparing, readiness, rounds
from cohorts.models import MailText, Meeting, Offering, ReviewRound, Rubric
from sprint_portal.audit import history
from sprint_portal.refusals import MoveRefused, NotPermitted, Refusal
from tests.cohorts.intake_factories import draft, handed_in
from tests.factories import OfferingFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def staff():
    return StaffFactory()


@pytest.fixture
def dana():
    return UserFactory(is_facilitator=True)


def at(year, month, day, hour=23, minute=59, second=59):
    return datetime(year, month, day, hour, minute, second, tzinfo=NEW_YORK)


@pytest.fixture
def earlier(dana):
    """The pilot's own dates, reviewed and worded."""
    made = OfferingFactory(
        slug="pilot-2024",
        opens_at=at(2024, 6, 28),
        closes_at=at(2024, 7, 26),
        confirm_by=at(2024, 8, 2, 17, 0, 0),
        runs_from=date(2024, 9, 10),
        runs_until=date(2024, 11, 15),
        pre_course_dates=["2024-08-05", "2024-08-12"],
        retain_until=date(2026, 9, 10),
        reference_prefix="BCT-2024",
        capacity=8,
    )
    made.facilitators.add(dana)
    ReviewRound.objects.create(
        offering=made, is_open=True, blind=True, per_application=3, due_at=at(2024, 8, 1, 12, 0, 0)
    )
    criteria = [{**one, "weight": 7} for one in rounds.shipped_criteria()]
    Rubric.objects.create(offering=made, version=1, criteria=rounds.shipped_criteria())
    Rubric.objects.create(offering=made, version=2, criteria=criteria)
    MailText.objects.create(offering=made, kind="declined", subject="S", body="B {link}")
    MailText.objects.create(offering=made, kind="confirmed", subject="", body="", rev=3)
    return made


def copied(earlier, by, **changes):
    facts = {
        "starts": date(2027, 9, 7),
        "term": "Autumn 2027",
        "slug": "autumn-2027",
        "reference_prefix": "BCT-2027",
    }
    return preparing.copy(earlier=earlier, by=by, **(facts | changes))


def ready(staff, dana, **changes):
    """An offering that can be announced."""
    now = timezone.now()
    facts = {
        "announced": False,
        "confirm_by": now + timedelta(days=20),
        "retain_until": timezone.localdate() + timedelta(days=700),
    }
    made = OfferingFactory(**(facts | changes))
    made.facilitators.add(dana)
    return made


def change(offering, by, section, rev=0, **values):
    return preparing.change(offering=offering, section=section, values=values, rev=rev, by=by)


# --- copying ---------------------------------------------------------------------------
def test_copy_moves_every_date_by_whole_weeks_on_the_wall_clock(earlier, staff):
    made = copied(earlier, staff, starts=date(2027, 3, 2))

    moved = timedelta(weeks=129)
    assert made.runs_from == earlier.runs_from + moved == date(2027, 3, 2)
    assert made.runs_from.weekday() == earlier.runs_from.weekday()
    closes = made.closes_at.astimezone(NEW_YORK)
    assert (closes.date(), closes.time()) == (date(2027, 1, 15), at(2024, 7, 26).time())
    assert closes.utcoffset() == timedelta(hours=-5)  # winter there, summer in the earlier one
    assert made.pre_course_dates == ["2027-01-25", "2027-02-01"]
    assert made.retain_until == earlier.retain_until + moved


def test_copy_takes_facilitators_rubric_round_mails_and_nothing_of_applications(
    earlier, staff, dana
):
    handed_in(offering=earlier)
    UserFactory(is_facilitator=True, is_active=False).facilitated_offerings.add(earlier)

    made = copied(earlier, staff)

    assert list(made.facilitators.all()) == [dana]
    assert made.capacity == 8
    assert [(one.version, one.criteria[0]["weight"]) for one in made.rubrics.all()] == [(1, 7)]
    assert (made.review_round.blind, made.review_round.per_application) == (True, 3)
    assert not made.review_round.is_open
    assert [(text.kind, text.body) for text in made.mail_texts.all()] == [("declined", "B {link}")]
    assert not made.announced
    assert made.applications.count() == 0
    assert history(made).get().verb == "prepare_offering"


@pytest.mark.parametrize(
    ("new", "weeks"), [(date(2024, 9, 13), 0), (date(2024, 9, 14), 1), (date(2024, 9, 3), -1)]
)
def test_weeks_between_is_the_nearest_number(new, weeks):
    assert preparing.weeks_between(date(2024, 9, 10), new) == weeks


def test_time_that_the_clocks_jump_over_moves_on_by_an_hour():
    usual = datetime(2026, 3, 1, 2, 30, tzinfo=NEW_YORK)

    assert preparing.later(usual, 1, "America/New_York") == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)


def test_time_that_the_clocks_show_twice_is_the_first():
    usual = datetime(2026, 10, 25, 1, 30, tzinfo=NEW_YORK)

    assert preparing.later(usual, 1, "America/New_York") == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_copy_under_a_taken_address_is_refused(earlier, staff):
    with pytest.raises(preparing.SlugTaken):
        copied(earlier, staff, slug="pilot-2024")

    assert Offering.objects.count() == 1


@pytest.mark.parametrize(
    "role", [{}, {"is_decider": True}, {"is_facilitator": True}, {"is_superuser": True}]
)
def test_only_staff_prepare(earlier, role):
    other = UserFactory(**role)

    with pytest.raises(NotPermitted):
        copied(earlier, other)
    with pytest.raises(NotPermitted):
        change(earlier, other, "load", capacity=2)
    with pytest.raises(NotPermitted):
        preparing.set_people(offering=earlier, people=[], rev=0, by=other)
    with pytest.raises(NotPermitted):
        preparing.set_rubric(offering=earlier, criteria=[], version=2, by=other)
    with pytest.raises(NotPermitted):
        preparing.announce(offering=earlier, by=other)


# --- sections --------------------------------------------------------------------------
def test_change_is_stored_and_on_record(staff):
    offering = OfferingFactory(announced=False)

    change(offering, staff, "load", capacity=9, weeks=12)

    offering.refresh_from_db()
    assert (offering.capacity, offering.weeks) == (9, 12)
    assert offering.section_revs == {"load": 1}
    event = history(offering).get()
    assert (event.by, event.facts) == (staff, {"section": "load", "changed": ["capacity", "weeks"]})


def test_same_values_change_nothing_even_from_a_stale_page(staff):
    offering = OfferingFactory(capacity=6)

    change(offering, staff, "load", rev=99, capacity=6)

    assert not history(offering).exists()


def test_stale_page_is_refused_with_what_is_stored(staff):
    offering = OfferingFactory()
    change(offering, staff, "load", capacity=9)

    with pytest.raises(preparing.StaleSetUp) as stale:
        change(offering, staff, "load", rev=0, capacity=5)

    assert stale.value.stored.capacity == 9
    offering.refresh_from_db()
    assert offering.capacity == 9


def test_two_sections_do_not_stand_in_each_others_way(staff):
    offering = OfferingFactory(announced=False)
    change(offering, staff, "load", capacity=9)

    change(offering, staff, "name", rev=0, term="Spring")

    offering.refresh_from_db()
    assert (offering.capacity, offering.term) == (9, "Spring")


def test_columns_of_other_sections_are_not_touched(staff):
    offering = OfferingFactory(announced=False, capacity=6)

    change(offering, staff, "name", term="Spring", announced=True, capacity=1)

    offering.refresh_from_db()
    assert (offering.announced, offering.capacity) == (False, 6)


def test_address_of_another_offering_is_refused(staff):
    OfferingFactory(slug="taken")
    offering = OfferingFactory(announced=False)

    with pytest.raises(preparing.SlugTaken):
        change(offering, staff, "name", slug="taken")


# --- what stays ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("section", "field", "value"),
    [("name", "reference_prefix", "NEW-1"), ("form", "form_version", 2)],
)
def test_field_is_free_before_and_fixed_after_the_first_application(staff, section, field, value):
    free, used = OfferingFactory(), OfferingFactory()
    draft(offering=used)

    change(free, staff, section, **{field: value})
    with pytest.raises(preparing.Locked) as refusal:
        change(used, staff, section, **{field: value})

    free.refresh_from_db()
    assert getattr(free, field) == value
    assert refusal.value.field == field


def test_address_is_fixed_once_announced(staff):
    with pytest.raises(preparing.Locked, match="links"):
        change(OfferingFactory(announced=True), staff, "name", slug="another")


@pytest.mark.parametrize(("seats", "allowed"), [(3, True), (2, True), (1, False)])
def test_capacity_keeps_a_seat_for_everyone_chosen(staff, seats, allowed):
    offering = OfferingFactory(capacity=6)
    handed_in(state="selected", offering=offering)
    handed_in(state="confirmed", offering=offering)
    handed_in(state="waitlisted", offering=offering)

    if allowed:
        assert change(offering, staff, "load", capacity=seats).capacity == seats
    else:
        with pytest.raises(preparing.Locked, match="2 cities"):
            change(offering, staff, "load", capacity=seats)


def test_weeks_stay_once_sessions_are_laid_out(staff):
    offering, now = OfferingFactory(), timezone.now()
    Meeting.objects.create(
        offering=offering,
        kind="session",
        week=1,
        title="One",
        zone="UTC",
        local_start=now,
        minutes=60,
        starts_at=now,
        ends_at=now + timedelta(hours=1),
    )

    with pytest.raises(preparing.Locked, match="laid out"):
        change(offering, staff, "load", weeks=12)


def test_deadline_moves_later_and_both_are_kept_for_cities_to_read(staff):
    offering = OfferingFactory()
    draft(offering=offering)
    first, second = offering.closes_at, offering.closes_at + timedelta(days=2)

    change(offering, staff, "dates", closes_at=second)
    change(offering, staff, "dates", rev=1, closes_at=second + timedelta(days=1))

    offering.refresh_from_db()
    assert offering.first_closes_at == first
    moved = history(offering).filter(verb="move_deadline").first()
    assert (moved.was, moved.to) == (first.isoformat(), second.isoformat())


@pytest.mark.parametrize("by", [timedelta(days=-1), timedelta(seconds=-1)])
def test_deadline_never_moves_earlier_once_a_city_began(staff, by):
    offering = OfferingFactory()
    draft(offering=offering)

    with pytest.raises(preparing.Locked, match="later"):
        change(offering, staff, "dates", closes_at=offering.closes_at + by)


def test_deadline_of_an_announced_offering_is_not_moved_into_the_past(staff, time_machine):
    time_machine.move_to("2026-05-04 12:00:00Z", tick=False)
    offering = OfferingFactory()

    with pytest.raises(preparing.Locked, match="past"):
        change(offering, staff, "dates", closes_at=timezone.now())
    change(offering, staff, "dates", closes_at=timezone.now() + timedelta(seconds=1))


def test_deadline_stays_once_decisions_are_told(staff):
    offering = OfferingFactory(closes_at=timezone.now() - timedelta(days=1))
    handed_in(state="declined", announced_state="declined", offering=offering)

    with pytest.raises(preparing.Locked, match="told"):
        change(offering, staff, "dates", closes_at=timezone.now() + timedelta(days=3))


def test_deadline_before_the_announcement_leaves_no_trace_for_cities(staff):
    offering = OfferingFactory(announced=False)

    change(offering, staff, "dates", closes_at=offering.closes_at - timedelta(days=2))

    offering.refresh_from_db()
    assert offering.first_closes_at is None


def test_opening_does_not_move_later_once_a_city_began(staff):
    offering = OfferingFactory()
    draft(offering=offering)

    with pytest.raises(preparing.Locked):
        change(offering, staff, "dates", opens_at=offering.opens_at + timedelta(hours=1))


@pytest.mark.parametrize("day", [None, date(2026, 5, 4), date(2020, 1, 1)])
def test_day_of_keeping_is_not_taken_away_or_put_to_today(staff, time_machine, day):
    time_machine.move_to("2026-05-04 12:00:00Z", tick=False)
    offering = OfferingFactory(retain_until=date(2027, 1, 1))
    draft(offering=offering)

    with pytest.raises(preparing.Locked):
        change(offering, staff, "keeping", retain_until=day)


def test_keeping_never_ends_before_the_sprint_of_an_announced_offering(staff):
    offering = OfferingFactory(retain_until=timezone.localdate() + timedelta(days=900))

    with pytest.raises(preparing.Locked, match="before the sprint ends"):
        change(offering, staff, "keeping", retain_until=offering.runs_until)
    with pytest.raises(preparing.Locked, match="before the sprint ends"):
        change(offering, staff, "dates", runs_until=offering.retain_until)

    offering.refresh_from_db()
    assert offering.runs_until < offering.retain_until


# --- people and rubric -----------------------------------------------------------------
def test_facilitators_are_set_and_noted(staff, dana):
    offering, other = OfferingFactory(), UserFactory(is_facilitator=True)
    offering.facilitators.add(other)

    preparing.set_people(offering=offering, people=[dana], rev=0, by=staff)

    assert list(offering.facilitators.all()) == [dana]
    assert history(offering).get().facts == {"given": [dana.pk], "taken": [other.pk]}


def test_only_facilitators_can_be_chosen(staff):
    with pytest.raises(Refusal, match="role"):
        preparing.set_people(offering=OfferingFactory(), people=[UserFactory()], rev=0, by=staff)


def test_stale_choice_of_people_is_refused(staff, dana):
    offering = OfferingFactory()
    preparing.set_people(offering=offering, people=[dana], rev=0, by=staff)

    with pytest.raises(preparing.StaleSetUp):
        preparing.set_people(offering=offering, people=[], rev=0, by=staff)


def criteria(*names):
    anchors = {str(score): f"like a {score}" for score in range(1, 6)}
    return [
        {"key": "", "name": name, "question": "Is it?", "weight": 10, "anchors": anchors}
        for name in names
    ]


def test_rubric_becomes_a_new_version_with_keys_of_its_own(staff):
    offering = OfferingFactory()
    had = rounds.shipped_criteria()

    preparing.set_rubric(
        offering=offering, criteria=[had[0], *criteria("Need", "Need")], version=0, by=staff
    )

    made = Rubric.objects.get(offering=offering)
    assert (made.version, [one["key"] for one in made.criteria]) == (
        1,
        ["need", "need_2", "need_3"],
    )
    assert history(offering).get().verb == "set_rubric"


def test_rubric_that_somebody_else_changed_is_refused(staff):
    offering = OfferingFactory()
    preparing.set_rubric(offering=offering, criteria=criteria("A"), version=0, by=staff)

    with pytest.raises(preparing.StaleSetUp):
        preparing.set_rubric(offering=offering, criteria=criteria("B"), version=0, by=staff)


def test_shipped_rubric_that_came_into_use_meanwhile_is_no_conflict(staff):
    offering = OfferingFactory()
    rounds.rubric_of(offering)

    preparing.set_rubric(offering=offering, criteria=criteria("A"), version=0, by=staff)

    assert offering.rubrics.last().version == 2


@pytest.mark.parametrize("wrong", [[], criteria("A")[0] | {"weight": 0}])
def test_rubric_that_cannot_be_scored_by_is_refused(staff, wrong):
    given = [wrong] if wrong else []

    with pytest.raises(Refusal):
        preparing.set_rubric(offering=OfferingFactory(), criteria=given, version=0, by=staff)


# --- announcing ------------------------------------------------------------------------
def test_complete_offering_is_announced_and_on_record(staff, dana):
    offering = ready(staff, dana)

    preparing.announce(offering=offering, by=staff)

    offering.refresh_from_db()
    assert offering.announced
    assert history(offering).get().verb == "announce_offering"
    assert offering in Offering.objects.visible_to(UserFactory())


@pytest.mark.parametrize(
    ("changes", "section"),
    [
        ({"opens_at": at(2024, 1, 1), "closes_at": at(2024, 2, 1)}, "dates"),
        ({"confirm_by": None}, "dates"),
        ({"confirm_by": at(2024, 2, 1)}, "dates"),
        ({"runs_from": date(2024, 1, 1)}, "dates"),
        ({"pre_course_dates": ["2090-01-01"]}, "dates"),
        ({"form_version": 99}, "form"),
        ({"retain_until": None}, "keeping"),
        ({"retain_until": date(2024, 1, 1)}, "keeping"),
    ],
)
def test_what_is_missing_is_named_and_stops_the_announcement(staff, dana, changes, section):
    offering = ready(staff, dana, **changes)

    missing = [item for item in readiness.checklist(offering) if item.missing]

    assert section in {item.section for item in missing}
    with pytest.raises(MoveRefused, match=missing[0].missing[:20]):
        preparing.announce(offering=offering, by=staff)


def test_offering_without_facilitators_is_not_announced(staff, dana):
    offering = ready(staff, dana)
    dana.is_active = False
    dana.save()

    with pytest.raises(MoveRefused, match="facilitates"):
        preparing.announce(offering=offering, by=staff)


def test_announcement_is_taken_back_until_a_city_begins(staff, dana):
    offering = ready(staff, dana, announced=True)
    preparing.take_back(offering=offering, by=staff)
    preparing.announce(offering=offering, by=staff)
    draft(offering=offering, state="withdrawn")

    with pytest.raises(MoveRefused, match="begun"):
        preparing.take_back(offering=offering, by=staff)
    with pytest.raises(MoveRefused, match="moved on"):
        preparing.announce(offering=offering, by=staff)


def test_copy_of_one_closed_early_has_the_hour_that_was_promised(earlier):
    promised = earlier.closes_at
    earlier.first_closes_at = promised
    earlier.closes_at = promised - timedelta(days=3, minutes=28, seconds=8)

    assert preparing.shifted(earlier, 0)["closes_at"] == promised
