"""What staff think before a release, and take back, leaves nothing behind that the city can see."""

import re
from difflib import ndiff

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cohorts import assessment, composing, selection
from cohorts.models import StageFinding
from sprint_portal.mail.models import Message
from tests.cohorts.carry_factories import WEEK, a_decider, closed, in_room
from tests.cohorts.intake_factories import findings, handed_in

pytestmark = pytest.mark.django_db
VARIES = re.compile(r'csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"|nonce="[^"]+"')
CHANGES = {
    "select": lambda row, by: selection.decide(
        name="select", application=row, by=by, reason="Secret reason."
    ),
    "decline": lambda row, by: selection.decide(
        name="decline", application=row, by=by, reason="Secret reason."
    ),
    "waitlist": lambda row, by: selection.waitlist(application=row, by=by),
    "note": lambda row, by: selection.write_note(
        application=selection.decide(name="decline", application=row, by=by, reason="No."),
        note="Secret words.",
        by=by,
    ),
    "find": lambda row, by: assessment.record_finding(
        application=row, stage="designing", finding="unclear", evidence="Hm.", next_step="x", by=by
    ),
    "reassess": lambda row, by: assessment.assess(
        name="reassess", application=row, by=by, reason="Secret reason."
    ),
}


def all_that_the_city_has(client, application, person) -> dict[str, str]:
    """Every page, file and feed about it, as `person` of the city gets them."""
    client.force_login(person)
    names = ("application", "file", "file_download", "changes")
    addresses = [reverse(f"cohorts:{name}", kwargs={"uid": application.uid}) for name in names]
    addresses += ["/", reverse("cohorts:sessions"), reverse("cohorts:calendar"), "/plans/"]
    addresses += [reverse("cohorts:offering", kwargs={"slug": application.offering.slug})]
    got = {}
    for address in addresses:
        answer = client.get(address)
        text = answer.content.decode() if answer.status_code == 200 else answer.status_code
        got[address] = VARIES.sub("", str(text))
    got["mail"] = str(list(Message.objects.values_list("subject", "body")))
    return got


def differs(some: dict[str, str], other: dict[str, str]) -> list[str]:
    """Every line that is in one and not in the other."""
    assert some.keys() == other.keys()
    pairs = [(some[one].splitlines(), other[one].splitlines()) for one in some]
    return [line for a, b in pairs for line in ndiff(a, b) if line[0] in "+-"]


@pytest.fixture
def frozen():
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("told", ["submitted", "waitlisted"])
@pytest.mark.parametrize("change", sorted(CHANGES))
def test_nothing_shows_before_the_release_nor_after_taking_it_back(client, change, told):
    """From the first decision, and from one that follows an announced one."""
    decider = a_decider()
    application, owner = handed_in(state="eligible", offering=closed())
    findings(application, staffing="met")
    if told == "waitlisted":
        selection.waitlist(application=application, by=decider)
        selection.announce(application, by=decider, confirm_by=None)
        selection.decide(name="undo", application=application, by=decider, reason="Again.")
    before = all_that_the_city_has(client, application, owner)

    CHANGES[change](application, decider)
    assert differs(before, all_that_the_city_has(client, application, owner)) == []

    if change in ("select", "decline", "waitlist", "note"):
        selection.decide(name="undo", application=application, by=decider, reason="Taken back.")
        assert differs(before, all_that_the_city_has(client, application, owner)) == []
    assert "Secret" not in str(before)


@pytest.mark.usefixtures("frozen")
def test_a_set_of_cities_shows_nothing(client):
    decider = a_decider()
    application, owner = handed_in(state="eligible", offering=closed())
    before = all_that_the_city_has(client, application, owner)

    scenario = composing.save(
        offering=application.offering,
        name="Six",
        note="Secret.",
        applications=[application],
        by=decider,
    )
    composing.choose(scenario=scenario, by=decider, rationale="Secret.")

    assert differs(before, all_that_the_city_has(client, application, owner)) == []


@pytest.mark.usefixtures("frozen")
def test_findings_after_an_announced_not_yet_stay_with_staff(client):
    staff = a_decider()
    application, owner = handed_in(state="not_yet", offering=closed())
    findings(application)
    selection.announce(application, by=staff, confirm_by=None)
    before = all_that_the_city_has(client, application, owner)

    assessment.assess(name="reassess", application=application, by=staff, reason="New facts.")
    StageFinding.objects.update(finding="met", next_step="Secret plan.")
    assessment.assess(name="find_eligible", application=application, by=staff)
    selection.decide(name="select", application=application, by=staff, reason="Yes.")

    assert differs(before, all_that_the_city_has(client, application, owner)) == []


def test_a_selection_taken_back_after_it_was_told_is_said_to_the_city(client):
    """The button is gone, so the page says why, and nothing of what comes instead."""
    decider, offering = a_decider(), closed()
    row, owner = in_room("selected", offering, confirm_by=timezone.now() + WEEK)
    client.force_login(owner)
    assert "Confirm our place" in client.get(row.get_absolute_url()).content.decode()

    selection.decide(name="undo", application=row, by=decider, reason="Secret reason.")
    taken_back = client.get(row.get_absolute_url()).content.decode()
    selection.decide(name="decline", application=row, by=decider, reason="Secret reason.")
    declined = client.get(row.get_absolute_url()).content.decode()

    assert "place is looked at again" in taken_back
    assert "Confirm our place" not in taken_back
    assert "Secret" not in taken_back
    assert VARIES.sub("", declined) == VARIES.sub("", taken_back)
