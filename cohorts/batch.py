"""The stage check of many applications, one after another.

In the queue: what is handed in and not looked at in full, and what a city changed since it was
checked. Once all four stages have a finding an application leaves it, eligible or not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from cohorts import assessment, eligibility
from cohorts.models import Application, Offering, Revision
from cohorts.models.application import DECIDED, State
from cohorts.models.stage_check import Stage
from sprint_portal.refusals import must

# While a city has not been told anything, what it hands in anew is looked at anew, whatever was
# decided meanwhile.
CHECKED = (State.SUBMITTED, State.ELIGIBLE, *DECIDED)
UNTOLD = (State.SUBMITTED, State.ELIGIBLE)
OUTCOMES = {"find_eligible": State.ELIGIBLE, "find_not_yet": State.NOT_YET}


@dataclass(frozen=True)
class Entry:
    """One application of the queue. has_changed: it was checked before, on other answers."""

    application: Application
    has_changed: bool


def queue(offering: Offering, user) -> list[Entry]:
    """What `user` may check, the earliest hand-in first; nothing they have a conflict with."""
    found = _entries(Application.objects.judged_by(user).filter(offering=offering))
    return [one for one in found if one.has_changed or _is_open(one.application)]


def changed(offering: Offering) -> list[Application]:
    """Those of which a city handed in something else about a stage since it was checked."""
    found = _entries(Application.objects.filter(offering=offering))
    return [one.application for one in found if one.has_changed]


def _entries(applications) -> list[Entry]:
    rows = (
        applications.filter(state__in=CHECKED, announced_state__in=UNTOLD, revision__gt=0)
        .select_related("city")
        .prefetch_related("findings")
        .order_by("submitted_at", "pk")
    )
    rows = list(rows)
    answers = _answers([row for row in rows if _older(row)])
    return [Entry(row, _has_changed(row, answers)) for row in rows]


def waits(application: Application, views: list[assessment.StageView]) -> bool:
    """Whether it is in the queue, asked of the stages as a page shows them."""
    if application.announced_state not in UNTOLD or application.state not in CHECKED:
        return False
    if any(view.has_changed for view in views):
        return True
    return application.state == State.SUBMITTED and not all(view.finding.finding for view in views)


def _is_open(application) -> bool:
    found = {one.stage: one.finding for one in application.findings.all()}
    return application.state == State.SUBMITTED and bool(eligibility.open_stages(found))


def _older(application) -> list:
    """Findings made on an earlier hand-in."""
    latest = application.revision
    return [one for one in application.findings.all() if one.revision and one.revision != latest]


def _answers(applications) -> dict[tuple[int, int], dict]:
    """{(application, number): answers} of their hand-ins, in one query."""
    rows = Revision.objects.filter(application__in=[row.pk for row in applications])
    return {(pk, n): given for pk, n, given in rows.values_list("application", "number", "answers")}


def _has_changed(application, answers) -> bool:
    now = answers.get((application.pk, application.revision), {})
    return any(
        assessment.said(answers.get((application.pk, one.revision), {}), one.stage)
        != assessment.said(now, one.stage)
        for one in _older(application)
    )


def fingerprint(application: Application) -> str:
    """Names what a person had before them: the hand-in and the findings."""
    found = sorted(
        (one.stage, one.finding, one.evidence, one.next_step, one.revision or 0)
        for one in application.findings.all()
    )
    return sha256(f"{application.revision}:{found}".encode()).hexdigest()[:16]


@transaction.atomic
def record(
    *,
    application: Application,
    found: Mapping[str, Mapping[str, str]],
    seen: str,
    by,
    then: str = "",
) -> Application:
    """Record findings, {stage: {finding, evidence, next_step}}, and take the step `then`, if any.

    seen: `fingerprint` of what was shown. A stage without a finding is left as it is. All or
    nothing. Raises assessment.Outdated, NotPermitted, MoveRefused.
    """
    Offering.objects.select_for_update().get(pk=application.offering_id)
    stored = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    must(by, "cohorts.assess_application", stored)
    earlier = {one.stage: one for one in stored.findings.all()}
    given = {
        stage: _whole(found[stage], stored)
        for stage in Stage.values
        if (found.get(stage) or {}).get("finding")
    }
    new = {
        stage: whole
        for stage, whole in given.items()
        if _is_new(earlier.get(stage), whole, stored.revision)
    }
    # A second click of the same contradicts nothing.
    if new and fingerprint(stored) != seen:
        raise assessment.Outdated(
            _("Someone else checked it, or the city handed in anew. Yours is kept below: compare.")
        )
    for stage, whole in new.items():
        assessment.record_finding(application=stored, stage=stage, by=by, **whole)
    if then in OUTCOMES and stored.state != OUTCOMES[then]:
        assessment.assess(name=then, application=stored, by=by)
    return stored


def _whole(given, application) -> dict[str, str]:
    as_written = _("As the city wrote, number %(n)s.") % {"n": application.revision}
    return {
        "finding": given["finding"],
        "evidence": given.get("evidence") or as_written,
        "next_step": given.get("next_step") or "",
    }


def _is_new(row, given, revision) -> bool:
    if row is None or row.revision != revision:
        return True
    return any((getattr(row, key) or "") != (value or "") for key, value in given.items())
