"""Who acts for a city: asking to be let in, inviting, handing over."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cohorts import mail
from cohorts.models import AccessRequest, City, TeamInvitation, TeamMember
from cohorts.questions import with_more
from sprint_portal import audit
from sprint_portal.refusals import NotPermitted, Refusal

Role = TeamMember.Role
INVITATION_LASTS = timedelta(days=14)
MOST_OPEN_INVITATIONS = 20


class TeamRefused(Refusal):
    """The team cannot be changed that way."""


class InTeam(TeamRefused):
    """The person is in the team already."""

    def __init__(self, city: City):
        super().__init__(_("You are in the team of %(city)s already.") % {"city": city})


def role_of(user, city: City) -> str:
    """The person's role in the city's team; "" for none."""
    member = city.team.filter(user=user).first()
    return member.role if member else ""


# --- asking to be let in ---------------------------------------------------------------
def ask_access(*, city: City, by, note: str) -> AccessRequest:
    """Pass a person's question on to the owners. The same words twice are one question, one mail.

    Other words are added to the question that is open, and the owners read them too.
    Raises InTeam, and TeamRefused when nothing can be added.
    """
    if role_of(by, city):
        raise InTeam(city)
    try:
        with transaction.atomic():
            request = AccessRequest.objects.create(city=city, user=by, note=note)
            audit.record(by, "ask_access", city)
            mail.access_asked(request)
    except IntegrityError:
        request = _add_to_question(city, by, note)
    return request


@transaction.atomic
def _add_to_question(city, by, note):
    still_open = AccessRequest.objects.filter(city=city, user=by, answered_at__isnull=True)
    request = still_open.select_for_update().first()
    if request is None:
        raise TeamRefused(_("An owner has just answered your question. Ask once more."))
    words = with_more(request.note, note)
    if words != request.note:
        request.note = words
        request.save(update_fields=["note"])
        mail.access_asked(request)
    return request


@transaction.atomic
def answer_access(*, request: AccessRequest, grant: bool, role: str, by) -> AccessRequest:
    """Let the person in as `role`, or not. Raises TeamRefused when it was answered before."""
    _may_manage(by, request.city)
    stored = AccessRequest.objects.select_for_update().get(pk=request.pk)
    if stored.answered_at:
        raise TeamRefused(_("A colleague has answered this already."))
    stored.answered_at, stored.answered_by, stored.granted = timezone.now(), by, grant
    stored.save(update_fields=["answered_at", "answered_by", "granted"])
    if grant:
        role = _let_in(stored.city, stored.user, role).role
    audit.record(by, "answer_access", stored.city, to=role if grant else "refused")
    mail.access_answered(stored, role=role)
    return stored


# --- inviting --------------------------------------------------------------------------
@transaction.atomic
def invite(*, city: City, email: str, role: str, by) -> TeamInvitation:
    """Write to a colleague. An open invitation to the same address is replaced.

    Raises TeamRefused for somebody in the team, or when too many invitations are open.
    """
    _may_manage(by, city)
    City.objects.select_for_update().get(pk=city.pk)
    email = email.strip().lower()
    if city.team.filter(user__email=email).exists():
        raise TeamRefused(_("%(email)s is in the team already.") % {"email": email})
    still_open = city.invitations.filter(taken_at__isnull=True, cancelled_at__isnull=True)
    still_open.filter(email=email).update(cancelled_at=timezone.now())
    if still_open.count() >= MOST_OPEN_INVITATIONS:
        raise TeamRefused(_("Too many invitations are open. Take some back first."))
    invitation = TeamInvitation.objects.create(
        city=city,
        email=email,
        role=role,
        invited_by=by,
        expires_at=timezone.now() + INVITATION_LASTS,
    )
    audit.record(by, "invite", city, to=role)
    mail.colleague_invited(invitation)
    return invitation


@transaction.atomic
def take_invitation(*, invitation: TeamInvitation, by) -> TeamMember:
    """Join the team. Raises TeamRefused unless `by` is who was invited and it is still open.

    Raises InTeam for somebody who has joined before.
    """
    stored = TeamInvitation.objects.select_for_update().get(pk=invitation.pk)
    if by.email.lower() != stored.email:
        raise TeamRefused(_("This invitation is for another address."))
    if not stored.is_open and role_of(by, stored.city):
        raise InTeam(stored.city)
    if not stored.is_open:
        raise TeamRefused(_("This invitation is no longer open. Ask for a new one."))
    stored.taken_at, stored.taken_by = timezone.now(), by
    stored.save(update_fields=["taken_at", "taken_by"])
    audit.record(by, "join", stored.city, to=stored.role)
    return _let_in(stored.city, by, stored.role)


@transaction.atomic
def cancel_invitation(*, invitation: TeamInvitation, by) -> None:
    """Take an invitation back."""
    _may_manage(by, invitation.city)
    open_ones = TeamInvitation.objects.filter(
        pk=invitation.pk, taken_at__isnull=True, cancelled_at__isnull=True
    )
    if open_ones.update(cancelled_at=timezone.now()):
        audit.record(by, "cancel_invitation", invitation.city)


# --- roles -----------------------------------------------------------------------------
@transaction.atomic
def change_role(*, member: TeamMember, role: str, by) -> None:
    """Give a member another role. Raises TeamRefused when no owner would be left."""
    _may_manage(by, member.city)
    City.objects.select_for_update().get(pk=member.city_id)
    member.refresh_from_db()
    if role != Role.OWNER:
        _keep_an_owner(member)
    was, member.role = member.role, role
    member.save(update_fields=["role"])
    audit.record(by, "change_role", member.city, was=was, to=role, user=str(member.user.uid))


@transaction.atomic
def hand_over(*, city: City, to: TeamMember, by) -> None:
    """Make a colleague owner and step back to editor, in one go."""
    City.objects.select_for_update().get(pk=city.pk)
    mine = city.team.filter(user=by, role=Role.OWNER).first()
    if not mine or to.city_id != city.pk or to.pk == mine.pk:
        raise NotPermitted(_("Only an owner can hand the city over, to a colleague."))
    city.team.filter(pk=to.pk).update(role=Role.OWNER)
    city.team.filter(pk=mine.pk).update(role=Role.EDITOR)
    event = audit.record(by, "hand_over", city, to=Role.OWNER, user=str(to.user.uid))
    mail.handed_over(city, to=to.user, by=by, event=event)


@transaction.atomic
def remove(*, member: TeamMember, by) -> None:
    """Take somebody out of the team, or leave it. Raises TeamRefused for the last owner."""
    if member.user_id != by.pk:
        _may_manage(by, member.city)
    City.objects.select_for_update().get(pk=member.city_id)
    member.refresh_from_db()
    _keep_an_owner(member)
    audit.record(by, "remove", member.city, was=member.role, user=str(member.user.uid))
    member.delete()


def _let_in(city, user, role):
    """A member already in keeps the stronger of the two roles."""
    member, is_new = TeamMember.objects.get_or_create(city=city, user=user, defaults={"role": role})
    strength = [Role.VIEWER, Role.EDITOR, Role.OWNER]
    if not is_new and strength.index(role) > strength.index(member.role):
        member.role = role
        member.save(update_fields=["role"])
    return member


def _keep_an_owner(member):
    others = TeamMember.objects.filter(city=member.city_id, role=Role.OWNER).exclude(pk=member.pk)
    if member.role == Role.OWNER and not others.exists():
        raise TeamRefused(_("A team needs an owner. Hand the city over first."))


def _may_manage(by, city):
    if not by.has_perm("cohorts.manage_team", city):
        raise NotPermitted(_("Only an owner can do this."))
