"""Whoever has a role holds a second factor; its secrets are of no use to a thief."""

import re
from contextlib import suppress
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from cryptography.fernet import InvalidToken
from django.core import mail as sent_mail
from django.core.cache import cache
from django.db import connection
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse

from sprint_portal.accounts import people
from sprint_portal.accounts.models import ROLES
from sprint_portal.accounts.second_factor import OPEN_BEFORE_ENROLMENT, holds_second_factor
from sprint_portal.audit import AuditEvent
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "seven quiet tramlines"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def required(settings, time_machine):
    cache.clear()
    settings.SECOND_FACTOR_REQUIRED = True
    time_machine.move_to("2026-03-02 09:00:01Z")


@pytest.fixture
def sam():
    return people.add(email="sam@example.org", name="Sam", password=PASSWORD, is_staff=True)


def sign_in(client, email="sam@example.org"):
    return client.post("/accounts/login/", {"login": email, "password": PASSWORD})


def code_now(seed=SEED):
    return format_hotp_value(hotp_value(seed, next(yield_hotp_counters_from_time())))


def is_in(client):
    return client.get("/you/").status_code == 200


# --- enforcement -------------------------------------------------------------------
def addresses():
    """(view name, address) of every page of ours that needs no argument, whatever the app."""
    found = []

    def walk(patterns, namespace=""):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                walk(pattern.url_patterns, inner)
            elif pattern.name and "<" not in str(pattern.pattern):
                found.append(f"{namespace}{pattern.name}")

    walk(get_resolver().url_patterns)
    pages = []
    for name in found:
        with suppress(NoReverseMatch):  # a parent of it takes an argument
            pages.append((name, reverse(name)))
    return pages


@pytest.mark.parametrize("role", ROLES)
def test_nothing_opens_before_enrolment_whatever_the_role(client, role):
    client.force_login(UserFactory(**{role: True}))
    opened = []
    for name, address in addresses():
        response = client.get(address)
        if response.status_code != 302 or response.url != "/accounts/2fa/":
            opened.append(name.rpartition(":")[2])

    assert set(opened) <= OPEN_BEFORE_ENROLMENT
    assert len(addresses()) > 20


def test_posts_are_stopped_too(client):
    person = UserFactory(is_reviewer=True)
    client.force_login(person)

    assert client.post("/you/", {"name": "New"}).url == "/accounts/2fa/"
    person.refresh_from_db()
    assert person.name != "New"


def test_partial_updates_send_the_whole_page_to_enrolment(client):
    client.force_login(UserFactory(is_reviewer=True))

    response = client.get("/you/", HTTP_HX_REQUEST="true")

    assert response["HX-Redirect"] == "/accounts/2fa/"


@pytest.mark.parametrize("address", ["/healthz", "/accounts/2fa/", "/accounts/2fa/recovery-codes/"])
def test_what_enrolment_needs_stays_open(client, address):
    client.force_login(UserFactory(is_staff=True))

    assert client.get(address).status_code in (200, 302, 403, 404)
    assert client.get(address).headers.get("Location") != "/accounts/2fa/"


def test_signing_out_stays_possible(client, sam):
    sign_in(client)
    client.post("/accounts/logout/")

    assert client.get("/you/").url == "/accounts/login/?next=/you/"


def test_people_without_a_role_need_none(client):
    client.force_login(UserFactory())

    assert is_in(client)


def test_role_given_later_needs_it_from_the_next_click(client):
    ana = UserFactory()
    client.force_login(ana)
    assert is_in(client)

    people.give_roles(ana, ["is_reviewer"], by=None)

    assert client.get("/you/").url == "/accounts/2fa/"


def test_recovery_codes_alone_are_no_second_factor(client, sam):
    sign_in(client)
    RecoveryCodes.activate(sam)

    assert not holds_second_factor(sam)
    assert client.get("/you/").url == "/accounts/2fa/"


# --- enrolling and signing in --------------------------------------------------------
def test_person_enrols_with_an_app_and_gets_recovery_codes(client, sam):
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    seed = page.context["form"].secret

    client.post("/accounts/2fa/totp/activate/", {"code": code_now(seed)})

    assert holds_second_factor(sam)
    assert is_in(client)
    assert Authenticator.objects.filter(user=sam, type="recovery_codes").exists()
    assert AuditEvent.objects.filter(verb="add_second_factor", by=sam, to="totp").exists()
    subjects = [m.subject for m in sent_mail.outbox]
    assert "Second factor set up" in subjects


