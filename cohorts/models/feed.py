"""A person's own calendar address: whoever knows it reads their meetings, and nothing else."""

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q


def digest_of(token: str) -> str:
    """What is stored of a token. It has 32 random bytes, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


class FeedTokenQuerySet(models.QuerySet):
    def live(self):
        return self.filter(revoked_at=None, user__is_active=True)

    def opened_by(self, token: str):
        """The one live row that `token` opens, as a queryset."""
        return self.live().filter(digest=digest_of(token))


class FeedToken(models.Model):
    """The key to one person's calendar feed. The key itself is shown once and never stored."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="feed_tokens"
    )
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = FeedTokenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(revoked_at=None), name="one_live_feed_per_person"
            )
        ]

    def __str__(self):
        return f"feed of {self.user}"

    @staticmethod
    def fresh() -> str:
        """A new token: 32 random bytes, 43 characters that are safe in an address."""
        return secrets.token_urlsafe(32)
