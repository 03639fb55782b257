"""The walk through the stage checks: what is in the queue, what saving does, what is kept."""

import pytest
from django.urls import reverse

from cohorts import batch, intake
from cohorts.models import Application, Recusal, Revision, StageFinding
from cohorts.models.stage_check import Stage
from sprint_portal.audit import AuditEvent
from sprint_portal.refusals import NotPermitted
from tests.cohorts.intake_factories import answers, draft, findings, handed_in
from tests.factories import CityFactory, OfferingFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return UserFactory(is_staff=True)


@pytest.fixture
def offering():
    return OfferingFactory()


def address(offering):
    return reverse("cohorts:eligibility", kwargs={"slug": offering.slug})


def form(application, **changes):
    """What the page sends when every stage is found not yet, but for `changes`."""
    given = {"uid": application.uid, "seen": batch.fingerprint(application)}
    for stage in Stage.values:
        given[f"{stage}-finding"] = "not_yet"
        given[f"{stage}-next_step"] = "Name one person."
    return given | changes


def waiting(offering, staff):
    return [one.application for one in batch.queue(offering, staff)]


def hand_in_again(application, **changes):
    """The city changes its answers and hands them in once more."""
    application.answers = answers(**changes)
    application.revision += 1
    application.save()
    Revision.objects.create(
        application=application, number=application.revision, answers=application.answers
    )


# --- the queue -------------------------------------------------------------------------
def test_queue_holds_what_is_handed_in_and_not_looked_at(offering, staff):
    first, _ = handed_in(offering=offering)
    second, _ = handed_in(offering=offering)
    done, _ = handed_in(offering=offering)
    findings(done)
    for state in ("eligible", "withdrawn", "confirmed"):
        handed_in(state=state, offering=offering)
    draft(offering=offering)
    handed_in()

    assert waiting(offering, staff) == [first, second]


@pytest.mark.parametrize("state", ["submitted", "eligible", "not_yet"])
def test_what_changed_since_it_was_checked_comes_back(offering, staff, state):
    row, _ = handed_in(offering=offering, state=state)
    findings(row, staffing="met")
    assert waiting(offering, staff) == []

    hand_in_again(row, topic="Something else.")
    assert waiting(offering, staff) == []
    hand_in_again(row, evidence_staffing="Nobody any more.")

    (entry,) = batch.queue(offering, staff)
    assert entry.has_changed


def test_what_a_city_was_told_does_not_come_back(offering, staff):
    row, _ = handed_in(offering=offering, state="not_yet", announced_state="not_yet")
    findings(row)
    hand_in_again(row, evidence_staffing="Somebody.")

    assert waiting(offering, staff) == []


def test_conflicted_staff_never_get_the_city(offering, staff, client):
    row, _owner = handed_in(offering=offering)
    mine, member = handed_in(offering=offering)
    member.is_staff = True
    member.save()
    Recusal.objects.create(reviewer=staff, city=row.city, reason="Kin.", by=staff)
    client.force_login(staff)

    assert waiting(offering, staff) == [mine]
    assert waiting(offering, member) == [row]
    page = client.get(f"{address(offering)}?at={row.uid}").content.decode()
    assert row.reference not in page
    client.post(address(offering), form(row))
    assert not StageFinding.objects.exists()
    with pytest.raises(NotPermitted):
        batch.record(application=row, found={}, seen=batch.fingerprint(row), by=staff)


def test_queue_takes_the_same_queries_for_many(
    offering, staff, client, django_assert_max_num_queries
):
    for _ in range(6):
        row, _owner = handed_in(offering=offering)
        findings(row)
        hand_in_again(row, evidence_staffing="Other.")
    client.force_login(staff)

    with django_assert_max_num_queries(9):
        assert client.get(address(offering)).status_code == 200


# --- the walk --------------------------------------------------------------------------
def test_saving_records_four_findings_and_leads_to_the_next(offering, staff, client):
    first, _ = handed_in(offering=offering)
    second, _ = handed_in(offering=offering)
    client.force_login(staff)
    assert "1 of 2 to check." in client.get(address(offering)).content.decode()

    answer = client.post(address(offering), form(first, **{"staffing-finding": "met"}), follow=True)

    assert "The last one to check." in answer.content.decode()
    assert second.reference in answer.content.decode()
    found = {one.stage: one for one in StageFinding.objects.all()}
    assert (len(found), found["staffing"].finding) == (4, "met")
    assert found["staffing"].evidence == "As the city wrote, number 1."
    assert AuditEvent.objects.filter(verb="find").count() == 4
    first.refresh_from_db()
    assert first.state == "submitted"
    client.post(address(offering), form(second))
    done = client.get(address(offering)).content.decode()
    assert "Every application is checked" in done
    assert "2 cities have no outcome yet" in done
    assert "?state=submitted" in done


@pytest.mark.parametrize(
    ("then", "finding"), [("find_eligible", "met"), ("find_not_yet", "not_yet")]
)
def test_the_step_can_be_taken_with_the_same_click(offering, staff, client, then, finding):
    row, _ = handed_in(offering=offering)
    client.force_login(staff)

    client.post(address(offering), form(row, **{"staffing-finding": finding, "then": then}))

    row.refresh_from_db()
    assert row.state == then.removeprefix("find_")
    assert row.announced_state == "submitted"


def test_a_step_that_is_refused_records_nothing_and_keeps_the_words(offering, staff, client):
    row, _ = handed_in(offering=offering)
    client.force_login(staff)

    answer = client.post(
        address(offering),
        form(row, **{"then": "find_eligible", "staffing-evidence": "Long thoughts."}),
    )

    assert answer.status_code == 409
    assert "Long thoughts." in answer.content.decode()
    assert "Confirm at least one stage" in answer.content.decode()
    assert not StageFinding.objects.exists()


