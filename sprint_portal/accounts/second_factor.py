"""Whoever sees other people's things by role holds a second factor before seeing any."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

OPEN_BEFORE_ENROLMENT = ("mfa_", "account_", "usersessions_")


def require_second_factor(get_response):
    """Send people with a role, and no second factor yet, to enrolment."""

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        user = request.user
        if not (settings.SECOND_FACTOR_REQUIRED and user.is_authenticated):
            return None
        if not user.needs_second_factor or is_mfa_enabled(user):
            return None
        name = request.resolver_match.url_name or ""
        if name.startswith(OPEN_BEFORE_ENROLMENT) or getattr(view, "rule", "") == "health":
            return None
        messages.info(request, _("Your role needs a second factor. Set one up to go on."))
        return redirect("mfa_index")

    middleware.process_view = process_view
    return middleware
