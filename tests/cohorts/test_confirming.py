"""Reminders before the day to confirm; afterwards a list for people, never a decline by itself."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cohorts import confirming, selection, tasks
from cohorts.models import Application, Recusal
from cohorts.models.application import State
from sprint_portal.audit import AuditEvent
from sprint_portal.mail.models import Message
from sprint_portal.refusals import MoveRefused, NotPermitted
from tests.cohorts.carry_factories import a_decider, closed, in_room, release
from tests.cohorts.intake_factories import handed_in
from tests.factories import TeamMemberFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
REMINDER = "cohorts/confirm_reminder"


def offered(*, within=10 * DAY, **fields):
    """A city that was told today that it is selected; (application, owner)."""
    row, owner = handed_in(state="selected", offering=closed(**fields))
    release(row.offering, a_decider(), within=within)
    row.refresh_from_db()
    return row, owner


def reminders() -> int:
    return Message.objects.filter(kind=REMINDER).count()


def overdue(**fields):
    """A city whose day passed an hour ago."""
    row, owner = offered(**fields)
    now = timezone.now()
    Application.objects.filter(pk=row.pk).update(
        confirm_by=now - timedelta(hours=1), told_at=now - 10 * DAY
    )
    row.refresh_from_db()
    return row, owner


# --- by the clock ----------------------------------------------------------------------
def test_city_is_reminded_7_3_and_1_days_before_each_once():
    row, owner = offered()
    sent = []
    for days in (8, 6.9, 6.8, 5, 2.9, 2.5, 0.9, 0.1, -1):
        with time_machine.travel(row.confirm_by - days * DAY, tick=False):
            tasks.remind_to_confirm()
            tasks.remind_to_confirm()
        sent.append(reminders())

    assert sent == [0, 1, 1, 1, 2, 2, 3, 3, 3]
    assert set(Message.objects.filter(kind=REMINDER).values_list("to", flat=True)) == {owner.email}


def test_a_reminder_that_was_due_before_the_release_is_left_out():
    row, _owner = offered(within=5 * DAY)
    tasks.remind_to_confirm()
    assert reminders() == 0

    with time_machine.travel(row.confirm_by - 2.5 * DAY, tick=False):
        tasks.remind_to_confirm()
    assert reminders() == 1


def test_a_clock_that_stood_still_sends_only_the_nearest():
    row, _owner = offered()
    with time_machine.travel(row.confirm_by - timedelta(hours=5), tick=False):
        tasks.remind_to_confirm()

    assert reminders() == 1


@pytest.mark.parametrize("what", ["confirmed", "withdrawn", "undone"])
def test_what_changed_since_is_read_again(what):
    row, owner = offered()
    with time_machine.travel(row.confirm_by - 2 * DAY, tick=False):
        ids = confirming.due()
        if what == "confirmed":
            selection.confirm(application=row, by=owner)
        else:
            Application.objects.filter(pk=row.pk).update(
                state={"withdrawn": "withdrawn", "undone": "eligible"}[what]
            )
        for pk in ids:
            confirming.remind(pk)

    assert ids == [row.pk]
    assert reminders() == 0


def test_nobody_is_reminded_of_a_decision_that_is_not_released():
    row, _owner = handed_in(state="selected", offering=closed())
    Application.objects.filter(pk=row.pk).update(confirm_by=timezone.now() + DAY)

    tasks.remind_to_confirm()

    assert not Message.objects.exists()


def test_reminders_go_by_the_instant_whatever_the_zones():
    row, _owner = offered()
    moment = row.confirm_by - 3 * DAY
    with time_machine.travel(moment - timedelta(seconds=1), tick=False):
        assert confirming.days_due(row.told_at, row.confirm_by) == 7
    with time_machine.travel(moment, tick=False):
        assert confirming.days_due(row.told_at, row.confirm_by) == 3


def test_another_day_has_reminders_of_its_own():
    row, _owner = offered()
    with time_machine.travel(row.confirm_by - 0.5 * DAY, tick=False):
        tasks.remind_to_confirm()
        confirming.extend(application=row, until=row.confirm_by + 4 * DAY, by=a_decider())
        tasks.remind_to_confirm()
    assert reminders() == 1

    with time_machine.travel(row.confirm_by + 1.5 * DAY, tick=False):
        tasks.remind_to_confirm()
    assert reminders() == 2


# --- by hand ---------------------------------------------------------------------------
def test_overdue_city_keeps_its_place_and_confirms_late():
    row, owner = overdue()
    tasks.remind_to_confirm()

    row.refresh_from_db()
    assert row.state == State.SELECTED
    assert list(selection.overdue(row.offering)) == [row]
    selection.confirm(application=row, by=owner)
    assert row.state == State.CONFIRMED


def test_reminder_by_hand_goes_once_an_hour():
    row, _owner = overdue()
    sam = UserFactory(is_staff=True)

    confirming.remind_now(application=row, by=sam)
    with pytest.raises(confirming.NotNow, match="last hour"):
        confirming.remind_now(application=row, by=a_decider())

    assert reminders() == 1
    assert AuditEvent.objects.filter(verb="remind", by=sam).count() == 1


def test_more_time_is_written_down_and_mailed_once():
    row, _owner = overdue()
    sam, until = UserFactory(is_staff=True), timezone.now() + 3 * DAY

    for _click in range(2):
        confirming.extend(application=row, until=until, by=sam)

    row.refresh_from_db()
    assert row.confirm_by == until
    assert Message.objects.filter(kind="cohorts/confirm_extended").count() == 1
    assert AuditEvent.objects.filter(verb="extend_confirmation").count() == 1
    assert not selection.overdue(row.offering).exists()


@pytest.mark.parametrize(("days", "why"), [(-1, "lies ahead"), (0, "lies ahead"), (2, "promised")])
def test_time_is_only_ever_added(days, why):
    row, _owner = offered()

    with pytest.raises(confirming.NotNow, match=why):
        confirming.extend(application=row, until=timezone.now() + days * DAY, by=a_decider())


@pytest.mark.parametrize("then", ["waitlist", "decline"])
def test_offering_on_frees_the_place_and_tells_the_city(then):
    row, owner = overdue()
    decider = a_decider()

    confirming.offer_on(application=row, by=decider, reason="No answer.", then=then)

    row.refresh_from_db()
    state = {"waitlist": "waitlisted", "decline": "declined"}[then]
    assert (row.state, row.announced_state, row.confirm_by) == (state, state, None)
    told = Message.objects.get(kind="cohorts/place_offered_on")
    assert "goes to another city" in told.subject
    assert ("last place" in told.body) is (then == "waitlist")
    moves = AuditEvent.objects.filter(subject_id=row.pk, reason="No answer.")
    assert [one.verb for one in moves] == ["undo", then]
    with pytest.raises((MoveRefused, NotPermitted)):
        selection.confirm(application=row, by=owner)


def test_the_place_is_not_offered_on_before_its_day():
    row, _owner = offered()

    with pytest.raises(confirming.NotNow, match="Wait until"):
        confirming.offer_on(application=row, by=a_decider(), reason="Impatient.")


def test_offering_on_needs_a_reason():
    row, _owner = overdue()

    with pytest.raises(MoveRefused, match="Say why"):
        confirming.offer_on(application=row, by=a_decider(), reason=" ")
    row.refresh_from_db()
    assert row.state == State.SELECTED
    assert not Message.objects.filter(kind="cohorts/place_offered_on").exists()


def test_a_city_that_confirmed_first_keeps_its_place():
    row, owner = overdue()
    stale = Application.objects.get(pk=row.pk)
    selection.confirm(application=row, by=owner)

    for step in (
        lambda: confirming.offer_on(application=stale, by=a_decider(), reason="Late."),
        lambda: confirming.remind_now(application=stale, by=a_decider()),
        lambda: confirming.extend(application=stale, by=a_decider(), until=timezone.now() + DAY),
    ):
        with pytest.raises(MoveRefused, match="has answered"):
            step()


def test_who_may_see_to_it():
    row, owner = overdue()
    barred = a_decider()
    Recusal.objects.create(reviewer=barred, city=row.city, reason="Kin.", by=barred)
    sam = UserFactory(is_staff=True)

    for person in (owner, barred, UserFactory(is_reviewer=True), TeamMemberFactory().user):
        with pytest.raises(NotPermitted):
            confirming.remind_now(application=row, by=person)
    with pytest.raises(NotPermitted):
        confirming.offer_on(application=row, by=sam, reason="Staff do not decide.")


# --- the pages -------------------------------------------------------------------------
def test_overdue_stands_on_the_front_page_the_list_and_the_places(client):
    row, _owner = overdue()
    client.force_login(a_decider())
    slug = row.offering.slug

    assert "1 city has not confirmed in time" in client.get("/").content.decode()
    pipeline = client.get(reverse("cohorts:pipeline", kwargs={"slug": slug})).content.decode()
    assert reverse("cohorts:places", kwargs={"slug": slug}) in pipeline
    places = client.get(reverse("cohorts:places", kwargs={"slug": slug})).content.decode()
    assert "One city has not confirmed in time" in places
    assert row.city.name in places


def test_page_does_what_its_buttons_say(client):
    row, _owner = overdue()
    client.force_login(a_decider())

    def press(name, **data):
        return client.post(reverse(f"cohorts:{name}", kwargs={"uid": row.uid}), data)

    assert press("remind").status_code == 302
    until = timezone.now() + 4 * DAY
    assert press("extend_confirmation", until=f"{until:%Y-%m-%dT%H:%M}").status_code == 302
    assert press("extend_confirmation", until="soon").status_code == 422
    refused = press("offer_on", then="waitlist", reason="x")
    assert (refused.status_code, "Wait until" in refused.content.decode()) == (422, True)
    assert press("offer_on", then="nothing", reason="\x00").status_code == 422
    Application.objects.filter(pk=row.pk).update(confirm_by=timezone.now() - DAY)
    assert press("offer_on", then="decline", reason="No answer.").status_code == 302
    row.refresh_from_db()
    assert row.announced_state == "declined"


def test_places_say_nothing_of_a_city_that_is_closed_to_the_reader(client):
    row, _owner = overdue()
    waiting, _ = in_room("waitlisted", row.offering, waitlist_rank=1)
    barred = a_decider()
    for city in (row.city, waiting.city):
        Recusal.objects.create(reviewer=barred, city=city, reason="Kin.", by=barred)
    client.force_login(barred)

    page = client.get(reverse("cohorts:places", kwargs={"slug": row.offering.slug}))

    text = page.content.decode()
    assert "One city is not shown to you" in text
    assert "closed to you" in text
    assert row.reference not in text
    assert waiting.reference not in text
    assert f">{waiting.city}<" not in text


def test_places_take_the_same_queries_for_many(client, django_assert_max_num_queries):
    offering = closed(capacity=9)
    for n in range(4):
        in_room("selected", offering, confirm_by=timezone.now() - DAY)
        in_room("waitlisted", offering, waitlist_rank=n + 1)
    client.force_login(a_decider())
    address = reverse("cohorts:places", kwargs={"slug": offering.slug})

    with django_assert_max_num_queries(9):
        assert client.get(address).status_code == 200


def test_mail_says_the_day_itself_never_today_or_tomorrow():
    with time_machine.travel("2026-09-14T15:00:00Z", tick=False):
        offered(within=DAY)

    letter = Message.objects.get(kind="cohorts/outcome_selected")
    assert "Confirm your place by Tuesday 15 September, 10:00" in letter.body
    assert "omorrow" not in letter.body
