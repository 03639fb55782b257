"""Sending one message at most once: claimed by a conditional update, then handed over."""

import smtplib
from datetime import timedelta
from email.header import Header

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.utils import timezone

from sprint_portal.mail.models import Message, State

LEASE = timedelta(minutes=2)
# Tried again after 1, 2, 4 … minutes, then hourly: for about eight hours in all.
MOST_ATTEMPTS = 14
LONGEST_WAIT = timedelta(hours=1)

log = structlog.get_logger(__name__)


def due():
    """Ids of messages that wait and whose time has come, oldest first."""
    return list(_waiting().order_by("id").values_list("id", flat=True)[:200])


def deliver(message_id: int) -> bool:
    """Hand one message to the mail server. Another worker's message is left alone.

    Returns False if the mail server could not be reached, or refused for now.
    """
    claimed = (
        _waiting()
        .filter(pk=message_id)
        .update(
            state=State.SENDING,
            leased_until=timezone.now() + LEASE,
            attempts=F("attempts") + 1,
        )
    )
    if not claimed:
        return True
    message = Message.objects.get(pk=message_id)
    try:
        _as_mail(message).send()
    # smtplib's errors are OSErrors too; what is ours to put right is tried again.
    except (OSError, ValueError, ImproperlyConfigured) as fault:
        return _note_fault(message, fault)
    _note_sent(message)
    return True


def flag_stuck():
    """A message whose worker died while sending may or may not have gone: a person decides."""
    stuck = Message.objects.filter(state=State.SENDING, leased_until__lt=timezone.now())
    stuck.update(state=State.UNKNOWN, leased_until=None)


def wipe_secrets():
    """Give up on secrets that have lost their power unsent, and forget what they said."""
    late = Message.objects.filter(secret_until__lt=timezone.now())
    late.filter(state=State.QUEUED).update(state=State.FAILED, error="Expired before it was sent")
    late.exclude(state=State.SENDING).exclude(body="").update(body=_kept_of_secret(F("body")))


def _waiting():
    ready = Q(next_try_at__isnull=True) | Q(next_try_at__lte=timezone.now())
    return Message.objects.filter(ready, state=State.QUEUED)


def _note_sent(message):
    body = _kept_of_secret(message.body) if message.is_secret else message.body
    Message.objects.filter(pk=message.pk).update(
        state=State.SENT, sent_at=timezone.now(), leased_until=None, error="", body=body
    )


def _kept_of_secret(body):
    """Nothing; in the demo all of it, because there the page of mails is the mailbox."""
    return body if settings.DEMO else ""


def _note_fault(message, fault):
    """Wait and try again, or give up: for what no waiting cures, and after the last attempt."""
    final = _is_final(fault)
    gave_up = final or message.attempts >= MOST_ATTEMPTS
    wait = min(timedelta(seconds=30 * 2**message.attempts), LONGEST_WAIT)
    Message.objects.filter(pk=message.pk).update(
        state=State.FAILED if gave_up else State.QUEUED,
        error=f"{type(fault).__name__}: {fault}"[:300],
        leased_until=None,
        next_try_at=timezone.now() + wait,
    )
    log.warning("mail_not_sent", message=str(message.uid), fault=type(fault).__name__, final=final)
    return final


def _is_final(fault) -> bool:
    """Whether the server will never take this message: a 5xx answer, or no possible address."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in fault.recipients.values())
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return False  # ours to put right, not the message's
    if isinstance(fault, smtplib.SMTPResponseException):
        return fault.smtp_code >= 500
    return isinstance(fault, ValueError)


class _Mail(EmailMessage):
    """A mail whose subject begins on its own line: readers see no blank before it."""

    def message(self, **options):
        built = super().message(**options)
        # Django folds without counting "Subject: ", so a long one is moved to the next line whole.
        built.replace_header("Subject", Header(self.subject, header_name="Subject"))
        return built


def _as_mail(message) -> EmailMessage:
    mail = _Mail(
        subject=message.subject,
        body=message.body,
        to=[message.to],
        headers={
            "Message-ID": f"<{message.uid}@sprint-portal>",
            "Auto-Submitted": "auto-generated",
        },
    )
    for part in message.attachments:
        mail.attach(part["name"], part["text"].encode(), part["type"])
    return mail
