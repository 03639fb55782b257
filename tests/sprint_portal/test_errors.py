"""Every refusal is a page that says what to do, with the same protections as any other."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.test import Client
from django.urls import path, reverse

from sprint_portal import access, urls
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@access.public
def forbids(request):
    raise PermissionDenied("Only the team’s owner may hand it in.")


@access.public
def closed(request):
    raise PermissionDenied


@access.public
def breaks(request):
    raise RuntimeError("a fault")


urlpatterns = [
    *urls.urlpatterns,
    path("forbids/", forbids),
    path("closed/", closed),
    path("breaks/", breaks),
]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


@pytest.fixture
def client(settings):
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/?x=%00", 400, "could not read"),
        (f"/?x={'y' * 4_100}", 414, "address is too long"),
        ("/forbids/", 403, "Only the team’s owner may hand it in."),
        ("/closed/", 403, "This page, or what you wanted to do here, is for others."),
        ("/no/such/page/", 404, "No page here"),
        ("/breaks/", 500, "our mistake"),
    ],
)
def test_page_says_what_to_do_and_is_protected(client, address, status, words):
    answer = client.get(address)

    assert answer.status_code == status
    assert words in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    ("address", "status"),
    [("/?x=%00", 400), ("/forbids/", 403), ("/none/", 404), ("/breaks/", 500)],
)
def test_script_is_answered_in_json(client, address, status):
    answer = client.get(address, HTTP_ACCEPT="application/json")

    assert answer.status_code == status
    assert answer.json()["error"]


def test_body_too_large_is_answered_with_what_to_do(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    answer = client.post(reverse("account_signup"), {"name": "x" * 2000})

    assert answer.status_code == 413
    assert "Go back with your browser" in answer.content.decode()


def test_too_many_fields_are_too_large_as_well(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10

    answer = client.post(reverse("account_signup"), {str(n): "x" for n in range(20)})

    assert answer.status_code == 413


def test_database_away_is_our_mistake_and_still_a_page(client, monkeypatch):
    client.force_login(UserFactory())

    def away(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", away)
    monkeypatch.setattr(connection, "ensure_connection", away)

    answer = client.get(reverse("accounts:profile"))

    assert answer.status_code == 500
    assert "our mistake" in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_an_address_for_forms_only_says_so_when_it_is_visited(client):
    client.force_login(UserFactory())

    answer = client.get(reverse("accounts:sign_out_everywhere"))

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "takes a form" in answer.content.decode()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
