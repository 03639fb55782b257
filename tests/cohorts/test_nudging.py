"""Drafts are reminded of their deadline: near enough, once, and those who can write."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from cohorts import tasks
from cohorts.models import Application
from sprint_portal.mail.models import Message
from tests.cohorts.intake_factories import answers, draft, handed_in
from tests.factories import TeamMemberFactory

pytestmark = pytest.mark.django_db


def sent():
    tasks.nudge()
    tasks.nudge()
    return list(Message.objects.values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("before", "count"),
    [
        (timedelta(days=3, seconds=1), 0),
        (timedelta(days=3), 1),
        (timedelta(seconds=1), 1),
        (timedelta(0), 0),
    ],
)
def test_draft_is_reminded_of_its_deadline_once(before, count):
    application, _owner = draft(answers=answers(topic=""))

    with time_machine.travel(application.closes_at - before, tick=False):
        assert sent() == ["cohorts/deadline_is_near"] * count
    if count:
        assert "One of the six steps" in Message.objects.get().body


def test_draft_begun_just_now_is_left_in_peace():
    application, _owner = draft()

    with time_machine.travel(application.closes_at - timedelta(days=1), tick=False):
        Application.objects.update(created_at=timezone.now() - timedelta(hours=11))
        assert sent() == []


def test_more_time_is_reminded_of_anew():
    application, _owner = draft()
    with time_machine.travel(application.closes_at - timedelta(days=1)):
        sent()
    application.extended_until = application.closes_at + timedelta(days=5)
    application.save()

    with time_machine.travel(application.extended_until - timedelta(days=1)):
        assert len(sent()) == 2


def test_viewers_and_finished_cities_are_left_in_peace():
    application, _owner = handed_in()
    waiting, _other = draft(offering=application.offering)
    TeamMemberFactory(city=waiting.city, role="viewer")

    with time_machine.travel(application.closes_at - timedelta(days=1)):
        assert len(sent()) == 1
