"""A reviewer's first day: enrolment before anything else, with an app, then with a passkey."""

import re

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache

from sprint_portal.accounts import people
from sprint_portal.audit import AuditEvent
from tests.journeys.gestures import follow

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PASSWORD = "seven quiet tramlines"


@pytest.fixture(autouse=True)
def required(_people_with_roles_come_in, settings, live_server):
    cache.clear()
    settings.SECOND_FACTOR_REQUIRED = True
    settings.SITE_URL = live_server.url


@pytest.fixture
def rita():
    return people.add(
        email="rita@example.org", name="Rita (demo)", password=PASSWORD, is_reviewer=True
    )


def sign_in(page):
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill("rita@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    follow(page.locator("main form.card button[type=submit]"))


def prove(page):
    """Type the password again, when the page asks for it."""
    page.get_by_label("Password").fill(PASSWORD)
    follow(page.locator("main form.card button[type=submit]"))


def is_at(page, pattern):
    page.wait_for_url(re.compile(pattern))


def test_reviewer_enrols_with_an_app_and_comes_in_with_its_code(visitor, rita, javascript):
    page = visitor(javascript=javascript)
    sign_in(page)
    is_at(page, "/accounts/2fa/$")
    page.goto("/accounts/2fa/totp/activate/")
    prove(page)
    is_at(page, "/totp/activate/")
    seed = re.search(r"\b[A-Z2-7]{32}\b", page.content()).group()
    counter = next(yield_hotp_counters_from_time())
    page.locator("input[name=code]").fill(format_hotp_value(hotp_value(seed, counter)))
    follow(page.locator("main form.card button[type=submit]"))
    is_at(page, "/accounts/2fa/recovery-codes/")

    page.goto("/you/")

    assert page.get_by_label("Your name").input_value() == "Rita (demo)"


def test_reviewer_adds_a_passkey_and_signs_in_with_it(visitor, rita):
    page = visitor()
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(page)
    is_at(page, "/accounts/2fa/$")
    page.goto("/accounts/2fa/webauthn/add/")
    prove(page)
    is_at(page, "/webauthn/add/")
    page.get_by_label("Name").fill("Office laptop")
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    is_at(page, "/accounts/2fa/(webauthn|recovery-codes)/$")
    page.context.clear_cookies()

    page.goto("/accounts/login/")
    page.locator("#passkey_login").click()
    is_at(page, r":\d+/$")

    page.goto("/you/")
    assert page.get_by_label("Your name").input_value() == "Rita (demo)"
    assert AuditEvent.objects.filter(verb="add_second_factor", by=rita, to="webauthn").exists()
