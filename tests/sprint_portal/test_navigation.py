"""Who finds what at the top of the page."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import ResolverMatch

from sprint_portal.accounts.models import User
from sprint_portal.templatetags import navigation

CITY = ["Home", "Sessions", "Our plan", "Cohort", "Toolkit"]


def texts_for(user):
    return [str(item.text) for item in navigation.ITEMS if item.shown_to(user)]


@pytest.mark.parametrize(
    ("flags", "texts"),
    [
        ({}, CITY),
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
