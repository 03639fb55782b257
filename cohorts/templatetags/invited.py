"""Who invited somebody that comes to sign in by the link of an invitation."""

from urllib.parse import urlsplit

from django import template
from django.urls import Resolver404, resolve

from cohorts.models import TeamInvitation

register = template.Library()


@register.simple_tag(takes_context=True)
def invitation_here(context, form):
    """The open invitation that they were on their way to, or None; its address is put into `form`.

    form: of signing in or up. Whether an account has that address is neither asked nor told.
    """
    invitation = _on_the_way_to(context["request"])
    if invitation:
        for field in ("login", "email"):
            if field in form.fields:
                form.initial.setdefault(field, invitation.email)
    return invitation


def _on_the_way_to(request):
    there = request.POST.get("next") or request.GET.get("next") or ""
    try:
        found = resolve(urlsplit(there).path)
    except (Resolver404, ValueError):
        return None
    if found.view_name != "cohorts:invitation":
        return None
    rows = TeamInvitation.objects.select_related("city", "invited_by")
    invitation = rows.filter(uid=found.kwargs["uid"]).first()
    return invitation if invitation and invitation.is_open else None
