"""Which answers the city keeps to itself."""

from django.db import transaction
from django.utils.translation import gettext as _

from engagement_plans.models import Plan
from engagement_plans.saving import locked, touched
from sprint_portal import audit
from sprint_portal.refusals import Refusal


@transaction.atomic
def set_public(plan: Plan, key: str, *, public: bool, by) -> Plan:
    """Let an answer be published with the plan, or keep it internal.

    Raises NotPermitted, KeyError for a prompt that is not asked, and Refusal for one that is
    never published.
    """
    plan = locked(plan, by)
    prompt = plan.guide.prompts[key]
    if public and not prompt.publish_default:
        raise Refusal(_("Answers to this question are never published."))
    kept = [one for one in plan.kept_internal if one != key] + ([] if public else [key])
    if sorted(kept) == sorted(plan.kept_internal):
        return plan
    plan.kept_internal = kept
    plan.save(update_fields=["kept_internal"])
    touched(plan)
    audit.record(by, "make_public" if public else "keep_internal", plan, prompt=key)
    return plan
