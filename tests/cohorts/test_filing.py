"""The city's own file: all of it, nothing of what it was not told, nobody else's."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cohorts import carrying, eoi, extending, mail, own_file, team
from cohorts.models import AccessRequest, ExtensionRequest, Revision
from cohorts.templatetags.record import in_words
from sprint_portal.audit import AuditEvent
from sprint_portal.mail.models import Message
from tests.cohorts.carry_factories import closed, in_room, later
from tests.cohorts.intake_factories import answers, draft, findings, handed_in
from tests.factories import TeamMemberFactory, UserFactory

pytestmark = pytest.mark.django_db


def url(name, application):
    return reverse(f"cohorts:{name}", kwargs={"uid": application.uid})


@pytest.mark.parametrize("state", ["eligible", "selected", "declined", "waitlisted", "not_yet"])
def test_file_holds_nothing_of_an_undisclosed_decision(client, state):
    application, owner = handed_in(state=state, note_to_city="Secret note", waitlist_rank=None)
    findings(application)
    client.force_login(owner)

    text = client.get(url("file_download", application)).content.decode()
    page = client.get(url("file", application)).content.decode()

    for secret in ("Secret note", "Name one person.", "As the city says.", f'"{state}"'):
        assert secret not in text
        assert secret not in page


def test_file_holds_the_decision_once_told():
    application, _owner = handed_in(
        state="not_yet", announced_state="not_yet", note_to_city="Warm words"
    )
    findings(application)

    held = own_file.contents(application)

    assert held["decision"]["note"] == "Warm words"
    assert len(held["decision"]["next_steps"]) == 4
    assert "As the city says." not in json.dumps(held)


def test_download_is_json_with_everything_written(client):
    application, owner = handed_in()
    client.force_login(owner)

    answer = client.get(url("file_download", application))

    held = json.loads(answer.content)
    assert answer["Content-Disposition"] == f'attachment; filename="{application.reference}.json"'
    assert held["handed_in"][0]["answers"] == answers()
    assert held["team"][0]["email"] == owner.email


@pytest.mark.parametrize("name", ["file", "file_download", "changes"])
def test_file_is_the_citys_own(client, name):
    application, _owner = handed_in()
    client.force_login(draft()[1])
    assert client.get(url(name, application)).status_code == 404
    client.force_login(UserFactory(is_staff=True))
    assert client.get(url(name, application)).status_code == 403


def test_changes_show_words_that_came_and_went(client):
    application, owner = handed_in()
    application.answers = answers(topic="A <i>form</i> for permits.")
    application.save()
    client.force_login(owner)

    body = client.get(url("changes", application)).content.decode()

    assert "<del>chatbot</del>" in body
    assert "&lt;" in body
    assert "<i>form" not in body


@pytest.mark.parametrize("query", ["?from=9&to=x", "?from=1&to=1", "?from=%3Cb%3E", "?to=0"])
def test_odd_choices_of_what_to_compare_still_answer(client, query):
    application, owner = handed_in()
    client.force_login(owner)

    assert client.get(url("changes", application) + query).status_code == 200


def test_the_last_two_hand_ins_that_differ_are_compared_at_first(client):
    application, owner = handed_in()
    for number, topic in ((2, "Second"), (3, "Second")):
        Revision.objects.create(
            application=application, number=number, answers=answers(topic=topic), author=owner
        )
    application.answers = answers(topic="Second")
    application.revision = 3
    application.save()

    client.force_login(UserFactory(is_staff=True))
    context = client.get(url("staff_changes", application)).context
    assert (context["before"], context["after"], len(context["changes"])) == (1, 3, 1)

    client.force_login(owner)
    context = client.get(url("changes", application)).context
    assert (context["before"], context["after"], len(context["changes"])) == (1, 0, 1)


def test_staff_compare_hand_ins_and_never_the_draft(client):
    application, owner = handed_in()
    Revision.objects.create(
        application=application, number=2, answers=answers(topic="Second"), author=owner
    )
    application.answers = answers(topic="Private draft")
    application.revision = 2
    application.save()
    client.force_login(UserFactory(is_staff=True))

    body = client.get(url("staff_changes", application)).content.decode()

    assert "Second" in body
    assert "Private draft" not in body
    assert (
        "Private draft"
        not in client.get(url("staff_changes", application) + "?from=1&to=0").content.decode()
    )


@pytest.mark.parametrize("verb", ["assess", "assign_review", "unassign_review", "recuse"])
def test_the_record_says_staff_steps_in_words(verb):
    assert in_words(AuditEvent(verb=verb)) != verb.replace("_", " ")


def test_file_lists_the_mails_that_the_city_had_and_no_others(client):
    application, owner = handed_in()
    UserFactory(is_staff=True)
    mail.application_received(application, application.revisions.get())
    asked = extending.ask(application=application, reason="Vacation.", by=owner)
    Message.objects.create(kind="x", key="x", to=owner.email, user=owner, subject="Not of this")
    client.force_login(owner)

    page = client.get(url("file", application)).content.decode()
    held = own_file.contents(application)["mails"]

    (receipt,) = Message.objects.filter(kind="cohorts/application_received")
    assert receipt.subject in page
    assert "Not of this" not in page
    assert asked.reason in str(Message.objects.exclude(user=owner).values_list("body"))
    assert [(one["to"], one["text"]) for one in held] == [(owner.email, receipt.body)]


# --- all of it, in words -----------------------------------------------------------------
def a_full_file():
    """An application on its way to a later offering, with all that a city's file may hold."""
    application, owner = in_room("not_yet", closed(), told_at=timezone.now())
    city = application.city
    extending.answer(
        request=ExtensionRequest.objects.create(
            application=application, reason="A flood in May.", asked_by=owner
        ),
        until=None,
        words="Sorry to hear it.",
        by=UserFactory(is_staff=True),
    )
    carrying.invite(application=application, offering=later(), by=UserFactory(is_staff=True))
    team.invite(city=city, email="new@example.org", role="editor", by=owner)
    AccessRequest.objects.create(city=city, user=UserFactory(name="Asks Tojoin"), note="Private.")
    return application, owner


