"""On to a later offering: who may be invited, what is carried over, one draft whoever clicks."""

from datetime import timedelta

import pytest
from django.core import mail as sent_mail
from django.urls import reverse
from django.utils import timezone

from cohorts import carrying, eoi, path, selection
from cohorts.models import Application, Invitation, Recusal, StageFinding
from sprint_portal.audit import AuditEvent
from sprint_portal.mail.models import Message
from sprint_portal.refusals import NotPermitted
from tests.cohorts.carry_factories import a_decider, closed, in_room, later, release
from tests.cohorts.intake_factories import answers, draft, findings, handed_in
from tests.cohorts.test_intake import at_once
from tests.factories import CityFactory, OfferingFactory, TeamMemberFactory, UserFactory

pytestmark = pytest.mark.django_db
ON_PATH = ["not_yet", "declined", "waitlisted"]


@pytest.fixture
def staff():
    return UserFactory(is_staff=True)


def invited(state="not_yet", *, to=None, by=None, **fields):
    """(invitation, application, owner) of a city in `state`, invited to an open offering."""
    application, owner = in_room(state, closed(), **fields)
    by = by or UserFactory(is_staff=True)
    invitation = carrying.invite(application=application, offering=to or later(), by=by)
    return invitation, application, owner


# --- inviting --------------------------------------------------------------------------
@pytest.mark.parametrize("state", ON_PATH)
def test_invited_city_gets_one_mail_and_stands_on_record(
    state, staff, django_capture_on_commit_callbacks
):
    application, owner = in_room(state, closed())
    offering = later()

    with django_capture_on_commit_callbacks(execute=True):
        carrying.invite(application=application, offering=offering, by=staff)
        with pytest.raises(carrying.NotInvited, match="invited already"):
            carrying.invite(application=application, offering=offering, by=staff)

    assert [message.to for message in sent_mail.outbox] == [[owner.email]]
    assert str(offering.sprint) in sent_mail.outbox[0].subject
    assert AuditEvent.objects.get(verb="invite_on").subject_id == application.pk


@pytest.mark.parametrize("state", ["submitted", "eligible", "selected", "confirmed", "withdrawn"])
def test_only_cities_on_the_path_are_invited(state, staff):
    application, _owner = in_room(state, closed())

    with pytest.raises(carrying.NotInvited):
        carrying.invite(application=application, offering=None, by=staff)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("state", ON_PATH)
def test_no_invitation_before_the_decision_is_announced(state, staff):
    application, _owner = in_room(state, closed(), announced_state="submitted")

    with pytest.raises(carrying.NotInvited, match="not announced"):
        carrying.invite(application=application, offering=later(), by=staff)
    assert not Message.objects.exists()


def test_no_invitation_while_a_new_decision_waits(staff):
    application, _owner = in_room("selected", closed(), announced_state="waitlisted")

    with pytest.raises(carrying.NotInvited, match="waits for its release"):
        carrying.invite(application=application, offering=later(), by=staff)


@pytest.mark.parametrize("which", ["hidden", "closed", "same", "earlier"])
def test_only_an_announced_open_later_offering(which, staff):
    first = closed()
    now = timezone.now()
    to = {
        "hidden": later(announced=False),
        "closed": OfferingFactory(
            opens_at=now - timedelta(days=3), closes_at=now - timedelta(hours=1)
        ),
        "same": first,
        "earlier": OfferingFactory(
            opens_at=now - timedelta(days=90), closes_at=now - timedelta(days=60)
        ),
    }[which]
    application, _owner = in_room("declined", first)

    with pytest.raises(carrying.NotInvited, match="not a later one"):
        carrying.invite(application=application, offering=to, by=staff)


def test_an_invitation_that_waits_is_filled_and_only_then_mailed(staff):
    application, _owner = in_room("not_yet", closed())
    waiting = carrying.invite(application=application, offering=None, by=staff)
    with pytest.raises(carrying.NotInvited, match="on the list already"):
        carrying.invite(application=application, offering=None, by=staff)
    assert not Message.objects.exists()

    offering = later()
    filled = carrying.invite(application=application, offering=offering, by=staff)

    assert filled == waiting
    assert Invitation.objects.get().offering == offering
    assert Message.objects.get().kind == "cohorts/invited_on"


def test_a_city_that_has_begun_there_is_not_invited(staff):
    application, owner = in_room("declined", closed())
    offering = later()
    draft_there = Application.objects.create(
        offering=offering, city=application.city, reference="X-1", started_by=owner
    )

    with pytest.raises(carrying.NotInvited, match="an application there"):
        carrying.invite(application=application, offering=offering, by=staff)
    assert draft_there.carried_from is None


