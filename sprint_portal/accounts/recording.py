"""What is noted about signing in: who, when, with what; never a password, code or address.

The only place where signals are listened to. They carry no rule of the portal: they are how
the sign-in library says what happened, and what happened goes into the audit.
"""

import time

from allauth.account import signals as account
from allauth.account.internal.userkit import filter_users_by_email
from allauth.mfa import signals as factors
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from sprint_portal import audit
from sprint_portal.accounts.sessions import SEEN, STARTED


@receiver(account.user_signed_up)
def signed_up(user, **rest):
    audit.record(user, "sign_up", user)


@receiver(account.user_logged_in)
def signed_in(user, **rest):
    audit.record(user, "sign_in", user)


@receiver(user_logged_in)
def session_began(request, **rest):
    request.session[STARTED] = request.session[SEEN] = time.time()


@receiver(user_logged_out)
def signed_out(user, **rest):
    if user:
        audit.record(user, "sign_out", user)


@receiver(user_login_failed)
def failed_to_sign_in(credentials, **rest):
    """Noted with the account that was aimed at; addresses without one are not kept."""
    for user in filter_users_by_email(credentials.get("email") or ""):
        audit.record(None, "sign_in_failed", user)


@receiver(factors.authentication_failed)
def failed_at_second_factor(user, **rest):
    audit.record(None, "second_factor_failed", user)


@receiver(factors.authenticator_added)
def second_factor_added(user, authenticator, **rest):
    audit.record(user, "add_second_factor", user, to=authenticator.type)


@receiver(factors.authenticator_removed)
def second_factor_removed(user, authenticator, **rest):
    audit.record(user, "remove_second_factor", user, was=authenticator.type)


@receiver(factors.authenticator_reset)
def second_factor_renewed(user, authenticator, **rest):
    audit.record(user, "renew_second_factor", user, to=authenticator.type)


@receiver(account.password_set)
@receiver(account.password_changed)
def password_changed(user, **rest):
    audit.record(user, "change_password", user)


@receiver(account.password_reset)
def password_reset(user, **rest):
    audit.record(user, "reset_password", user)


@receiver(account.email_changed)
def email_changed(user, **rest):
    audit.record(user, "change_email", user)


@receiver(account.email_confirmed)
def email_confirmed(email_address, **rest):
    audit.record(email_address.user, "confirm_email", email_address.user)
