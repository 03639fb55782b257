"""The sessions' part of a person's home page: where the sprint stands, and what is next."""

from django import template

from cohorts.scheduling import showing

register = template.Library()


@register.inclusion_tag("cohorts/_sessions_home.html", takes_context=True)
def sessions_home(context):
    """Headline, line and next meeting, for a city's team and for those who guide cities.

    Draws nothing for others, and before there are sessions.
    """
    user = getattr(context.get("request"), "user", None)
    if not (user and user.is_authenticated):
        return {}
    journey = showing.journey(user)
    if not (journey and (journey.stops or journey.next)):
        return {}
    return {"journey": journey, "next": journey.next, "moves": journey.moves, "user": user}
