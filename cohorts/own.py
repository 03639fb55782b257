"""A person's own applications and meetings, looked up once for all that one page says of them.

Kept on the person, who is read anew for every request.
"""

from cohorts.models import Application, Meeting
from cohorts.models.application import State


def applications(user) -> list[Application]:
    """Those of the cities in whose team they are, the newest first."""
    kept = user.__dict__
    if "_applications" not in kept:
        rows = Application.objects.of_team(user).select_related("offering__sprint", "city")
        kept["_applications"] = list(rows.order_by("-id"))
    return kept["_applications"]


def seats(user) -> list[Application]:
    """The confirmed ones: the places that their cities have taken."""
    return [row for row in applications(user) if row.state == State.CONFIRMED]


def meetings(user) -> list[Meeting]:
    """Their calendar, cancelled meetings too; [] for those without a seat who guide nobody."""
    kept = user.__dict__
    if "_meetings" not in kept:
        attends = user.is_facilitator or bool(seats(user))
        kept["_meetings"] = list(_attended(user)) if attends else []
    return kept["_meetings"]


def _attended(user):
    rows = Meeting.objects.attended_by(user).select_related("facilitator")
    if user.is_facilitator:
        return rows.select_related("offering__sprint", "city")
    # A city's own offering and name come with its seat; who guides cities has none.
    cities = {row.city_id: row.city for row in applications(user)}
    for meeting in (found := list(rows)):
        if meeting.city_id in cities:
            meeting.city = cities[meeting.city_id]
    return found


def in_session(user) -> set[int]:
    """Keys of the applications whose sprint has its sessions."""
    met = {meeting.offering_id for meeting in meetings(user) if not meeting.city_id}
    return {seat.pk for seat in seats(user) if seat.offering_id in met}
