"""Putting a message into the outbox: rendered now, sent after the commit, never twice."""

import zoneinfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from sprint_portal.mail import tasks
from sprint_portal.mail.models import Message
from sprint_portal.queue import enqueue


def post(kind: str, *, to: str, key: str, user=None, attachments=(), **context) -> Message:
    """Render `templates/mail/<kind>.txt` for one reader and queue it.

    key: what makes it the same message; posting a key again changes and sends nothing.
    user: the reader, for language and zone. attachments: dicts {name, type, text}.
    The template's first line is `Subject: …`; the rest is the text.
    """
    subject, body = rendered(kind, user=user, **context)
    message, is_new = Message.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "to": to,
            "user": user,
            "subject": subject,
            "body": body,
            "attachments": list(attachments),
        },
    )
    if is_new:
        enqueue(tasks.send, message.pk)
    return message


def rendered(kind: str, *, user=None, **context) -> tuple[str, str]:
    """(subject, body) as `user` will read them. Raises ValueError if the template has no subject."""
    zone = zoneinfo.ZoneInfo(user.time_zone) if user and user.time_zone else None
    with translation.override(user.language if user else None), timezone.override(zone):
        text = render_to_string(
            f"mail/{kind}.txt", {**context, "reader": user, "site_url": settings.SITE_URL}
        )
    first, _, body = text.partition("\n")
    label, _, subject = first.partition("Subject: ")
    if label or not subject:
        raise ValueError(f"mail/{kind}.txt does not begin with 'Subject: '")
    # One line, whatever names went into it: a mail header is not a place for line breaks.
    return " ".join(subject.split())[:250], body.strip() + "\n"
