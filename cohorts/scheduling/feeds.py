"""A person's calendar address: made, replaced, revoked."""

from django.db import transaction
from django.utils import timezone

from cohorts.models import FeedToken
from cohorts.models.feed import digest_of
from sprint_portal import audit
from sprint_portal.accounts.models import User


@transaction.atomic
def renew(user) -> str:
    """Give `user` a new token, which ends the old one. Returns it: it is not stored in clear."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    FeedToken.objects.live().filter(user=user).update(revoked_at=timezone.now())
    token = FeedToken.fresh()
    row = FeedToken.objects.create(user=user, digest=digest_of(token))
    audit.record(user, "renew feed", row)
    return token


@transaction.atomic
def revoke(user) -> None:
    """End the calendar address of `user`. Nothing happens when there is none."""
    for row in FeedToken.objects.live().filter(user=user):
        FeedToken.objects.filter(pk=row.pk).update(revoked_at=timezone.now())
        audit.record(user, "revoke feed", row)
