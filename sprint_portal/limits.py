"""How often something may be done: a bucket of tokens for each thing and each doer.

Take one before work that costs others something: mail to an address, an anonymous form. Take it
in the view, outside the transaction of the verb, so that a refused step has cost a token too.
"""

from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac


class TokenBucket(models.Model):
    """What is left for one doer of one thing. The doer (an address, an IP) is only a hash here."""

    key = models.CharField(max_length=64, primary_key=True)
    tokens = models.FloatField()
    counted_at = models.DateTimeField()
    full_at = models.DateTimeField(db_index=True)  # from then on the row says nothing

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.tokens:.1f} left"


@transaction.atomic
def take(name: str, key: str, capacity: int, refill_seconds: float) -> bool:
    """Whether `key` may do `name` once more now; if so, one token is used up.

    capacity: how often in a row. refill_seconds: the time in which an empty bucket fills again,
    evenly: 5 and 3600 allow five at once, then one every twelve minutes.
    """
    now = timezone.now()
    bucket = _locked(_hashed(name, key), capacity, now)
    per_second = capacity / refill_seconds
    since = max((now - bucket.counted_at).total_seconds(), 0)
    tokens = min(capacity, bucket.tokens + since * per_second)
    allowed = tokens >= 1
    bucket.tokens = tokens - 1 if allowed else tokens
    bucket.counted_at = now
    bucket.full_at = now + timedelta(seconds=(capacity - bucket.tokens) / per_second)
    bucket.save()
    return allowed


def asker(request: HttpRequest) -> str:
    """The network address that a request came from; forged forwarding headers have no effect."""
    return str(get_adapter(request).get_client_ip(request))


def forget_full() -> None:
    """Remove the buckets that have filled again: they allow what no bucket allows."""
    TokenBucket.objects.filter(full_at__lt=timezone.now()).delete()


def _locked(key: str, capacity: int, now: datetime) -> TokenBucket:
    """The bucket, held until the transaction ends; a full one for a new key.

    The upsert writes even when the row is there, which is what locks it.
    """
    TokenBucket.objects.bulk_create(
        [TokenBucket(key=key, tokens=capacity, counted_at=now, full_at=now)],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["full_at"],
    )
    return TokenBucket.objects.get(key=key)


def _hashed(name: str, key: str) -> str:
    return salted_hmac("sprint_portal.limits", f"{name}:{key}", algorithm="sha256").hexdigest()
