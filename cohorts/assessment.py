"""Staff look at the four stages of one application and record what they find."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from cohorts import eoi
from cohorts.models import Application, Revision, StageFinding
from cohorts.models.stage_check import Stage
from cohorts.workflow import APPLICATION
from sprint_portal import audit
from sprint_portal.refusals import NotPermitted, Refusal

STEPS = ("find_eligible", "find_not_yet", "reassess")


@dataclass(frozen=True)
class StageView:
    """One stage as staff see it: what the city says, and what was found."""

    stage: Stage
    claim: str
    evidence: str
    finding: StageFinding
    has_changed: bool  # the city handed in something else about it since it was checked


@transaction.atomic
def record_finding(
    *, application: Application, stage: str, finding: str, evidence: str, next_step: str, by
) -> StageFinding:
    """Note what was found about one stage, on the revision now handed in.

    finding: a value of StageFinding.Finding. Raises NotPermitted, Refusal before a hand-in.
    """
    stored = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if not by.has_perm("cohorts.assess_application", stored):
        raise NotPermitted(_("You may not do this."))
    if not stored.revision:
        raise Refusal(_("The city has not handed anything in yet."))
    row, _is_new = StageFinding.objects.update_or_create(
        application=stored,
        stage=stage,
        defaults={
            "finding": finding,
            "evidence": evidence,
            "next_step": next_step,
            "revision": stored.revision,
            "by": by,
        },
    )
    audit.record(by, "find", stored, to=finding, stage=stage, revision=stored.revision)
    return row


@transaction.atomic
def assess(*, name: str, application: Application, by, reason: str = "") -> Application:
    """Take the step `name` of `STEPS` on the strength of the findings."""
    return APPLICATION.perform(name, application, by=by, reason=reason)


def stage_views(application: Application, revisions: dict[int, Revision]) -> list[StageView]:
    """The four stages in order. revisions: {number: Revision}, the latest among them."""
    found = {one.stage: one for one in application.findings.all()}
    answers = revisions[application.revision].answers if application.revision else {}
    views = []
    for stage in Stage:
        finding = found.get(stage) or StageFinding(application=application, stage=stage)
        checked = revisions.get(finding.revision or 0)
        views.append(
            StageView(
                stage=stage,
                claim=eoi.shown(eoi.FIELDS[eoi.stage_key(stage)], said(answers, stage)[0]),
                evidence=said(answers, stage)[1],
                finding=finding,
                has_changed=bool(checked and said(checked.answers, stage) != said(answers, stage)),
            )
        )
    return views


def said(answers: dict, stage: str) -> tuple[str, str]:
    """(claim, sentence of evidence) of one stage."""
    return answers.get(eoi.stage_key(stage)) or "", answers.get(eoi.evidence_key(stage)) or ""
