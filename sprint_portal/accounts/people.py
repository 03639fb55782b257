"""What superusers do with people: let them in, give and take roles, let them go.

Each verb notes who did it. `by` is None for the portal itself (the demo, the first set-up).
"""

import uuid

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from sprint_portal import audit
from sprint_portal.accounts import sessions
from sprint_portal.accounts.models import ROLES, User
from sprint_portal.mail import outbox
from sprint_portal.refusals import Refusal

ERASED = "(erased)"  # in place of a name


@transaction.atomic
def add(*, email: str, name: str, by=None, password=None, welcome=False, **fields) -> User:
    """A new person whose address is taken as confirmed. Without password they set one by mail.

    welcome: write to them how to sign in. fields: roles (`is_reviewer=True`), zone, language.
    Raises Refusal when the address has an account.
    """
    if User.objects.filter(email__iexact=email.strip()).exists():
        raise Refusal(_("This address has an account already."))
    user = User.objects.create_user(email, password, name=name, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    audit.record(by, "add_person", user, roles=roles_of(user))
    if welcome:
        key = f"person-added:{uuid.uuid4()}"
        outbox.post("accounts/person_added", to=user.email, key=key, user=user)
    return user


@transaction.atomic
def give_roles(user: User, roles, *, by) -> None:
    """Let `user` hold exactly `roles` (names such as "is_reviewer") from now on.

    Raises Refusal when `by` would lock themselves out.
    """
    had, now = set(roles_of(user)), set(roles)
    if had == now:
        return
    if by == user and "is_superuser" in had - now:
        raise Refusal(_("You cannot take your own superuser role away: ask another one."))
    User.objects.filter(pk=user.pk).update(**{role: role in now for role in ROLES})
    user.refresh_from_db(fields=list(ROLES))
    audit.record(by, "change_roles", user, given=sorted(now - had), taken=sorted(had - now))


@transaction.atomic
def deactivate(user: User, *, by) -> None:
    """Close the account: nobody can sign in to it, and all its sessions end at once."""
    if by == user:
        raise Refusal(_("You cannot deactivate yourself."))
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        user.is_active = False
        audit.record(by, "deactivate", user)
        sessions.end_all(user)


@transaction.atomic
def reactivate(user: User, *, by) -> None:
    """Open a closed account again; its owner signs in anew."""
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        user.is_active = True
        audit.record(by, "reactivate", user)


@transaction.atomic
def drop_second_factors(user: User, *, by) -> None:
    """For whoever lost the telephone and the recovery codes: they enrol anew at next sign-in."""
    if by == user:
        raise Refusal(_("Remove your own second factor on your page about sign-in."))
    gone, _kinds = Authenticator.objects.filter(user=user).delete()
    if gone:
        audit.record(by, "drop_second_factors", user)
        outbox.post(
            "accounts/second_factors_dropped",
            to=user.email,
            key=f"second-factors-dropped:{uuid.uuid4()}",
            user=user,
        )
        sessions.end_all(user)


@transaction.atomic
def sign_out(user: User, *, by) -> None:
    """End every session of `user`: a device was lost, a stranger was seen."""
    sessions.end_all(user)
    audit.record(by, "end_sessions", user)


def roles_of(user: User) -> list[str]:
    """The names of the roles that `user` holds, in the order of `ROLES`."""
    return [role for role in ROLES if getattr(user, role)]


@transaction.atomic
def erase(user: User, *, by) -> None:
    """Forget who `user` was: no name, no address, no way in. What they did keeps its row.

    Raises Refusal for people with a role: theirs is taken first.
    """
    if roles_of(user):
        raise Refusal(_("People with a role are not erased. Take the role away first."))
    sessions.end_all(user)
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    user.name, user.email, user.time_zone = ERASED, f"erased+{user.uid}@invalid", ""
    user.is_active = False
    user.set_unusable_password()
    user.save()
    audit.record(by, "erase_person", user)
