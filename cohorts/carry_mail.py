"""Messages about places that wait or move on, and about later offerings."""

from cohorts.models import Application, Invitation, TeamMember
from cohorts.team_mail import to_team


def invited_on(invitation: Invitation) -> None:
    """A later offering takes applications, and the city begins with what it wrote. Sent once."""
    to_team(
        invitation.application,
        "cohorts/invited_on",
        f"invited-on:{invitation.pk}",
        invitation=invitation,
    )


def confirm_reminder(application: Application, *, key: str) -> None:
    """A selected city has not confirmed yet. key: what makes it the same reminder."""
    to_team(application, "cohorts/confirm_reminder", f"confirm-reminder:{application.pk}:{key}")


def confirm_extended(application: Application, *, event) -> None:
    """More time to confirm. event: the audit row of it."""
    to_team(
        application, "cohorts/confirm_extended", f"confirm-extended:{application.pk}:{event.pk}"
    )


def place_offered_on(application: Application, *, event) -> None:
    """The place was not confirmed and goes to another city; to everyone in the team."""
    to_team(
        application,
        "cohorts/place_offered_on",
        f"offered-on:{application.pk}:{event.pk}",
        roles=TeamMember.Role.values,
    )
