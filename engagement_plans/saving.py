"""Saving an answer without ever losing a text: the save protocol.

A save says on which revision its text was based and carries an id of its own. The plan is locked,
then the answer. A save repeated by a client that never heard back is answered as the first time.
Texts made from the same revision are joined where they do not touch; where they do, the later
one is kept as a revision without number, and both are shown to the person who lost.
"""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from engagement_plans.answers import clean
from engagement_plans.guide import Prompt
from engagement_plans.merging import CONFLICT, merge
from engagement_plans.models import Answer, AnswerRevision, Plan
from sprint_portal.refusals import NotPermitted, Refusal

MOST_ROWS = 300  # of one table


class NotClean(Refusal):
    """The text could not be stored or shown. errors: {field: sentence}."""

    def __init__(self, errors: dict[str, str], value: Any):
        super().__init__(" ".join(errors.values()))
        self.errors = errors
        self.value = value


@dataclass(frozen=True)
class Outcome:
    """What became of a save. answer: as it stands now. revision: what this save left behind."""

    answer: Answer
    revision: AnswerRevision

    @property
    def is_conflict(self) -> bool:
        """The text lost against another; it is kept in `revision.value`."""
        return self.revision.rev is None

    @property
    def is_joined(self) -> bool:
        """Somebody else's change was taken in."""
        return self.revision.sent is not None


@transaction.atomic
def save(
    plan: Plan,
    key: str,
    raw: Any,
    *,
    by,
    base_rev: int = 0,
    save_id: uuid.UUID | None = None,
    row="",
) -> Outcome:
    """Keep `raw` as the answer to the prompt `key`, or as the row `row` (a UUID) of a table.

    base_rev: the answer's `rev` that the text was made from, 0 for none.
    save_id: of this save; a repeated one with the same text changes nothing.
    Raises NotPermitted, NotClean, KeyError for a prompt that is not asked, and Refusal when a
    table is full.
    """
    plan = locked(plan, by)
    prompt = plan.guide.prompts[key]
    row = _row_id(prompt, row)
    cleaned = clean(prompt, raw)
    if cleaned.errors:
        raise NotClean(cleaned.errors, cleaned.value)
    save_id = save_id or uuid.uuid4()
    if first := _first_time(plan, key, row, save_id):
        if _sent(first) == cleaned.value:
            return Outcome(first.answer, first)
        # The Back button sends an old id with new words: that is another save, the same one
        # however often it is sent.
        save_id = uuid.uuid5(save_id, json.dumps(cleaned.value, sort_keys=True))
        if again := _first_time(plan, key, row, save_id):
            return Outcome(again.answer, again)
    answer = Answer.objects.select_for_update().filter(plan=plan, key=key, row=row).first()
    if answer is None:
        return _begun(plan, prompt, row, cleaned.value, by, save_id)
    return _continued(plan, prompt, answer, cleaned.value, by, base_rev, save_id)


def locked(plan: Plan, by) -> Plan:
    """The stored plan, locked for a change by `by`. Raises NotPermitted."""
    stored = (
        Plan.objects.select_for_update(of=("self",))
        .select_related("template", "application__city", "application__offering")
        .get(pk=plan.pk)
    )
    if not by.has_perm("engagement_plans.edit_plan", stored):
        raise NotPermitted(_("You may read this plan, but not change it."))
    return stored


def touched(plan: Plan):
    """Count a change of the locked plan."""
    plan.rev += 1
    plan.save(update_fields=["rev", "updated_at"])


def _row_id(prompt: Prompt, row) -> str:
    """Tables have rows, other prompts do not. Raises KeyError when the two do not match."""
    if prompt.is_table != bool(row):
        raise KeyError(prompt.key)
    return str(uuid.UUID(str(row))) if row else ""


def _first_time(plan, key, row, save_id):
    """The revision that an earlier save with this id left on this very answer."""
    found = AnswerRevision.objects.select_related("answer").filter(save_id=save_id).first()
    if found is None:
        return None
    answer = found.answer
    same = (answer.plan_id, answer.key, answer.row) == (plan.pk, key, row)
    if not same:
        raise Refusal(_("This page is out of date. Reload it; your text is still on this device."))
    return found


def _sent(revision):
    return revision.value if revision.sent is None else revision.sent


def _begun(plan, prompt, row, value, by, save_id):
    position = 0
    if prompt.is_table:
        others = plan.answers.filter(key=prompt.key)
        if others.filter(removed=False).count() >= MOST_ROWS:
            raise Refusal(_("A table holds up to %d rows.") % MOST_ROWS)
        position = (others.aggregate(last=Max("position"))["last"] or 0) + 1
    answer = Answer.objects.create(
        plan=plan,
        key=prompt.key,
        row=row,
        position=position,
        value=value,
        saved_at=timezone.now(),
        saved_by=by,
    )
    touched(plan)
    return Outcome(answer, _kept(answer, value, by, 0, save_id, rev=answer.rev))


def _continued(plan, prompt, answer, value, by, base_rev, save_id):
    joined = value if base_rev == answer.rev else _joined(prompt, answer, value, base_rev)
    if joined is CONFLICT:
        return Outcome(answer, _kept(answer, value, by, base_rev, save_id, rev=None))
    answer.value, answer.rev = joined, answer.rev + 1
    answer.saved_at, answer.saved_by, answer.removed = timezone.now(), by, False
    answer.save()
    touched(plan)
    sent = None if joined == value else value
    return Outcome(answer, _kept(answer, joined, by, base_rev, save_id, rev=answer.rev, sent=sent))


def _joined(prompt, answer, value, base_rev):
    base = clean(prompt, None).value  # of whoever began before the other had saved anything
    if base_rev:
        base = answer.revisions.filter(rev=base_rev).values_list("value", flat=True).first()
    return merge(base, value, answer.value)


def _kept(answer, value, by, base_rev, save_id, *, rev, sent=None):
    return AnswerRevision.objects.create(
        answer=answer,
        rev=rev,
        base_rev=base_rev,
        value=value,
        sent=sent,
        author=by,
        save_id=save_id,
    )
