"""Signing in, staying in, and changing what guards the account."""

import re
from datetime import timedelta
from urllib.parse import urljoin

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth import hashers
from django.core import mail as sent_mail
from django.core.cache import cache
from django.urls import reverse

from sprint_portal.accounts import people, second_factor
from sprint_portal.accounts.models import User
from sprint_portal.accounts.refusing import ACCOUNT, SECOND_FACTOR
from sprint_portal.accounts.zones import valid_zone, zone_choices, zone_of
from sprint_portal.audit import AuditEvent
from sprint_portal.refusals import Refusal
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "seven quiet tramlines"
NEW = "nine loud ferryboats"
GOOD = {"name": "Ana", "language": "en", "time_zone": "UTC"}  # a profile that can be saved


@pytest.fixture(autouse=True)
def fresh_limits(time_machine):
    cache.clear()
    time_machine.move_to("2026-03-02 09:00Z")


@pytest.fixture
def ana():
    return people.add(email="ana@example.org", name="Ana (demo)", password=PASSWORD)


@pytest.fixture
def root():
    return people.add(email="r@example.org", name="Root", password=PASSWORD, is_superuser=True)


def sign_in(client, email="ana@example.org", password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": email, "password": password}, **more)


def is_in(client):
    return client.get("/you/").status_code == 200


def verbs():
    return list(AuditEvent.objects.order_by("id").values_list("verb", flat=True))


def prove(client, password=PASSWORD):
    """Type the password once more, as the portal asks for before touchy changes."""
    return client.post("/accounts/reauthenticate/", {"password": password})


# --- signing in --------------------------------------------------------------------
@pytest.mark.parametrize("email", ["ana@example.org", "Ana@Example.ORG"])
def test_person_signs_in_and_it_is_noted(client, ana, email):
    assert sign_in(client, email).url == "/"

    assert is_in(client)
    assert verbs()[-1] == "sign_in"


def test_wrong_password_and_unknown_address_get_the_same_answer(client, ana):
    answers = []
    for email, password in [("ana@example.org", "wrong"), ("nobody@example.org", PASSWORD)]:
        response = sign_in(client, email, password)
        answers.append((response.status_code, response.context["form"].errors.as_text()))

    assert answers[0] == answers[1]
    assert verbs().count("sign_in_failed") == 1  # of the account; other addresses are not kept


@pytest.mark.parametrize("email", ["ana@example.org", "nobody@example.org"])
def test_failing_costs_one_hash_whether_the_account_exists_or_not(client, ana, monkeypatch, email):
    counted = []
    encode = hashers.MD5PasswordHasher.encode
    monkeypatch.setattr(
        hashers.MD5PasswordHasher, "encode", lambda *args: counted.append(1) or encode(*args)
    )

    sign_in(client, email, "wrong")

    assert len(counted) == 1


def test_session_key_is_new_after_sign_in(client, ana):
    client.get("/time-zone/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key

    sign_in(client)

    assert client.session.session_key != session.session_key


def test_sixth_try_on_an_account_is_refused_even_with_the_right_password(client, ana, time_machine):
    for _ in range(5):
        sign_in(client, password="wrong")

    sign_in(client)
    assert not is_in(client)
    time_machine.shift(timedelta(minutes=5, seconds=1))
    sign_in(client)
    assert is_in(client)


def test_eleventh_account_from_one_address_is_refused_and_forwarding_headers_do_not_help(
    client, ana
):
    for number in range(10):
        sign_in(
            client, f"p{number}@example.org", "wrong", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}"
        )

    sign_in(client, HTTP_X_FORWARDED_FOR="203.0.113.77")
    assert not is_in(client)
    sign_in(client, REMOTE_ADDR="192.0.2.200")
    assert is_in(client)


@pytest.mark.parametrize(
    "where",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)",
     "https:evil.example", "\thttps://evil.example", "http:///evil.example", "%2F%2Fevil.example",
     "http://["],
)  # fmt: skip
def test_sign_in_never_leads_off_the_site(client, ana, where):
    assert client.get("/accounts/login/", {"next": where}).status_code == 200
    response = client.post(
        "/accounts/login/", {"login": ana.email, "password": PASSWORD, "next": where}
    )

    landed = urljoin("http://testserver/accounts/login/", response.url.replace("\\", "/"))
    assert landed.startswith("http://testserver/")


def test_admin_has_no_door_of_its_own(client, root):
    response = client.post("/admin/login/", {"username": root.email, "password": PASSWORD})

    assert response.url.startswith("/accounts/login/")
    assert not is_in(client)


