"""Staff word an offering's mails anew: look at them, save, send one to themselves, go back."""

import uuid
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cohorts import eoi, texts
from cohorts.models import (
    Application,
    City,
    ExtensionRequest,
    Invitation,
    MailText,
    Offering,
    Revision,
    Sprint,
    StageFinding,
)
from cohorts.models.stage_check import Stage
from cohorts.templatetags.moments import in_words
from cohorts.texts import Kind
from sprint_portal import audit
from sprint_portal.mail import outbox
from sprint_portal.mail.models import Message
from sprint_portal.refusals import Refusal, must

_SOME_DAY = datetime(2001, 2, 3, 4, 5, tzinfo=UTC)  # only to find where a text speaks of it


class StaleWords(Refusal):
    """Someone else saved this text since it was opened. Holds what is stored now."""

    def __init__(self, subject: str, body: str, rev: int):
        super().__init__(_("Someone saved this text after you opened it."))
        self.subject, self.body, self.rev = subject, body, rev


# --- reading ---------------------------------------------------------------------------
def shipped(kind: Kind, offering: Offering) -> tuple[str, str]:
    """(subject, text) as the portal ships it, with placeholders, in the offering's language."""
    sprint, term = Sprint(name="{sprint}"), "{term}"
    application = Application(
        offering=Offering(sprint=sprint, term=term, closes_at=_SOME_DAY),
        city=City(name="{city}"),
        reference="{reference}",
        note_to_city="{note}",
        confirm_by=_SOME_DAY,
    )
    invitation = Invitation(application=application, offering=application.offering)
    facts = {
        "application": application,
        "request": ExtensionRequest(answer="{note}"),
        "invitation": invitation,
        "confirm_by": _SOME_DAY,
        "site_url": settings.SITE_URL,
        "bare": True,
    }
    template = get_template(f"mail/{kind.template}.txt").template
    with translation.override(offering.language):
        text = template.render(Context(facts, autoescape=False))
        text = text.replace(in_words(_SOME_DAY), "{confirm_by}")
    for page in (application.get_absolute_url(), invitation.get_absolute_url()):
        text = text.replace(f"{settings.SITE_URL}{page}", "{link}")
    text = text.replace(f"{settings.SITE_URL}{reverse('home')}\n", "{link}\n")
    first, _nothing, body = text.lstrip().partition("\n")
    return first.removeprefix("Subject: "), texts.GAPS.sub("\n\n", body).strip()


def stored(kind: Kind, offering: Offering) -> tuple[MailText | None, int]:
    """(what staff wrote, None while the shipped text holds; the number of saves so far)."""
    row = MailText.objects.filter(offering=offering, kind=kind.key).select_related("by").first()
    return (row if row and row.body else None), (row.rev if row else 0)


def preview(kind: Kind, offering: Offering, subject: str, body: str, *, reader):
    """(subject, text) as `reader` would get it, if the sample city were theirs."""
    application, context = _sample(offering, kind)
    say = texts.words(kind, subject, body, application, reader=reader, **context)
    return outbox.rendered(kind.template, user=reader, written=say)


def _sample(offering, kind):
    """A made-up city's application, and all that any mail says about one."""
    city = City(name="Port Alder", is_demo=True, country="US", zone=offering.zone)
    application = Application(
        offering=offering,
        city=city,
        reference=f"{offering.reference_prefix}-7K3Q",
        note_to_city=_("Here stands the personal note, if you write one."),
    )
    topic = {"topic": _("What the city wrote stands here.")}
    return application, {
        "revision": Revision(number=1, at=timezone.now(), answers=topic),
        "content": [part for part in eoi.read_out(topic) if part[0].key == "topic"],
        "findings": [
            StageFinding(
                stage=Stage.STAFFING, finding="not_yet", next_step=_("Name one person for AI.")
            )
        ],
        **_only_for(kind, offering, application),
        "confirm_by": offering.confirm_by or timezone.now() + timedelta(days=7),
    }


def _only_for(kind, offering, application) -> dict:
    """What the mails of one kind speak of, and no others."""
    if kind.key == "more_time":
        until = timezone.now() + timedelta(days=3)
        answer = _("Here stands your sentence.")
        return {"request": ExtensionRequest(granted_until=until, answer=answer)}
    if kind.key == "invited":
        return {"invitation": Invitation(application=application, offering=offering)}
    return {}


# --- verbs -----------------------------------------------------------------------------
@transaction.atomic
def save(*, offering: Offering, kind: Kind, subject: str, body: str, rev: int, by) -> None:
    """Use these words from now on. rev: number of saves when the person opened the text.

    Raises UnknownPlaceholder, MissingPlaceholder, StaleWords, NotPermitted.
    """
    _must(by, offering)
    texts.check(kind, (subject, body))
    row = _locked(offering, kind)
    if (row.subject, row.body) == (subject, body):
        return
    _demand_fresh(row, rev, offering, kind)
    _write(row, subject, body, by)
    audit.record(by, "write_mail_text", offering, kind=kind.key, rev=row.rev)


@transaction.atomic
def reset(*, offering: Offering, kind: Kind, rev: int, by) -> None:
    """Go back to the shipped text. Raises StaleWords, NotPermitted."""
    _must(by, offering)
    row = _locked(offering, kind)
    if not row.body:
        return
    _demand_fresh(row, rev, offering, kind)
    _write(row, "", "", by)
    audit.record(by, "reset_mail_text", offering, kind=kind.key, rev=row.rev)


@transaction.atomic
def send_test(*, offering: Offering, kind: Kind, by) -> Message:
    """Send the text in use to `by` alone, about a made-up city and marked as a test."""
    _must(by, offering)
    mine, _rev = stored(kind, offering)
    subject, body = (mine.subject, mine.body) if mine else shipped(kind, offering)
    application, context = _sample(offering, kind)
    say = texts.words(
        kind,
        _("[Test] %(subject)s") % {"subject": subject},
        body,
        application,
        reader=by,
        **context,
    )
    audit.record(by, "test_mail_text", offering, kind=kind.key)
    return outbox.post(
        f"test/{kind.template}",
        to=by.email,
        user=by,
        key=f"test:{uuid.uuid4()}",
        written=say,
    )


def _locked(offering, kind) -> MailText:
    """The row of this text, new or not; two savers wait for each other at the offering."""
    Offering.objects.select_for_update(of=("self",)).get(pk=offering.pk)
    row = MailText.objects.filter(offering=offering, kind=kind.key).first()
    return row or MailText(offering=offering, kind=kind.key, rev=0)


def _demand_fresh(row, rev, offering, kind):
    if row.rev != rev:
        subject, body = (row.subject, row.body) if row.body else shipped(kind, offering)
        raise StaleWords(subject, body, row.rev)


def _write(row, subject, body, by):
    row.subject, row.body, row.by, row.rev = subject, body, by, row.rev + 1
    row.save()


def _must(by, offering):
    must(by, "cohorts.prepare_offering", offering)
