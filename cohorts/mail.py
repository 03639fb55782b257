"""Every message of the intake, one function each. Texts lie under templates/mail/cohorts/."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.utils import timezone

from cohorts import eoi, roles, texts
from cohorts.models import (
    AccessRequest,
    Application,
    City,
    ExtensionRequest,
    MailText,
    Meeting,
    Revision,
    TeamInvitation,
    TeamMember,
)
from cohorts.models.application import State
from cohorts.team_mail import to_team
from sprint_portal.mail import outbox


def application_received(application: Application, revision: Revision) -> None:
    """The receipt: reference, time, and the full content as handed in."""
    to_team(
        application,
        "cohorts/application_received",
        f"received:{application.pk}:{revision.number}",
        revision=revision,
        content=eoi.read_out(revision.answers),
    )


def application_withdrawn(application: Application) -> None:
    to_team(application, "cohorts/application_withdrawn", f"withdrawn:{application.pk}")


def closed_early(application: Application, *, reason: str, event) -> None:
    """The offering closed before the day that was promised. event: the audit row of it."""
    to_team(
        application,
        "cohorts/closed_early",
        f"closed-early:{application.pk}:{event.pk}",
        reason=reason,
    )


def place_confirmed(application: Application) -> None:
    offering, today = application.offering, timezone.localdate()
    to_team(
        application,
        "cohorts/place_confirmed",
        f"confirmed:{application.pk}",
        calls=[day for day in offering.pre_course_days if day >= today],
        settled=Meeting.objects.for_groups().standing().filter(offering=offering).exists(),
    )


def outcome(application: Application, *, event) -> None:
    """The decision, to everyone in the team. event: the audit row of the announcement."""
    to_team(
        application,
        f"cohorts/outcome_{application.state}",
        f"outcome:{application.pk}:{event.pk}",
        roles=TeamMember.Role.values,
        **_outcome_context(application, application.confirm_by),
    )


def outcome_text(
    application: Application, *, confirm_by: datetime | None, mine: dict[str, MailText]
) -> tuple[str, str]:
    """(subject, body) of the decision as the city's first owner would read it now.

    mine: the offering's own mail texts, by kind (`texts.of`).
    """
    team = sorted(application.city.team.all(), key=lambda one: (one.role != "owner", one.pk))
    reader = team[0].user if team else None
    kind = f"cohorts/outcome_{application.state}"
    context = _outcome_context(application, confirm_by)
    return outbox.rendered(
        kind,
        user=reader,
        written=texts.written(kind, application, reader=reader, texts=mine, **context),
        application=application,
        **context,
    )


def _outcome_context(application, confirm_by) -> dict:
    steps = [one for one in application.findings.all() if one.next_step.strip()]
    return {
        "confirm_by": confirm_by if application.state == State.SELECTED else None,
        "findings": steps if application.state == State.NOT_YET else [],
    }


def access_asked(request: AccessRequest) -> None:
    """To the owners of the team; to staff when a team has lost its owners."""
    owners = [one.user for one in request.city.team.select_related("user") if one.role == "owner"]
    for owner in owners or _staff():
        outbox.post(
            "cohorts/access_asked",
            to=owner.email,
            user=owner,
            key=f"access-asked:{request.pk}:{owner.pk}:{len(request.note)}",
            request=request,
        )


def access_answered(request: AccessRequest, *, role: str) -> None:
    """To who asked. role: what they were let in as."""
    outbox.post(
        "cohorts/access_answered",
        to=request.user.email,
        user=request.user,
        key=f"access-answered:{request.pk}",
        request=request,
        role=roles.WORDS[TeamMember.Role(role)],
    )


def colleague_invited(invitation: TeamInvitation) -> None:
    """To a colleague who may never have heard of the portal."""
    latest = invitation.city.applications.live().select_related("offering__sprint").last()
    outbox.post(
        "cohorts/colleague_invited",
        to=invitation.email,
        key=f"invited:{invitation.pk}",
        invitation=invitation,
        sprint=latest.offering.sprint if latest else None,
        role=roles.WORDS[TeamMember.Role(invitation.role)],
    )


def handed_over(city: City, *, to, by, event) -> None:
    outbox.post(
        "cohorts/handed_over",
        to=to.email,
        user=to,
        key=f"handed-over:{event.pk}",
        city=city,
        by=by,
    )


def extension_asked(request: ExtensionRequest) -> None:
    for person in _staff():
        outbox.post(
            "cohorts/extension_asked",
            to=person.email,
            user=person,
            key=f"extension-asked:{request.pk}:{person.pk}:{len(request.reason)}",
            request=request,
        )


def extension_answered(request: ExtensionRequest) -> None:
    to_team(
        request.application,
        "cohorts/extension_answered",
        f"extension-answered:{request.pk}",
        request=request,
    )


def _staff():
    return get_user_model().objects.filter(is_staff=True, is_active=True)
