"""The door into every view.

`LoginRequiredMiddleware` closes the house; each view then says who else may enter with one of
these decorators, which leave the rule on the view as `view.rule` for the tests to read.
"""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404


def public(view):
    """Open to everyone, signed in or not."""
    open_view = login_not_required(view)
    open_view.rule = "public"
    return open_view


def signed_in(view):
    """Open to whoever is signed in; the view shows each person their own things only."""
    view.rule = "signed in"
    return view


def holds(permission: str):
    """Open to holders of `permission`, which concerns no single row."""

    def guard(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.has_perm(permission):
                return _refused(request)
            return view(request, *args, **kwargs)

        guarded.rule = permission
        return guarded

    return guard


def allow(permission: str, *, of, by: str = "uid", bringing: str = "", open_to_all: bool = False):
    """Open to holders of `permission` on one row of `of`; the view gets the row.

    by: the field, and the URL's keyword, that names the row.
    bringing: a method of the QuerySet that fetches what the page reads along with the row.
    open_to_all: visitors may come to the door too; the permission alone decides.
    A row the user may not see is a 404; one seen but not permitted is a 403, or for a visitor
    the sign-in page.
    """

    def guard(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            row = _seen(of, request.user, by, kwargs.pop(by), bringing)
            if not request.user.has_perm(permission, row):
                return _refused(request)
            return view(request, row, *args, **kwargs)

        door = login_not_required(guarded) if open_to_all else guarded
        door.rule = permission
        door.row_model = of
        return door

    return guard


def _seen(model, user, by, value, bringing=""):
    """The one row that `by` names and `user` may see; 404 when there is none."""
    rows = model.objects.visible_to(user)
    rows = getattr(rows, bringing)() if bringing else rows
    try:
        row = rows.filter(**{by: value}).first()
    except (ValidationError, ValueError) as fault:  # not even the shape of such a name
        raise Http404 from fault
    if row is None:
        raise Http404
    return row


def _refused(request):
    """Whoever is signed in may not; a visitor may after signing in."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.get_full_path())
