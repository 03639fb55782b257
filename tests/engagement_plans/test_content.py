"""Publishing the template: once, and never changed afterwards."""

import copy

import pytest

from engagement_plans import content
from engagement_plans.guide import BadDocument
from engagement_plans.models import PlanTemplate
from engagement_plans.reference import shipped
from sprint_portal.refusals import Refusal

pytestmark = pytest.mark.django_db


def test_load_publishes_version_one_and_nothing_the_second_time():
    content.load()
    content.load()

    assert list(PlanTemplate.objects.values_list("number", flat=True)) == [1]


def test_a_changed_document_becomes_the_next_number():
    content.load()
    changed = copy.deepcopy(shipped("plan_template.json"))
    changed["sections"][0]["intro"] = "Another beginning."

    assert content.publish(changed).number == 2
    assert content.publish(changed).number == 2
    assert PlanTemplate.objects.get(number=1).document == shipped("plan_template.json")


def test_a_published_template_is_not_changed():
    content.load()
    template = PlanTemplate.objects.get()
    template.document = {}

    with pytest.raises(Refusal):
        template.save()


def test_a_broken_document_is_not_published():
    with pytest.raises(BadDocument):
        content.publish({"slug": "x", "language": "en", "title": "x", "sections": []})

    assert not PlanTemplate.objects.exists()
