"""Erasing what is past its day: what goes, what stays, who goes, and when."""

import threading
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cohorts import (
    assessment,
    intake,
    numbers,
    retention,
    reviewing,
    selection,
    tasks,
)
from cohorts.models import (
    AccessRequest,
    Application,
    DiscussionNote,
    ExtensionRequest,
    FeedToken,
    Review,
    Revision,
    StageFinding,
    SupportLetter,
    TeamInvitation,
    TeamMember,
)
from engagement_plans.models import Plan
from sprint_portal.accounts import people
from sprint_portal.accounts.models import User
from sprint_portal.audit import AuditEvent, history
from sprint_portal.celery import app
from sprint_portal.mail.models import Message
from sprint_portal.refusals import NotPermitted, Refusal
from tests.cohorts.intake_factories import draft, findings, handed_in, kept_letter
from tests.cohorts.review_factories import (
    HandedInFactory,
    RecusalFactory,
    ReviewFactory,
    ScenarioFactory,
)
from tests.factories import (
    OfferingFactory,
    PlanFactory,
    StaffFactory,
    TeamMemberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DAY = date(2027, 1, 31)  # the last day of keeping
WORDS = ("chatbot", "Ana Ruiz", "ana@example.org", "two analysts", "vendors", "secret word")


@pytest.fixture
def offering(time_machine):
    """Closed long ago, in New York; today is its last day of keeping."""
    time_machine.move_to("2027-01-31 12:00:00Z", tick=False)
    now = timezone.now()
    return OfferingFactory(
        opens_at=now - timedelta(days=700),
        closes_at=now - timedelta(days=600),
        retain_until=DAY,
    )


@pytest.fixture
def past(offering, time_machine):
    """The same a day later."""
    time_machine.move_to("2027-02-01 12:00:00Z", tick=False)
    return offering


def whole(offering, state="declined", **fields):
    """An application with everything that can hang from one; (application, owner)."""
    fields.setdefault("announced_state", state)
    application, owner = handed_in(
        state=state,
        offering=offering,
        note_to_city="A secret word to the city.",
        told_note="A secret word to the city.",
        told_path=[{"stage": "staffing", "finding": "met", "next_step": "A secret word."}],
        **fields,
    )
    findings(application, staffing="met")
    HandedInFactory(
        application=application, note="A secret word.", comments={"need": "secret word"}
    )
    DiscussionNote.objects.create(
        application=application, author=StaffFactory(), body="A secret word."
    )
    ExtensionRequest.objects.create(
        application=application, asked_by=owner, reason="A secret word.", answered_at=timezone.now()
    )
    kept_letter(application, b"%PDF-1.7 secret word")
    for kind in ("received", "outcome"):
        Message.objects.create(
            kind=f"cohorts/{kind}",
            key=f"{kind}:{application.pk}:1:{owner.pk}",
            to=owner.email,
            user=owner,
            subject="Ana Ruiz",
            body="A secret word.",
            state="sent",
            sent_at=timezone.now(),
        )
    return application, owner


def everything_stored():
    """Every text of every table but the record's, which cannot change, as one string."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            if not table.startswith(("sprint_portal_audit", "cohorts_rubric", "django_")):
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  a name of our own
                found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


def run(capture):
    with capture(execute=True):
        return tasks.purge()


# --- what goes, what stays -------------------------------------------------------------
def test_no_word_is_left_anywhere(past, django_capture_on_commit_callbacks):
    application, owner = whole(past)
    ScenarioFactory(offering=past, note="A secret word.", rationale="A secret word.")
    RecusalFactory(city=application.city, reason="A secret word.")
    address = owner.email
    before = everything_stored().lower()
    assert all(word.lower() in before for word in (*WORDS, address))

    run(django_capture_on_commit_callbacks)

    left = everything_stored()
    assert [word for word in (*WORDS, address) if word.lower() in left.lower()] == []


def test_rows_states_dates_scores_and_counts_stay(past, django_capture_on_commit_callbacks):
    application, _owner = whole(past)
    counted = (Revision, StageFinding, Review, DiscussionNote, ExtensionRequest, Message, User)
    before = {model: model.objects.count() for model in counted}
    submitted = application.submitted_at

    run(django_capture_on_commit_callbacks)

    assert {model: model.objects.count() for model in counted} == before
    application.refresh_from_db()
    assert (application.state, application.announced_state) == ("declined", "declined")
    assert application.submitted_at == submitted
    assert application.erased_at == timezone.now()
    assert application.findings.get(stage="staffing").finding == "met"
    assert application.reviews.get().total == 4.0


def test_letters_go_with_their_files(past, django_capture_on_commit_callbacks):
    application, _owner = whole(past)
    name = application.letters.get().file.name
    assert default_storage.exists(name)

    run(django_capture_on_commit_callbacks)

    assert not SupportLetter.objects.exists()
    assert not default_storage.exists(name)


def test_numbers_still_count(past, django_capture_on_commit_callbacks):
    whole(past)
    whole(past, state="waitlisted")
    staff = StaffFactory()
    before = numbers.figures(past, staff)

    run(django_capture_on_commit_callbacks)

    assert numbers.figures(past, staff) == before


def test_record_is_readable_and_says_how_much_went(past, django_capture_on_commit_callbacks):
    application, owner = whole(past)
    had = history(application).count()

    run(django_capture_on_commit_callbacks)

    events = list(history(application))
    assert len(events) == had + 1
    assert events[-1].facts == {
        "applications": 1,
        "mails": 2,
        "revisions": 1,
        "texts": 7,
        "letters": 1,
        "people": 1,
    }
    assert str(AuditEvent.objects.filter(by=owner).first().by) == people.ERASED
    assert history(past).get().verb == "purge"


def test_application_page_opens_for_staff_afterwards(past, django_capture_on_commit_callbacks):
    application, _owner = whole(past)
    run(django_capture_on_commit_callbacks)
    client = Client()
    client.force_login(StaffFactory())

    for name in ("assess", "review_compare"):
        assert client.get(reverse(f"cohorts:{name}", args=[application.uid])).status_code == 200
    for name in ("pipeline", "prepare_offering", "numbers", "pack"):
        assert client.get(reverse(f"cohorts:{name}", args=[past.slug])).status_code == 200


@pytest.mark.parametrize("state", ["draft", "submitted", "withdrawn"])
def test_what_was_never_decided_goes_too(past, django_capture_on_commit_callbacks, state):
    application, _owner = draft(offering=past, state=state, submitted_at=timezone.now())

    run(django_capture_on_commit_callbacks)

    application.refresh_from_db()
    assert "topic" not in application.answers


def test_mail_that_names_the_application_goes_whoever_got_it(
    past, django_capture_on_commit_callbacks
):
    application, _owner = whole(past)
    named = Message.objects.create(
        kind="x", key="x", to="rui@example.org", subject="s", body=f"Read {application.reference}"
    )
    other = Message.objects.create(
        kind="x", key="y", to="rui@example.org", subject="s", body="Read BCT-2026-ELSE"
    )

    run(django_capture_on_commit_callbacks)

    named.refresh_from_db()
    other.refresh_from_db()
    assert (named.body, named.to, named.state) == ("", "erased@invalid", "failed")
    assert other.body == "Read BCT-2026-ELSE"


def test_mails_about_who_asked_and_was_invited_go_with_the_city(
    past, django_capture_on_commit_callbacks
):
    application, owner = whole(past)
    asked = AccessRequest.objects.create(
        city=application.city, user=UserFactory(), note="A secret word."
    )
    invited = TeamInvitation.objects.create(
        city=application.city,
        email="eva@example.org",
        role="viewer",
        invited_by=owner,
        expires_at=timezone.now(),
    )
    reader = StaffFactory()
    for key in (
        f"access-asked:{asked.pk}:{reader.pk}",
        f"access-answered:{asked.pk}",
        f"invited:{invited.pk}",
        f"reopened:{application.reviews.get().pk}:7",
    ):
        Message.objects.create(
            kind="x", key=key, to="eva@example.org", subject="s", body="secret word"
        )

    run(django_capture_on_commit_callbacks)

    left = everything_stored()
    assert "eva@example.org" not in left
    assert "secret word" not in left
    assert not AccessRequest.objects.exists()
    asked.user.refresh_from_db()
    assert asked.user.is_active, "who waits to be let in comes for what is next"


def test_mail_of_an_application_with_a_longer_number_stays(
    past, django_capture_on_commit_callbacks
):
    application, _owner = whole(past)
    other = Message.objects.create(
        kind="x", key=f"received:{application.pk}0:1:1", to="a@example.org", subject="s", body="b"
    )

    run(django_capture_on_commit_callbacks)

    other.refresh_from_db()
    assert other.body == "b"


# --- people ----------------------------------------------------------------------------
def test_person_without_another_part_is_erased_and_signed_out(
    past, django_capture_on_commit_callbacks
):
    application, owner = whole(past)
    EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
    FeedToken.objects.create(user=owner, digest="d")
    client = Client()
    client.force_login(owner)
    client.get(reverse("accounts:profile"))

    run(django_capture_on_commit_callbacks)

    owner.refresh_from_db()
    assert (owner.name, owner.email) == ("(erased)", f"erased+{owner.uid}@invalid")
    assert not owner.is_active
    assert not owner.has_usable_password()
    assert not EmailAddress.objects.filter(user=owner).exists()
    assert not FeedToken.objects.exists()
    assert client.get(reverse("accounts:profile")).status_code == 302
    assert not TeamMember.objects.filter(city=application.city).exists()
    assert history(owner).get(verb="erase_person").by is None


@pytest.mark.parametrize("part", ["role", "team", "later", "question", "invitation"])
def test_person_with_another_part_stays(past, django_capture_on_commit_callbacks, part):
    _application, owner = whole(past)
    if part == "role":
        owner.is_reviewer = True
        owner.save()
    elif part == "team":
        TeamMemberFactory(user=owner)
    elif part == "later":
        draft(owner, offering=OfferingFactory())
    elif part == "question":
        AccessRequest.objects.create(city=TeamMemberFactory().city, user=owner)
    else:
        TeamInvitation.objects.create(
            city=TeamMemberFactory().city,
            email=owner.email.upper(),
            role="editor",
            invited_by=StaffFactory(),
            expires_at=timezone.now(),
        )
    name = owner.name

    run(django_capture_on_commit_callbacks)

    owner.refresh_from_db()
    assert (owner.name, owner.is_active) == (name, True)


def test_city_that_applies_again_keeps_its_team(past, django_capture_on_commit_callbacks):
    application, owner = whole(past)
    later, _owner = handed_in(offering=OfferingFactory(), city=application.city)

    run(django_capture_on_commit_callbacks)

    owner.refresh_from_db()
    later.refresh_from_db()
    assert TeamMember.objects.filter(city=application.city, user=owner).exists()
    assert owner.is_active
    assert later.answers["topic"] == "A chatbot for permits."


def test_confirmed_city_keeps_team_people_and_plan_but_not_its_form(
    past, django_capture_on_commit_callbacks
):
    application, owner = whole(past, state="confirmed")
    plan = PlanFactory(application=application)

    run(django_capture_on_commit_callbacks)

    application.refresh_from_db()
    owner.refresh_from_db()
    assert "topic" not in application.answers
    assert owner.is_active
    assert TeamMember.objects.filter(city=application.city).exists()
    assert Plan.objects.get(pk=plan.pk).application == application


def test_nothing_new_is_written_into_what_was_erased(past, django_capture_on_commit_callbacks):
    application, owner = whole(past, state="confirmed")
    run(django_capture_on_commit_callbacks)
    application.refresh_from_db()
    step = intake.eoi.STEPS[0]

    with pytest.raises(NotPermitted):
        intake.save_step(
            application=application, step=step, typed={"department": "X"}, rev=0, by=owner
        )


def test_judges_write_nothing_more_about_what_was_erased(past, django_capture_on_commit_callbacks):
    application, _owner = whole(past, state="eligible")
    staff, reader = StaffFactory(), UserFactory(is_reviewer=True)
    owed = ReviewFactory(application=application, reviewer=reader)
    run(django_capture_on_commit_callbacks)
    application.refresh_from_db()
    found = {"stage": "staffing", "finding": "met", "evidence": "Maria.", "next_step": ""}

    for write in (
        lambda: assessment.record_finding(application=application, by=staff, **found),
        lambda: reviewing.say_something(application=application, body="Maria.", by=staff),
        lambda: selection.write_note(application=application, note="Maria.", by=staff),
    ):
        with pytest.raises(Refusal, match="has been erased"):
            write()
    assert owed not in Review.objects.visible_to(reader)
    with pytest.raises(NotPermitted):
        reviewing.submit(review=owed, by=reader)


def test_freed_city_can_begin_anew_with_new_people(past, django_capture_on_commit_callbacks):
    application, _owner = whole(past)
    run(django_capture_on_commit_callbacks)

    made = intake.start(offering=OfferingFactory(), city=application.city, by=UserFactory())

    assert "topic" not in made.answers


def test_people_with_a_role_are_not_erased():
    with pytest.raises(Refusal, match="role"):
        people.erase(StaffFactory(), by=None)


# --- when ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("zone", "moment", "is_due"),
    [
        ("America/New_York", "2027-02-01 04:59:59Z", False),
        ("America/New_York", "2027-02-01 05:00:00Z", True),
        ("Pacific/Kiritimati", "2027-01-31 09:59:59Z", False),
        ("Pacific/Kiritimati", "2027-01-31 10:00:00Z", True),
        ("Pacific/Pago_Pago", "2027-02-01 10:59:59Z", False),
        ("Pacific/Pago_Pago", "2027-02-01 11:00:00Z", True),
    ],
)
def test_day_ends_where_the_offering_is(time_machine, zone, moment, is_due):
    offering = OfferingFactory(zone=zone, retain_until=DAY)
    draft(offering=offering)
    time_machine.move_to(moment, tick=False)

    assert retention.due() == ([offering] if is_due else [])


def test_nothing_goes_on_the_last_day_or_without_a_day(
    offering, django_capture_on_commit_callbacks
):
    kept, _owner = whole(offering)
    never, _owner = whole(OfferingFactory(retain_until=None))

    run(django_capture_on_commit_callbacks)

    for row in (kept, never):
        row.refresh_from_db()
        assert row.erased_at is None
        assert row.answers["topic"]


def test_second_run_changes_nothing(past, django_capture_on_commit_callbacks):
    whole(past)
    run(django_capture_on_commit_callbacks)
    stored, events = everything_stored(), AuditEvent.objects.count()

    run(django_capture_on_commit_callbacks)

    assert everything_stored() == stored
    assert AuditEvent.objects.count() == events


def test_run_that_comes_weeks_late_does_it_all(
    past, time_machine, django_capture_on_commit_callbacks
):
    whole(past)
    time_machine.shift(timedelta(days=40))

    run(django_capture_on_commit_callbacks)

    assert not Application.objects.filter(erased_at=None).exists()


def test_run_that_is_stopped_goes_on_where_it_was(past, django_capture_on_commit_callbacks):
    for _n in range(3):
        whole(past)
    asked = iter([False, True])

    assert not retention.purge(past, stop=lambda: next(asked))
    assert Application.objects.filter(erased_at=None).count() == 2
    run(django_capture_on_commit_callbacks)
    assert not Application.objects.filter(erased_at=None).exists()


def test_day_moved_on_meanwhile_is_respected(past):
    application, _owner = whole(past)
    past.retain_until = DAY + timedelta(days=30)
    past.save()

    assert not retention._erase_one(application.pk)


@pytest.mark.django_db(transaction=True)
def test_two_beats_erase_each_application_once(past):
    for _n in range(3):
        whole(past)

    def beat():
        retention.purge(past)
        connection.close()

    beats = [threading.Thread(target=beat) for _n in range(2)]
    for one in beats:
        one.start()
    for one in beats:
        one.join()

    assert AuditEvent.objects.filter(verb="erase").count() == 3
    assert not Application.objects.filter(erased_at=None).exists()


def test_it_runs_every_night():
    nightly = app.conf.beat_schedule["retention"]

    assert nightly["task"] == tasks.purge.name
    assert (nightly["schedule"].hour, nightly["schedule"].minute) == ({3}, {20})


# --- looking first -----------------------------------------------------------------------
def test_dry_run_says_what_and_changes_nothing(past, capsys):
    whole(past)
    stored = everything_stored()

    call_command("purge", "--dry-run")

    said = capsys.readouterr().out
    assert "1 applications, 1 revisions, 1 letters, 1 reviews" in said
    assert "Nothing was changed." in said
    assert everything_stored() == stored


def test_command_erases_and_then_finds_nothing(past, capsys):
    application, _owner = whole(past)

    call_command("purge")
    call_command("purge")

    application.refresh_from_db()
    assert application.erased_at
    assert capsys.readouterr().out.endswith("Nothing is past its day.\n")


# --- on the pages ------------------------------------------------------------------------
def test_city_and_staff_read_when_it_goes(offering):
    application, owner = whole(offering)
    city, office = Client(), Client()
    city.force_login(owner)
    office.force_login(StaffFactory())

    for client, address in (
        (city, reverse("cohorts:file", args=[application.uid])),
        (office, reverse("cohorts:applications")),
        (office, reverse("cohorts:prepare")),
        (office, reverse("cohorts:prepare_offering", args=[offering.slug])),
        (Client(), reverse("cohorts:offering", args=[offering.slug])),
    ):
        assert "Sunday 31 January" in client.get(address).content.decode(), address


def test_confirmed_city_reads_that_it_went(past, django_capture_on_commit_callbacks):
    application, owner = whole(past, state="confirmed")
    run(django_capture_on_commit_callbacks)
    client = Client()
    client.force_login(owner)

    page = client.get(reverse("cohorts:file", args=[application.uid])).content.decode()

    assert "What your city wrote was erased" in page


def test_release_after_erasing_still_has_a_way(past, django_capture_on_commit_callbacks):
    """A decision that never went out is not lost for staff when the words are gone."""
    whole(past, announced_state="submitted")
    run(django_capture_on_commit_callbacks)

    assert len(selection.letters(past, confirm_by=None)) == 1
