"""A city walks from the stage check to its confirmed place, over the pages alone."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail as sent_mail
from django.urls import reverse
from django.utils import timezone

from cohorts import eoi
from cohorts.models import Application
from cohorts.models.application import State
from tests.cohorts.intake_factories import ANSWERS
from tests.factories import OfferingFactory, UserFactory

pytestmark = pytest.mark.django_db

TULSA = 4553433


def page(client, name, **kwargs):
    response = client.get(reverse(f"cohorts:{name}", kwargs=kwargs))
    assert response.status_code == 200, name
    return response.content.decode()


def test_city_walks_from_stage_check_to_confirmed_place(client, django_capture_on_commit_callbacks):
    offering = OfferingFactory(capacity=6)
    slug = offering.slug
    assert offering.sprint.name in page(client, "offerings")
    assert "Facts" in page(client, "offering", slug=slug)
    check = reverse("cohorts:stage_check", kwargs={"slug": slug})
    client.post(check, {"staffing": "yes", "governance": "soon"})
    assert "Your city is eligible" in client.get(check).content.decode()
    assert "work email" in page(client, "apply", slug=slug)

    ana = UserFactory(email="ana@example.org", name="Ana Ruiz")
    client.force_login(ana)
    apply = reverse("cohorts:apply", kwargs={"slug": slug})
    assert "Tulsa, Oklahoma, United States" in client.get(apply, {"q": "tulsa"}).content.decode()
    assert "Is Tulsa your city" in client.get(apply, {"place": TULSA}).content.decode()
    client.post(reverse("cohorts:begin", kwargs={"slug": slug}), {"place": TULSA})
    application = Application.objects.get()
    assert application.answers["stage_staffing"] == "yes"
    assert re.fullmatch(r"BCT-2026-[2-9A-Z]{4}", application.reference)
    for step in eoi.STEPS:
        page(client, "step", uid=application.uid, key=step.key)
        typed = {field.key: ANSWERS.get(field.key, "") for field in step.fields}
        rev = Application.objects.get().step_revs.get(step.key, 0)
        answer = client.post(
            reverse("cohorts:step", kwargs={"uid": application.uid, "key": step.key}),
            {**typed, "rev": rev},
        )
        assert answer.status_code == 302, step.key
    assert "ready to hand in" in page(client, "application", uid=application.uid)
    with django_capture_on_commit_callbacks(execute=True):
        for _click in range(2):
            client.post(reverse("cohorts:submit", kwargs={"uid": application.uid}))
    assert [message.to for message in sent_mail.outbox] == [["ana@example.org"]]
    assert application.reference in sent_mail.outbox[0].subject
    assert "Street vendors, renters." in sent_mail.outbox[0].body
    assert "is with us" in page(client, "application", uid=application.uid)

    noor = UserFactory(is_staff=True, is_decider=True)
    client.force_login(noor)
    page(client, "applications")
    assert "Tulsa" in page(client, "pipeline", slug=slug)
    assert "Two analysts since May." in page(client, "assess", uid=application.uid)
    for stage in ("staffing", "governance", "designing", "deploying"):
        client.post(
            reverse("cohorts:record_finding", kwargs={"uid": application.uid, "stage": stage}),
            {f"{stage}-finding": "met", f"{stage}-evidence": "Seen."},
        )
    act(client, application, "find_eligible")
    act(client, application, "select", reason="Strong team.")
    assert application_state(application) == (State.SELECTED, State.SUBMITTED)
    client.force_login(ana)
    assert "is with us" in page(client, "application", uid=application.uid)

    with time_machine.travel(offering.closes_at + timedelta(days=1)):
        client.force_login(noor)
        shown = page(client, "release", slug=slug)
        assert "Action required" in shown
        confirm_by = timezone.now() + timedelta(days=7)
        seen = re.search(r'name="seen" value="(\w+)"', shown).group(1)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(
                reverse("cohorts:release", kwargs={"slug": slug}),
                {"confirm_by": f"{confirm_by:%Y-%m-%dT%H:%M}", "seen": seen},
            )
        assert application_state(application) == (State.SELECTED, State.SELECTED)
        assert "Action required" in sent_mail.outbox[-1].subject
        client.force_login(ana)
        assert "Tulsa is selected" in page(client, "application", uid=application.uid)
        assert "Tulsa is selected" in client.get("/").content.decode()
        client.post(reverse("cohorts:confirm", kwargs={"uid": application.uid}))
    application.refresh_from_db()
    assert application_state(application) == (State.CONFIRMED, State.CONFIRMED)
    assert application.letter == "A"


def act(client, application, name, **data):
    client.post(reverse("cohorts:act", kwargs={"uid": application.uid, "name": name}), data)


def application_state(application):
    application.refresh_from_db()
    return application.state, application.announced_state
