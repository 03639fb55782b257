"""Messages about places that wait or move on, and about later offerings."""

from cohorts import texts
from cohorts.models import Application, Invitation, TeamMember
from sprint_portal.mail import outbox

WRITERS = (TeamMember.Role.OWNER, TeamMember.Role.EDITOR)


def invited_on(invitation: Invitation) -> None:
    """A later offering takes applications, and the city begins with what it wrote. Sent once."""
    _to_team(
        invitation.application,
        "cohorts/invited_on",
        f"invited-on:{invitation.pk}",
        invitation=invitation,
    )


def confirm_reminder(application: Application, *, key: str) -> None:
    """A selected city has not confirmed yet. key: what makes it the same reminder."""
    _to_team(application, "cohorts/confirm_reminder", f"confirm-reminder:{application.pk}:{key}")


def confirm_extended(application: Application, *, event) -> None:
    """More time to confirm. event: the audit row of it."""
    _to_team(
        application, "cohorts/confirm_extended", f"confirm-extended:{application.pk}:{event.pk}"
    )


def place_offered_on(application: Application, *, event) -> None:
    """The place was not confirmed and goes to another city; to everyone in the team."""
    _to_team(
        application,
        "cohorts/place_offered_on",
        f"offered-on:{application.pk}:{event.pk}",
        roles=TeamMember.Role.values,
    )


def _to_team(application, kind, key, *, roles=WRITERS, **context) -> None:
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
