"""The mails of an offering that staff may word anew, and how their words become a mail.

A text holds placeholders such as `{city}`. They are replaced as plain text, once: a text is
never template code, and what stands in for a placeholder is not read again. What a city must
learn in any case (the answers it handed in, its next steps) is no part of the text: it is added
below it from a file of its own.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as say

from cohorts.models import Application, MailText, Offering
from cohorts.templatetags.moments import in_words
from sprint_portal.refusals import Refusal

PLACEHOLDERS = {
    "city": say("the city’s name"),
    "reference": say("the application’s reference"),
    "confirm_by": say("until when the city confirms, in the reader’s time"),
    "link": say("the address of the city’s page"),
    "note": say("the personal note; its line goes when there is none"),
    "reader": say("the reader’s name"),
    "sprint": say("the sprint"),
    "term": say("the term"),
}
_BRACES = re.compile(r"\{([^{}\n]*)\}")
GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Kind:
    """One mail. template: its shipped text. always: what is added below any text.

    needs: placeholders without which the mail would leave the city helpless. has_note: a
    personal note goes with it. has_day: it speaks of the day to confirm by.
    """

    key: str
    name: str
    template: str
    always: str = ""
    needs: tuple[str, ...] = ()
    has_note: bool = False
    has_day: bool = False

    @property
    def placeholders(self) -> tuple[str, ...]:
        """Those that a text of this kind may hold."""
        left_out = {name for name, has in _ONLY_SOME.items() if not getattr(self, has)}
        return tuple(name for name in PLACEHOLDERS if name not in left_out)


_ONLY_SOME = {"note": "has_note", "confirm_by": "has_day"}
_KINDS = (
    Kind("received", say("Receipt"), "cohorts/application_received", "cohorts/_always_received"),
    Kind(
        "not_yet",
        say("Not yet eligible"),
        "cohorts/outcome_not_yet",
        "cohorts/_always_not_yet",
        has_note=True,
    ),
    Kind(
        "selected",
        say("Selected"),
        "cohorts/outcome_selected",
        needs=("confirm_by", "link"),
        has_note=True,
        has_day=True,
    ),
    Kind("waitlisted", say("On the waitlist"), "cohorts/outcome_waitlisted", has_note=True),
    Kind("declined", say("Not selected"), "cohorts/outcome_declined", has_note=True),
    Kind(
        "reminder",
        say("Reminder to confirm"),
        "cohorts/confirm_reminder",
        needs=("confirm_by", "link"),
        has_day=True,
    ),
    Kind(
        "confirmed",
        say("Place confirmed"),
        "cohorts/place_confirmed",
        "cohorts/_always_confirmed",
    ),
    Kind(
        "more_time",
        say("Answer about more time"),
        "cohorts/extension_answered",
        "cohorts/_always_more_time",
        has_note=True,
    ),
    Kind(
        "invited",
        say("Invitation to this offering"),
        "cohorts/invited_on",
        "cohorts/_always_invited",
        needs=("link",),
    ),
)
KINDS = {kind.key: kind for kind in _KINDS}
BY_TEMPLATE = {kind.template: kind for kind in _KINDS}


class UnknownPlaceholder(Refusal):
    """A text holds something in braces that stands for nothing."""


class MissingPlaceholder(Refusal):
    """A text lacks what its reader cannot do without."""


# --- pure ------------------------------------------------------------------------------
def check(kind: Kind, texts: Iterable[str]) -> None:
    """Raise UnknownPlaceholder or MissingPlaceholder for a subject and a text together."""
    used = [inside for text in texts for inside in _BRACES.findall(text)]
    known = ", ".join(f"{{{name}}}" for name in kind.placeholders)
    for inside in used:
        if inside not in kind.placeholders:
            raise UnknownPlaceholder(
                _("{%(inside)s} stands for nothing here. Use one of %(known)s, or no braces.")
                % {"inside": inside[:40], "known": known}
            )
    for name in kind.needs:
        if name not in used:
            raise MissingPlaceholder(
                _("Put {%(name)s} somewhere: the city needs %(what)s.")
                % {"name": name, "what": PLACEHOLDERS[name]}
            )


def filled(text: str, facts: Mapping[str, str]) -> str:
    """`text` with its placeholders replaced, once; what is not in `facts` stays as it is."""
    return _BRACES.sub(lambda hit: str(facts.get(hit[1], hit[0])), text)


def filled_body(body: str, facts: Mapping[str, str]) -> str:
    """As `filled`, without the gap that an empty note leaves; a note nobody asked for is added."""
    if facts.get("note") and "{note}" not in body:
        body = f"{body.rstrip()}\n\n{{note}}"
    lines = [line for line in body.split("\n") if facts.get("note") or line.strip() != "{note}"]
    return GAPS.sub("\n\n", filled("\n".join(lines), facts)).strip()


# --- with the rows -----------------------------------------------------------------------
def of(offering: Offering) -> dict[str, MailText]:
    """{kind: what staff wrote for this offering}; without those that were reset."""
    return {row.kind: row for row in MailText.objects.filter(offering=offering).exclude(body="")}


def offering_of(application: Application, **context) -> Offering:
    """The offering whose words a mail takes: the one that it invites to, or its own."""
    invitation = context.get("invitation")
    return (invitation and invitation.offering) or application.offering


def written(
    template: str, application: Application, *, reader, texts: Mapping[str, MailText], **context
):
    """For `outbox`: a function that gives (subject, text) in staff's words; None for the shipped.

    context: as the shipped template takes it; of it a text uses `confirm_by` and the answer of
    a `request` for more time.
    """
    kind = BY_TEMPLATE.get(template)
    mine = texts.get(kind.key) if kind else None
    if not kind or not mine:
        return None

    return words(kind, mine.subject, mine.body, application, reader=reader, **context)


def words(kind: Kind, subject: str, body: str, application: Application, *, reader, **context):
    """For `outbox`: a function that gives (subject, text) from these words."""

    def write() -> tuple[str, str]:
        facts = facts_of(application, reader=reader, **context)
        facts |= {} if kind.has_note else {"note": ""}
        text = filled_body(body, facts)
        return filled(subject, facts), f"{text}\n{below(kind, application, **context)}"

    return write


def facts_of(application: Application, *, reader, **context) -> dict[str, str]:
    """What the placeholders stand for, in the present language and zone."""
    request, invitation = context.get("request"), context.get("invitation")
    page, offering = invitation or application, offering_of(application, **context)
    return {
        "city": str(application.city),
        "reference": application.reference,
        "confirm_by": in_words(
            context.get("confirm_by") or application.confirm_by, application.offering.zone
        ),
        "link": f"{settings.SITE_URL}{page.get_absolute_url()}",
        "note": request.answer if request else application.note_to_city,
        "reader": str(reader) if reader else "",
        "sprint": offering.sprint.name,
        "term": offering.term,
    }


def below(kind: Kind, application: Application, **context) -> str:
    """What is added below any text of this kind; "" for most."""
    if not kind.always:
        return ""
    facts = {"application": application, "site_url": settings.SITE_URL, **context}
    template = get_template(f"mail/{kind.always}.txt").template
    return f"\n{template.render(Context(facts, autoescape=False)).strip()}"
