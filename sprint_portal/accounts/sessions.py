"""How long a person stays signed in, and where they are."""

import time

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.utils import timezone, translation
from django.utils.translation import gettext as _

STARTED = "signed_in_at"  # seconds since the epoch, in the session
SEEN = "last_seen_at"
NOTE_EVERY = 60  # seconds: a session is not written to on every click


def limit_sessions(get_response):
    """End a session 12 hours after sign-in; with a role, after 2 idle hours as well.

    The request goes on as a visitor's, so closed pages lead to sign-in and back.
    """

    def middleware(request):
        if request.user.is_authenticated:
            _note_or_end(request)
        return get_response(request)

    return middleware


def readers_language(get_response):
    """Speak the language that a person has chosen, whatever their browser asks for."""

    def middleware(request):
        chosen = getattr(request.user, "language", "")
        if chosen in dict(settings.LANGUAGES):
            translation.activate(chosen)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return middleware


def end_all(user) -> None:
    """Sign `user` out everywhere."""
    for session in UserSession.objects.filter(user=user):
        session.end()


def _note_or_end(request):
    now = time.time()
    started = request.session.setdefault(STARTED, now)
    seen = request.session.get(SEEN, started)
    if now - started >= settings.SESSION_LONGEST or _is_idle(request.user, now - seen):
        logout(request)
        messages.info(request, _("You were signed out after a while. Sign in to go on."))
    elif now - seen >= NOTE_EVERY:
        request.session[SEEN] = now
        UserSession.objects.filter(session_key=request.session.session_key).update(
            last_seen_at=timezone.now()
        )


def _is_idle(user, seconds):
    return user.needs_second_factor and seconds >= settings.SESSION_IDLE_WITH_ROLE