def test_only_staff_without_a_conflict_invite(staff):
    application, owner = in_room("declined", closed())
    Recusal.objects.create(reviewer=staff, city=application.city, reason="Lives there.", by=staff)

    for person in (owner, staff, UserFactory(is_decider=True), UserFactory(is_reviewer=True)):
        with pytest.raises(NotPermitted):
            carrying.invite(application=application, offering=later(), by=person)


def test_many_are_invited_each_for_itself(client, staff):
    first = closed()
    good, _ = in_room("not_yet", first)
    also, _ = in_room("waitlisted", first)
    refused, _ = in_room("declined", first)
    offering = later()
    carrying.invite(application=refused, offering=offering, by=staff)
    client.force_login(staff)

    answer = client.post(
        reverse("cohorts:on_path", kwargs={"slug": first.slug}),
        {"rows": [good.uid, also.uid, refused.uid], "offering": offering.slug},
    )

    page = answer.content.decode()
    assert (page.count("Done"), page.count("Refused")) == (2, 1)
    assert Invitation.objects.count() == 3


def test_staff_list_says_when_each_expects_to_be_ready(client, staff):
    first = closed()
    row, _ = in_room("not_yet", first, answers=answers(expected="By June, with a data officer."))
    shut, _ = in_room("not_yet", first)
    in_room("confirmed", first)
    Recusal.objects.create(reviewer=staff, city=shut.city, reason="Kin.", by=staff)
    client.force_login(staff)

    page = client.get(reverse("cohorts:on_path", kwargs={"slug": first.slug})).content.decode()

    assert "By June, with a data officer." in page
    assert row.reference in page
    assert shut.reference not in page


def test_list_of_the_path_takes_the_same_queries_for_many(
    client, staff, django_assert_max_num_queries
):
    first, offering = closed(), later()
    for _ in range(6):
        row, _owner = in_room("declined", first)
        carrying.invite(application=row, offering=offering, by=staff)
    client.force_login(staff)

    with django_assert_max_num_queries(9):
        client.get(reverse("cohorts:on_path", kwargs={"slug": first.slug}))


@pytest.mark.parametrize("data", [{}, {"offering": "later"}, {"offering": "no-such", "rows": "x"}])
def test_odd_wishes_are_answered_with_the_page(client, staff, data):
    first = closed()
    in_room("declined", first)
    client.force_login(staff)

    answer = client.post(reverse("cohorts:on_path", kwargs={"slug": first.slug}), data)

    assert answer.status_code == 422
    assert "Tick at least one city." in answer.content.decode()


# --- beginning -------------------------------------------------------------------------
def test_city_begins_with_what_it_wrote_but_for_stages_and_consent():
    invitation, application, owner = invited()
    before = Application.objects.filter(pk=application.pk).values().get()

    fresh = carrying.begin(invitation=invitation, by=owner)

    assert fresh.carried_from == application
    assert fresh.answers["topic"] == application.answers["topic"]
    asked_anew = [field.key for key in ("stages", "consent") for field in eoi.BY_KEY[key].fields]
    assert asked_anew
    assert not set(asked_anew) & set(fresh.answers)
    assert not fresh.letters.exists()
    assert not fresh.findings.exists()
    assert (fresh.state, fresh.revision) == ("draft", 0)
    assert Application.objects.filter(pk=application.pk).values().get() == before


def test_two_clicks_are_one_draft(client):
    invitation, _application, owner = invited()
    client.force_login(owner)

    first = client.post(invitation.get_absolute_url())
    second = client.post(invitation.get_absolute_url())

    assert first.url == second.url
    assert Application.objects.filter(offering=invitation.offering).count() == 1
    assert AuditEvent.objects.filter(verb="accept_invitation").count() == 1


def test_a_city_that_has_begun_there_is_led_to_it():
    invitation, application, owner = invited()
    there, _ = draft(city=CityFactory(), offering=invitation.offering)
    Application.objects.filter(pk=there.pk).update(city=application.city)

    assert carrying.begin(invitation=invitation, by=owner) == there


def test_a_withdrawn_draft_can_be_begun_anew():
    invitation, _application, owner = invited()
    first = carrying.begin(invitation=invitation, by=owner)
    Application.objects.filter(pk=first.pk).update(state="withdrawn", announced_state="withdrawn")

    second = carrying.begin(invitation=Invitation.objects.get(), by=owner)

    assert second != first
    assert Invitation.objects.get().draft == second