@pytest.mark.parametrize("who", ["colleague", "city"])
def test_a_page_grown_old_overwrites_nothing(offering, staff, client, who):
    row, _ = handed_in(offering=offering)
    sent = form(row, **{"staffing-evidence": "Mine."})
    if who == "city":
        hand_in_again(row, evidence_staffing="New words.")
    else:
        batch.record(
            application=row,
            found={"staffing": {"finding": "met", "evidence": "Theirs."}},
            seen=batch.fingerprint(row),
            by=UserFactory(is_staff=True),
        )
    client.force_login(staff)

    answer = client.post(address(offering), sent)

    assert answer.status_code == 409
    assert "Mine." in answer.content.decode()
    assert not StageFinding.objects.filter(evidence="Mine.").exists()


def test_what_was_typed_of_one_that_left_the_list_comes_back(offering, staff, client):
    row, _ = handed_in(offering=offering)
    sent = form(row, **{"staffing-evidence": "Mine.", "staffing-finding": "met"})
    found = {stage: {"finding": "unclear", "evidence": "Theirs."} for stage in Stage.values}
    seen = batch.fingerprint(row)
    batch.record(application=row, found=found, seen=seen, by=UserFactory(is_staff=True))
    client.force_login(staff)

    answer = client.post(address(offering), sent)
    assert answer.status_code == 409
    assert "Mine." in answer.content.decode()
    assert answer.content.decode().count("Theirs.") == 4
    assert not StageFinding.objects.filter(evidence="Mine.").exists()
    again = client.post(address(offering), sent | {"seen": answer.context["seen"]})

    assert again.status_code == 302
    assert StageFinding.objects.get(stage="staffing").evidence == "Mine."


@pytest.mark.parametrize("then", ["", "find_not_yet"])
def test_a_second_click_of_the_same_is_taken_as_the_first(offering, staff, client, then):
    row, _ = handed_in(offering=offering)
    sent = form(row, then=then)
    client.force_login(staff)

    assert [client.post(address(offering), sent).status_code for _click in "12"] == [302, 302]
    assert AuditEvent.objects.filter(verb="find").count() == 4


def test_saving_again_writes_only_what_changed(offering, staff):
    row, _ = handed_in(offering=offering)
    given = {stage: {"finding": "unclear", "evidence": "?"} for stage in Stage.values}
    batch.record(application=row, found=given, seen=batch.fingerprint(row), by=staff)
    row = Application.objects.get()
    given["staffing"] = {"finding": "met", "evidence": "Seen."}

    batch.record(application=row, found=given, seen=batch.fingerprint(row), by=staff)

    assert AuditEvent.objects.filter(verb="find").count() == 5


def test_stages_may_be_left_for_later(offering, staff, client):
    row, _ = handed_in(offering=offering)
    client.force_login(staff)

    client.post(
        address(offering),
        {"uid": row.uid, "seen": batch.fingerprint(row), "staffing-finding": "met"},
    )

    assert StageFinding.objects.get().stage == "staffing"
    assert waiting(offering, staff) == [row]


@pytest.mark.parametrize(
    "data",
    [
        {"staffing-finding": "", "staffing-evidence": "Words without a finding."},
        {"staffing-finding": "perhaps"},
        {"staffing-evidence": "nul \x00"},
        {"staffing-evidence": "x" * 3_000},
    ],
)
def test_wrong_words_come_back_with_the_page(offering, staff, client, data):
    row, _ = handed_in(offering=offering)
    client.force_login(staff)

    answer = client.post(address(offering), form(row, **data))

    assert answer.status_code == 422
    assert answer.content.decode().count("Something needs another look") == 1
    assert not StageFinding.objects.exists()


def test_size_and_region_warn_and_never_block(offering, staff, client):
    row, _ = handed_in(offering=offering, city=CityFactory(country="DE", population=9_000))
    client.force_login(staff)

    page = client.get(address(offering)).content.decode()
    client.post(
        address(offering), form(row, **{"staffing-finding": "met", "then": "find_eligible"})
    )

    assert "never a reason to refuse" in page
    assert "30,000 people" in page
    row.refresh_from_db()
    assert row.state == "eligible"


def test_what_a_city_wrote_is_shown_as_words(offering, staff, client):
    handed_in(offering=offering, answers=answers(evidence_staffing="<script>alert(1)</script>"))
    client.force_login(staff)

    assert "<script>alert(1)" not in client.get(address(offering)).content.decode()


def test_a_city_that_hands_in_again_is_checked_on_what_it_says_now(offering, staff):
    row, owner = handed_in(offering=offering)
    findings(row, staffing="met")
    row.answers = answers(evidence_staffing="She left.")
    row.save()
    intake.hand_in(application=row, by=owner)

    (entry,) = batch.queue(offering, staff)
    batch.record(
        application=entry.application,
        found={"staffing": {"finding": "unclear", "evidence": "She left."}},
        seen=batch.fingerprint(entry.application),
        by=staff,
    )

    assert StageFinding.objects.get(stage="staffing").revision == 2


def test_an_applications_own_page_leads_into_the_walk_while_stages_wait(offering, staff, client):
    client.force_login(staff)
    application, _owner = handed_in(offering=offering)
    page = reverse("cohorts:assess", kwargs={"uid": application.uid})
    there = f"{address(offering)}?at={application.uid}"
    waiting = client.get(page).content.decode()
    findings(application, staffing="met", governance="met", designing="met", deploying="met")

    assert f'href="{there}"' in waiting
    assert waiting.index("Check the stages") < waiting.index("Withdraw for the city")
    assert waiting.index("What the city wrote") < waiting.index("Withdraw for the city")
    assert there not in client.get(page).content.decode()
