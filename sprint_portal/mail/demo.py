"""The mailbox of the demo: what its made-up people get, and what this browser's person gets."""

from django.db.models import Q

from sprint_portal.mail.models import Message

# Domains that are reserved for examples (RFC 2606): no real person reads mail there.
MADE_UP = ("@example.org", "@example.com", "@example.net", ".example", ".test", ".invalid")
# Of an address that this browser only claims, no more than what confirms it.
CONFIRMING = ("accounts/email_confirmation", "accounts/email_confirmation_signup")


def mailbox(user, claimed=()):
    """The messages that may be shown to `user` in the demo, newest first.

    claimed: addresses that were typed at sign-up in this browser. A real address's other mails
    are shown to whoever is signed in with it, and to nobody else.
    """
    made_up = Q()
    for ending in MADE_UP:
        made_up |= Q(to__iendswith=ending)
    own = Q(to__iexact=user.email) if user.is_authenticated else Q(pk=None)
    return Message.objects.filter(made_up | own | Q(to__in=claimed, kind__in=CONFIRMING))
