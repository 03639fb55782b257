"""Text typed before a sign-in ran out is kept, and shown again after signing in."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import JsonResponse

MOST = 200_000  # characters kept for somebody who is not signed in


def wants_json(request) -> bool:
    """Whether the page's own script asks, rather than a person following a link."""
    return request.headers.get("Accept", "") == "application/json"


def keeps_typed(view):
    """Let `view` outlive an expired sign-in: what was posted waits in the session.

    The session of a visitor becomes that of whoever signs in next from the same browser. A script
    is told with 401, and keeps its own copy.
    """

    @wraps(view)
    def kept(request, *args, **kwargs):
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if wants_json(request):
            return JsonResponse({"signed_out": True}, status=401)
        if request.method == "POST" and len(request.body) <= MOST:
            request.session[_name(request)] = request.POST.urlencode()
        return redirect_to_login(request.get_full_path())

    return login_not_required(kept)


def take_kept(request) -> str:
    """What was kept for this page, as a query string; "" when nothing was. Given out once."""
    return request.session.pop(_name(request), "")


def _name(request) -> str:
    return f"typed:{request.path}"
