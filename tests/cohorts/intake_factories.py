"""Applications as cities fill them in, for tests of the intake."""

from django.core.files.base import ContentFile
from django.utils import timezone

from cohorts import eoi
from cohorts.models import Revision, StageFinding, SupportLetter
from cohorts.models.stage_check import Stage
from sprint_portal import audit
from tests.factories import ApplicationFactory, CityFactory, TeamMemberFactory, UserFactory

ANSWERS = {
    "department": "Office of Innovation",
    "lead_name": "Ana Ruiz",
    "lead_role": "Analyst",
    "lead_email": "ana@example.org",
    "lead_phone": "",
    "alternate_name": "Luis Mora",
    "alternate_email": "luis@example.org",
    "stage_staffing": "yes",
    "evidence_staffing": "Two analysts since May.",
    "stage_governance": "soon",
    "stage_designing": "no",
    "stage_deploying": "no",
    "expected": "",
    "topic": "A chatbot for permits.",
    "area": "services",
    "audiences": "Street vendors, renters.",
    "partners": "",
    "sponsor": "Eva Gil, deputy mayor",
    "sponsor_agreed": "yes",
    "team_size": "4",
    "hours": "enough",
    "windows": ["noon", "afternoon"],
    "windows_note": "",
    "languages": ["en", "es"],
    "languages_other": "",
    "access_needs": "",
    "assessment": "unsure",
    "publish": "How we asked vendors.",
    "consent_store": "yes",
    "consent_contact": "yes",
}


def answers(**changes):
    """A complete expression of interest, but for `changes`."""
    return {**ANSWERS, **changes}


def draft(owner=None, **fields):
    """A complete draft of a city that `owner` acts for; (application, owner)."""
    owner = owner or UserFactory()
    city = fields.pop("city", None) or CityFactory()
    TeamMemberFactory(city=city, user=owner)
    fields.setdefault("answers", answers())
    return ApplicationFactory(city=city, started_by=owner, **fields), owner


def handed_in(state="submitted", **fields):
    """An application past its hand-in, in `state`, its first revision too; (application, owner)."""
    fields.setdefault("announced_state", "submitted")
    application, owner = draft(state=state, submitted_at=timezone.now(), revision=1, **fields)
    Revision.objects.create(
        application=application,
        number=1,
        answers=application.answers,
        form_version=eoi.VERSION,
        author=owner,
    )
    return application, owner


def kept_letter(application, content=b"%PDF-1.7", name="ana.pdf"):
    """A letter that was added while that was still possible."""
    letter = SupportLetter(
        application=application,
        name=name,
        kind="application/pdf",
        size=len(content),
        uploaded_by=application.started_by,
    )
    letter.file.save("letter", ContentFile(content), save=False)
    letter.save()
    audit.record(application.started_by, "add_letter", application)
    return letter


def findings(application, **found):
    """Findings on the latest revision; found: {stage: finding}, the rest is not yet."""
    for stage in Stage.values:
        StageFinding.objects.create(
            application=application,
            stage=stage,
            finding=found.get(stage, "not_yet"),
            evidence="As the city says.",
            next_step="Name one person.",
            revision=application.revision,
        )
