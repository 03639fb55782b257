"""Who finds what at the top of the page."""

from fnmatch import fnmatch

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import ResolverMatch, reverse
from django.utils import timezone

from sprint_portal.accounts.models import User
from sprint_portal.templatetags import navigation
from tests.factories import ApplicationFactory, OfferingFactory, TeamMemberFactory
from tests.house.world import our_patterns

SPRINT = ["Home", "Sessions", "Our plan", "Cohort", "Toolkit"]


def texts_for(user):
    return [str(item.text) for item in navigation.ITEMS if item.shown_to(user)]


@pytest.mark.parametrize(
    ("flags", "texts"),
    [
        ({}, ["Home", "Sprints", "Toolkit"]),
        ({"is_facilitator": True}, ["Home", "Sessions", "Plans", "Cohort", "Toolkit"]),
        ({"is_reviewer": True}, ["Home", "Reviews", "Toolkit"]),
        ({"is_decider": True}, ["Home", "Applications", "Toolkit"]),
        (
            {"is_staff": True},
            ["Home", "Applications", "Sessions", "Plans", "Best practices", "Toolkit", "Mail"],
        ),
        (
            {"is_facilitator": True, "is_reviewer": True},
            ["Home", "Reviews", "Sessions", "Plans", "Cohort", "Toolkit"],
        ),
    ],
)
def test_each_role_finds_its_own_links(flags, texts):
    assert texts_for(User(**flags)) == texts


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("states", "texts"),
    [
        ([], ["Home", "Sprints", "Toolkit"]),
        (["draft"], ["Home", "My application", "Toolkit"]),
        (["declined"], ["Home", "My application", "Toolkit"]),
        (["confirmed"], SPRINT),
        (["confirmed", "draft"], SPRINT),
    ],
)
def test_city_person_finds_what_there_is_for_the_city(states, texts, django_assert_max_num_queries):
    member = TeamMemberFactory()
    for state in states:
        ApplicationFactory(city=member.city, state=state, submitted_at=timezone.now())

    with django_assert_max_num_queries(1):
        assert texts_for(User(pk=member.user.pk)) == texts


@pytest.mark.django_db
def test_my_application_is_the_latest_that_stands(client):
    member = TeamMemberFactory()
    client.force_login(member.user)
    assert client.get("/application/").url == "/sprints/"
    offering = OfferingFactory()
    ApplicationFactory(city=member.city)
    latest = ApplicationFactory(city=member.city, offering=offering)
    ApplicationFactory(city=member.city, offering=offering, state="withdrawn")

    assert client.get("/application/").url == latest.get_absolute_url()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "texts"),
    [
        (None, []),
        ("draft", ["Our team"]),
        ("confirmed", ["Our team", "Our application and file"]),
    ],
)
def test_menu_of_the_account_leads_to_the_team_and_the_file(
    client, state, texts, django_assert_num_queries
):
    member = TeamMemberFactory()
    if state:
        ApplicationFactory(city=member.city, state=state, submitted_at=timezone.now())
    request = RequestFactory().get("/")
    request.user = User(pk=member.user.pk)
    navigation.main_navigation({"request": request})

    with django_assert_num_queries(0):
        links = navigation.city_links({"request": request})

    assert [str(link["text"]) for link in links] == texts
    client.force_login(member.user)
    team = reverse("cohorts:team", args=[member.city.uid]) if state else "/sprints/"
    assert client.get("/team/").url == team


@pytest.mark.parametrize("flags", [{"is_staff": True}, {"is_facilitator": True}])
def test_menu_of_others_holds_nothing_of_a_city(flags):
    request = RequestFactory().get("/")
    request.user = User(**flags)

    assert navigation.city_links({"request": request}) == []


def test_visitor_finds_what_is_open_and_the_door():
    assert texts_for(AnonymousUser()) == ["Sprints", "Toolkit", "Sign in"]


def at(view_name):
    request = RequestFactory().get("/")
    namespace, _, name = view_name.rpartition(":")
    namespaces = [namespace] if namespace else []
    request.resolver_match = ResolverMatch(
        lambda: None, (), {}, url_name=name, namespaces=namespaces
    )
    return request


@pytest.mark.parametrize(
    ("view", "item", "current"),
    [
        ("home", "Home", "page"),
        ("cohorts:session", "Sessions", "true"),
        ("engagement_plans:section", "Our plan", "true"),
        ("toolkit:best_practice", "Toolkit", "true"),
        ("toolkit:edit", "Toolkit", ""),
        ("toolkit:edit", "Best practices", "true"),
        ("cohorts:sessions", "Cohort", ""),
        ("cohorts:step", "My application", "true"),
    ],
)
def test_the_present_link_is_marked(view, item, current):
    (found,) = [one for one in navigation.ITEMS if str(one.text) == item]

    assert navigation._current(found, at(view)) == current


def test_link_to_a_page_that_does_not_exist_is_left_out():
    missing = navigation.Item("Nowhere", "nowhere:page", navigation.anyone)

    assert navigation._link(missing, at("home")) is None


def test_navigation_works_without_a_request():
    links = navigation.main_navigation({})["links"]

    assert [str(link["text"]) for link in links if link["current"]] == []
    assert "Sign in" in [str(link["text"]) for link in links]


# What no link at the top leads to: files and answers for scripts, actions that only lead on, and
# the pages of one's own account.
APART = {
    "accounts:profile",
    "accounts:sign_out_everywhere",
    "accounts:time_zone",
    "cohorts:add_letter",
    "cohorts:cities",
    "cohorts:feed",
    "cohorts:file_download",
    "cohorts:letter",
    "cohorts:move_up",
    "cohorts:remind",
    "cohorts:remove_letter",
    "components",
    "favicon",
    "healthz",
    "kept",
    "readyz",
    "toolkit:pdf",
}


def test_every_page_belongs_to_a_link():
    covers = [name for item in navigation.ITEMS for name in (item.url_name, *item.covers)]
    names = our_patterns()

    lost = {name for name in names if not any(fnmatch(name, cover) for cover in covers)}
    idle = {one for one in covers if not any(fnmatch(name, one) for name in names)}

    assert lost == APART
    assert idle <= {"account_login", "account_signup"}
