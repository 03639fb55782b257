"""Staff at work: findings bound to what was handed in, the pipeline, the release page."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from cohorts import assessment, intake, selection
from cohorts.models import StageFinding
from cohorts.models.application import State
from sprint_portal.refusals import NotPermitted, Refusal
from tests.cohorts.intake_factories import answers, draft, findings, handed_in
from tests.factories import CityFactory, OfferingFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    person = UserFactory(is_staff=True, is_decider=True)
    client.force_login(person)
    return person


def url(view, row, **more):
    return reverse(f"cohorts:{view}", kwargs={"uid": row.uid, **more})


def record(application, by, **changes):
    plain = {"stage": "governance", "finding": "met", "evidence": "Seen.", "next_step": ""}
    return assessment.record_finding(application=application, by=by, **{**plain, **changes})


def test_finding_is_bound_to_the_revision(staff):
    application, owner = handed_in()
    finding = record(application, staff)

    assert finding.revision == 1
    assert [view.has_changed for view in views(application)] == [False] * 4
    application.answers = answers(stage_governance="no")
    application.save()
    intake.hand_in(application=application, by=owner)

    assert [view.stage for view in views(application) if view.has_changed] == ["governance"]
    record(application, staff)
    assert not any(view.has_changed for view in views(application))


def views(application):
    application.refresh_from_db()
    revisions = {one.number: one for one in application.revisions.all()}
    return assessment.stage_views(application, revisions)


def test_a_stage_untouched_by_an_edit_stays_checked(staff):
    application, owner = handed_in()
    record(application, staff, stage="staffing")
    application.answers = answers(topic="Another topic")
    application.save()
    intake.hand_in(application=application, by=owner)

    assert not any(view.has_changed for view in views(application))


def test_nothing_is_found_about_a_draft(staff):
    application, _owner = draft()

    with pytest.raises(Refusal, match="not handed anything in"):
        record(application, staff)


@pytest.mark.parametrize("role", [{}, {"is_facilitator": True}, {"is_decider": True}])
def test_only_staff_record_findings(role):
    application, _owner = handed_in()

    with pytest.raises(NotPermitted):
        record(application, UserFactory(**role))


def test_recording_twice_is_one_finding(client, staff):
    application, _owner = handed_in()
    there = url("record_finding", application, stage="staffing")
    typed = {"staffing-finding": "unclear", "staffing-evidence": "Asked them."}

    for _click in range(2):
        client.post(there, typed)

    assert StageFinding.objects.get().finding == "unclear"


@pytest.mark.parametrize(
    "wrong",
    [{"staffing-evidence": ""}, {"staffing-evidence": "a\x00"}, {"staffing-finding": "perfect"}],
)
def test_a_finding_that_needs_another_look_keeps_the_text(client, staff, wrong):
    application, _owner = handed_in()
    typed = {
        "staffing-finding": "met",
        "staffing-evidence": "Seen.",
        "staffing-next_step": "Go on.",
    }

    answer = client.post(url("record_finding", application, stage="staffing"), typed | wrong)

    assert answer.status_code == 422
    assert b"Go on." in answer.content
    assert not StageFinding.objects.exists()


def test_unknown_stage_and_step_are_not_found(client, staff):
    application, _owner = handed_in()

    assert client.post(url("record_finding", application, stage="dreaming")).status_code == 404
    assert client.post(url("act", application, name="confirm")).status_code == 404


def test_assess_shows_what_was_handed_in_not_what_is_being_written(client, staff):
    application, _owner = handed_in()
    application.answers = answers(topic="Not handed in yet")
    application.save()

    body = client.get(url("assess", application)).content.decode()

    assert "A chatbot for permits." in body
    assert "Not handed in yet" not in body
    assert "The city is writing again" in body


def test_buttons_say_why_they_are_blocked(client, staff):
    application, _owner = handed_in()

    body = client.get(url("assess", application)).content.decode()

    assert "Confirm at least one stage as met first." in body
    assert "Look at all four stages first." in body


def test_a_stale_page_cannot_act(client, staff):
    application, _owner = handed_in(state="declined")

    body = client.post(
        url("act", application, name="find_eligible"), {"reason": "x"}, follow=True
    ).content.decode()

    assert "It is “Not selected” now, and this step does not start from there." in body


@pytest.mark.parametrize("role", [{}, {"is_facilitator": True}, {"is_reviewer": True}])
@pytest.mark.parametrize("name", ["assess", "act", "note", "move_up", "record_finding"])
def test_others_do_not_enter(client, name, role):
    application, owner = handed_in()
    more = {"act": {"name": "select"}, "record_finding": {"stage": "staffing"}}.get(name, {})
    client.force_login(UserFactory(**role))
    assert client.post(url(name, application, **more)).status_code in (403, 404, 405)
    client.force_login(owner)
    assert client.post(url(name, application, **more)).status_code in (403, 404, 405)
    application.refresh_from_db()
    assert application.state == State.SUBMITTED


@pytest.mark.parametrize("name", ["pipeline", "release"])
def test_applicants_do_not_enter_the_offering_pages(client, name):
    application, owner = handed_in()
    client.force_login(owner)
    there = reverse(f"cohorts:{name}", kwargs={"slug": application.offering.slug})

    assert client.get(there).status_code == 403
    client.logout()
    assert client.get(there).status_code == 302


def test_release_page_lists_every_message_and_keeps_a_wrong_date(client, staff):
    now = timezone.now()
    offering = OfferingFactory(opens_at=now - timedelta(days=30), closes_at=now - timedelta(days=1))
    for state in ("selected", "not_yet"):
        findings(handed_in(state=state, offering=offering)[0])
    there = reverse("cohorts:release", kwargs={"slug": offering.slug})

    body = client.get(there).content.decode()
    assert "Action required" in body
    assert "Name one person." in body
    answer = client.post(there, {"confirm_by": "2020-01-01T12:00", "seen": "stale"})
    assert answer.status_code == 422
    assert b"2020-01-01T12:00" in answer.content


def test_confirm_by_is_read_on_the_offerings_clock(client, staff):
    now = timezone.now()
    offering = OfferingFactory(
        zone="Asia/Tokyo", opens_at=now - timedelta(days=30), closes_at=now - timedelta(days=1)
    )
    application, _owner = handed_in(state="selected", offering=offering)
    there = reverse("cohorts:release", kwargs={"slug": offering.slug})
    shown = client.get(there).context["form"]

    client.post(there, {"confirm_by": "2030-05-01T09:00", "seen": shown.initial["seen"]})

    application.refresh_from_db()
    assert application.confirm_by.isoformat() == "2030-05-01T00:00:00+00:00"


def test_assessing_takes_few_queries(client, staff, django_assert_max_num_queries):
    application, _owner = handed_in()
    findings(application, staffing="met")

    with django_assert_max_num_queries(11):
        client.get(url("assess", application))


@pytest.mark.parametrize("count", [2, 12])
def test_pipeline_takes_a_constant_number_of_queries(
    client, staff, django_assert_max_num_queries, count
):
    offering = OfferingFactory()
    for _ in range(count):
        handed_in(offering=offering)

    with django_assert_max_num_queries(16):
        client.get(reverse("cohorts:pipeline", kwargs={"slug": offering.slug}))


def test_home_of_staff_says_what_waits(client, staff):
    handed_in()
    handed_in(state="eligible")

    body = client.get("/").content.decode()

    assert "2 things wait for you" in body
    assert "Check the stages of 1 city" in body


# --- words are kept ----------------------------------------------------------------------
def test_a_note_too_long_stays_in_its_field(client, staff):
    application, _owner = handed_in(state="declined")
    words = "Warm words. " * 5_000

    answer = client.post(url("note", application), {"note": words})

    assert answer.status_code == 422
    assert words.strip() in answer.content.decode()


def test_a_note_that_comes_too_late_stays_in_its_field(client, staff):
    application, _owner = handed_in(state="declined", announced_state="declined")

    answer = client.post(url("note", application), {"note": "We met your mayor."})

    assert answer.status_code == 422
    assert b"We met your mayor." in answer.content
    assert b"The decision has gone out" in answer.content


@pytest.mark.parametrize("state", ["eligible", "declined"])
@pytest.mark.parametrize("reason", ["Too many <b>words</b>. " * 100, "It was their turn."])
def test_a_step_refused_keeps_the_reason(client, staff, state, reason):
    """Too long a reason, or a page gone stale: what was typed is there to be used."""
    application, _owner = handed_in(state=state)
    name = "find_not_yet" if len(reason) < 1_000 else "reassess"

    answer = client.post(url("act", application, name=name), {"reason": reason})

    assert answer.status_code == 422
    assert escape(reason.strip()) in answer.content.decode()
    application.refresh_from_db()
    assert application.state == state


def test_a_finding_refused_keeps_the_evidence(client, staff):
    application, _owner = draft()
    typed = {"staffing-finding": "met", "staffing-evidence": "Seen on their website."}

    answer = client.post(url("record_finding", application, stage="staffing"), typed)

    assert answer.status_code == 422
    assert b"Seen on their website." in answer.content
    assert b"not handed anything in" in answer.content


# --- findings and what was decided on them -------------------------------------------------
@pytest.mark.parametrize("state", ["eligible", "selected", "waitlisted", "declined", "confirmed"])
def test_the_last_stage_met_is_not_taken_from_an_eligible_city(staff, state):
    application, _owner = handed_in(state=state)
    findings(application, governance="met")

    with pytest.raises(assessment.Settled, match="only stage"):
        record(application, staff, finding="unclear")

    assert application.findings.get(stage="governance").finding == "met"


def test_a_stage_is_not_met_while_the_city_is_not_yet_eligible(staff):
    application, _owner = handed_in(state="not_yet")
    findings(application)

    with pytest.raises(assessment.Settled, match="not yet eligible"):
        record(application, staff)


def test_what_takes_no_ground_away_may_still_be_found(staff):
    application, _owner = handed_in(state="eligible")
    findings(application, governance="met", staffing="met")

    record(application, staff, stage="governance", finding="unclear")
    record(application, staff, stage="staffing", evidence="A better sentence.")

    with pytest.raises(assessment.Settled):
        record(application, staff, stage="staffing", finding="not_yet")


def test_stages_opened_again_can_be_found_anew(staff):
    application, _owner = handed_in(state="eligible")
    findings(application, governance="met")
    assessment.assess(name="reassess", application=application, by=staff, reason="A new fact.")

    record(application, staff, finding="unclear")

    assert application.findings.get(stage="governance").finding == "unclear"


def test_staff_who_keep_an_application_come_back_to_their_own_page(client, staff):
    application, _owner = handed_in()

    body = client.get(url("withdraw", application)).content.decode()

    assert f'href="{url("assess", application)}"' in body
    assert f'href="{application.get_absolute_url()}"' not in body


def test_a_small_or_far_city_is_worth_a_look_and_blocks_nothing(client, staff):
    row, _owner = handed_in(city=CityFactory(country="DE", population=900))
    findings(row, staffing="met")

    page = client.get(url("assess", row))

    assert "never a reason to refuse" in page.content.decode()
    steps = {one["name"]: one["blockers"] for one in page.context["choices"]}
    assert not steps["find_eligible"]


def test_a_finding_over_somebody_elses_shows_both_first(client, staff):
    row, _owner = handed_in()
    form = {"staffing-finding": "met", "staffing-evidence": "Mine.", "staffing-seen": ""}
    record(row, UserFactory(is_staff=True), stage="staffing", evidence="Theirs.", finding="unclear")
    address = url("record_finding", row, stage="staffing")

    answer = client.post(address, form)
    assert answer.status_code == 409
    assert "Theirs." in answer.content.decode()
    assert "Mine." in answer.content.decode()
    assert StageFinding.objects.get().evidence == "Theirs."
    seen = answer.context["form"]["seen"].value()

    assert client.post(address, form | {"staffing-seen": seen}).status_code == 302
    assert StageFinding.objects.get().evidence == "Mine."


def test_a_note_over_somebody_elses_shows_both_first(client, staff):
    row, _owner = handed_in(state="declined")
    seen = client.get(url("assess", row)).context["note_form"]["seen"].value()
    selection.write_note(application=row, note="Theirs.", by=UserFactory(is_staff=True))

    answer = client.post(url("note", row), {"note": "Mine.", "seen": seen})
    assert answer.status_code == 422
    assert "Theirs." in answer.content.decode()
    assert "Mine." in answer.content.decode()
    seen = answer.context["note_form"]["seen"].value()
    assert client.post(url("note", row), {"note": "Mine.", "seen": seen}).status_code == 302

    row.refresh_from_db()
    assert row.note_to_city == "Mine."
