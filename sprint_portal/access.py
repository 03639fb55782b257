"""The door into every view.

`LoginRequiredMiddleware` closes the house; each view then says who else may enter with one of
these decorators, which leave the rule on the view as `view.rule` for the tests to read.
"""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404


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
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.rule = permission
        return guarded

    return guard


def allow(permission: str, *, of, by: str = "uid", open_to_all: bool = False):
    """Open to holders of `permission` on one row of `of`; the view gets the row.

    by: the field, and the URL's keyword, that names the row.
    open_to_all: visitors may come to the door too; the permission alone decides.
    A row the user may not see is a 404; one seen but not permitted is a 403.
    """

    def guard(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            seen = of.objects.visible_to(request.user)
            row = get_object_or_404(seen, **{by: kwargs.pop(by)})
            if not request.user.has_perm(permission, row):
                raise PermissionDenied
            return view(request, row, *args, **kwargs)

        door = login_not_required(guarded) if open_to_all else guarded
        door.rule = permission
        door.row_model = of
        return door

    return guard
