"""The city's own file: all of it, nothing of what it was not told, nobody else's."""

import json

import pytest
from django.urls import reverse

from cohorts import extending, mail, own_file
from cohorts.models import Revision
from cohorts.templatetags.record import in_words
from sprint_portal.audit import AuditEvent
from sprint_portal.mail.models import Message
from tests.cohorts.intake_factories import answers, draft, findings, handed_in
from tests.factories import UserFactory

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
