"""The record of what happened is only ever added to."""

import pytest
from django.db import DatabaseError, transaction

from sprint_portal import audit
from sprint_portal.audit import AuditEvent
from sprint_portal.refusals import Refusal
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_record_keeps_who_did_what():
    ana = UserFactory()

    event = audit.record(ana, "select", ana, was="eligible", to="selected", reason="Strong team")

    assert list(audit.history(ana)) == [event]
    assert (event.by, event.was, event.to) == (ana, "eligible", "selected")


def test_event_refuses_to_be_saved_again_or_deleted():
    event = audit.record(None, "purge", UserFactory())

    with pytest.raises(Refusal):
        event.save()
    with pytest.raises(Refusal):
        event.delete()


@pytest.mark.parametrize("act", ["update", "delete"])
def test_database_refuses_to_change_the_record(act):
    event = audit.record(None, "purge", UserFactory())
    rows = AuditEvent.objects.filter(pk=event.pk)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(verb="nothing") if act == "update" else rows.delete()

    assert rows.get().verb == "purge"
