"""Which mails are about an application: found by their keys, or because they name it."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from cohorts.models import AccessRequest, Application, City, TeamInvitation
from cohorts.models.review import conflict
from sprint_portal.accounts.models import User
from sprint_portal.mail.models import Message

# How the keys of mails about an application begin; {pk} is its own, or its request's.
KEYS = (
    "deadline:{pk}:",
    "received:{pk}:",
    "withdrawn:{pk}:",
    "confirmed:{pk}:",
    "outcome:{pk}:",
    "confirm-reminder:{pk}:",
    "confirm-extended:{pk}:",
    "offered-on:{pk}:",
)
REQUEST_KEYS = ("extension-asked:{pk}:", "extension-answered:{pk}:")


def about(row: Application) -> QuerySet[Message]:
    """Every mail about it, to whomever it went."""
    return Message.objects.filter(_about(row))


def _about(row: Application) -> Q:
    named = Q(body__contains=row.reference) | Q(subject__contains=row.reference)
    named |= Q(body__contains=str(row.uid))
    keys = [key.format(pk=row.pk) for key in KEYS]
    keys += [
        key.format(pk=pk)
        for pk in row.extension_requests.values_list("pk", flat=True)
        for key in REQUEST_KEYS
    ]
    keys += [f"invited-on:{pk}:" for pk in row.invitations_on.values_list("pk", flat=True)]
    keys += [f"reopened:{pk}:" for pk in row.reviews.values_list("pk", flat=True)]
    return named | begins_with(keys)


def about_team(city: City) -> Q:
    """The mails about who acts for a city: invitations, and questions to be let in."""
    asked = list(AccessRequest.objects.filter(city=city).values_list("pk", flat=True))
    invited = TeamInvitation.objects.filter(city=city).values_list("pk", flat=True)
    exact = [f"access-answered:{pk}" for pk in asked] + [f"invited:{pk}" for pk in invited]
    return begins_with(f"access-asked:{pk}:" for pk in asked) | Q(key__in=exact)


def closed_to(user: User) -> Q:
    """The mails that the mail office keeps from somebody: of cities they have a conflict with.

    Named in the settings, as the mail office knows nothing of cities.
    """
    closed = Q(pk__in=[])
    for city in City.objects.filter(conflict(user, "pk")).prefetch_related("applications"):
        closed |= about_team(city)
        # Reviewers read of several cities in one mail, by their names.
        closed |= Q(kind="cohorts/reviews_assigned", body__contains=city.name)
        for row in city.applications.all():
            closed |= _about(row)
    return closed


def to_the_city(row: Application) -> QuerySet[Message]:
    """Those that its own people have had from us, oldest first."""
    keys = [key.format(pk=row.pk) for key in KEYS]
    # Whole rows, as whoever shows the file has fetched them already.
    keys += [f"extension-answered:{one.pk}:" for one in row.extension_requests.all()]
    keys += [f"invited-on:{one.pk}:" for one in row.invitations_on.all()]
    team = row.city.team.values("user")
    return Message.objects.filter(begins_with(keys), user__in=team, secret_until=None).order_by(
        "pk"
    )


def begins_with(keys: Iterable[str]) -> Q:
    """The mails whose key begins with one of `keys`; none for no keys."""
    begins = Q(pk=None)
    for key in keys:
        begins |= Q(key__startswith=key)
    return begins
