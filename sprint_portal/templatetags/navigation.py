"""The main navigation: what each role finds at the top of every page."""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch

import rules
from django import template
from django.contrib.auth.models import AnonymousUser
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

register = template.Library()


def anyone(user):
    return True


def visitor(user):
    return not user.is_authenticated


def signed_in(user):
    return user.is_authenticated


def staff(user):
    return signed_in(user) and user.is_staff


def facilitator(user):
    return signed_in(user) and user.is_facilitator


def selector(user):
    """Whoever has a part in choosing the cities."""
    return signed_in(user) and (user.is_staff or user.is_reviewer or user.is_decider)


def judge(user):
    """Whoever sees all applications of an offering."""
    return signed_in(user) and (user.is_staff or user.is_decider)


def reviewer(user):
    return signed_in(user) and user.is_reviewer


def city_person(user):
    return signed_in(user) and not selector(user) and not user.is_facilitator


def in_sprint(user):
    """Of a city that takes part. Asks the rules alone: further backends would ask the database."""
    return city_person(user) and rules.has_perm("cohorts.take_part", user)


def applicant(user):
    """Of a city that has begun to apply, and takes no part yet."""
    return city_person(user) and rules.has_perm("cohorts.follow_application", user)


def of_a_city(user):
    return in_sprint(user) or applicant(user)


def looks_around(user):
    """A visitor, or somebody without a city."""
    return visitor(user) or (city_person(user) and not in_sprint(user) and not applicant(user))


def runs_sprints(user):
    return staff(user) or facilitator(user)


def in_a_cohort(user):
    return in_sprint(user) or facilitator(user)


def in_sessions(user):
    return in_sprint(user) or runs_sprints(user)


@dataclass(frozen=True)
class Item:
    """One link. covers: names of the views (with *) for which it is the current one."""

    text: str
    url_name: str
    shown_to: Callable
    covers: tuple[str, ...] = ()


ITEMS = [
    Item(_("Home"), "home", signed_in),
    Item(
        _("Sprints"),
        "cohorts:offerings",
        looks_around,
        (
            "cohorts:offering",
            "cohorts:stage_check",
            "cohorts:apply",
            "cohorts:begin",
            "cohorts:by_hand",
            "cohorts:ask_access",
        ),
    ),
    Item(
        _("My application"),
        "cohorts:mine",
        applicant,
        (
            "cohorts:application",
            "cohorts:step",
            "cohorts:changes",
            "cohorts:file",
            "cohorts:handed_in",
            "cohorts:submit",
            "cohorts:confirm",
            "cohorts:ask_extension",
            "cohorts:withdraw",
            "cohorts:invitation",
            "cohorts:carry",
            "cohorts:team*",
        ),
    ),
    Item(
        _("Applications"),
        "cohorts:applications",
        judge,
        (
            "cohorts:pipeline*",
            "cohorts:eligibility",
            "cohorts:assess",
            "cohorts:act",
            "cohorts:note",
            "cohorts:record_finding",
            "cohorts:answer_extension",
            "cohorts:staff_changes",
            "cohorts:release",
            "cohorts:close",
            "cohorts:places",
            "cohorts:extend_confirmation",
            "cohorts:offer_*",
            "cohorts:on_path",
            "cohorts:review_*",
            "cohorts:composition*",
            "cohorts:pack*",
            "cohorts:numbers",
            "cohorts:prepare*",
        ),
    ),
    Item(_("Reviews"), "cohorts:reviews", reviewer, ("cohorts:review", "cohorts:review_aside")),
    Item(
        _("Sessions"),
        "cohorts:sessions",
        in_sessions,
        ("cohorts:session", "cohorts:session_*", "cohorts:lay_out", "cohorts:calendar"),
    ),
    Item(_("Our plan"), "engagement_plans:mine", in_sprint, ("engagement_plans:*",)),
    Item(_("Plans"), "engagement_plans:plans", runs_sprints, ("engagement_plans:*",)),
    Item(_("Cohort"), "cohorts:cohort", in_a_cohort, ("cohorts:cohort*",)),
    Item(_("Best practices"), "toolkit:editing", staff, ("toolkit:edit*",)),
    Item(
        _("Toolkit"),
        "toolkit:library",
        anyone,
        ("toolkit:resource*", "toolkit:best_practice*"),
    ),
    Item(_("Mail"), "mail:outbox", staff, ("mail:*",)),
    Item(_("Sign in"), "account_login", visitor, ("account_signup",)),
]


# What a city has beside its daily work, for the menu of the account.
OF_THE_CITY = [
    Item(_("Our team"), "cohorts:team_mine", of_a_city),
    Item(_("Our application and file"), "cohorts:mine", in_sprint),
]


@register.simple_tag(takes_context=True)
def city_links(context):
    """The links of a city's person to its team, and to what it once sent us."""
    request = context.get("request")
    user = getattr(request, "user", None) or AnonymousUser()
    links = [_link(item, request) for item in OF_THE_CITY if item.shown_to(user)]
    return [link for link in links if link]


@register.inclusion_tag("_navigation.html", takes_context=True)
def main_navigation(context):
    """The links that this reader has, the present one marked."""
    request = context.get("request")
    user = getattr(request, "user", None) or AnonymousUser()
    links = [_link(item, request) for item in ITEMS if item.shown_to(user)]
    return {"links": [link for link in links if link]}


def _link(item, request):
    """What the template needs of one item; None while its page does not exist."""
    try:
        href = reverse(item.url_name)
    except NoReverseMatch:
        return None
    return {"text": item.text, "href": href, "current": _current(item, request)}


def _current(item, request):
    """For aria-current: "page" on the page itself, "true" on one that belongs to it, else ""."""
    match = getattr(request, "resolver_match", None)
    if not match:
        return ""
    if match.view_name == item.url_name:
        return "page"
    return "true" if any(fnmatch(match.view_name, name) for name in item.covers) else ""
