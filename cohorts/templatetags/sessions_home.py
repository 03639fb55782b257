"""The sessions' part of a person's home page: where the sprint stands, and what is next."""

from django import template
from django.utils import timezone

from cohorts.models import Meeting
from cohorts.scheduling import showing

register = template.Library()


@register.inclusion_tag("cohorts/_sessions_home.html", takes_context=True)
def sessions_home(context):
    """For a city's team: headline, line and next meeting; for facilitators: what is next.

    Draws nothing for others, and before there are sessions.
    """
    user = getattr(context.get("request"), "user", None)
    if not (user and user.is_authenticated):
        return {}
    journey = showing.journey(user)
    if journey and journey.stops:
        return {"journey": journey, "next": journey.next, "moves": journey.moves}
    if not user.is_facilitator:
        return {}
    mine = Meeting.objects.attended_by(user).filter(status="confirmed", ends_at__gt=timezone.now())
    ahead = list(mine.select_related("offering__sprint", "city")[:40])
    first = showing.next_of(ahead, timezone.now())
    return {"next": first, "moves": showing.next_shift(first, ahead)}
