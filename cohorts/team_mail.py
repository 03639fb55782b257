"""One message to each person of a city's team, in the words of the offering that it is about."""

from cohorts import texts
from cohorts.models import Application
from cohorts.rules import WRITERS
from sprint_portal.mail import outbox


def to_team(application: Application, kind: str, key: str, *, roles=WRITERS, **context) -> None:
    """To those who have one of `roles`. context: as the text of `kind` takes it."""
    mine = texts.of(texts.offering_of(application, **context))
    for member in application.city.team.filter(role__in=roles).select_related("user"):
        outbox.post(
            kind,
            to=member.user.email,
            user=member.user,
            key=f"{key}:{member.user_id}",
            written=texts.written(kind, application, reader=member.user, texts=mine, **context),
            application=application,
            **context,
        )