def test_file_shows_everything_held(client):
    application, owner = a_full_file()
    client.force_login(owner)
    page = client.get(url("file", application)).content.decode()

    for words in (
        "A flood in May.",
        "Sorry to hear it.",
        "Name one person.",
        "new@example.org",
        "Asks Tojoin",
        "250,000",
        "Spring",
        reverse("cohorts:handed_in", kwargs={"uid": application.uid, "number": 1}),
    ):
        assert words in page
    assert "As the city says." not in page
    assert "Private." not in page


def test_download_holds_the_same_and_says_questions_and_answers_in_words(client):
    application, owner = a_full_file()
    client.force_login(owner)
    held = client.get(url("file_download", application)).json()

    assert held["city"]["population"] == 250_000
    assert held["more_time"][0]["answer"] == "Sorry to hear it."
    assert "Spring" in held["invitations_to_later_offerings"][0]["offering"]
    assert held["team_invitations"][0]["email"] == "new@example.org"
    assert held["access_requests"][0]["by"] == "Asks Tojoin"
    assert held["decision"]["next_steps"][0]["finding_label"] == "Not yet"
    said = {one["key"]: one for one in held["handed_in"][0]["in_words"]}
    assert said["hours"]["question"] == "How many hours a week can each of them give?"
    assert said["hours"]["answer"] == "3 to 4"
    assert [one["key"] for one in held["writing_now_in_words"]] == list(eoi.FIELDS)
    assert "Invited to a later offering" in [one["in_words"] for one in held["history"]]


def test_each_hand_in_is_read_in_words(client):
    application, owner = handed_in()
    application.answers = answers(topic="<i>Another</i> topic")
    application.save()
    client.force_login(owner)

    first, now, none = (
        client.get(reverse("cohorts:handed_in", kwargs={"uid": application.uid, "number": number}))
        for number in (1, 0, 2)
    )

    assert "A chatbot for permits." in first.content.decode()
    assert "Which area does it touch most?" in first.content.decode()
    assert "City services and permits" in first.content.decode()
    assert "&lt;i&gt;Another&lt;/i&gt; topic" in now.content.decode()
    assert none.status_code == 404


def test_file_takes_the_same_queries_however_much_it_holds(client):
    counts = []
    for application, owner in (handed_in(), a_full_file()):
        client.force_login(owner)
        client.get(url("file", application))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("file", application))
        counts.append(len(queries))

    assert counts[1] <= counts[0] + 3  # one more where an empty list asks for nothing
    assert counts[1] <= 15


def test_file_tells_what_happened_to_the_team(client):
    application, owner = handed_in()
    colleague = TeamMemberFactory(city=application.city, role="editor")
    team.change_role(member=colleague, role="viewer", by=owner)
    team.remove(member=colleague, by=owner)
    client.force_login(owner)

    page = client.get(url("file", application)).content.decode()
    told = [one["what"] for one in own_file.contents(application)["history"]]

    assert "A part in the team was changed" in page
    assert told[-2:] == ["change_role", "remove"]
