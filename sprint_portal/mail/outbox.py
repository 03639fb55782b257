"""Putting a message into the outbox: rendered now, sent after the commit, never twice."""

from datetime import timedelta

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone, translation

from sprint_portal.mail import tasks
from sprint_portal.mail.models import Message
from sprint_portal.queue import enqueue


def post(
    kind: str,
    *,
    to: str,
    key: str,
    user=None,
    attachments=(),
    secret_for=None,
    written=None,
    **context,
) -> Message:
    """Render `templates/mail/<kind>.txt` for one reader and queue it.

    key: what makes it the same message; posting a key again changes and sends nothing.
    user: the reader, for language and zone. attachments: dicts {name, type, text}.
    secret_for: seconds for which the text opens an account; it is shown to nobody, and wiped
    once it is sent. The template's first line is `Subject: …`; the rest is the text.
    written: a function that gives (subject, text) instead of the template, called in the
    reader's language and zone.
    """
    subject, body = rendered(kind, user=user, written=written, **context)
    message, is_new = Message.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "to": to,
            "user": user,
            "subject": subject,
            "body": body,
            "attachments": list(attachments),
            "secret_until": timezone.now() + timedelta(seconds=secret_for) if secret_for else None,
        },
    )
    if is_new:
        enqueue(tasks.send, message.pk)
    return message


def rendered(kind: str, *, user=None, written=None, **context) -> tuple[str, str]:
    """(subject, body) as `user` will read them: their language, their zone, footer included.

    Without a user: the present language and zone. written: as in `post`.
    Raises ValueError without a subject.
    """
    language = user.language if user else translation.get_language()
    zone = user.zone if user else timezone.get_current_timezone()
    with translation.override(language), timezone.override(zone):
        facts = {**context, "reader": user, "site_url": settings.SITE_URL}
        if written:
            subject, text = written()
            subject = _header(subject)
        else:
            subject, text = _subject_and_text(kind, _as_text(kind, facts))
        footer = _as_text("_footer", facts)
    return subject, f"{text.strip()}\n\n{footer.strip()}\n"


def _as_text(kind, facts):
    # Plain text: a name such as O'Neill stays as it is written.
    return get_template(f"mail/{kind}.txt").template.render(Context(facts, autoescape=False))


def _subject_and_text(kind, text):
    first, _, rest = text.lstrip().partition("\n")
    label, found, subject = first.partition("Subject: ")
    if label or not found or not subject.strip():
        raise ValueError(f"mail/{kind}.txt does not begin with 'Subject: '")
    return _header(subject), rest


def _header(subject):
    # One line, whatever names went into it: a mail header is not a place for line breaks.
    return " ".join(subject.split())[:250]
