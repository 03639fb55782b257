"""The mailbox of the demo: what its made-up people get, and what this browser's person gets."""

from django.db.models import Q

from sprint_portal.mail.models import Message

# Domains that are reserved for examples (RFC 2606): no real person reads mail there.
MADE_UP = ("@example.org", "@example.com", "@example.net", ".example", ".test", ".invalid")
# Of an address that this browser only claims, no more than what confirms it.
CONFIRMING = ("accounts/email_confirmation", "accounts/email_confirmation_signup")
# What opens an account is for the browser that asked for it, made-up people's included: else a
# visitor could lock the others out of the demo.
OPENING = (*CONFIRMING, "accounts/password_reset_key")


def mailbox(user, claimed=()):
    """The messages that may be shown to `user` in the demo, newest first.

    claimed: addresses that were typed at a door in this browser. A real address's other mails
    are shown to whoever is signed in with it, and to nobody else.
    """
    made_up = Q()
    for ending in MADE_UP:
        made_up |= Q(to__iendswith=ending)
    asked = Q(to__in=claimed)
    own = Q(to__iexact=user.email) if user.is_authenticated else Q(pk=None)
    free = made_up & (~Q(kind__in=OPENING) | asked)
    return Message.objects.filter(free | own | (asked & Q(kind__in=CONFIRMING)))
