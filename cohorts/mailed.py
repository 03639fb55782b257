"""Which mails are about an application: found by their keys, or because they name it."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from cohorts.models import Application
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
    return Message.objects.filter(named | begins_with(keys))


def to_the_city(row: Application) -> QuerySet[Message]:
    """Those that its own people have had from us, oldest first."""
    keys = [key.format(pk=row.pk) for key in KEYS]
    keys += [
        f"extension-answered:{pk}:" for pk in row.extension_requests.values_list("pk", flat=True)
    ]
    keys += [f"invited-on:{pk}:" for pk in row.invitations_on.values_list("pk", flat=True)]
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
