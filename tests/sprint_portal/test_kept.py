"""What a person typed outlives a sign-out and an old form."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sprint_portal import kept
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

TEXT = "Vendors are refused without a reason.\r\nWe will open a desk on Mondays."
HERE = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def strict(settings):
    """A browser: forms are refused without their token."""
    settings.ALLOWED_HOSTS = ["testserver"]
    return Client(enforce_csrf_checks=True)


def sign_in(client):
    ana = UserFactory()
    client.force_login(ana)
    return ana


def test_signed_out_writer_finds_the_text_after_signing_in(client):
    address = reverse("accounts:profile") + "?from=home"

    answer = client.post(address, {"name": "Ana Ruiz", "story": TEXT, "tick": ["a", "b"]})
    assert answer.status_code == 302
    assert answer.url == f"{reverse('account_login')}?next={reverse('kept')}"
    sign_in(client)
    page = client.get(reverse("kept")).content.decode()

    assert "Vendors are refused without a reason." in page
    assert f'action="{address}"' in page
    assert page.count('name="tick"') == 2


def test_text_stands_under_the_question_that_its_form_sent_along():
    fields = [("_about", "Who is affected?"), ("value", "Tenants, mostly")]

    assert kept.KeptForm("/", fields, []).texts == [("Who is affected?", "Tenants, mostly")]


@pytest.mark.parametrize("name", ["value", "text", "row-value", "body"])
def test_name_that_says_nothing_to_people_is_not_shown_to_them(name):
    texts = kept.KeptForm("/", [(name, "Tenants, mostly")], []).texts

    assert texts == [("What you wrote", "Tenants, mostly")]


def test_passwords_and_codes_are_not_kept(client):
    client.post(
        reverse("accounts:profile"),
        {
            "name": "Ana Ruiz",
            "password1": "canary one",
            "code": "canary two",
            "api_token": "canary",
        },
    )

    assert "canary" not in str(client.session[kept.IN_SESSION])


def test_kept_form_is_dropped_once_it_was_taken(client):
    client.post(reverse("accounts:profile"), {"name": "Ana Ruiz"})
    form_id = client.session[kept.IN_SESSION][0]["id"]
    sign_in(client)

    refused = client.post("/no/such/page/", {kept.FIELD: form_id})
    assert refused.status_code == 404
    assert len(client.session[kept.IN_SESSION]) == 1

    client.post(reverse("kept"), {kept.FIELD: form_id})
    assert client.session[kept.IN_SESSION] == []


def test_kept_form_can_be_thrown_away(client):
    client.post(reverse("accounts:profile"), {"name": "Ana Ruiz"})
    form_id = client.session[kept.IN_SESSION][0]["id"]
    sign_in(client)

    answer = client.post(reverse("kept"), {"throw_away": form_id})

    assert answer.url == reverse("home")


def test_only_so_many_forms_of_only_so_much_text_are_kept(client):
    for number in range(kept.MOST_FORMS + 2):
        client.post(reverse("accounts:profile"), {"name": f"Ana {number}"})
    client.post(reverse("accounts:profile"), {"name": "x" * (kept.MOST_TEXT + 1)})

    names = [form["fields"][0][1] for form in client.session[kept.IN_SESSION]]
    assert names == [f"Ana {number}" for number in range(2, kept.MOST_FORMS + 2)]


def test_next_person_at_the_browser_finds_nothing_after_a_sign_out(client):
    client.post(reverse("accounts:profile"), {"name": "Ana Ruiz"})
    sign_in(client)

    client.logout()

    assert kept.IN_SESSION not in client.session


def test_text_is_shown_not_executed(client):
    client.post(reverse("accounts:profile"), {"name": "</textarea><script>alert(1)</script> x"})
    sign_in(client)

    assert "<script>alert" not in client.get(reverse("kept")).content.decode()


def test_script_is_told_to_sign_in(client):
    answer = client.post(
        reverse("accounts:profile"),
        {"name": "Ana"},
        HTTP_ACCEPT="application/json",
        HTTP_REFERER="http://testserver/plans/?week=5",
    )

    assert answer.status_code == 401
    assert answer.json()["sign_in"].endswith("?next=/plans/%3Fweek%3D5")


def test_htmx_is_sent_to_the_sign_in_page_with_the_text_kept(client):
    answer = client.post(reverse("accounts:profile"), {"story": TEXT}, HTTP_HX_REQUEST="true")

    assert answer.status_code == 401
    assert answer["HX-Redirect"] == f"{reverse('account_login')}?next={reverse('kept')}"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/x", "//evil.example", "javascript:x"])
def test_sign_in_never_leads_to_another_site(client, elsewhere):
    answer = client.get(
        reverse("accounts:profile"), HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL=elsewhere
    )

    assert "evil" not in answer["HX-Redirect"]
    assert "javascript" not in answer["HX-Redirect"]


def test_old_form_from_our_own_page_is_shown_again_with_a_fresh_token(strict):
    sign_in(strict)

    page = strict.post(reverse("kept"), {"story": TEXT}, **HERE)

    assert page.status_code == 403
    assert "Vendors are refused" in page.content.decode()
    token = page.context["csrf_token"]
    again = strict.post(reverse("kept"), {"story": TEXT, "csrfmiddlewaretoken": str(token)}, **HERE)
    assert again.status_code != 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_form_from_elsewhere_is_never_shown_again(strict, origin):
    sign_in(strict)

    page = strict.post(reverse("accounts:profile"), {"story": TEXT}, HTTP_ORIGIN=origin)

    assert page.status_code == 403
    assert "Vendors" not in page.content.decode()
    assert "csrfmiddlewaretoken" not in page.content.decode()


def test_old_form_with_a_password_is_filled_in_anew(strict):
    page = strict.post(reverse("account_login"), {"login": "a@b.example", "password": "x"}, **HERE)

    assert page.status_code == 403
    assert "a@b.example" not in page.content.decode()


def test_script_with_an_old_token_gets_a_fresh_one_from_our_own_page_only(strict):
    sign_in(strict)
    asks = {"HTTP_ACCEPT": "application/json"}

    own = strict.post(reverse("accounts:profile"), {"story": TEXT}, **HERE, **asks)
    other = strict.post(
        reverse("accounts:profile"), {"story": TEXT}, HTTP_ORIGIN="https://evil.example", **asks
    )

    assert own.json()["token"]
    assert "token" not in other.json()


# --- whose it is -------------------------------------------------------------------------
def test_what_one_account_typed_is_not_shown_to_the_next_and_waits_for_the_first(client):
    ana, bob = UserFactory(), UserFactory()
    client.force_login(ana)
    client.post(reverse("kept"))  # from now on the browser knows who sends
    del client.cookies["sessionid"]
    client.post(reverse("accounts:profile"), {"name": "Words of Ana"})

    client.force_login(bob)
    assert client.get(reverse("kept")).status_code == 302
    client.post(reverse("account_logout"))
    client.force_login(ana)

    assert "Words of Ana" in client.get(reverse("kept")).content.decode()


def test_what_nobody_is_known_to_have_typed_goes_with_a_sign_out(client):
    client.post(reverse("accounts:profile"), {"name": "Ana Ruiz"})
    sign_in(client)

    client.post(reverse("account_logout"))

    assert kept.IN_SESSION not in client.session


# --- what had no words in it -------------------------------------------------------------
def test_button_pressed_while_signed_out_is_named_as_not_done(client):
    uid = "8c5f2b52-2a2c-4c5a-9a6a-0d6a3a1d2f11"
    there = reverse("cohorts:submit", kwargs={"uid": uid})
    from_page = f"/applications/{uid}/"

    answer = client.post(there, HTTP_REFERER=f"http://testserver{from_page}")
    sign_in(client)
    page = client.get(reverse("kept")).content.decode()

    assert answer.url.endswith(f"next={reverse('kept')}")
    assert "Not done: Hand in" in page
    assert f'href="{from_page}"' in page
    assert client.get(reverse("kept")).status_code == 302  # said once


def test_file_sent_while_signed_out_is_asked_for_again(client):
    file = SimpleUploadedFile("mayor.pdf", b"%PDF-")
    client.post(reverse("accounts:profile"), {"letter": file})
    sign_in(client)

    assert "Choose again: mayor.pdf" in client.get(reverse("kept")).content.decode()


# --- in the form's own words ---------------------------------------------------------------
def test_kept_words_stand_under_their_questions_and_choices_under_their_labels():
    path = reverse("cohorts:step", kwargs={"uid": uuid.uuid4(), "key": "needs"})
    fields = [("then", "next"), ("rev", "3"), ("assessment", "unsure"), ("publish", "Our way")]

    texts = kept.KeptForm(path, fields, []).texts

    assert texts == [
        ("Has your city completed the What Works Cities Assessment?", "Not sure"),
        ("What do you hope to publish at the end?", "Our way"),
    ]


# --- refused -------------------------------------------------------------------------------
def test_refused_form_is_shown_to_copy(client):
    sign_in(client)

    page = client.post("/applications/8c5f2b52-2a2c-4c5a-9a6a-0d6a3a1d2f11/", {"topic": TEXT})

    assert page.status_code == 404
    assert "Vendors are refused without a reason." in page.content.decode()
    assert "Vendors" not in client.post("/no/", {"password": "x", "a": TEXT}).content.decode()
