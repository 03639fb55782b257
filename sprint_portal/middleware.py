"""What every request passes: small functions, in the order of settings.MIDDLEWARE."""

import zoneinfo
from contextlib import suppress

import structlog
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django_structlog.middlewares import RequestMiddleware

from sprint_portal import arrival, errors
from sprint_portal.logs import scrub_text

POLLED = ("/healthz", "/readyz")
HEARD = 50_000_000
LONGEST_ADDRESS = 4_000  # characters; gunicorn hands us twice as much


class RequestLog(RequestMiddleware):
    """One line when a request begins and one when it ends, with its id and the person's uid.

    Stands outermost, so that what the others refuse is told too; who it is becomes known later.
    """

    def __call__(self, request):
        if request.path in POLLED:  # every few seconds, by machines
            return self.get_response(request)
        return super().__call__(request)

    def process_view(self, request, view, args, kwargs):
        """From here on the view's own lines name the person."""
        self.bind_user_id(request)

    @staticmethod
    def format_request(request) -> str:
        return scrub_text(f"{request.method} {request.get_full_path()}")

    @staticmethod
    def bind_user_id(request):
        try:
            RequestMiddleware.bind_user_id(request)
        except DatabaseError:  # then nobody can be known; the failure itself is still told
            structlog.contextvars.bind_contextvars(user_id=None)


def note_arrival(get_response):
    """Keep at hand over which connection this came, for `arrival.moment`; gunicorn tells us."""

    def middleware(request):
        with arrival.over(request.META.get("gunicorn.socket")):
            return get_response(request)

    return middleware


def hear_out(get_response):
    """Read the rest of what was sent, up to HEARD bytes, before we hang up.

    A server that closes with data unread resets the connection, and the person sees the browser's
    error instead of the page that says what was too large.
    """

    def middleware(request):
        body = request._stream  # limited to the request's length, whoever reads it
        response = get_response(request)
        left = HEARD
        with suppress(OSError):  # the browser has gone: there is nobody to answer
            while left > 0 and (chunk := body.read(65_536)):
                left -= len(chunk)
        return response

    return middleware


def refuse_control_characters(get_response):
    """Answer 400 to a NUL byte in an address; databases and log readers choke on it."""

    def middleware(request):
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise SuspiciousOperation("NUL byte in the address")
        return get_response(request)

    return middleware


def refuse_long_addresses(get_response):
    """Answer 414 on a page of ours, before anything reads the address."""

    def middleware(request):
        if len(request.META.get("QUERY_STRING", "")) + len(request.path) > LONGEST_ADDRESS:
            return errors.too_long(request)
        return get_response(request)

    return middleware


def explain_forms_only(get_response):
    """Say with a page of ours that an address only takes forms, where Django says nothing."""

    def middleware(request):
        answer = get_response(request)
        if answer.status_code == 405 and not answer.content:
            return errors.only_for_forms(request, answer.headers.get("Allow", ""))
        return answer

    return middleware


def readers_zone(get_response):
    """Show times in the reader's zone: their account's, else the one their browser told us."""

    def middleware(request):
        name = getattr(request.user, "time_zone", "") or request.COOKIES.get("tz", "")
        try:
            zone = zoneinfo.ZoneInfo(name) if name else None
        except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
            zone = None
        with timezone.override(zone):
            return get_response(request)

    return middleware


def private_pages(get_response):
    """Keep what signed-in people see out of every cache, the browser's Back button included."""

    def middleware(request):
        response = get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return middleware
