"""Opening a plan: pulled by the city, never pushed by its selection."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cohorts.models import Application
from cohorts.models.application import State as ApplicationState
from engagement_plans.models import Plan, PlanTemplate
from sprint_portal import audit
from sprint_portal.refusals import Refusal


def open_for(application: Application, *, by) -> Plan:
    """The plan of a confirmed city, made when there is none yet.

    Two people who open it at once get the same one. Raises Refusal while the city has no
    confirmed place, and when no template has been loaded.
    """
    found = Plan.objects.filter(application=application).first()
    if found:
        return found
    if application.state != ApplicationState.CONFIRMED:
        raise Refusal(_("The plan opens once your city has confirmed its place."))
    template = PlanTemplate.objects.for_new_plans(application.offering.language)
    if template is None:
        raise Refusal(_("There is no plan template yet. Tell the programme’s staff."))
    return _made(application, template, by)


def _made(application, template, by):
    try:
        with transaction.atomic():
            plan = Plan.objects.create(application=application, template=template)
            audit.record(by, "open_plan", plan, to=plan.state)
            return plan
    except IntegrityError:  # a colleague opened it in the same moment
        return Plan.objects.get(application=application)