# --- sessions ----------------------------------------------------------------------
def test_session_ends_twelve_hours_after_sign_in_however_busy(client, ana, time_machine):
    sign_in(client)
    for _ in range(11):
        time_machine.shift(timedelta(hours=1))
        assert is_in(client)

    time_machine.shift(timedelta(hours=1, seconds=1))

    assert not is_in(client)


@pytest.mark.parametrize(("role", "stays"), [({}, True), ({"is_reviewer": True}, False)])
def test_two_idle_hours_end_the_session_of_people_with_a_role(client, time_machine, role, stays):
    people.add(email="ana@example.org", name="Ana", password=PASSWORD, **role)
    sign_in(client)
    time_machine.shift(timedelta(hours=2, seconds=1))

    assert is_in(client) == stays


def test_person_with_a_role_stays_while_busy(client, time_machine):
    people.add(email="ana@example.org", name="Ana", password=PASSWORD, is_staff=True)
    sign_in(client)
    for _ in range(5):
        time_machine.shift(timedelta(minutes=90))
        assert is_in(client)


def test_ended_session_leads_to_sign_in_and_back(client, root, time_machine):
    sign_in(client, root.email)
    time_machine.shift(timedelta(hours=3))

    response = client.get("/you/", follow=True)

    assert response.redirect_chain == [("/accounts/login/?next=/you/", 302)]
    assert "You were signed out after a while." in response.content.decode()


def test_deactivation_ends_every_session(client, ana, root):
    sign_in(client)
    people.deactivate(ana, by=root)

    assert not is_in(client)
    people.reactivate(ana, by=root)
    assert not is_in(client)
    assert verbs()[-2:] == ["deactivate", "reactivate"]


def test_sign_out_everywhere_ends_the_other_browser_too(client, client_factory, ana):
    other = client_factory()
    sign_in(client)
    sign_in(other)

    assert client.post("/you/sign-out-everywhere/").url == "/accounts/login/"

    assert not is_in(client)
    assert not is_in(other)


def test_sessions_are_listed_and_the_others_can_be_ended(client, client_factory, ana):
    other = client_factory(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
    sign_in(client)
    sign_in(other)
    page = client.get("/accounts/sessions/").content.decode()
    assert "Firefox on Linux" in page
    assert "Mozilla" not in page

    client.post("/accounts/sessions/")

    assert is_in(client)
    assert not is_in(other)


def test_back_after_sign_out_shows_nothing(client, ana):
    sign_in(client)

    assert "no-store" in client.get("/you/")["Cache-Control"]


# --- what guards the account ---------------------------------------------------------
def test_password_change_needs_the_present_one_anew_and_ends_other_sessions(
    client, client_factory, ana
):
    other = client_factory()
    sign_in(client)
    sign_in(other)

    client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
    )

    ana.refresh_from_db()
    assert ana.check_password(NEW)
    assert is_in(client)
    assert not is_in(other)
    assert verbs()[-1] == "change_password"
    assert sent_mail.outbox[-1].subject == "Your password was changed"


def test_wrong_present_password_changes_nothing(client, ana):
    sign_in(client)
    client.post(
        "/accounts/password/change/", {"oldpassword": "no", "password1": NEW, "password2": NEW}
    )

    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("account_email", {"action_add": "1", "email": "new@example.org"}),
        ("mfa_activate_totp", {"code": "000000"}),
        ("mfa_add_webauthn", {"name": "Key", "credential": "{}"}),
    ],
)
def test_touchy_changes_ask_for_the_password_after_five_minutes(
    client, ana, time_machine, address, data
):
    sign_in(client)
    prove(client)
    assert client.get(reverse(address)).status_code == 200
    time_machine.shift(timedelta(minutes=5, seconds=1))

    response = client.post(reverse(address), data)

    assert response.url.startswith("/accounts/reauthenticate/")
    assert EmailAddress.objects.filter(user=ana).count() == 1


def test_reset_by_mail_sets_a_new_password(client, client_factory, ana):
    other = client_factory()
    sign_in(other)
    client.post("/accounts/password/reset/", {"email": ana.email})
    link = re.search(r"http://\S+/key/\S+", sent_mail.outbox[-1].body).group()
    page = client.get(link.partition(":8000")[2], follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})

    assert not is_in(client)  # one still signs in, with the second factor if there is one
    assert not is_in(other)
    sign_in(client, password=NEW)
    assert is_in(client)
    assert "reset_password" in verbs()


