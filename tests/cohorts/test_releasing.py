"""The page of the release: what its reader may see of it, and what holds it up."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cohorts import assessment, batch, extending, selection
from cohorts.forms import ReleaseForm
from cohorts.models import Application, ReviewRound, Revision
from cohorts.review_forms import RoundForm
from sprint_portal.mail.models import Message
from tests.cohorts.intake_factories import draft, findings, handed_in
from tests.cohorts.review_factories import RecusalFactory
from tests.factories import CityFactory, OfferingFactory, StaffFactory

pytestmark = pytest.mark.django_db

FAR = ("9999-12-31T23:59", "0001-01-01T00:00", "2101-01-01T00:00", "1999-12-31T23:59")


@pytest.fixture
def closed():
    """An offering whose deadline has passed."""
    now = timezone.now()
    return OfferingFactory(opens_at=now - timedelta(days=30), closes_at=now - timedelta(days=1))


@pytest.fixture
def staff():
    return StaffFactory()


def page_of(offering):
    return reverse("cohorts:release", args=[offering.slug])


def send(client, offering, **changes):
    wish = {
        "confirm_by": f"{timezone.now() + timedelta(days=9):%Y-%m-%dT%H:%M}",
        "seen": selection.fingerprint(offering),
    }
    return client.post(page_of(offering), wish | changes)


# --- moments that no calendar reaches ------------------------------------------------------
@pytest.mark.parametrize("moment", FAR)
def test_release_refuses_a_far_year(client, closed, staff, moment):
    handed_in(state="selected", offering=closed)
    client.force_login(staff)

    answer = send(client, closed, confirm_by=moment)

    assert answer.status_code == 422
    assert "is too far away" in answer.content.decode()
    assert not Message.objects.exists()


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/New_York"])
@pytest.mark.parametrize("moment", [*FAR, "9999-12-31T23:59-11:00"])
def test_every_zone_refuses_a_far_year(moment, zone):
    form = ReleaseForm({"confirm_by": moment, "seen": "x"}, zone=zone)

    assert "confirm_by" in form.errors


def test_a_round_refuses_a_far_year():
    form = RoundForm({"per_application": "2", "due_at": FAR[0]}, zone="America/New_York")

    assert "due_at" in form.errors


def test_a_rounds_day_lies_ahead_when_it_is_set():
    passed = timezone.now() - timedelta(days=2)
    sent = {"per_application": "2", "due_at": f"{passed:%Y-%m-%dT%H:%M}"}

    assert "due_at" in RoundForm(sent, zone="UTC").errors
    kept = ReviewRound(due_at=passed.replace(second=0, microsecond=0))
    assert RoundForm(sent, instance=kept, zone="UTC").is_valid()


@pytest.mark.parametrize("name", ["extend_confirmation", "offer_place"])
def test_places_refuse_a_far_year(client, closed, staff, name):
    state = "selected" if name == "extend_confirmation" else "waitlisted"
    row, _owner = handed_in(
        state=state, announced_state=state, offering=closed, waitlist_rank=1, confirm_by=None
    )
    staff.is_decider = True
    staff.save()
    client.force_login(staff)
    wish = {"until": FAR[0], "confirm_by": FAR[0], "reason": "A seat is free."}

    answer = client.post(reverse(f"cohorts:{name}", args=[row.uid]), wish)

    assert answer.status_code == 422
    assert "is too far away" in answer.content.decode()


# --- more time that still runs -------------------------------------------------------------
def test_release_waits_for_time_that_was_given(closed, staff):
    handed_in(state="selected", offering=closed)
    late, _owner = draft(offering=closed, extended_until=timezone.now() + timedelta(days=2))

    assert selection.release_blockers(closed) == ["1 city still has time of its own to hand in."]
    with pytest.raises(selection.ReleaseRefused, match="still has time"):
        send_by(closed, staff)

    Application.objects.filter(pk=late.pk).update(extended_until=timezone.now())
    assert send_by(closed, staff) == 1


def test_release_waits_for_an_answer_about_more_time(closed, staff):
    handed_in(state="selected", offering=closed)
    late, owner = draft(offering=closed)
    asked = extending.ask(application=late, reason="A flood.", by=owner)

    assert selection.release_blockers(closed) == ["1 city waits for an answer about more time."]

    extending.answer(request=asked, until=None, words="", by=staff)
    assert selection.release_blockers(closed) == []


def test_who_withdrew_or_was_told_has_no_more_time(closed):
    later = timezone.now() + timedelta(days=2)
    draft(offering=closed, state="withdrawn", announced_state="withdrawn", extended_until=later)
    handed_in(offering=closed, state="declined", announced_state="declined", extended_until=later)

    assert selection.release_blockers(closed) == []


def send_by(offering, by):
    return selection.release(
        offering=offering,
        by=by,
        confirm_by=timezone.now() + timedelta(days=7),
        seen=selection.fingerprint(offering),
    )


# --- cities that the reader has a conflict with --------------------------------------------
@pytest.mark.parametrize("state", ["declined", "submitted"])
def test_the_page_says_nothing_of_a_city_of_a_conflict_but_that_it_is_there(
    client, closed, staff, state
):
    mine, theirs = CityFactory(name="Canaryville"), CityFactory(name="Otherton")
    row, _owner = handed_in(state=state, offering=closed, city=mine)
    handed_in(state=state, offering=closed, city=theirs)
    RecusalFactory(reviewer=staff, city=mine)
    client.force_login(staff)

    page = client.get(page_of(closed)).content.decode()

    assert "Otherton" in page
    assert "Canaryville" not in page
    assert str(row.uid) not in page
    assert "1 more, of a city you have a conflict with" in page
    assert "2 cities" in page


def test_somebody_without_a_conflict_sends(client, closed, staff):
    mine = CityFactory(name="Canaryville")
    handed_in(state="declined", offering=closed, city=mine)
    handed_in(state="declined", offering=closed)
    RecusalFactory(reviewer=staff, city=mine)
    client.force_login(staff)

    refused = send(client, closed)

    assert refused.status_code == 422
    assert "somebody without one sends" in refused.content.decode()
    assert "Canaryville" not in refused.content.decode()
    assert not Message.objects.exists()

    client.force_login(StaffFactory())
    assert send(client, closed).status_code == 302
    assert Message.objects.count() == 2


# --- what changed since it was checked ---------------------------------------------------------
@pytest.mark.parametrize("state", ["not_yet", "selected", "waitlisted", "declined"])
def test_release_waits_until_a_changed_stage_is_looked_at_again(client, closed, staff, state):
    row, _owner = handed_in(state=state, offering=closed)
    findings(row, **({} if state == "not_yet" else {"staffing": "met"}))
    changed = {**row.answers, "stage_deploying": "yes", "evidence_deploying": "It runs now."}
    Revision.objects.create(application=row, number=2, answers=changed)
    Application.objects.filter(pk=row.pk).update(revision=2, answers=changed)
    client.force_login(staff)

    assert "changed a stage" in selection.release_blockers(closed)[0]
    page = client.get(page_of(closed)).content.decode()
    assert f"/eligibility/?at={row.uid}" in page
    assert [one.has_changed for one in batch.queue(closed, staff)] == [True]
    with pytest.raises(selection.ReleaseRefused, match="changed a stage"):
        send_by(closed, staff)

    found = "unclear" if state == "not_yet" else "met"
    assessment.record_finding(
        application=row, stage="deploying", finding=found, evidence="Seen.", next_step="", by=staff
    )
    assert selection.release_blockers(closed) == []


def test_a_newer_hand_in_that_says_the_same_of_its_stages_holds_nothing_up(closed, staff):
    row, _owner = handed_in(state="declined", offering=closed)
    findings(row, staffing="met")
    Revision.objects.create(application=row, number=2, answers={**row.answers, "topic": "Buses"})
    Application.objects.filter(pk=row.pk).update(revision=2)

    assert selection.release_blockers(closed) == []


# --- nothing there ----------------------------------------------------------------------------
def test_a_release_of_nothing_says_once_what_will_be_here(client, staff):
    offering = OfferingFactory()
    client.force_login(staff)
    page = client.get(page_of(offering)).content.decode()

    assert page.count('class="empty"') == 1
    assert page.count("still takes applications") == 1
    assert "What holds the release up" not in page
    assert reverse("cohorts:close", args=[offering.slug]) in page


def test_places_of_nobody_say_once_what_will_be_here(client, staff):
    offering = OfferingFactory()
    client.force_login(staff)
    page = client.get(reverse("cohorts:places", args=[offering.slug])).content.decode()

    assert page.count('class="empty"') == 1
    assert page.count(f"of {offering.capacity} places") == 1
    assert "on the waitlist" not in page
