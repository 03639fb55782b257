"""The door: 404 for what is not seen, 403 for what is not permitted, sign-in for visitors."""

import uuid

import pytest
import rules
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import URLResolver, get_resolver

from sprint_portal.access import allow, holds, public, signed_in
from sprint_portal.accounts.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
MAY = "tests.open"


class People:
    """Stands for a model: reviewers see everybody, others themselves."""

    class objects:
        @staticmethod
        def visible_to(user):
            seer = user.is_authenticated and user.is_reviewer
            return User.objects.all() if seer else User.objects.filter(pk=user.pk)


@pytest.fixture(autouse=True)
def permission():
    rules.set_perm(
        MAY, rules.predicate(lambda user, row=None: user.is_authenticated and user.is_staff)
    )
    yield
    rules.remove_perm(MAY)


def asked_by(user):
    request = RequestFactory().get("/somewhere/?page=2")
    request.user = user
    return request


@allow(MAY, of=People)
def one(request, row):
    return HttpResponse(row.email)


@holds(MAY)
def all_of_them(request):
    return HttpResponse("all")


def test_holder_of_the_permission_gets_the_row():
    ana = UserFactory(is_staff=True)

    assert one(asked_by(ana), uid=ana.uid).content.decode() == ana.email


def test_row_that_is_not_seen_is_not_found_even_for_holders():
    with pytest.raises(Http404):
        one(asked_by(UserFactory(is_staff=True)), uid=UserFactory().uid)


def test_row_seen_but_not_permitted_is_forbidden():
    with pytest.raises(PermissionDenied):
        one(asked_by(UserFactory(is_reviewer=True)), uid=UserFactory().uid)


@pytest.mark.parametrize("name", [uuid.uuid4(), "not-a-uuid", "x" * 500])
def test_row_that_does_not_exist_is_not_found(name):
    with pytest.raises(Http404):
        one(asked_by(UserFactory(is_staff=True, is_reviewer=True)), uid=name)


def test_visitor_is_sent_to_sign_in_and_back():
    response = all_of_them(asked_by(AnonymousUser()))

    assert response.status_code == 302
    assert response.url == "/accounts/login/?next=/somewhere/%3Fpage%3D2"


def test_holds_refuses_others():
    with pytest.raises(PermissionDenied):
        all_of_them(asked_by(UserFactory()))
    assert all_of_them(asked_by(UserFactory(is_staff=True))).content == b"all"


def test_doors_state_their_rule():
    assert (one.rule, one.row_model) == (MAY, People)
    assert all_of_them.rule == MAY
    assert public(lambda request: None).rule == "public"
    assert public(lambda request: None).login_required is False
    assert signed_in(lambda request: None).rule == "signed in"
    assert getattr(allow(MAY, of=People, open_to_all=True)(one), "login_required", True) is False


def test_superuser_is_bound_by_the_rules_of_the_portal():
    root = UserFactory(is_superuser=True)

    assert root.has_perm("accounts.change_user")
    assert not root.has_perm(MAY)
    with pytest.raises(PermissionDenied):
        one(asked_by(root), uid=root.uid)


def test_deactivated_person_has_no_permission():
    assert not UserFactory(is_staff=True, is_active=False).has_perm(MAY)


def views(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns)
        else:
            yield pattern.callback


def test_every_rule_that_a_view_names_exists():
    named = {getattr(view, "rule", "public") for view in views(get_resolver().url_patterns)}
    unknown = {rule for rule in named if "." in rule and not rules.perm_exists(rule)}

    assert unknown == set()


def test_visitor_at_a_closed_page_signs_in_first(client):
    response = client.get("/you/")

    assert response.status_code == 302
    assert response.url == "/accounts/login/?next=/you/"
