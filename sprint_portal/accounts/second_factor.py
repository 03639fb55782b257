"""Whoever sees other people's things by role holds a second factor before seeing any."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# Recovery codes alone are no second factor: they are what is left when one is lost.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# What a person needs to enrol, to prove who they are while doing so, and to leave.
OPEN_BEFORE_ENROLMENT = {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "account_reauthenticate",
    "account_logout",
    "account_email_verification_sent",
    "set_language",
    "time_zone",
    "healthz",
    "readyz",
}


def holds_second_factor(user) -> bool:
    """Whether `user` has an authenticator app or a passkey."""
    return is_mfa_enabled(user, types=FACTORS)


def held(user) -> list[str]:
    """What `user` has set up, in words; [] before there is a second factor."""
    types = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    keys = types.count(Authenticator.Type.WEBAUTHN)
    found = {
        _("authenticator app"): Authenticator.Type.TOTP in types,
        ngettext("%d passkey or key", "%d passkeys or keys", keys) % keys: keys > 0,
        _("recovery codes"): Authenticator.Type.RECOVERY_CODES in types and len(types) > 1,
    }
    return [words for words, is_held in found.items() if is_held]


def require_second_factor(get_response):
    """Send people with a role, and no second factor yet, to enrolment."""

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        if request.resolver_match.url_name in OPEN_BEFORE_ENROLMENT or not is_missing(request.user):
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": reverse("mfa_index")})
        messages.info(request, _("Your role needs a second factor. Set one up to go on."))
        return redirect("mfa_index")

    middleware.process_view = process_view
    return middleware


def is_missing(user) -> bool:
    """Whether `user` has a role that needs a second factor and holds none."""
    return (
        settings.SECOND_FACTOR_REQUIRED
        and user.is_authenticated
        and user.needs_second_factor
        and not holds_second_factor(user)
    )
