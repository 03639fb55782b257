"""What people complain of in other intake systems, theme by theme: each must not happen here.

The themes were gathered from the public trackers of systems for calls, grants and admissions.
"""

import re
from datetime import timedelta

import pytest
import time_machine
from celery.schedules import crontab
from django.conf import settings
from django.core import mail as sent_mail
from django.urls import reverse
from django.utils import timezone

from cohorts import (
    assessment,
    backfill,
    bulk,
    eoi,
    extending,
    intake,
    selection,
    tasks,
    team,
)
from cohorts.models import Application, ReviewRound, Revision
from sprint_portal.audit import AuditEvent
from sprint_portal.mail.models import Message
from sprint_portal.refusals import MoveRefused
from tests.cohorts.carry_factories import WEEK, a_decider, closed, in_room, release
from tests.cohorts.intake_factories import answers, draft, findings, handed_in
from tests.cohorts.review_factories import ReviewFactory
from tests.factories import CityFactory, OfferingFactory, TeamMemberFactory, UserFactory

pytestmark = pytest.mark.django_db
TOPIC = eoi.BY_KEY["topic"]
SECOND = timedelta(seconds=1)


def typed(**changes):
    return {field.key: answers(**changes)[field.key] for field in TOPIC.fields}


def page(client, person, name, **kwargs) -> str:
    client.force_login(person)
    return client.get(reverse(f"cohorts:{name}", kwargs=kwargs)).content.decode()


# --- Lost work -------------------------------------------------------------------------
def test_lost_work_one_save_is_enough(client):
    """Lost work: "I had to save my draft several times before it stayed." """
    application, owner = draft(answers={})
    client.force_login(owner)

    client.post(
        reverse("cohorts:step", kwargs={"uid": application.uid, "key": "topic"}),
        {**typed(topic="Written once."), "rev": 0},
    )

    assert Application.objects.get().answers["topic"] == "Written once."
    assert "Written once." in page(client, owner, "step", uid=application.uid, key="topic")


def test_lost_work_the_call_closes_while_somebody_writes(client):
    """Lost work: "The call closed while I was writing, and my text was gone." """
    application, owner = draft()
    with time_machine.travel(application.offering.closes_at + SECOND, tick=False):
        client.force_login(owner)
        saved = client.post(
            reverse("cohorts:step", kwargs={"uid": application.uid, "key": "topic"}),
            {**typed(topic="One second late."), "rev": 0, "then": "overview"},
        )
        client.post(reverse("cohorts:submit", kwargs={"uid": application.uid}))
        shown = page(client, owner, "application", uid=application.uid)

    stored = Application.objects.get()
    assert saved.status_code == 302
    assert stored.answers["topic"] == "One second late."
    assert stored.state == "draft"  # only handing in stops
    assert "Ask for more time" in shown


def test_lost_work_colleagues_stay_with_the_draft(client):
    """Lost work: "The people I had added to my draft were dropped when I saved it." """
    application, owner = draft()
    editor = TeamMemberFactory(city=application.city, role="editor").user

    intake.save_step(
        application=application, step=TOPIC, typed=typed(topic="Anew."), rev=0, by=owner
    )
    intake.hand_in(application=Application.objects.get(), by=owner)

    assert Application.objects.get().answers["alternate_name"] == "Luis Mora"
    assert "Anew." in page(client, editor, "step", uid=application.uid, key="topic")
    assert set(Message.objects.values_list("to", flat=True)) == {owner.email, editor.email}


def test_lost_work_a_draft_with_more_time_can_be_handed_in():
    """Lost work: "I was given a late code, and then could not submit the draft I had." """
    application, owner = draft()
    with time_machine.travel(application.offering.closes_at + timedelta(days=1), tick=False):
        request = extending.ask(application=application, reason="A flood.", by=owner)
        extending.answer(
            request=request,
            until=timezone.now() + timedelta(days=2),
            words="",
            by=UserFactory(is_staff=True),
        )
        intake.hand_in(application=Application.objects.get(), by=owner)

    assert Application.objects.get().state == "submitted"


