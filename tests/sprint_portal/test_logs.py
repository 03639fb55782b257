"""What is logged: one line an event, who and which request, and never what opens a door."""

import io
import json
import logging
import logging.config

import pytest
import structlog
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse

from sprint_portal import access, urls
from sprint_portal.logs import logging_config, scrub_text
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
CANARY = "Canary7kTz0pQbW4"


@access.public
def speaks(request, token=""):
    structlog.get_logger("sprint_portal.test").info(
        "spoke", city="Cali\r\nforged line", code=CANARY
    )
    logging.getLogger("django.security.test").error("Bad path: %s", request.path)
    return HttpResponse("ok")


@access.public
def breaks(request, token=""):
    raise RuntimeError(f"fault at /cal/{CANARY}.ics")


urlpatterns = [
    *urls.urlpatterns,
    path("speaks/", speaks),
    path("cal/<token>.ics", speaks),
    path("breaks/<token>/", breaks),
]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


@pytest.fixture
def client(settings):
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


@pytest.fixture
def lines():
    """lines() gives what production would have written since, one dict a line."""
    config = logging_config(level="DEBUG", as_json=True)
    config["handlers"]["out"]["stream"] = paper = io.StringIO()
    logging.config.dictConfig(config)

    def read():
        written = paper.getvalue().splitlines()
        paper.seek(0)
        paper.truncate()
        return [json.loads(line) for line in written]

    yield read
    logging.config.dictConfig(django_settings.LOGGING)


def test_line_says_when_which_request_and_who(client, lines):
    ana = UserFactory()
    client.force_login(ana)
    lines()

    client.get("/speaks/")

    spoke = next(line for line in lines() if line["event"] == "spoke")
    assert spoke["user_id"] == str(ana.uid)
    assert spoke["timestamp"].endswith("Z")
    assert spoke["level"] == "info"
    assert len(spoke["request_id"]) == 36


def test_line_break_in_a_name_forges_no_line(client, lines):
    client.get("/speaks/")

    spoke = next(line for line in lines() if line["event"] == "spoke")
    assert spoke["city"] == "Cali\\r\\nforged line"


@pytest.mark.parametrize(
    "address",
    [
        f"/cal/{CANARY}.ics",
        f"/cal/{CANARY}.ics?from=phone",
        f"/breaks/{CANARY}/",
        f"/no/such/{CANARY}/page/",
        f"/accounts/password/reset/key/1-{CANARY}/",
        f"/?token={CANARY}",
        f"/?x=%00&code={CANARY}",
    ],
)
def test_what_opens_doors_is_in_no_line(client, lines, address):
    client.get(address)

    written = lines()
    assert written
    assert CANARY not in json.dumps(written)


@pytest.mark.parametrize("field", ["password", "password1", "login", "email", "code", "name"])
def test_what_is_typed_is_in_no_line(client, lines, field):
    for page in ("account_login", "account_signup", "account_reset_password", "accounts:profile"):
        client.post(reverse(page), {"login": "a@example.org", "password": "x", field: CANARY})

    written = lines()
    assert any(line["event"] == "request_finished" for line in written)
    assert CANARY not in json.dumps(written)


@pytest.mark.parametrize(
    "text",
    [
        "GET /sprints/community-trust-in-city-ai-autumn-2024/",
        "GET /plans/2f1c7ad0-1111-4222-8333-abcdefabcdef/sections/goals/?page=2",
        "GET /best-practices/port-alder-permit-chatbot/12.pdf",
    ],
)
def test_ordinary_addresses_are_written_as_they_are(text):
    assert scrub_text(text) == text


def test_machines_that_ask_every_few_seconds_leave_no_line(client, lines):
    client.get("/healthz")
    client.get("/readyz")

    assert [line for line in lines() if line["event"].startswith("request_")] == []
