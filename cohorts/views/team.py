"""A city's team: who acts for it, who is invited, who asks to be let in."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cohorts import roles, team
from cohorts.forms import InviteForm, RoleForm, posted
from cohorts.models import City, TeamInvitation
from sprint_portal import limits
from sprint_portal.access import allow, signed_in
from sprint_portal.refusals import Refusal

INVITATIONS_AN_HOUR = 20  # by one person: each is a mail to somebody


@allow("cohorts.view_team", of=City)
def members(request, city):
    """Everyone in the team; owners invite and answer here."""
    form = InviteForm(posted(request))
    may_manage = request.user.has_perm("cohorts.manage_team", city)
    if form.is_bound and may_manage and form.is_valid() and _invited(request, city, form):
        return redirect("cohorts:team", uid=city.uid)
    people = list(city.team.select_related("user").order_by("added_at"))
    return render(
        request,
        "cohorts/team.html",
        {
            "city": city,
            "form": form,
            "team": people,
            "role": next((one.role for one in people if one.user_id == request.user.pk), ""),
            "may_manage": may_manage,
            "roles": list(roles.WORDS.items()),
            "invitations": [one for one in _invitations(city) if one.is_open],
            "requests": city.access_requests.filter(answered_at=None).select_related("user"),
        },
        status=422 if form.errors else 200,
    )


@require_POST
@allow("cohorts.view_team", of=City)
def change(request, city, member):
    """One change to one member: another role, handing over, or taking out."""
    row = get_object_or_404(city.team.select_related("user"), user__uid=member)
    do = request.POST.get("do", "")
    try:
        said = CHANGES.get(do, _change_role)(request, city, row)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return _back(request, city)


@require_POST
@allow("cohorts.manage_team", of=City)
def answer(request, city, asked):
    """Let somebody in, as the role chosen, or say no."""
    row = get_object_or_404(city.access_requests, uid=asked)
    form = RoleForm(request.POST)
    role = form.cleaned_data["role"] if form.is_valid() else team.Role.VIEWER
    try:
        team.answer_access(request=row, grant="grant" in request.POST, role=role, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("They hear of it by mail."))
    return redirect("cohorts:team", uid=city.uid)


@require_POST
@allow("cohorts.manage_team", of=City)
def take_back(request, city, invitation):
    """Take an invitation back."""
    row = get_object_or_404(city.invitations, uid=invitation)
    team.cancel_invitation(invitation=row, by=request.user)
    return redirect("cohorts:team", uid=city.uid)


@signed_in
def invitation(request, uid):
    """What an invited person finds behind the link. The address in it opens nothing by itself."""
    row = get_object_or_404(TeamInvitation.objects.select_related("city", "invited_by"), uid=uid)
    is_theirs = request.user.email.lower() == row.email
    if is_theirs and not row.is_open and team.role_of(request.user, row.city):
        return _in_team(request, row.city)
    if request.method == "POST":
        try:
            team.take_invitation(invitation=row, by=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("You are in the team of %(city)s.") % {"city": row.city})
            return redirect("home")
    context = {"invitation": row, "role": roles.in_words(row.role), "is_theirs": is_theirs}
    return render(request, "cohorts/invitation.html", context)


def _in_team(request, city):
    """To what the city writes, for somebody who has joined before."""
    messages.info(request, str(team.InTeam(city)))
    latest = city.applications.live().last()
    return redirect(latest) if latest else redirect("cohorts:team", uid=city.uid)


def _hand_over(request, city, row):
    team.hand_over(city=city, to=row, by=request.user)
    return _("%(name)s owns the file of %(city)s now, and you are an editor.") % {
        "name": row.user,
        "city": city,
    }


def _remove(request, city, row):
    team.remove(member=row, by=request.user)
    if row.user_id == request.user.pk:
        return _("You have left the team of %(city)s.") % {"city": city}
    return _("%(name)s is no longer in the team.") % {"name": row.user}


def _change_role(request, city, row):
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise Refusal(_("Choose their part from the list."))
    role = form.cleaned_data["role"]
    team.change_role(member=row, role=role, by=request.user)
    return _("%(name)s: %(role)s") % {"name": row.user, "role": roles.in_words(role)}


CHANGES = {"hand_over": _hand_over, "remove": _remove}


def _invitations(city):
    return city.invitations.filter(taken_at=None, cancelled_at=None)


def _invited(request, city, form) -> bool:
    if not limits.take("invite", str(request.user.pk), INVITATIONS_AN_HOUR, 3600):
        form.add_error(None, _("That is a lot of invitations. Go on in an hour."))
        return False
    try:
        team.invite(city=city, by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The invitation is on its way."))
    return True


def _back(request, city):
    """To the team, or home for somebody who has just left it."""
    if City.objects.visible_to(request.user).filter(pk=city.pk).exists():
        return redirect("cohorts:team", uid=city.uid)
    return redirect("home")
