"""What people read when an account's forms refuse something, by allauth's names of the reasons.

None says whether there is an account: a wrong password and an unknown address read alike.
"""

from django.utils.translation import gettext_lazy as _

ACCOUNT = {
    "account_inactive": _("This account is closed."),
    "cannot_remove_primary_email": _(
        "The first address stays. Make another one the first, then remove this one."
    ),
    "duplicate_email": _("This address is yours already."),
    "email_password_mismatch": _(
        "Email address and password do not fit together. Check both, or ask for a new password."
    ),
    "email_taken": _("This address cannot be used here. Take another one."),
    "enter_current_password": _("This is not your present password."),
    "incorrect_code": _("This is not the code that we sent. Check it, or have a new one sent."),
    "incorrect_password": _("This is not your password."),
    "invalid_login": _("This sign-in no longer works. Begin again."),
    "invalid_or_expired_key": _("This link no longer works. Ask for a new one."),
    "invalid_password_reset": _("This link no longer works. Ask for a new one."),
    "max_email_addresses": _("There is room for %d addresses. Remove one first."),
    "rate_limited": _("That was too often. Wait a few minutes, then try again."),
    "same_as_current": _("This is the one you have. Type another one."),
    "select_only_one": _("Choose one only."),
    "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again."),
    "unknown_email": _("Check the address and try again."),
    "unverified_primary_email": _("Confirm your first address before you change it."),
}
SECOND_FACTOR = {
    "add_email_blocked": _("While a second factor is on, no address can be added."),
    "cannot_delete_authenticator": _("This one cannot be turned off."),
    "cannot_generate_recovery_codes": _(
        "Set up an app or a key first: the recovery codes come with it."
    ),
    "incorrect_code": _(
        "This is not a code that works now. Type the one that your app shows at this moment."
    ),
    "unverified_email": _("Confirm your email address first."),
}
