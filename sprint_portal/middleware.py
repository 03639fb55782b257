"""What every request passes: small functions, in the order of settings.MIDDLEWARE."""

import zoneinfo

from django.core.exceptions import SuspiciousOperation
from django.utils import timezone
from django.utils.cache import add_never_cache_headers


def refuse_control_characters(get_response):
    """Answer 400 to a NUL byte in an address; databases and log readers choke on it."""

    def middleware(request):
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise SuspiciousOperation("NUL byte in the address")
        return get_response(request)

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
