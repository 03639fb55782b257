"""The rows of a table prompt: put in order, taken away, brought back. Their text is always kept."""

from collections.abc import Sequence

from django.db import transaction

from engagement_plans.models import Answer, Plan
from engagement_plans.saving import locked, touched
from engagement_plans.sheet import rows as rows_of


@transaction.atomic
def remove(plan: Plan, key: str, row: str, *, by) -> Answer:
    """Take a row away. Raises NotPermitted, or Answer.DoesNotExist."""
    return _flagged(plan, key, row, by, removed=True)


@transaction.atomic
def restore(plan: Plan, key: str, row: str, *, by) -> Answer:
    """Bring a row back to where it stood. Raises NotPermitted, or Answer.DoesNotExist."""
    return _flagged(plan, key, row, by, removed=False)


def moves(shown: Sequence[Answer], row: str) -> dict[str, bool]:
    """Which ways a row can go. shown: the rows of its table, in order (`sheet.rows`)."""
    names = [one.row for one in shown]
    if row not in names:
        return {"up": False, "down": False}
    return {"up": row != names[0], "down": row != names[-1]}


@transaction.atomic
def move(plan: Plan, key: str, row: str, *, up: bool, by) -> None:
    """Change places with the row above or below; at the end of the table nothing happens.

    Raises NotPermitted, or Answer.DoesNotExist.
    """
    plan = locked(plan, by)
    answers = list(plan.answers.select_for_update().filter(key=key).exclude(row=""))
    shown = rows_of(answers, key)
    place = next((n for n, one in enumerate(shown) if one.row == row), None)
    if place is None:
        raise Answer.DoesNotExist
    other = place - 1 if up else place + 1
    if not 0 <= other < len(shown):
        return
    shown[place], shown[other] = shown[other], shown[place]
    for position, one in enumerate(shown, 1):
        if one.position != position:
            one.position = position
            one.save(update_fields=["position"])
    touched(plan)


def _flagged(plan, key, row, by, *, removed):
    plan = locked(plan, by)
    answer = plan.answers.select_for_update().exclude(row="").get(key=key, row=row)
    if answer.removed != removed:
        answer.removed = removed
        answer.save(update_fields=["removed"])
        touched(plan)
    return answer
