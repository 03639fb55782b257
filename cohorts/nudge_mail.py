"""The reminder of a deadline. The other messages of the intake are in `mail.py`."""

from cohorts import eoi
from cohorts.models import Application
from cohorts.team_mail import to_team


def deadline_is_near(application: Application) -> None:
    """To those who write for the city, once for each deadline: a later one is a new reminder."""
    to_team(
        application,
        "cohorts/deadline_is_near",
        f"deadline:{application.pk}:{application.closes_at.isoformat()}",
        left=len(eoi.all_problems(application.answers)),
    )