@pytest.mark.parametrize("extended", [False, True])
def test_lost_work_no_draft_slips_past_a_required_question(client, extended):
    """Lost work: "Drafts got in without the required answers, and were thrown out later." """
    application, owner = draft(answers=answers(topic=""))
    if extended:
        Application.objects.update(extended_until=timezone.now() + 4 * WEEK)
    client.force_login(owner)

    answer = client.post(
        reverse("cohorts:submit", kwargs={"uid": application.uid}), {"topic": "x"}, follow=True
    )

    assert "Something is still missing" in answer.content.decode()
    assert Application.objects.get().state == "draft"
    assert not Revision.objects.exists()


# --- Duplicates ------------------------------------------------------------------------
def test_duplicates_impatient_clicking(client):
    """Duplicates: "I clicked again because nothing happened, and now there are two." """
    offering, owner, city = OfferingFactory(), UserFactory(), CityFactory()
    for _click in range(3):
        started = intake.start(offering=offering, city=city, by=owner)
    Application.objects.filter(pk=started.pk).update(answers=answers())
    client.force_login(owner)
    for _click in range(3):
        client.post(reverse("cohorts:submit", kwargs={"uid": started.uid}))

    assert Application.objects.count() == Revision.objects.count() == 1
    assert Message.objects.filter(kind="cohorts/application_received").count() == 1


def test_duplicates_the_city_owns_the_application():
    """Duplicates: "The application belonged to a person who had left, so we began another." """
    application, owner = draft()
    follower = TeamMemberFactory(city=application.city, role="editor")
    team.hand_over(city=application.city, to=follower, by=owner)
    team.remove(member=application.city.team.get(user=owner), by=follower.user)

    again = intake.start(offering=application.offering, city=application.city, by=follower.user)

    assert again == application
    assert not Application.objects.visible_to(owner).exists()


def test_duplicates_a_stranger_is_sent_to_the_team():
    """Duplicates: "Two departments of one organisation applied without knowing." """
    application, _owner = draft()

    with pytest.raises(intake.CityTaken, match="already has a team"):
        intake.start(offering=application.offering, city=application.city, by=UserFactory())
    assert Application.objects.count() == 1


def test_duplicates_a_team_writes_one_application():
    """Duplicates: "We apply as a team, but only one of us could edit." """
    application, owner = draft()
    editor = TeamMemberFactory(city=application.city, role="editor").user
    for person, step in ((owner, eoi.BY_KEY["topic"]), (editor, eoi.STEPS[-2])):
        row = Application.objects.get()
        intake.save_step(
            application=row,
            step=step,
            typed={field.key: answers().get(field.key) or "x" for field in step.fields},
            rev=row.step_revs.get(step.key, 0),
            by=person,
        )

    intake.hand_in(application=Application.objects.get(), by=editor)
    assert Application.objects.get().state == "submitted"


# --- Wrong mail ------------------------------------------------------------------------
def test_wrong_mail_accepted_and_rejected_at_once():
    """Wrong mail: "We changed our mind, and the applicant got a yes and a no." """
    offering, decider = closed(), a_decider()
    row, _owner = handed_in(state="eligible", offering=offering)
    for name in ("decline", "undo", "select"):
        selection.decide(name=name, application=row, by=decider, reason="Weighed.")

    release(offering, decider)

    assert list(Message.objects.values_list("kind", flat=True)) == ["cohorts/outcome_selected"]


def test_wrong_mail_is_written_at_the_moment_it_goes_out():
    """Wrong mail: "The letter was made weeks ago, and there was no way to make it anew." """
    offering, decider = closed(), a_decider()
    row, owner = handed_in(state="eligible", offering=offering)
    selection.decide(name="decline", application=row, by=decider, reason="Too many.")
    selection.write_note(application=row, note="The old words.", by=decider)
    selection.write_note(application=row, note="The new words.", by=decider)
    row.city.name = "Renamed since"
    row.city.save()

    release(offering, decider)

    (sent,) = Message.objects.filter(to=owner.email)
    assert "Renamed since" in sent.subject
    assert "The new words." in sent.body
    assert "The old words." not in sent.body


def test_wrong_mail_a_receipt_says_that_it_is_handed_in(django_capture_on_commit_callbacks):
    """Wrong mail: "My receipt said that my application was still a draft." """
    application, owner = draft()
    with django_capture_on_commit_callbacks(execute=True):
        intake.hand_in(application=application, by=owner)

    (receipt,) = sent_mail.outbox
    assert receipt.subject.startswith("We have")
    assert application.reference in receipt.body
    assert "draft" not in receipt.body.lower()
    assert Application.objects.get().announced_state == "submitted"


