"""Everything held about one city's application, for the city itself.

Only what the city has been told: neither undecided states nor the notes of those who decide.
"""

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from cohorts import eoi, mailed, path
from cohorts.models import AccessRequest, Application, ExtensionRequest, Revision
from cohorts.models.application import DECIDED
from cohorts.templatetags.record import in_words
from sprint_portal.audit import history

# What a city reads of the record: its own steps, and what it was told.
CITY_VERBS = (
    "start",
    "submit",
    "hand_in_again",
    "announce",
    "confirm",
    "withdraw",
    "ask_extension",
    "extend",
    "refuse_extension",
    "add_letter",
    "remove_letter",
    "remind",
    "extend_confirmation",
    "invite_on",
    "accept_invitation",
    "erase",
)


# What happened to its team, which is the city's in all its applications.
TEAM_VERBS = (
    "ask_access",
    "answer_access",
    "invite",
    "cancel_invitation",
    "join",
    "change_role",
    "hand_over",
    "remove",
)


def told_history(application: Application):
    """What happened, as far as the city was part of it or told, its team included; oldest first."""
    own = history(application).filter(verb__in=CITY_VERBS)
    return own | history(application.city).filter(verb__in=TEAM_VERBS)


def bring(application: Application) -> None:
    """Fetch what stands in the file, once for the page and its mails."""
    handed_in = Prefetch("revisions", Revision.objects.select_related("author"))
    asked = Prefetch("extension_requests", ExtensionRequest.objects.select_related("asked_by"))
    wanted = Prefetch("city__access_requests", AccessRequest.objects.select_related("user"))
    rows = (handed_in, "letters", asked, wanted, "city__invitations", path.INVITED)
    prefetch_related_objects([application], *rows)


def contents(application: Application) -> dict[str, Any]:
    """The file as data that JSON can hold; times in UTC, ISO 8601.

    Keys are for machines; beside them stand the words that a person read.
    """
    bring(application)
    return {
        "reference": application.reference,
        "offering": str(application.offering),
        "city": _city(application.city),
        "state": str(application.announced_state),
        "state_label": str(application.public_label),
        "kept_until": _iso(application.offering.retain_until),
        "writing_now": application.answers,
        "writing_now_in_words": _in_words(application.answers),
        "handed_in": _handed_in(application),
        "decision": _decision(application),
        "letters": [
            {"name": one.name, "bytes": one.size, "at": _iso(one.at)}
            for one in application.letters.all()
        ],
        **_people(application.city),
        "more_time": _more_time(application),
        "invitations_to_later_offerings": _invited_on(application),
        "mails": _mails(application),
        "history": [
            {"at": _iso(one.at), "by": _name(one.by), "what": one.verb, "in_words": in_words(one)}
            for one in told_history(application)
        ],
    }


def _city(city) -> dict[str, Any]:
    return {
        "name": city.name,
        "region": city.region,
        "country": city.country,
        "country_label": city.country_name,
        "population": city.population,
        "time_zone": city.zone,
    }


def _people(city) -> dict[str, Any]:
    """Who acts for the city, who was asked to, and who asked."""
    return {
        "team": [
            {"name": one.user.name, "email": one.user.email, "role": one.role}
            for one in city.team.select_related("user").order_by("added_at")
        ],
        "team_invitations": [
            {
                "email": one.email,
                "role": one.role,
                "at": _iso(one.invited_at),
                "until": _iso(one.expires_at),
                "taken_at": _iso(one.taken_at),
                "taken_back_at": _iso(one.cancelled_at),
            }
            for one in city.invitations.all()
        ],
        "access_requests": [
            {
                "by": _name(one.user),
                "at": _iso(one.asked_at),
                "answered_at": _iso(one.answered_at),
                "granted": one.granted,
            }
            for one in city.access_requests.all()
        ],
    }


def _more_time(application) -> list[dict[str, Any]]:
    return [
        {
            "reason": one.reason,
            "by": _name(one.asked_by),
            "at": _iso(one.asked_at),
            "answered_at": _iso(one.answered_at),
            "until": _iso(one.granted_until),
            "answer": one.answer,
        }
        for one in application.extension_requests.all()
    ]


def _invited_on(application) -> list[dict[str, Any]]:
    return [
        {
            "offering": str(one.offering or ""),
            "at": _iso(one.invited_at),
            "accepted_at": _iso(one.accepted_at),
            "reference": one.draft.reference if one.draft else "",
        }
        for one in application.invitations_on.all()
    ]


def _handed_in(application) -> list[dict[str, Any]]:
    return [
        {
            "number": one.number,
            "at": _iso(one.at),
            "by": _name(one.author),
            "answers": one.answers,
            "in_words": _in_words(one.answers),
        }
        for one in application.revisions.all()
    ]


def _in_words(answers) -> list[dict[str, str]]:
    """Every question with its answer as they are read, beside their key."""
    return [
        {
            "step": str(step.title),
            "key": field.key,
            "question": str(field.named),
            "answer": words,
        }
        for step, said in eoi.read_out(answers)
        for field, words in said
    ]


def _mails(application) -> list[dict[str, Any]]:
    return [
        {
            "to": one.to,
            "subject": one.subject,
            "text": one.body,
            "at": _iso(one.sent_at or one.created_at),
            "state": one.state,
        }
        for one in mailed.to_the_city(application)
    ]


def _decision(application) -> dict[str, Any]:
    """What was announced with the decision, as it was announced; empty before."""
    if application.announced_state not in DECIDED:
        return {}
    steps = [
        {
            "stage": str(one.stage),
            "stage_label": one.label,
            "finding": one.finding,
            "finding_label": one.finding_label,
            "next_step": one.next_step,
        }
        for one in path.as_told(application)
    ]
    return {
        "note": application.note_told,
        "confirm_by": _iso(application.confirm_by),
        "next_steps": steps,
    }


def _iso(moment) -> str | None:
    return moment.isoformat() if moment else None


def _name(user) -> str:
    return str(user) if user else ""
