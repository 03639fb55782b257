"""Putting the shipped template in place: published versions are never changed."""

from django.db import transaction

from engagement_plans import guide
from engagement_plans.models import PlanTemplate
from engagement_plans.reference import shipped


def load():
    """Publish the shipped template, unless its newest number says the same already.

    Raises guide.BadDocument when the file is not a template.
    """
    publish(shipped("plan_template.json"))


@transaction.atomic
def publish(document: dict) -> PlanTemplate:
    """The newest version of a template with this content: the stored one, or the next number."""
    guide.read(document)
    slug, language = document["slug"], document["language"]
    newest = PlanTemplate.objects.newest(slug, language)
    if newest and newest.document == document:
        return newest
    return PlanTemplate.objects.create(
        slug=slug,
        language=language,
        number=newest.number + 1 if newest else 1,
        document=document,
    )
