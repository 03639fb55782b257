"""Who may do what with a plan. One table at the foot."""

import rules

from cohorts.models import Offering, TeamMember
from cohorts.models.application import State as ApplicationState

WRITERS = (TeamMember.Role.OWNER, TeamMember.Role.EDITOR)


def role_in(plan, user) -> str:
    """The part a person has in the plan's city: owner, editor, viewer, or "".

    Kept on the plan, so that one page asks once; a row read anew asks anew.
    """
    known = plan.__dict__.setdefault("_roles", {})
    if user.pk not in known:
        found = TeamMember.objects.filter(city=plan.application.city_id, user=user)
        known[user.pk] = found.values_list("role", flat=True).first() or ""
    return known[user.pk]


def runs_offering(plan, user) -> bool:
    """Whether a person facilitates the offering that the plan belongs to."""
    if not user.is_facilitator:
        return False
    known = plan.__dict__.setdefault("_runs", {})
    if user.pk not in known:
        runs = Offering.facilitators.through.objects
        known[user.pk] = runs.filter(user=user, offering=plan.application.offering_id).exists()
    return known[user.pk]


@rules.predicate
def is_member(user, plan):
    return user.is_authenticated and bool(role_in(plan, user))


@rules.predicate
def is_writer(user, plan):
    return user.is_authenticated and role_in(plan, user) in WRITERS


@rules.predicate
def takes_part(user, plan):
    """The city holds its place: the plan of one that withdrew stays as it is, to be read."""
    return plan.application.state == ApplicationState.CONFIRMED


@rules.predicate
def is_staff(user):
    return user.is_authenticated and user.is_staff


@rules.predicate
def is_facilitator(user):
    return user.is_authenticated and user.is_facilitator


@rules.predicate
def facilitates(user, plan):
    return user.is_authenticated and runs_offering(plan, user)


is_guide = facilitates | is_staff

rules.add_perm("engagement_plans.see_plans", is_facilitator | is_staff)
rules.add_perm("engagement_plans.view_plan", is_member | is_guide)
rules.add_perm("engagement_plans.edit_plan", is_writer & takes_part)
rules.add_perm("engagement_plans.comment_plan", (is_writer & takes_part) | is_guide)
rules.add_perm("engagement_plans.ask_for_change", is_guide)
rules.add_perm("engagement_plans.hand_in_plan", is_writer & takes_part)
rules.add_perm("engagement_plans.decide_plan", is_guide & ~is_member)
rules.add_perm("engagement_plans.publish_plan", is_staff)


@rules.predicate
def may_comment(user, thread):
    return user.has_perm("engagement_plans.comment_plan", thread.plan)


rules.add_perm("engagement_plans.view_thread", may_comment)