def test_reset_link_is_dead_after_an_hour_and_after_use(client, ana, time_machine):
    client.post("/accounts/password/reset/", {"email": ana.email})
    link = re.search(r"/accounts/password/reset/key/\S+", sent_mail.outbox[-1].body).group()
    time_machine.shift(timedelta(hours=1, seconds=1))

    assert client.get(link).context["token_fail"]


def test_reset_answers_alike_for_known_and_unknown_addresses(client_factory, ana):
    answers = []
    for email in (ana.email, "nobody@example.org"):
        response = client_factory().post("/accounts/password/reset/", {"email": email})
        answers.append((response.status_code, response.url))

    assert answers[0] == answers[1]
    assert len(sent_mail.outbox) == 2


def test_of_two_hundred_resets_five_mails_go_out(client_factory, ana):
    for number in range(200):
        client_factory(REMOTE_ADDR=f"192.0.2.{number % 50}").post(
            "/accounts/password/reset/", {"email": ana.email}
        )

    assert len(sent_mail.outbox) == 5


# --- your own page -------------------------------------------------------------------
def test_profile_keeps_name_and_zone(client, ana):
    client.force_login(ana)

    client.post(
        "/you/", {"name": " Ana  Ruiz ", "language": "en", "time_zone": "America/Sao_Paulo"}
    )

    ana.refresh_from_db()
    assert (ana.name, ana.time_zone) == ("Ana Ruiz", "America/Sao_Paulo")
    assert "São Paulo time" in client.get("/you/").content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "a\x00b"), ("time_zone", "Mars/Base"), ("language", "tlh")],
)
def test_profile_refuses_what_cannot_be(client, ana, field, value):
    client.force_login(ana)

    response = client.post("/you/", {**GOOD, field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    ana.refresh_from_db()
    assert (ana.name, ana.time_zone) == ("Ana (demo)", "")


def test_profile_cannot_give_roles(client, ana):
    client.force_login(ana)
    client.post("/you/", {**GOOD, "is_staff": "on", "is_superuser": "on"})

    ana.refresh_from_db()
    assert ana.name == "Ana"
    assert people.roles_of(ana) == []


def test_visitor_chooses_a_zone_and_goes_back(client):
    response = client.post("/time-zone/", {"time_zone": "Asia/Kolkata", "next": "/sprints/?page=2"})

    assert response.url == "/sprints/?page=2"
    assert "Kolkata time" in client.get("/time-zone/").content.decode()


def test_signed_in_person_chooses_it_for_the_account(client, ana):
    client.force_login(ana)
    client.post("/time-zone/", {"time_zone": "Europe/Lisbon"})

    ana.refresh_from_db()
    assert ana.time_zone == "Europe/Lisbon"


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "javascript:1", ""])
def test_time_zone_never_leads_off_the_site(client, back):
    assert client.post("/time-zone/", {"time_zone": "UTC", "next": back}).url == "/"


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../../etc/passwd", "a\x00b"])
def test_unknown_zone_sets_no_cookie(client, zone):
    response = client.post("/time-zone/", {"time_zone": zone})

    assert response.status_code == 422
    assert "tz" not in response.cookies
    assert "time_zone" in response.context["form"].errors


def test_zones_are_grouped_and_each_choice_is_valid():
    for _region, cities in zone_choices("US/Eastern"):
        for name, _label in [] if isinstance(cities, str) else cities:
            valid_zone(name)
    assert ("US/Eastern", "US/Eastern") in zone_choices("US/Eastern")[-1][1]
    assert zone_of("Mars/Base") is None


def test_profile_says_that_no_second_factor_is_on(client, ana):
    client.force_login(ana)
    page = client.get("/you/").content.decode()

    assert "None yet · " in page
    assert "Set one up" in page


def test_profile_says_which_second_factors_are_on(client, ana):
    for kind in ("totp", "webauthn", "webauthn", "recovery_codes"):
        Authenticator.objects.create(user=ana, type=kind, data={})
    client.force_login(ana)

    page = client.get("/you/").content.decode()

    assert "Authenticator app, 2 passkeys or keys, recovery codes · " in page


def test_recovery_codes_alone_are_no_second_factor(ana):
    Authenticator.objects.create(user=ana, type="recovery_codes", data={})

    assert second_factor.held(ana) == []


# --- words ---------------------------------------------------------------------------
def test_one_address_is_shown_without_a_choice(client, ana):
    sign_in(client)
    page = client.get("/accounts/email/").content.decode()

    assert "<b>ana@example.org</b>" in page
    assert 'type="radio"' not in page
    assert "Send the code again" not in page


