"""Who may do what in the toolkit. Everyone reads what is published; staff edit and publish."""

import rules

from toolkit.models import BestPractice


@rules.predicate
def is_staff(user):
    return user.is_authenticated and user.is_staff


@rules.predicate
def is_published(user, best_practice: BestPractice):
    return best_practice.state == "published"


rules.add_perm("toolkit.view_best_practice", is_published | is_staff)
rules.add_perm("toolkit.see_drafts", is_staff)
rules.add_perm("toolkit.edit_best_practice", is_staff)
rules.add_perm("toolkit.publish_best_practice", is_staff)