def test_wrong_mail_many_decisions_keep_the_words_of_each():
    """Wrong mail: "Deciding on many at once lost the message that I wrote for each." """
    offering, decider = closed(), a_decider()
    rows = [handed_in(state="eligible", offering=offering)[0] for _ in range(3)]
    bulk.take(name="decline", applications=rows, by=decider, reason="More cities than seats.")
    for n, row in enumerate(rows):
        selection.write_note(
            application=Application.objects.get(pk=row.pk), note=f"For city {n}.", by=decider
        )

    release(offering, decider)

    for n, row in enumerate(rows):
        (sent,) = Message.objects.filter(user__city_roles__city=row.city)
        assert f"For city {n}." in sent.body
        assert "More cities than seats." not in sent.body


# --- Leaks -----------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["eligible", "selected", "waitlisted", "declined", "not_yet"])
def test_leaks_nobody_sees_a_decision_before_its_release(client, state):
    """Leaks: "I saw on my dashboard that I was rejected, a week before the mail." """
    row, owner = handed_in(state=state, offering=closed(), note_to_city="Secret note.")
    findings(row)
    client.force_login(owner)
    label = str(Application(state=state).get_state_display())

    front = client.get("/").content.decode()
    own = page(client, owner, "application", uid=row.uid)
    held = client.get(reverse("cohorts:file_download", kwargs={"uid": row.uid})).json()

    for text in (front, own, str(held)):
        assert "Secret note." not in text
        assert label not in text or state == "eligible"
    assert held["state"] == "submitted"
    assert "Under review" in own


def test_leaks_blind_review_is_blind_in_every_room(client):
    """Leaks: "Reviews were anonymous, but the reviewers' dashboard gave the names away." """
    row, owner = handed_in(
        state="eligible",
        city=CityFactory(name="Nightingale Cove", region="Farthest Shire"),
        answers=answers(lead_name="Ana Ruiz", department="Office of Ana Ruiz"),
    )
    ReviewRound.objects.create(offering=row.offering, is_open=True, blind=True)
    review = ReviewFactory(application=row)
    reviewer = review.reviewer
    client.force_login(reviewer)

    rooms = [
        client.get(address).content.decode()
        for address in ("/", reverse("cohorts:reviews"), review.get_absolute_url())
    ]

    assert row.reference in rooms[-1]
    for room in rooms:
        for name in ("Nightingale Cove", "Farthest Shire", "Ana Ruiz", owner.email):
            assert name not in room
    assert client.get(reverse("cohorts:assess", kwargs={"uid": row.uid})).status_code != 200
    assert client.get(row.get_absolute_url()).status_code != 200


def test_leaks_outside_reviewers_see_no_lists_and_no_contacts(client):
    """Leaks: "External reviewers could see who the applicants and the other reviewers were." """
    row, _owner = handed_in(state="eligible")
    ReviewRound.objects.create(offering=row.offering, is_open=True, blind=True)
    mine, other = ReviewFactory(application=row), ReviewFactory(application=row)
    client.force_login(mine.reviewer)

    read = client.get(mine.get_absolute_url()).content.decode()
    doors = [
        reverse(f"cohorts:{name}", kwargs={"slug": row.offering.slug})
        for name in (
            "pipeline",
            "composition",
            "pack",
            "numbers",
            "places",
            "eligibility",
            "on_path",
        )
    ]

    assert [client.get(door).status_code for door in doors] == [403] * len(doors)
    assert client.get(other.get_absolute_url()).status_code == 404
    assert other.reviewer.name not in read
    assert answers()["lead_email"] not in read


# --- Confirmation ----------------------------------------------------------------------
def test_confirmation_those_who_forget_are_reminded():
    """Confirmation: "About a third of those accepted forget to confirm." """
    row, owner = handed_in(state="selected", offering=closed())
    release(row.offering, a_decider(), within=10 * timedelta(days=1))
    row.refresh_from_db()
    for days in (7, 3, 1):
        with time_machine.travel(row.confirm_by - timedelta(days=days), tick=False):
            tasks.remind_to_confirm()

    to = Message.objects.filter(kind="cohorts/confirm_reminder").values_list("to", flat=True)
    assert list(to) == [owner.email] * 3


