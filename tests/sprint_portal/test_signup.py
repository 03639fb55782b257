"""Making an account: a code by mail, nothing that tells whether the address has one already."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import hashers
from django.core import mail as sent_mail
from django.core.cache import cache

from sprint_portal.accounts.models import User
from sprint_portal.audit import AuditEvent
from sprint_portal.mail.models import Message
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "seven quiet tramlines"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def sign_up(client, email="ana@example.org", **also):
    data = {"name": "Ana Ruiz (demo)", "email": email, "password1": PASSWORD, **also}
    return client.post("/accounts/signup/", data)


def code_in_mail():
    return re.search(r"^ {4}(\S+)$", sent_mail.outbox[-1].body, re.MULTILINE).group(1)


def confirm(client, code):
    return client.post("/accounts/confirm-email/", {"code": code})


def test_visitor_signs_up_with_the_code_from_the_mail(client):
    assert sign_up(client).url == "/accounts/confirm-email/"

    assert confirm(client, code_in_mail()).status_code == 302

    ana = User.objects.get(email="ana@example.org")
    assert client.get("/you/").context["user"] == ana
    assert ana.name == "Ana Ruiz (demo)"
    assert EmailAddress.objects.get(user=ana).verified
    assert {"sign_up", "confirm_email", "sign_in"} <= set(
        AuditEvent.objects.values_list("verb", flat=True)
    )


def test_without_the_code_nobody_is_signed_in(client):
    sign_up(client)

    assert client.get("/you/").status_code == 302
    assert client.post("/accounts/login/", {"login": "ana@example.org", "password": PASSWORD}).url
    assert client.get("/you/").status_code == 302


def test_fourth_guess_is_refused(client):
    sign_up(client)
    code = code_in_mail()
    for _ in range(3):
        confirm(client, "WRONG1")

    confirm(client, code)

    assert client.get("/you/").status_code == 302
    assert not EmailAddress.objects.filter(verified=True).exists()


def test_code_loses_its_power_after_ten_minutes(client, time_machine):
    time_machine.move_to("2026-03-02 09:00Z")
    sign_up(client)
    code = code_in_mail()
    time_machine.shift(timedelta(minutes=10, seconds=1))

    confirm(client, code)

    assert not EmailAddress.objects.filter(verified=True).exists()


def test_code_is_wiped_from_the_outbox_once_sent(client):
    sign_up(client)
    code = code_in_mail()

    stored = Message.objects.get()
    assert stored.is_secret
    assert code not in str(Message.objects.values())


def answer(response):
    """What an attacker sees, without the tokens and the address that differ each time."""
    text = re.sub(r'csrf[^>]*value="[^"]*"|X-CSRFToken[^}]*', "", response.content.decode())
    return response.status_code, response.get("Location"), text


def test_taken_and_free_addresses_get_the_same_answers(client, client_factory):
    UserFactory(email="has@example.org")
    pages = []
    for email in ("has@example.org", "not@example.org"):
        visitor = client_factory()
        first = answer(sign_up(visitor, email))
        shown = answer(visitor.get("/accounts/confirm-email/"))
        guessed = answer(confirm(visitor, "WRONG1"))
        pages.append(str([first, shown, guessed]).replace(email, "EMAIL"))

    assert pages[0] == pages[1]
    assert [message.to for message in sent_mail.outbox] == [
        ["has@example.org"],
        ["not@example.org"],
    ]


def test_owner_of_a_taken_address_is_told_by_mail_without_a_code(client):
    hasan = UserFactory(email="has@example.org", name="Hasan")
    EmailAddress.objects.create(user=hasan, email=hasan.email, verified=True)
    sign_up(client, "HAS@example.org")

    text = sent_mail.outbox[-1].body
    assert "You have one already" in text
    assert "Hello Hasan," in text
    assert User.objects.count() == 1


@pytest.mark.parametrize("email", ["has@example.org", "not@example.org"])
def test_both_kinds_of_address_cost_one_hash(client, monkeypatch, email):
    UserFactory(email="has@example.org")
    counted = []
    encode = hashers.MD5PasswordHasher.encode
    monkeypatch.setattr(
        hashers.MD5PasswordHasher, "encode", lambda *args: counted.append(1) or encode(*args)
    )

    sign_up(client, email)

    assert len(counted) == 1


def test_zone_comes_from_the_browser(client):
    client.cookies["tz"] = "America/Bogota"
    sign_up(client)

    assert User.objects.get().time_zone == "America/Bogota"


@pytest.mark.parametrize(
    "rubbish", ["Mars/Base", "../../etc/passwd", "x" * 3000, "America", "%00", "<b>"]
)
def test_rubbish_in_the_zone_cookie_is_not_stored(client, rubbish):
    client.cookies["tz"] = rubbish
    assert sign_up(client).status_code == 302

    assert User.objects.get().time_zone == ""


@pytest.mark.parametrize("name", ["", "   ", "a\x00b", "x" * 121])
def test_name_that_cannot_be_is_a_form_error_and_the_rest_stays(client, name):
    response = sign_up(client, name=name)

    assert response.status_code == 200
    assert "name" in response.context["form"].errors
    assert 'value="ana@example.org"' in response.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["short", "password1234", "ana@example.org", "x" * 11])
def test_weak_passwords_are_refused(client, password):
    assert "password1" in sign_up(client, password1=password).context["form"].errors


def test_very_long_password_is_accepted(client):
    assert sign_up(client, password1="tram " * 26).status_code == 302


def test_mail_to_an_address_that_nobody_confirmed_carries_no_word_of_who_typed_it(client):
    sign_up(client, name="Win a car at cars dot example")

    assert "Win a car" not in sent_mail.outbox[-1].body + sent_mail.outbox[-1].subject
    assert "\nHello,\n" in f"\n{sent_mail.outbox[-1].body}"


def test_unconfirmed_address_is_not_greeted_by_name_when_a_password_is_asked_for(client):
    sign_up(client, name="Win a car")
    client.logout()
    sent_mail.outbox.clear()
    client.post("/accounts/password/reset/", {"email": "ana@example.org"})

    assert all("Win a car" not in one.body for one in sent_mail.outbox)


def test_name_is_not_changed_into_html_in_mails(client):
    sign_up(client, name="Siobhán O'Neill <b>")
    confirm(client, code_in_mail())
    client.logout()
    client.post("/accounts/password/reset/", {"email": "ana@example.org"})

    assert "Hello Siobhán O'Neill <b>," in sent_mail.outbox[-1].body


def test_one_address_gets_five_mails_an_hour_at_most(client_factory, time_machine):
    time_machine.move_to("2026-03-02 09:00Z")
    for _ in range(9):
        sign_up(client_factory())
        time_machine.shift(timedelta(seconds=31))

    assert len(sent_mail.outbox) == 5


def test_links_in_mails_ignore_the_host_of_the_request(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    UserFactory(email="has@example.org")
    client.post("/accounts/password/reset/", {"email": "has@example.org"}, HTTP_HOST="evil.example")

    text = sent_mail.outbox[-1].body
    assert "evil.example" not in text
    assert f"{settings.SITE_URL}/accounts/password/reset/key/" in text


def test_unknown_host_is_refused(client):
    assert client.get("/", HTTP_HOST="evil.example").status_code == 400