def test_nobody_else_begins(client, staff):
    invitation, application, _owner = invited()
    viewer = TeamMemberFactory(city=application.city, role="viewer").user
    stranger = TeamMemberFactory().user

    came = []
    for person in (stranger, viewer, staff):
        client.force_login(person)
        came.append(client.get(invitation.get_absolute_url()).status_code)
        client.post(invitation.get_absolute_url())
        with pytest.raises(NotPermitted):
            carrying.begin(invitation=invitation, by=person)
    assert came == [404, 200, 200]
    assert Application.objects.count() == 1


@pytest.mark.parametrize(
    ("opens", "closes", "why"), [(5, 20, "You can begin from"), (-5, -1, "does not take")]
)
def test_beginning_waits_for_the_window_and_ends_with_it(opens, closes, why):
    invitation, _application, owner = invited()
    now, offering = timezone.now(), invitation.offering
    offering.opens_at, offering.closes_at = (
        now + timedelta(days=opens),
        now + timedelta(days=closes),
    )
    offering.save()

    with pytest.raises(carrying.NotInvited, match=why) as refusal:
        carrying.begin(invitation=invitation, by=owner)
    assert ("UTC" in str(refusal.value)) is (opens > 0)  # the moment names its zone
    assert Application.objects.count() == 1


def test_home_and_application_lead_to_the_invitation(client):
    invitation, application, owner = invited()
    client.force_login(owner)

    assert invitation.get_absolute_url() in client.get("/").content.decode()
    page = client.get(application.get_absolute_url()).content.decode()
    assert "Begin with what you wrote" in page
    client.post(invitation.get_absolute_url())
    assert "Go on there" in client.get(application.get_absolute_url()).content.decode()


# --- the written path ------------------------------------------------------------------
@pytest.mark.parametrize("state", ON_PATH)
def test_city_reads_its_path_as_it_was_told(client, state):
    first = closed()
    application, owner = handed_in(state=state, offering=first)
    findings(application)
    release(first, a_decider())
    StageFinding.objects.filter(stage="staffing").update(finding="met", next_step="Secret plan.")
    client.force_login(owner)

    page = client.get(application.get_absolute_url()).content.decode()

    assert "Your path to a later offering" in page
    assert page.count("Name one person.") >= 4
    assert "Secret plan." not in page
    held = client.get(reverse("cohorts:file_download", kwargs={"uid": application.uid})).json()
    assert [one["finding"] for one in held["decision"]["next_steps"]] == ["not_yet"] * 4


def test_a_note_written_for_the_next_decision_stays_with_staff(client):
    first, decider = closed(), a_decider()
    application, owner = handed_in(state="waitlisted", offering=first, note_to_city="You are near.")
    findings(application, staffing="met")
    release(first, decider)
    selection.decide(name="select", application=application, by=decider, reason="A seat is free.")
    selection.write_note(application=application, note="Welcome in.", by=decider)
    client.force_login(owner)

    page = client.get(application.get_absolute_url()).content.decode()

    assert "You are near." in page
    assert "Welcome in." not in page


def test_no_path_before_a_decision():
    application, _owner = in_room("not_yet", closed(), announced_state="submitted")

    assert path.as_told(application) == []


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_colleagues_begin_at_once():
    invitation, application, owner = invited()
    editor = TeamMemberFactory(city=application.city, role="editor").user

    gave = at_once(
        *[
            lambda by=by: carrying.begin(invitation=invitation, by=by)
            for by in (owner, editor, owner, editor)
        ]
    )

    assert len({one.pk for one in gave}) == 1
    assert Application.objects.filter(offering=invitation.offering).count() == 1


# --- beside what is asked again ----------------------------------------------------------
def test_stages_asked_again_stand_beside_what_was_answered_and_our_next_step(client):
    invitation, application, owner = invited()
    fresh = carrying.begin(invitation=invitation, by=owner)
    client.force_login(owner)
    stages, topic = (
        client.get(reverse("cohorts:step", kwargs={"uid": fresh.uid, "key": key})).content.decode()
        for key in ("stages", "topic")
    )

    assert "What you answered before" in stages
    assert "Two analysts since May." in stages
    assert "Our next step for you:" in stages
    assert "Name one person." in stages
    assert "As the city says." not in stages
    assert application.reference in stages
    assert "What you answered before" not in topic


def test_stages_say_nothing_of_before_to_who_begins_for_the_first_time(client):
    application, owner = draft()
    client.force_login(owner)
    there = reverse("cohorts:step", kwargs={"uid": application.uid, "key": "stages"})

    assert "What you answered before" not in client.get(there).content.decode()
