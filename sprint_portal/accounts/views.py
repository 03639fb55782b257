"""A person's own settings."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from sprint_portal.access import public, signed_in
from sprint_portal.accounts import second_factor, sessions
from sprint_portal.accounts.forms import ProfileForm, ZoneForm
from sprint_portal.accounts.models import User

YEAR = 365 * 24 * 60 * 60  # seconds


@signed_in
def profile(request):
    """Name, language, time zone; and the way to what guards the account."""
    # A row of its own: a refused form must not change the name in the page's header.
    person = User.objects.get(pk=request.user.pk)
    form = ProfileForm(_sent(request), instance=person)
    if form.is_valid():
        form.save()
        with override(person.language):
            messages.success(request, _("Your settings are saved."))
        return redirect("accounts:profile")
    context = {"form": form, "factors": second_factor.held(request.user)}
    return render(request, "accounts/profile.html", context, status=_status(form))


@require_POST
@signed_in
def sign_out_everywhere(request):
    """End every session of this person, the present one included."""
    sessions.end_all(request.user)
    logout(request)
    messages.info(request, _("You are signed out everywhere."))
    return redirect("account_login")


@public
def time_zone(request):
    """Choose the zone in which times are shown; visitors keep it in a cookie."""
    name = getattr(request.user, "time_zone", "") or request.COOKIES.get("tz", "")
    form = ZoneForm(_sent(request), initial={"time_zone": name})
    back = _safe(request, request.POST.get("next") or request.GET.get("next", ""))
    if not form.is_valid():
        context = {"form": form, "back": back}
        return render(request, "accounts/time_zone.html", context, status=_status(form))
    response = redirect(back)
    _keep(request, response, form.cleaned_data["time_zone"])
    return response


def _sent(request):
    """What a form is bound to: an empty form that was sent is sent all the same."""
    return request.POST if request.method == "POST" else None


def _status(form) -> int:
    """Of the page that shows `form`: 422 when what was sent cannot be taken."""
    return 422 if form.is_bound else 200


def _keep(request, response, zone):
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(time_zone=zone)
    cookie = {"max_age": YEAR, "samesite": "Lax", "secure": settings.SESSION_COOKIE_SECURE}
    response.set_cookie("tz", zone, **cookie)
    response.set_cookie("tz_chosen", "1", **cookie)  # so that no script guesses another one


def _safe(request, address):
    """`address` if it stays on this site, else the front page."""
    secure = request.is_secure()
    if url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=secure):
        return address
    return "/"