def test_confirmation_nobody_is_declined_by_a_clock():
    """Confirmation: "Automatic declines went out to people who should not have had one." """
    row, owner = handed_in(state="selected", offering=closed())
    release(row.offering, a_decider())
    with time_machine.travel(timezone.now() + timedelta(days=60), tick=False):
        for entry in ("remind_to_confirm", "remind", "nudge"):
            getattr(tasks, entry)()
        row.refresh_from_db()
        assert (row.state, row.announced_state) == ("selected", "selected")
        assert list(selection.overdue(row.offering)) == [row]
        selection.confirm(application=row, by=owner)
    assert row.state == "confirmed"
    assert not AuditEvent.objects.filter(verb__in=["decline", "undo", "withdraw"]).exists()


def test_confirmation_staff_see_who_is_late_and_decide(client):
    """Confirmation: "Nobody had a list of who had not answered." """
    row, _owner = in_room("selected", closed(), confirm_by=timezone.now() - timedelta(days=2))

    shown = page(client, a_decider(), "places", slug=row.offering.slug)

    assert "One city has not confirmed in time" in shown
    for words in ("Remind now", "Give more time", "Offer the place on"):
        assert words in shown


# --- Waitlist limbo --------------------------------------------------------------------
def test_waitlist_limbo_the_city_knows_that_it_waits(client):
    """Waitlist limbo: "I was neither accepted nor rejected, and nobody told me anything." """
    row, owner = handed_in(state="waitlisted", offering=closed(), waitlist_rank=1)
    findings(row, staffing="met")
    release(row.offering, a_decider())

    shown = page(client, owner, "application", uid=row.uid)

    assert "is on the waitlist" in Message.objects.get().subject
    assert "If a seat is free, we write to you at once." in shown
    assert "Your path to a later offering" in shown


def test_waitlist_limbo_a_freed_place_goes_to_the_next(client):
    """Waitlist limbo: "We kept the waiting list in a spreadsheet, and offered places by hand." """
    offering, decider = closed(capacity=1), a_decider()
    gone, owner = in_room("confirmed", offering)
    first, _ = in_room("waitlisted", offering, waitlist_rank=1)
    in_room("waitlisted", offering, waitlist_rank=2)
    intake.withdraw(application=gone, by=owner)

    assert f"offer the place to {first.city}" in page(client, decider, "places", slug=offering.slug)
    backfill.offer(
        application=first, by=decider, confirm_by=timezone.now() + WEEK, reason="Next in line."
    )
    first.refresh_from_db()
    assert first.announced_state == "selected"


def test_waitlist_limbo_alternates_can_still_be_chosen():
    """Waitlist limbo: "Runners-up could not be made alternates, or be chosen later." """
    offering, decider = closed(capacity=1), a_decider()
    rows = [handed_in(state="eligible", offering=offering)[0] for _ in range(2)]
    for row in rows:
        selection.waitlist(application=row, by=decider)

    selection.decide(name="select", application=rows[1], by=decider, reason="Better mix.")

    assert rows[1].state == "selected"
    assert rows[1].waitlist_rank is None


def test_waitlist_limbo_a_city_withdraws_by_itself(client):
    """Withdrawal: "There is no way to take an application back; it has been asked for years." """
    row, owner = in_room("waitlisted", closed(), waitlist_rank=1)
    client.force_login(owner)

    client.post(reverse("cohorts:withdraw", kwargs={"uid": row.uid}), {"reason": ""})

    row.refresh_from_db()
    assert (row.state, row.announced_state) == ("withdrawn", "withdrawn")


# --- Deadline --------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["visitor", "owner"])
def test_deadline_names_its_zone(client, who):
    """Deadline: "It said midnight, and not whose midnight." """
    row, owner = draft(offering=OfferingFactory(zone="America/Los_Angeles"))
    if who == "owner":
        client.force_login(owner)  # Bogotá

    shown = client.get(row.offering.get_absolute_url()).content.decode()

    assert "Los Angeles" in shown
    if who == "owner":
        assert "Bogotá time" in shown


@pytest.mark.parametrize(("after", "state"), [(-SECOND, "submitted"), (timedelta(0), "draft")])
def test_deadline_is_one_instant_by_the_servers_clock(after, state):
    """Deadline: "I was on time by my clock." The last second counts, the next does not."""
    row, owner = draft()
    with time_machine.travel(row.offering.closes_at + after, tick=False):
        if state == "draft":
            with pytest.raises(MoveRefused, match="The deadline has passed"):
                intake.hand_in(application=row, by=owner)
        else:
            intake.hand_in(application=row, by=owner)

    assert Application.objects.get().state == state


