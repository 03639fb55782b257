"""The reminder of a deadline. The other messages of the intake are in `mail.py`."""

from cohorts import eoi
from cohorts.models import Application, TeamMember
from sprint_portal.mail import outbox

WRITERS = (TeamMember.Role.OWNER, TeamMember.Role.EDITOR)


def deadline_is_near(application: Application) -> None:
    """To those who write for the city, once for each deadline: a later one is a new reminder."""
    for member in application.city.team.filter(role__in=WRITERS).select_related("user"):
        outbox.post(
            "cohorts/deadline_is_near",
            to=member.user.email,
            user=member.user,
            key=f"deadline:{application.pk}:{application.closes_at.isoformat()}:{member.user_id}",
            application=application,
            left=len(eoi.all_problems(application.answers)),
        )
