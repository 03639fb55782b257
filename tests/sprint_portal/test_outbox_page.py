"""The mail office: staff see every mail and settle what went wrong; the demo's mailbox."""

import pytest
from django.core import mail as sent_mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sprint_portal.audit import AuditEvent
from sprint_portal.mail.models import Message, State
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def a_message(**fields):
    number = Message.objects.count()
    if fields.get("state") == State.SENT:
        fields.setdefault("sent_at", timezone.now())
    return Message.objects.create(
        **{
            "kind": "cohorts/welcome",
            "key": f"key-{number}",
            "to": f"p{number}@example.org",
            "subject": f"Welcome {number}",
            "body": "Good day.",
            **fields,
        }
    )


@pytest.fixture
def sam(client):
    sam = UserFactory(is_staff=True)
    client.force_login(sam)
    return sam


def shown(client, **query):
    return [m.subject for m in client.get("/staff/mail/", query).context["page_obj"]]


# --- who ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    "role", [{}, {"is_facilitator": True}, {"is_reviewer": True}, {"is_decider": True}]
)
def test_outbox_is_closed_to_everybody_but_staff(client, role):
    message = a_message(state=State.FAILED)
    client.force_login(UserFactory(**role))

    assert client.get("/staff/mail/").status_code == 403
    assert client.get(message.get_absolute_url()).status_code == 404
    step = {"step": "send_again"}
    assert client.post(f"{message.get_absolute_url()}settle/", step).status_code == 404
    message.refresh_from_db()
    assert message.state == State.FAILED


def test_visitors_sign_in_first(client):
    assert client.get("/staff/mail/").url == "/accounts/login/?next=/staff/mail/"


# --- what they see -------------------------------------------------------------------
def test_newest_come_first_fifty_a_page(client, sam):
    for _ in range(53):
        a_message()

    assert shown(client)[0] == "Welcome 52"
    assert len(shown(client)) == 50
    assert shown(client, page=2) == ["Welcome 2", "Welcome 1", "Welcome 0"]


@pytest.mark.parametrize("page", ["0", "-1", "999", "x"])
def test_impossible_page_is_answered_with_a_possible_one(client, sam, page):
    a_message()

    assert shown(client, page=page) == ["Welcome 0"]


def test_states_and_addresses_filter(client, sam):
    a_message(to="ana@example.org", state=State.FAILED)
    a_message(to="ana@example.org")
    a_message(to="ben@example.org", state=State.FAILED)

    assert shown(client, state="failed") == ["Welcome 2", "Welcome 0"]
    assert shown(client, to="ANA") == ["Welcome 1", "Welcome 0"]
    assert shown(client, to="ana", state="failed") == ["Welcome 0"]
    assert shown(client, state="nonsense") == ["Welcome 2", "Welcome 1", "Welcome 0"]
    tabs = client.get("/staff/mail/", {"to": "ana"}).context["tabs"]
    assert {tab["state"]: tab["count"] for tab in tabs if tab["count"]} == {
        "": 2, "queued": 1, "failed": 1,
    }  # fmt: skip


def test_search_with_control_characters_is_a_form_error(client, sam):
    response = client.get("/staff/mail/", {"to": "a\x07b"})

    assert response.status_code == 200
    assert "to" in response.context["form"].errors


def test_queries_do_not_grow_with_the_messages(client, sam):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as counted:
            client.get("/staff/mail/")
        return len(counted)

    a_message()
    client.get("/staff/mail/")
    few = queries()
    for _ in range(60):
        a_message()

    # Beyond one page, the paginator's count is the same query as before.
    assert queries() == few <= 9


@pytest.mark.parametrize("state", State)
def test_message_page_shows_the_text_and_what_can_be_done(client, sam, state):
    message = a_message(
        state=state, body="Hello <b>you</b>", attempts=1, next_try_at=timezone.now()
    )

    page = client.get(message.get_absolute_url())

    assert "Hello &lt;b&gt;you&lt;/b&gt;" in page.content.decode()
    steps = [choice.action.name for choice in page.context["choices"]]
    unsettled = state in (State.FAILED, State.UNKNOWN)
    assert steps == (["send_again", "mark_sent"] if unsettled else [])


def test_secret_is_shown_to_nobody(client, sam):
    message = a_message(
        body="code QX7-K2M", secret_until=timezone.now() + timezone.timedelta(minutes=9)
    )

    for page in (message.get_absolute_url(), "/staff/mail/"):
        assert "QX7" not in client.get(page).content.decode()


