"""A free seat goes to the first on the waitlist: by a person, with one mail, and once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cohorts import backfill, confirming, intake, selection
from cohorts.models import Application, Recusal
from cohorts.models.application import State
from sprint_portal.audit import AuditEvent
from sprint_portal.mail.models import Message
from sprint_portal.refusals import MoveRefused, NotPermitted
from tests.cohorts.carry_factories import WEEK, a_decider, closed, in_room
from tests.factories import CityFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def freed():
    """One seat of two is free after a withdrawal; (offering, first, second on the waitlist)."""
    offering = closed(capacity=2)
    in_room("confirmed", offering, city=CityFactory(name="Stays", zone="America/Bogota"))
    gone, owner = in_room("confirmed", offering)
    first, _ = in_room(
        "waitlisted",
        offering,
        waitlist_rank=1,
        city=CityFactory(name="First", country="PK", zone="Asia/Karachi"),
    )
    second, _ = in_room("waitlisted", offering, waitlist_rank=2)
    intake.withdraw(application=gone, by=owner)
    return offering, first, second


def offer(application, by, **changes):
    given = {"confirm_by": timezone.now() + WEEK, "reason": "A place came free."} | changes
    return backfill.offer(application=application, by=by, **given)


def test_first_on_the_waitlist_gets_the_place_and_one_mail(freed):
    _offering, first, _second = freed
    decider = a_decider()

    offer(first, decider)

    first.refresh_from_db()
    assert (first.state, first.announced_state) == ("selected", "selected")
    assert first.confirm_by > timezone.now()
    assert Message.objects.filter(kind="cohorts/outcome_selected").count() == 1
    verbs = AuditEvent.objects.filter(subject_id=first.pk).values_list("verb", flat=True)
    assert list(verbs) == ["select", "announce"]


def test_free_seat_stands_on_the_page_with_its_effect(client, freed):
    offering, _first, _second = freed
    client.force_login(a_decider())

    assert "Offer 1 free place on" in client.get("/").content.decode()
    page = client.get(reverse("cohorts:places", kwargs={"slug": offering.slug})).content.decode()

    assert "Next: offer the place to First" in page
    assert "no session fits into office hours" in page  # Bogotá and Karachi
    effect = backfill.board(offering, a_decider()).effect(a_decider())
    assert (effect.before.count, effect.after.count) == (1, 2)
    assert effect.before.overlap.fits
    assert not effect.after.overlap.fits
    assert ("Pakistan", 1) in effect.after.countries


def test_effect_leaves_out_a_city_that_its_reader_may_not_judge(client, freed):
    offering, _first, _second = freed
    decider = a_decider()
    seated = Application.objects.get(city__name="Stays")
    Recusal.objects.create(reviewer=decider, city=seated.city, reason="Sister.", by=decider)
    client.force_login(decider)

    effect = backfill.board(offering, decider).effect(decider)

    assert (effect.before.count, effect.after.count, effect.closed) == (0, 1, 1)
    page = client.get(reverse("cohorts:places", kwargs={"slug": offering.slug})).content.decode()
    assert "One city of the cohort is closed to you" in page


def test_the_mail_is_shown_first_and_the_old_note_does_not_go_with_it(client, freed):
    offering, first, _second = freed
    Application.objects.filter(pk=first.pk).update(note_to_city="Sorry, all seats are taken.")
    client.force_login(a_decider())
    address = reverse("cohorts:places", kwargs={"slug": offering.slug})
    assert 'href="?letter#letter"' in client.get(address).content.decode()
    page = client.get(f"{address}?letter").content.decode()
    shown = page.partition("What it will read")[2].partition("</section>")[0]
    assert "confirm" in shown
    assert "Sorry" not in shown

    given = {"confirm_by": f"{timezone.now() + WEEK:%Y-%m-%dT%H:%M}", "reason": "Next in line."}
    address = reverse("cohorts:offer_place", kwargs={"uid": first.uid})
    client.post(address, given | {"note": "Welcome after all."})

    message = Message.objects.get(kind="cohorts/outcome_selected")
    assert "Welcome after all." in message.body
    assert "Sorry" not in message.body


def test_one_click_offers_it(client, freed):
    offering, first, _second = freed
    client.force_login(a_decider())
    address = reverse("cohorts:offer_place", kwargs={"uid": first.uid})
    given = {"confirm_by": f"{timezone.now() + WEEK:%Y-%m-%dT%H:%M}", "reason": "Next in line."}

    assert client.post(address, given).status_code == 302
    assert client.post(address, given).status_code == 422

    assert Message.objects.filter(kind="cohorts/outcome_selected").count() == 1
    assert selection.seats_free(offering) == 0


def test_second_is_refused_while_first_is_waiting(freed):
    _offering, _first, second = freed

    with pytest.raises(MoveRefused, match="order of the waitlist"):
        offer(second, a_decider())


def test_the_order_is_the_deciders_to_change(freed):
    _offering, first, second = freed
    decider = a_decider()
    selection.move_up(application=second, by=decider)

    with pytest.raises(MoveRefused, match="order of the waitlist"):
        offer(first, decider)
    offer(second, decider)

    second.refresh_from_db()
    assert second.state == State.SELECTED


def test_a_stale_page_of_a_second_decider_changes_nothing(freed):
    offering, first, _second = freed
    stale = Application.objects.get(pk=first.pk)
    offer(first, a_decider())

    with pytest.raises(MoveRefused, match="meanwhile"):
        offer(stale, a_decider())

    seated = Application.objects.filter(offering=offering, state__in=["selected", "confirmed"])
    assert seated.count() == 2
    assert Message.objects.filter(kind="cohorts/outcome_selected").count() == 1


def test_no_seat_no_offer(freed):
    _offering, first, second = freed
    offer(first, a_decider())

    with pytest.raises(backfill.NotOffered, match="No seat"):
        offer(second, a_decider())


def test_a_waitlist_that_is_not_released_is_not_offered_from():
    offering = closed()
    row, _owner = in_room("waitlisted", offering, announced_state="submitted", waitlist_rank=1)

    with pytest.raises(backfill.NotOffered, match="not released"):
        offer(row, a_decider())


def test_a_seat_that_a_city_still_believes_in_is_not_promised_twice():
    offering, decider = closed(capacity=1), a_decider()
    holder, _ = in_room("selected", offering, confirm_by=timezone.now() + WEEK)
    row, _owner = in_room("waitlisted", offering, waitlist_rank=1)
    selection.decide(name="undo", application=holder, by=decider, reason="A mistake.")

    with pytest.raises(backfill.NotOffered, match="still reads"):
        offer(row, decider)


def test_a_place_taken_back_goes_to_the_next_in_line():
    offering, decider = closed(capacity=1), a_decider()
    late, _ = in_room("selected", offering, confirm_by=timezone.now() - timedelta(hours=1))
    row, _owner = in_room("waitlisted", offering, waitlist_rank=1)

    confirming.offer_on(application=late, by=decider, reason="No answer.")
    offer(row, decider)

    late.refresh_from_db()
    row.refresh_from_db()
    assert (late.state, late.waitlist_rank, row.state) == ("waitlisted", 2, "selected")


@pytest.mark.parametrize("days", [0, -1])
def test_the_day_to_confirm_lies_ahead(freed, days):
    _offering, first, _second = freed

    with pytest.raises(backfill.NotOffered, match="future"):
        offer(first, a_decider(), confirm_by=timezone.now() + timedelta(days=days))
    first.refresh_from_db()
    assert first.state == State.WAITLISTED


def test_only_deciders_without_a_conflict_offer(freed, client):
    offering, first, _second = freed
    barred = a_decider()
    Recusal.objects.create(reviewer=barred, city=first.city, reason="Kin.", by=barred)

    for person in (UserFactory(is_staff=True), barred, UserFactory()):
        with pytest.raises(NotPermitted):
            offer(first, person)
    client.force_login(UserFactory(is_staff=True))
    page = client.get(reverse("cohorts:places", kwargs={"slug": offering.slug})).content.decode()
    assert "Someone who decides offers it." in page
