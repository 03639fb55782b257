"""More time: asked for once, answered once, read on the offering's clock."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cohorts import extending
from cohorts.models import ExtensionRequest
from sprint_portal.mail.models import Message
from sprint_portal.refusals import NotPermitted, Refusal
from tests.cohorts.intake_factories import draft, handed_in
from tests.factories import StaffFactory, TeamMemberFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    UserFactory(is_staff=True)
    application, owner = draft()
    return extending.ask(application=application, reason="A flood.", by=owner)


def test_asking_twice_is_one_question_and_one_mail(asked):
    again = extending.ask(application=asked.application, reason="A flood.", by=asked.asked_by)

    assert again == asked
    assert Message.objects.filter(kind="cohorts/extension_asked").count() == 1


def test_another_reason_is_added_and_told(asked):
    again = extending.ask(application=asked.application, reason="A strike.", by=asked.asked_by)

    assert (again, again.reason) == (asked, "A flood.\n\nA strike.")
    first, second = Message.objects.filter(kind="cohorts/extension_asked").order_by("pk")
    assert "A strike." not in first.body
    assert "A strike." in second.body


def test_question_does_not_grow_for_ever(asked):
    with pytest.raises(Refusal, match="enough"):
        extending.ask(application=asked.application, reason="x" * 5_000, by=asked.asked_by)


def test_reason_that_comes_too_late_comes_back(client):
    application, owner = handed_in(state="declined", announced_state="declined")
    client.force_login(owner)
    there = reverse("cohorts:ask_extension", kwargs={"uid": application.uid})

    answer = client.post(there, {"reason": "A flood came."})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "more time would change nothing" in page
    assert "A flood came.</textarea>" in page


def test_granted_time_opens_the_window_again(asked):
    application = asked.application
    after = application.offering.closes_at + timedelta(days=1)
    with time_machine.travel(after):
        assert not application.is_window_open
        extending.answer(
            request=asked,
            until=after + timedelta(days=2),
            words="Take care.",
            by=UserFactory(is_staff=True),
        )
        application.refresh_from_db()
        assert application.is_window_open
    assert "Take care." in Message.objects.get(kind="cohorts/extension_answered").body


def test_refused_changes_nothing(asked):
    extending.answer(request=asked, until=None, words="", by=UserFactory(is_staff=True))

    asked.application.refresh_from_db()
    assert asked.application.extended_until is None
    with pytest.raises(extending.ExtensionRefused, match="answered"):
        extending.answer(request=asked, until=None, words="", by=UserFactory(is_staff=True))


def test_the_past_is_no_extension(asked):
    with pytest.raises(extending.ExtensionRefused, match="ahead"):
        extending.answer(
            request=asked, until=timezone.now(), words="", by=UserFactory(is_staff=True)
        )


def test_a_shorter_extension_never_shortens_the_deadline(asked):
    application = asked.application
    extending.answer(
        request=asked,
        until=timezone.now() + timedelta(hours=1),
        words="",
        by=UserFactory(is_staff=True),
    )

    application.refresh_from_db()
    assert application.closes_at == application.offering.closes_at


def test_after_the_decision_there_is_nothing_to_ask():
    application, owner = handed_in(state="declined", announced_state="declined")

    with pytest.raises(extending.ExtensionRefused):
        extending.ask(application=application, reason="But", by=owner)


def test_viewers_and_strangers_do_not_ask_and_cities_do_not_answer(asked):
    viewer = TeamMemberFactory(city=asked.application.city, role="viewer").user

    for person in (viewer, UserFactory()):
        with pytest.raises(NotPermitted):
            extending.ask(application=asked.application, reason="x", by=person)
    with pytest.raises(NotPermitted):
        extending.answer(
            request=asked,
            until=timezone.now() + timedelta(days=1),
            words="",
            by=asked.asked_by,
        )


def test_no_time_is_given_once_a_decision_was_told():
    application, owner = handed_in()
    asked = extending.ask(application=application, reason="A flood.", by=owner)
    application.state = application.announced_state = "declined"
    application.save()
    staff, until = StaffFactory(), timezone.now() + timedelta(days=1)

    with pytest.raises(extending.ExtensionRefused, match="announced"):
        extending.answer(request=asked, until=until, words="", by=staff)
    application.refresh_from_db()
    assert application.extended_until is None

    assert extending.answer(request=asked, until=None, words="", by=staff).answered_at


@pytest.mark.parametrize(
    ("until", "why"),
    [
        ("", "Choose until when."),
        ("2020-01-01T10:00", "Choose a moment that lies ahead."),
        ("9999-12-31T23:59", "Check the year: 9999 is too far away."),
    ],
)
def test_an_answer_that_cannot_be_taken_keeps_its_words(client, asked, until, why):
    client.force_login(StaffFactory())
    there = reverse(
        "cohorts:answer_extension", kwargs={"uid": asked.application.uid, "asked": asked.uid}
    )

    answer = client.post(there, {"grant": "1", "until": until, "words": "Take <b>care</b>."})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert why in page
    assert "Take &lt;b&gt;care&lt;/b&gt;.</textarea>" in page
    assert f'value="{until}"' in page or not until
    asked.refresh_from_db()
    assert asked.answered_at is None


def test_over_the_pages(client):
    staff = UserFactory(is_staff=True, time_zone="Asia/Tokyo")
    application, owner = draft()
    client.force_login(owner)
    there = reverse("cohorts:ask_extension", kwargs={"uid": application.uid})
    assert client.post(there, {"reason": ""}).status_code == 422
    client.post(there, {"reason": "A <b>flood</b>."})
    asked = ExtensionRequest.objects.get()
    client.force_login(staff)
    body = client.get(reverse("cohorts:assess", kwargs={"uid": application.uid})).content.decode()
    assert "A &lt;b&gt;flood&lt;/b&gt;." in body
    answer = reverse(
        "cohorts:answer_extension", kwargs={"uid": application.uid, "asked": asked.uid}
    )

    client.post(answer, {"grant": "1", "until": ""})
    client.post(answer, {"grant": "1", "until": "2030-01-15T17:00", "words": ""})

    application.refresh_from_db()
    assert application.extended_until.isoformat() == "2030-01-15T22:00:00+00:00"