# --- what they do --------------------------------------------------------------------
def settle(client, message, step):
    client.post(f"{message.get_absolute_url()}settle/", {"step": step})
    message.refresh_from_db()
    return message


@pytest.mark.parametrize("state", [State.FAILED, State.UNKNOWN])
def test_send_again_sends_and_is_noted(client, sam, state, django_capture_on_commit_callbacks):
    message = a_message(state=state, attempts=14, error="gone")

    with django_capture_on_commit_callbacks(execute=True):
        settle(client, message, "send_again")
    message.refresh_from_db()

    assert (message.state, message.attempts, message.error) == (State.SENT, 1, "")
    assert len(sent_mail.outbox) == 1
    event = AuditEvent.objects.get(verb="send_again")
    assert (event.by, event.subject_id, event.was) == (sam, message.pk, state)


def test_marked_as_sent_is_dated_and_noted(client, sam):
    message = settle(client, a_message(state=State.UNKNOWN), "mark_sent")

    assert message.state == State.SENT
    assert message.sent_at
    assert AuditEvent.objects.get(verb="mark_sent").by == sam
    assert sent_mail.outbox == []


@pytest.mark.parametrize("state", [State.QUEUED, State.SENDING, State.SENT])
@pytest.mark.parametrize("step", ["send_again", "mark_sent", "", "delete"])
def test_other_states_and_steps_are_refused(client, sam, state, step):
    message = a_message(state=state)

    assert settle(client, message, step).state == state
    assert not AuditEvent.objects.filter(subject_id=message.pk).exists()


def test_secret_that_has_lost_its_power_is_not_sent_again(client, sam):
    message = a_message(state=State.FAILED, body="", secret_until=timezone.now())

    assert settle(client, message, "send_again").state == State.FAILED
    assert "can ask for a new one" in client.get(message.get_absolute_url()).content.decode()


def test_settling_needs_post(client, sam):
    message = a_message(state=State.FAILED)

    assert client.get(f"{message.get_absolute_url()}settle/").status_code == 405


# --- the demo ------------------------------------------------------------------------
def test_mailbox_exists_in_the_demo_only(client, settings):
    assert client.get("/demo/mail/").status_code == 404
    settings.DEMO = True
    assert client.get("/demo/mail/").status_code == 200


def test_mailbox_shows_made_up_people_and_what_this_browser_may_confirm(client, settings):
    settings.DEMO = True
    a_message(to="ana@city.example", subject="Made up")
    a_message(to="real@somewhere.org", subject="Foreign", kind="accounts/password_reset_key")
    a_message(to="real@somewhere.org", subject="Code", kind="accounts/email_confirmation_signup")

    def subjects():
        return [m.subject for m in client.get("/demo/mail/").context["shown"]]

    assert subjects() == ["Made up"]
    session = client.session
    session["demo_addresses"] = ["real@somewhere.org"]
    session.save()
    assert subjects() == ["Code", "Made up"]
    client.force_login(UserFactory(email="real@somewhere.org"))
    assert subjects() == ["Code", "Foreign", "Made up"]


def test_signing_up_in_the_demo_leads_to_the_code_on_screen(client, settings):
    settings.DEMO = True
    data = {"name": "Ana", "email": "me@somewhere.org", "password1": "seven quiet tramlines"}
    client.post("/accounts/signup/", data)

    assert "/demo/mail/" in client.get("/accounts/confirm-email/").content.decode()
    [message] = client.get("/demo/mail/").context["shown"]
    assert message.to == "me@somewhere.org"


def test_mailbox_shows_codes_and_links_that_open_an_account_to_who_asked_for_them(client, settings):
    settings.DEMO = True
    UserFactory(email="noor@portal.example")
    a_message(to="kim@city.example", subject="Code", kind="accounts/email_confirmation_signup")
    client.post("/accounts/password/reset/", {"email": "noor@portal.example"})

    [shown] = client.get("/demo/mail/").context["shown"]
    assert (shown.to, shown.kind) == ("noor@portal.example", "accounts/password_reset_key")
    assert not Client().get("/demo/mail/").context["shown"]


def test_reset_link_of_a_real_person_is_not_shown_to_who_asked_for_it(client, settings):
    settings.DEMO = True
    UserFactory(email="real@somewhere.org")
    client.post("/accounts/password/reset/", {"email": "real@somewhere.org"})

    assert not client.get("/demo/mail/").context["shown"]
