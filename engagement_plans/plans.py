"""Opening a plan: pulled by the city, never pushed by its selection."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cohorts.models import Application
from cohorts.models.application import State as ApplicationState
from engagement_plans.models import Plan, PlanTemplate
from engagement_plans.models.plan import State
from sprint_portal import audit
from sprint_portal.refusals import Refusal
from toolkit.models import BestPractice


def source_of(plan: Plan) -> str:
    """What the toolkit, which knows no plans, calls this one by."""
    return f"plan:{plan.uid}"


def unpublished(user) -> list[Plan]:
    """The approved plans that `user` sees and that nobody has begun to make a best practice of."""
    approved = list(Plan.objects.visible_to(user).with_sprint().filter(state=State.APPROVED))
    named = {source_of(plan): plan for plan in approved}
    begun = BestPractice.objects.filter(source__in=named).values_list("source", flat=True)
    return [plan for source, plan in named.items() if source not in set(begun)] if named else []


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