def test_deadline_an_exception_is_for_one_city_and_on_record():
    """Deadline: "To let one in late we had to make it somebody else's, or reopen for all." """
    offering = OfferingFactory()
    row, owner = draft(offering=offering)
    other, stranger = draft(offering=offering)
    staff = UserFactory(is_staff=True)
    with time_machine.travel(offering.closes_at + timedelta(hours=1), tick=False):
        request = extending.ask(application=row, reason="Storm.", by=owner)
        extending.answer(
            request=request, until=timezone.now() + timedelta(days=1), words="", by=staff
        )
        intake.hand_in(application=Application.objects.get(pk=row.pk), by=owner)
        with pytest.raises(MoveRefused):
            intake.hand_in(application=other, by=stranger)

    assert AuditEvent.objects.get(verb="extend").by == staff
    assert row.city.team.get().user == owner


# --- Eligibility -----------------------------------------------------------------------
def test_eligibility_says_which_condition_is_not_met(client):
    """Eligibility: "It only said that we do not qualify, not on which point." """
    row, owner = handed_in(state="not_yet", offering=closed())
    findings(row, governance="unclear")
    release(row.offering, a_decider())

    shown = page(client, owner, "application", uid=row.uid)

    found = re.findall(r"<b>([^<]+): (Met|Unclear|Not yet)</b>", shown)
    assert [finding for _stage, finding in found] == ["Not yet", "Unclear", "Not yet", "Not yet"]


def test_eligibility_gives_a_next_step_of_its_own(client):
    """Eligibility: "Everybody got the same closing sentence, whatever was missing." """
    row, owner = handed_in(state="submitted", offering=closed())
    staff = a_decider()
    findings(row)
    assessment.record_finding(
        application=row,
        stage="governance",
        finding="not_yet",
        evidence="None yet.",
        next_step="Ask Marta for the draft by-law.",
        by=staff,
    )
    assessment.assess(name="find_not_yet", application=row, by=staff)

    release(row.offering, staff)

    assert "Ask Marta for the draft by-law." in Message.objects.get().body
    assert "Ask Marta for the draft by-law." in page(client, owner, "application", uid=row.uid)


def test_eligibility_has_a_grey_zone_that_people_judge():
    """Eligibility: "Yes or no was not enough: many cases lie between." """
    row, _owner = handed_in()
    findings(row, staffing="unclear")
    staff = a_decider()

    with pytest.raises(MoveRefused, match="Confirm at least one"):
        assessment.assess(name="find_eligible", application=row, by=staff)
    assert Application.objects.get().state == "submitted"  # unclear settles nothing by itself
    row.findings.filter(stage="staffing").update(finding="met")
    assessment.assess(name="find_eligible", application=Application.objects.get(), by=staff)
    assert Application.objects.get().announced_state == "submitted"


# --- Shredding -------------------------------------------------------------------------
def test_shredding_is_done_by_the_clock_not_by_memory():
    """Shredding: "Deleting the personal data is a button that everybody forgets." """
    nightly = settings.CELERY_BEAT_SCHEDULE["retention"]
    assert nightly["task"] == tasks.purge.name
    assert isinstance(nightly["schedule"], crontab)
    offering = closed(retain_until=timezone.localdate() - timedelta(days=3))
    row, owner = in_room("declined", offering)
    kept, _ = in_room("declined", closed(retain_until=timezone.localdate() + timedelta(days=3)))

    tasks.purge()

    row.refresh_from_db()
    kept.refresh_from_db()
    assert "topic" not in row.answers
    assert kept.answers["topic"]
    assert not type(owner).objects.filter(email=owner.email).exists()
    assert row.state == "declined"


def test_shredding_day_is_known_to_the_city(client):
    """Shredding: "Nobody could tell me when my data would be deleted." """
    day = timezone.localdate() + timedelta(days=400)
    row, owner = in_room("declined", closed(retain_until=day))

    shown = page(client, owner, "file", uid=row.uid)

    assert "We delete it after" in shown
    assert day.isoformat() in shown