def test_password_alone_does_not_sign_in(client, sam):
    TOTP.activate(sam, SEED)

    assert sign_in(client).url == "/accounts/2fa/authenticate/"

    assert not is_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    assert is_in(client)


def test_code_works_once(client, client_factory, sam):
    TOTP.activate(sam, SEED)
    code = code_now()
    for browser in (client, client_factory()):
        sign_in(browser)
        browser.post("/accounts/2fa/authenticate/", {"code": code})
        if browser is client:
            assert is_in(browser)
        else:
            assert not is_in(browser)


def test_old_code_is_refused(client, sam, time_machine):
    TOTP.activate(sam, SEED)
    code = code_now()
    time_machine.shift(timedelta(seconds=61))
    sign_in(client)

    client.post("/accounts/2fa/authenticate/", {"code": code})

    assert not is_in(client)
    assert AuditEvent.objects.filter(verb="second_factor_failed").exists()


def test_guessing_codes_ends_after_five(client, sam):
    TOTP.activate(sam, SEED)
    sign_in(client)
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})

    client.post("/accounts/2fa/authenticate/", {"code": code_now()})

    assert not is_in(client)


def test_recovery_code_works_once(client, client_factory, sam):
    TOTP.activate(sam, SEED)
    code = RecoveryCodes.activate(sam).get_unused_codes()[0]
    sign_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert is_in(client)

    other = client_factory()
    sign_in(other)
    other.post("/accounts/2fa/authenticate/", {"code": code})
    assert not is_in(other)


def test_password_reset_is_no_way_around(client, sam):
    TOTP.activate(sam, SEED)
    client.post("/accounts/password/reset/", {"email": sam.email})
    link = re.search(r"/accounts/password/reset/key/\S+", sent_mail.outbox[-1].body).group()
    form = client.get(link, follow=True).redirect_chain[-1][0]
    new = "nine loud ferryboats"
    client.post(form, {"password1": new, "password2": new})

    response = client.post("/accounts/login/", {"login": sam.email, "password": new})

    assert response.url == "/accounts/2fa/authenticate/"
    assert not is_in(client)


def test_removing_the_factor_needs_the_password_anew(client, sam, time_machine):
    TOTP.activate(sam, SEED)
    sign_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    time_machine.shift(timedelta(minutes=6))

    client.post("/accounts/2fa/totp/deactivate/")
    assert holds_second_factor(sam)

    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/")
    assert not holds_second_factor(sam)
    assert AuditEvent.objects.filter(verb="remove_second_factor", was="totp").exists()
    assert client.get("/you/").url == "/accounts/2fa/"


def test_lost_factor_is_dropped_by_a_superuser_and_all_sessions_end(client, sam):
    root = UserFactory(is_superuser=True)
    TOTP.activate(sam, SEED)
    sign_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_now()})

    people.drop_second_factors(sam, by=root)

    assert client.get("/you/").url == "/accounts/login/?next=/you/"
    assert AuditEvent.objects.get(verb="drop_second_factors").by == root
    assert sent_mail.outbox[-1].subject == "Your second factor was removed"


# --- at rest -----------------------------------------------------------------------
def everything_stored():
    """All text in all tables, as a thief of the database would read it."""
    with connection.cursor() as cursor:
        dump = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            dump.append(str(cursor.fetchall()))
    return "\n".join(dump)


def test_stolen_database_holds_neither_seeds_nor_codes(sam):
    TOTP.activate(sam, SEED)
    codes = RecoveryCodes.activate(sam)
    seed = decrypt(codes.instance.data["seed"])
    dump = everything_stored()

    assert sam.email in dump  # the dump does hold what is stored
    assert SEED not in dump
    assert seed not in dump
    assert not [code for code in codes.get_unused_codes() if code in dump]


def test_secrets_cannot_be_read_with_another_key(sam, settings):
    totp = TOTP.activate(sam, SEED)
    assert totp.validate_code(code_now())
    settings.FIELD_KEY = "another key"

    with pytest.raises(InvalidToken):
        totp.validate_code(code_now())
