"""Everything held about one city's application, for the city itself.

Only what the city has been told: neither undecided states nor the notes of those who decide.
"""

from typing import Any

from cohorts import mailed, path
from cohorts.models import Application
from cohorts.models.application import DECIDED
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
)


def told_history(application: Application):
    """What happened, as far as the city was part of it or told; oldest first."""
    return history(application).filter(verb__in=CITY_VERBS)


def contents(application: Application) -> dict[str, Any]:
    """The file as data that JSON can hold; times in UTC, ISO 8601."""
    city = application.city
    return {
        "reference": application.reference,
        "offering": str(application.offering),
        "city": {
            "name": city.name,
            "region": city.region,
            "country": city.country,
            "time_zone": city.zone,
        },
        "state": str(application.announced_state),
        "kept_until": _iso(application.offering.retain_until),
        "writing_now": application.answers,
        "handed_in": _handed_in(application),
        "decision": _decision(application),
        "letters": [
            {"name": one.name, "bytes": one.size, "at": _iso(one.at)}
            for one in application.letters.all()
        ],
        "team": [
            {"name": one.user.name, "email": one.user.email, "role": one.role}
            for one in city.team.select_related("user").order_by("added_at")
        ],
        "more_time": [
            {"reason": one.reason, "at": _iso(one.asked_at), "until": _iso(one.granted_until)}
            for one in application.extension_requests.all()
        ],
        "mails": _mails(application),
        "history": [
            {"at": _iso(one.at), "by": _name(one.by), "what": one.verb}
            for one in told_history(application)
        ],
    }


def _handed_in(application) -> list[dict[str, Any]]:
    return [
        {
            "number": one.number,
            "at": _iso(one.at),
            "by": _name(one.author),
            "answers": one.answers,
        }
        for one in application.revisions.select_related("author")
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
        {"stage": str(one.stage), "finding": one.finding, "next_step": one.next_step}
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
