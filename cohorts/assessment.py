"""Staff look at the four stages of one application and record what they find."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from cohorts import eoi
from cohorts.eligibility import is_met
from cohorts.models import Application, Revision, StageFinding
from cohorts.models.application import State
from cohorts.models.stage_check import Stage
from cohorts.workflow import APPLICATION, findings_of
from sprint_portal import audit
from sprint_portal.refusals import Refusal, must

STEPS = ("find_eligible", "find_not_yet", "reassess")
# What rests on a stage being met.
FOUND_ELIGIBLE = (
    State.ELIGIBLE,
    State.SELECTED,
    State.WAITLISTED,
    State.DECLINED,
    State.CONFIRMED,
)


class Outdated(Refusal):
    """Something else is recorded or handed in than what the person had before them."""


class Settled(Refusal):
    """The finding would contradict what was already found on the strength of the stages."""


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
    *,
    application: Application,
    stage: str,
    finding: str,
    evidence: str,
    next_step: str,
    by,
    seen: str | None = None,
) -> StageFinding:
    """Note what was found about one stage, on the revision now handed in.

    finding: a value of StageFinding.Finding. seen: `version_of` the finding that the person had
    before them; None where that was asked already. Raises NotPermitted, Refusal before a hand-in,
    Settled when the city's state would no longer rest on its findings, Outdated.
    """
    stored = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    must(by, "cohorts.assess_application", stored)
    if not stored.revision:
        raise Refusal(_("The city has not handed anything in yet."))
    demand_kept(stored)
    _demand_ground(stored, stage, finding)
    was = StageFinding.objects.filter(application=stored, stage=stage).first()
    if seen is not None and version_of(was) != seen:
        raise Outdated(_("Somebody recorded something else meanwhile. Compare, then record again."))
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


def version_of(finding: StageFinding | None) -> str:
    """Names what is recorded: another one with every change; "" for nothing."""
    return finding.at.isoformat() if finding and finding.pk else ""


def demand_kept(application: Application) -> None:
    """Raise Refusal once its words were erased: nothing new is written about them."""
    if application.erased_at:
        raise Refusal(_("What the city wrote has been erased, so nothing more is written here."))


def _demand_ground(stored, stage, finding):
    """A state stays true to the findings: opening the stages again comes first."""
    was = findings_of(stored)
    before, after = is_met(was.values()), is_met({**was, stage: finding}.values())
    if stored.state in FOUND_ELIGIBLE and before and not after:
        raise Settled(
            _(
                "This is the only stage that makes the city eligible. Take “Look at the stages "
                "again” first; a decision has to be taken back before that."
            )
        )
    if stored.state == State.NOT_YET and after:
        raise Settled(
            _("The city was found not yet eligible. Take “Look at the stages again” first.")
        )


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
