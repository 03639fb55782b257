"""Sending one message at most once: claimed by a conditional update, then handed over."""

from datetime import timedelta

from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.utils import timezone

from sprint_portal.mail.models import Message, State

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 6


def due():
    """Ids of messages that wait and whose time has come, oldest first."""
    ready = Q(next_try_at__isnull=True) | Q(next_try_at__lte=timezone.now())
    waiting = Message.objects.filter(ready, state=State.QUEUED).order_by("id")
    return list(waiting.values_list("id", flat=True)[:200])


def deliver(message_id: int):
    """Hand one message to the mail server. Another worker's message is left alone."""
    now = timezone.now()
    claimed = Message.objects.filter(
        Q(next_try_at__isnull=True) | Q(next_try_at__lte=now), pk=message_id, state=State.QUEUED
    ).update(state=State.SENDING, leased_until=now + LEASE, attempts=F("attempts") + 1)
    if not claimed:
        return
    message = Message.objects.get(pk=message_id)
    try:
        _as_mail(message).send()
    except OSError as fault:  # smtplib's errors are OSErrors too
        _try_later(message, fault)
    else:
        Message.objects.filter(pk=message_id).update(
            state=State.SENT, sent_at=timezone.now(), leased_until=None, error=""
        )


def flag_stuck():
    """A message whose worker died while sending may or may not have gone: a person decides."""
    Message.objects.filter(state=State.SENDING, leased_until__lt=timezone.now()).update(
        state=State.UNKNOWN, leased_until=None
    )


def _try_later(message, fault):
    gave_up = message.attempts >= MOST_ATTEMPTS
    Message.objects.filter(pk=message.pk).update(
        state=State.FAILED if gave_up else State.QUEUED,
        error=f"{type(fault).__name__}: {fault}"[:300],
        leased_until=None,
        next_try_at=timezone.now() + timedelta(seconds=30 * 2**message.attempts),
    )


def _as_mail(message) -> EmailMessage:
    mail = EmailMessage(
        subject=message.subject,
        body=message.body,
        to=[message.to],
        headers={"Message-ID": f"<{message.uid}@sprint-portal>", "Auto-Submitted": "auto-generated"},
    )
    for part in message.attachments:
        mail.attach(part["name"], part["text"].encode(), part["type"])
    return mail
