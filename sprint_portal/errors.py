"""Pages for when something is refused, not found, too large or broken.

Where the page needs nothing of the request it is made without it, so that it can be shown when
session or database are what is broken.
"""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string

from sprint_portal import kept

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request, exception=None):
    """A request that cannot be read, or that is larger than we take."""
    if isinstance(exception, TOO_MUCH):
        return _bare(request, "413.html", 413, "too large")
    return _bare(request, "400.html", 400, "unreadable")


def too_long(request):
    """An address longer than any of ours."""
    return _bare(request, "414.html", 414, "address too long")


def only_for_forms(request, allowed):
    """An address that only takes what is sent to it. allowed: methods, as the header says them."""
    answer = _bare(request, "405.html", 405, "not a page")
    answer["Allow"] = allowed
    return answer


def forbidden(request, exception=None):
    """Seen, but not permitted; the exception's text says why, if it has one.

    What was typed is on the page, to copy: somebody may have lost a role while they wrote.
    """
    if kept.wants_json(request):
        return JsonResponse({"error": str(exception) or "not permitted"}, status=403)
    context = {"exception": str(exception or ""), "typed": kept.typed(request)}
    return render(request, "403.html", context, status=403)


def not_found(request, exception=None):
    """No such page, or not for this reader to know of."""
    if kept.wants_json(request):
        return JsonResponse({"error": "not found"}, status=404)
    return render(request, "404.html", {"typed": kept.typed(request)}, status=404)


def server_error(request):
    """Our own failure."""
    return _bare(request, "500.html", 500, "our failure")


def csrf_failure(request, reason=""):
    """A form with an old token. From our own page it is shown again, with a fresh one.

    Another site's form never is: whoever sees it would only have to press the button.
    """
    if kept.is_from_here(request):
        if kept.wants_json(request):
            return JsonResponse({"error": "old form", "token": get_token(request)}, status=403)
        form = kept.read(request)
        if form.fields and not kept.holds_secret(request):
            return render(request, "sent_again.html", {"form": form}, status=403)
    return _bare(request, "403_csrf.html", 403, "old form")


def _bare(request, template, status, word):
    if kept.wants_json(request):
        return JsonResponse({"error": word}, status=status)
    return HttpResponse(render_to_string(template), status=status)