def test_one_address_that_is_not_confirmed_gets_its_code_again(client, ana):
    sign_in(client)
    EmailAddress.objects.filter(user=ana).update(verified=False)
    page = client.get("/accounts/email/").content.decode()

    assert '<input type="hidden" name="email" value="ana@example.org">' in page
    assert "Send the code again" in page


def test_of_two_addresses_one_is_chosen(client, ana):
    sign_in(client)
    EmailAddress.objects.create(user=ana, email="two@example.org", verified=True)
    page = client.get("/accounts/email/").content.decode()

    assert page.count('type="radio"') == 2
    assert "Make it the first" in page


def test_passwords_are_explained_and_refused_in_our_words(client, ana):
    sign_in(client)
    page = client.get("/accounts/password/change/").content.decode()
    assert "12 characters or more." in page
    assert "Unlike your email address." in page
    assert "None that many people use." in page
    assert "The same once more" in page

    refused = [
        client.post(
            "/accounts/password/change/", {"oldpassword": old, "password1": new, "password2": again}
        )
        .context["form"]
        .errors.as_text()
        for old, new, again in [
            ("no", NEW, NEW),
            (PASSWORD, "short", "short"),
            (PASSWORD, "ana@example.org", "ana@example.org"),
            (PASSWORD, "q1w2e3r4t5y6", "q1w2e3r4t5y6"),
            (PASSWORD, NEW, NEW + "x"),
        ]
    ]

    assert "This is not your present password." in refused[0]
    assert "This is too short: use 12 characters or more." in refused[1]
    assert "too close to your email address" in refused[2]
    assert "Many people use this one" in refused[3]
    assert "The two are not the same. Type both once more." in refused[4]


def test_a_wrong_password_is_answered_in_our_words(client, ana):
    page = sign_in(client, password="wrong").content.decode()

    assert "Email address and password do not fit together." in page


def test_every_reason_that_we_word_is_one_of_allauths():
    assert ACCOUNT.keys() <= DefaultAccountAdapter.error_messages.keys()
    assert SECOND_FACTOR.keys() == DefaultMFAAdapter.error_messages.keys()


# --- superusers and people -------------------------------------------------------------
def test_role_change_is_noted_with_what_was_given_and_taken(ana, root):
    people.give_roles(ana, ["is_reviewer"], by=root)
    people.give_roles(ana, ["is_decider"], by=root)

    event = AuditEvent.objects.latest("id")
    assert (event.by, event.verb) == (root, "change_roles")
    assert event.facts == {"given": ["is_decider"], "taken": ["is_reviewer"]}


def test_superusers_cannot_lock_themselves_out(root):
    for refused in (people.deactivate, people.drop_second_factors):
        with pytest.raises(Refusal):
            refused(root, by=root)
    with pytest.raises(Refusal):
        people.give_roles(root, [], by=root)


def test_admin_gives_roles_after_the_password_is_typed_again(client, ana, root):
    sign_in(client, root.email)
    page = f"/admin/accounts/user/{ana.pk}/change/"
    data = {"name": "Ana", "language": "en", "is_staff": "on", "is_active": "on"}
    assert client.post(page, data).url.startswith("/accounts/reauthenticate/")

    prove(client)
    assert client.post(page, data).status_code == 302

    ana.refresh_from_db()
    assert people.roles_of(ana) == ["is_staff"]
    assert "change_roles" in verbs()


def test_admin_lets_a_person_in_who_sets_a_password_by_mail(client, root):
    sign_in(client, root.email)
    prove(client)
    data = {"email": "new@example.org", "name": "New", "language": "en", "is_reviewer": "on"}

    assert client.post("/admin/accounts/user/add/", data).status_code == 302

    new = User.objects.get(email="new@example.org")
    assert (new.is_reviewer, new.has_usable_password()) == (True, False)
    assert "/accounts/password/reset/" in sent_mail.outbox[-1].body


@pytest.mark.parametrize("role", ["is_staff", "is_facilitator", "is_reviewer", "is_decider"])
def test_admin_is_closed_to_everybody_but_superusers(client, role):
    client.force_login(UserFactory(**{role: True}))

    assert client.get("/admin/").status_code in (302, 403)
    assert client.get("/admin/accounts/user/").status_code in (302, 403)


def test_address_is_found_whatever_its_case(ana):
    with pytest.raises(Refusal):
        people.add(email="ANA@example.org", name="Second")


def test_words_about_passkeys_without_scripts_stand_in_the_main_part(client):
    page = client.get("/accounts/login/").content.decode()

    assert page.count("Passkeys and security keys need JavaScript") == 1
    assert "Passkeys and security keys need JavaScript" in page.partition("</main>")[0]
