"""More time for one city: asked for with a reason, given or refused by staff."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cohorts import mail
from cohorts.models import Application, ExtensionRequest, Offering
from cohorts.models.application import State
from cohorts.questions import with_more
from sprint_portal import audit
from sprint_portal.refusals import NotPermitted, Refusal, must


class ExtensionRefused(Refusal):
    """More time cannot be asked for, or given, that way."""


def ask(*, application: Application, reason: str, by) -> ExtensionRequest:
    """Ask staff for more time. The same words twice are one question and one mail.

    Other words before an answer are added to the question, and staff read them too.
    Raises ExtensionRefused, NotPermitted, Refusal when it grows too long.
    """
    if not by.has_perm("cohorts.ask_extension", application):
        raise NotPermitted(_("You may read this, not ask for more time."))
    if not application.is_with_the_city or application.state == State.WITHDRAWN:
        raise ExtensionRefused(_("The decision is announced; more time would change nothing."))
    try:
        with transaction.atomic():
            request = ExtensionRequest.objects.create(
                application=application, reason=reason, asked_by=by
            )
            audit.record(by, "ask_extension", application)
            mail.extension_asked(request)
    except IntegrityError:
        request = _add_to_question(application, reason)
    return request


@transaction.atomic
def _add_to_question(application, reason):
    still_open = application.extension_requests.filter(answered_at__isnull=True)
    request = still_open.select_for_update().first()
    if request is None:
        raise ExtensionRefused(_("We have just answered your question. Ask once more."))
    words = with_more(request.reason, reason)
    if words != request.reason:
        request.reason = words
        request.save(update_fields=["reason"])
        mail.extension_asked(request)
    return request


@transaction.atomic
def answer(*, request: ExtensionRequest, until: datetime | None, words: str, by):
    """Give time until a moment that lies ahead, or refuse with None. Raises ExtensionRefused."""
    # The release holds the same row: time is given before it, or not at all.
    Offering.objects.select_for_update(of=("self",)).get(
        applications__extension_requests=request.pk
    )
    stored = ExtensionRequest.objects.select_for_update().get(pk=request.pk)
    application = Application.objects.select_for_update().get(pk=stored.application_id)
    must(by, "cohorts.assess_application", application)
    if stored.answered_at:
        raise ExtensionRefused(_("A colleague has answered this already."))
    if until is not None and not application.is_with_the_city:
        raise ExtensionRefused(_("The decision is announced; more time would change nothing."))
    if until is not None and until <= timezone.now():
        raise ExtensionRefused(_("Choose a moment that lies ahead."))
    stored.granted_until, stored.answer = until, words
    stored.answered_at, stored.answered_by = timezone.now(), by
    stored.save(update_fields=["granted_until", "answer", "answered_at", "answered_by"])
    if until is not None:
        application.extended_until = until
        application.save(update_fields=["extended_until", "updated_at"])
    audit.record(by, "extend" if until else "refuse_extension", application)
    mail.extension_answered(stored)
    return stored
