"""Offerings whose decisions are out, for tests of places, waitlists and later offerings."""

from datetime import timedelta

from django.utils import timezone

from cohorts import selection
from tests.cohorts.intake_factories import answers, findings, handed_in
from tests.factories import OfferingFactory, UserFactory

WEEK = timedelta(days=7)


def closed(**fields):
    """An offering whose deadline passed yesterday, with time left before its sprint."""
    now = timezone.now()
    fields = {"opens_at": now - 4 * WEEK, "closes_at": now - timedelta(days=1)} | fields
    return OfferingFactory(**fields)


def later(**fields):
    """An offering that takes applications now, announced after the one of `closed`."""
    return OfferingFactory(**({"term": "Spring"} | fields))


def in_room(state, offering, **fields):
    """An application in `state`, told so, with findings that fit; (application, owner)."""
    given = fields.pop("answers", answers())
    row, owner = handed_in(
        state=state,
        offering=offering,
        answers=given,
        **({"announced_state": state} | fields),
    )
    findings(row, **({} if state == "not_yet" else {"staffing": "met"}))
    return row, owner


def a_decider(**fields):
    return UserFactory(**({"is_decider": True, "is_staff": True} | fields))


def release(offering, by, *, within=WEEK):
    """Release everything that waits, confirm within `within`; how many messages went out."""
    return selection.release(
        offering=offering,
        by=by,
        confirm_by=timezone.now() + within,
        seen=selection.fingerprint(offering),
    )
