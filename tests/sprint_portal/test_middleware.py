"""What every request passes."""

import io

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/%00", "/?next=%00", "/sprints/%00/"])
def test_nul_byte_in_an_address_is_refused(client, address):
    assert client.get(address).status_code == 400


@pytest.mark.parametrize(
    ("cookie", "words"),
    [
        ("America/Bogota", "Bogotá time"),
        ("Mars/Olympus", "UTC"),
        ("../../etc/passwd", "UTC"),
        ("\x00", "UTC"),
        ("", "UTC"),
    ],
)
def test_visitor_reads_times_in_the_zone_the_browser_told(client, cookie, words):
    client.cookies["tz"] = cookie

    answer = client.get("/")

    assert answer.status_code == 200
    assert answer.context["zone_name"] == words


def test_persons_own_zone_wins_over_the_browsers(client):
    client.force_login(UserFactory(time_zone="Europe/Lisbon"))
    client.cookies["tz"] = "America/Bogota"

    assert client.get("/").context["zone_name"] == "Lisbon time"


def test_page_of_a_signed_in_person_is_stored_nowhere(client):
    client.force_login(UserFactory())

    assert "no-store" in client.get("/")["Cache-Control"]


def test_page_for_everyone_may_be_stored(client):
    assert "no-store" not in client.get("/").get("Cache-Control", "")


def test_evil_host_is_refused(client):
    assert client.get(reverse("home"), HTTP_HOST="evil.example").status_code == 400


@pytest.mark.parametrize("address", ["/no/such/page/", "/you/", "/accounts/login/"])
def test_body_is_read_to_its_end_whatever_becomes_of_it(address):
    browser = Client(enforce_csrf_checks=True)
    paper = io.BytesIO(b"x" * 3_000_000)

    answer = browser.generic(
        "POST", address, b"", **{"wsgi.input": paper, "CONTENT_LENGTH": 3_000_000}
    )

    assert answer.status_code in (403, 404, 413)
    assert paper.tell() == 3_000_000


def test_browser_that_asks_for_an_icon_gets_the_mark(client):
    answer = client.get("/favicon.ico")

    assert answer.status_code == 301
    assert answer.url.startswith("/static/img/mark")
    assert answer.url.endswith(".ico")
