"""The outbox: a row first, sent after the commit, never twice."""

import smtplib

import pytest
from django.core import mail as sent_mail

from sprint_portal.mail import delivery, outbox
from sprint_portal.mail.models import Message, State
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(tmp_path, settings):
    folder = tmp_path / "mail" / "test"
    folder.mkdir(parents=True)
    (folder / "letter.txt").write_text("Subject: Hello {{ name }}\n\nGood day, {{ name }}.\n")
    templates = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    settings.TEMPLATES = templates
    return "test/letter"


def test_post_sends_once_after_the_commit(letter, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            outbox.post(letter, to="ana@example.org", key="one", user=UserFactory(), name="Ana")
        assert sent_mail.outbox == []

    assert [m.subject for m in sent_mail.outbox] == ["Hello Ana"]
    assert Message.objects.get().state == State.SENT


def test_subject_with_line_breaks_stays_one_header(letter):
    message = outbox.post(letter, to="a@example.org", key="two", name="x\r\nBcc: all@example.org")

    assert "\n" not in message.subject


def test_mail_server_down_keeps_the_message_waiting(letter, monkeypatch):
    def refuse(*args, **kwargs):
        raise smtplib.SMTPServerDisconnected("gone")

    message = outbox.post(letter, to="a@example.org", key="three", name="Ana")
    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)

    delivery.deliver(message.pk)

    message.refresh_from_db()
    assert message.state == State.QUEUED
    assert message.attempts == 1
    assert "gone" in message.error
    assert delivery.due() == []  # not at once: later
