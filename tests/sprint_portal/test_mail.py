"""The outbox: a row first, sent after the commit, never twice, secrets forgotten."""

import email
import email.header
import email.policy
import smtplib
import socketserver
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail as sent_mail
from django.db import connection, transaction
from django.template.loader import get_template
from django.utils import timezone, translation

from sprint_portal.mail import delivery, outbox, tasks
from sprint_portal.mail.models import Message, State
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(tmp_path, settings):
    folder = tmp_path / "mail" / "test"
    folder.mkdir(parents=True)
    (folder / "letter.txt").write_text(
        "Subject: Hello {{ name }}\n\nGood day, {{ name }}.\n{% load letters %}{{ at|moment }}\n"
    )
    settings.TEMPLATES = [
        {**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}
    ]
    return "test/letter"


@pytest.fixture
def post(letter):
    def post(key="one", to="a@example.org", name="Ana", **more):
        return outbox.post(letter, to=to, key=key, name=name, **more)

    return post


def refuse(monkeypatch, *faults):
    """The mail server answers with `faults` in turn, the last one for ever."""
    answers = list(faults)

    def send(self, *args, **kwargs):
        raise answers.pop(0) if len(answers) > 1 else answers[0]

    monkeypatch.setattr("django.core.mail.EmailMessage.send", send)


# --- writing -----------------------------------------------------------------------
def test_post_sends_once_after_the_commit(post, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            post(user=UserFactory())
        assert sent_mail.outbox == []

    assert [m.subject for m in sent_mail.outbox] == ["Hello Ana"]
    assert Message.objects.get().state == State.SENT


@pytest.mark.django_db(transaction=True)
def test_post_that_is_rolled_back_sends_nothing(post):
    def undone():
        with transaction.atomic():
            post()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()

    assert sent_mail.outbox == []
    assert not Message.objects.exists()


def test_subject_with_line_breaks_stays_one_header(post):
    assert "\n" not in post(name="x\r\nBcc: all@example.org").subject


def test_names_stay_as_they_are_written(post):
    message = post(name="O'Neill & <Sons>")

    assert message.subject == "Hello O'Neill & <Sons>"
    assert "Good day, O'Neill & <Sons>." in message.body


def test_times_are_in_the_readers_zone_and_say_so(post):
    at = timezone.datetime(2026, 3, 3, 2, 30, tzinfo=timezone.get_fixed_timezone(0))
    with timezone.override("Asia/Tokyo"):
        bogota = post("1", user=UserFactory(time_zone="America/Bogota"), at=at).body
        unset = post("2", user=UserFactory(time_zone=""), at=at).body
        rubbish = post("3", user=UserFactory(time_zone="Mars/Base"), at=at).body

    assert "Monday 2 March, 21:30, Bogotá time (GMT−5)" in bogota
    assert "Tuesday 3 March, 2:30, UTC" in unset
    assert "Tuesday 3 March, 2:30, UTC" in rubbish


def test_words_are_in_the_readers_language(post, letter, settings, tmp_path):
    (tmp_path / "mail" / "test" / "letter.txt").write_text(
        "Subject: {% get_current_language as code %}{{ code }}\n\nx"
    )
    with translation.override("pt-br"):
        assert post("1", user=UserFactory(language="es")).subject == "es"
        assert post("2").subject == "pt-br"


def test_footer_says_why_and_links_home(post, settings):
    settings.SITE_URL = "https://portal.example"
    ana = UserFactory(email="ana@example.org")

    with_account, without = post("1", user=ana).body, post("2").body

    assert "you have an account with us under ana@example.org" in with_account
    assert "https://portal.example/you/" in with_account
    assert "gave us this address" in without
    assert "You sit on the team." in post("3", why="You sit on the team.").body


def test_template_without_subject_is_refused(post, tmp_path):
    (tmp_path / "mail" / "test" / "letter.txt").write_text("Good day")

    with pytest.raises(ValueError, match="Subject"):
        post()


FOLDER = Path(__file__).parents[2] / "templates" / "mail" / "accounts"


@pytest.mark.parametrize("name", sorted(p.stem for p in FOLDER.glob("[!_]*.txt")))
def test_every_account_mail_has_subject_greeting_text_and_footer(name):
    facts = {"code": "ABC123", "password_reset_url": "http://x/", "timestamp": timezone.now()}

    subject, body = outbox.rendered(f"accounts/{name}", user=UserFactory(name="Ana"), **facts)

    assert 5 < len(subject) < 70
    assert "ABC123" not in subject
    assert body.startswith("Hello Ana,\n")
    assert "\n--\nSprint Portal · http" in body
    assert "{" not in subject + body
    assert "&" not in subject + body
    assert "\n\n\n" not in body


@pytest.mark.parametrize("app", ["account", "mfa"])
def test_every_mail_of_the_sign_in_library_has_a_text_of_ours(app):
    import allauth  # noqa: PLC0415  only where its templates lie is wanted

    theirs = Path(allauth.__file__).parent / "templates" / app / "email"
    names = {p.name.removesuffix("_subject.txt") for p in theirs.glob("*_subject.txt")}
    # Sign-in and password reset by code are not offered.
    for name in names - {"login_code", "password_reset_code"}:
        get_template(f"mail/accounts/{name}.txt")


# --- secrets -----------------------------------------------------------------------
def test_secret_is_wiped_once_it_is_sent(post):
    message = post(secret_for=600)
    assert "Good day" in message.body

    delivery.deliver(message.pk)

    message.refresh_from_db()
    assert (message.state, message.body, message.is_secret) == (State.SENT, "", True)
    assert "Good day" in sent_mail.outbox[0].body


def test_secret_that_was_never_sent_is_wiped_when_it_has_lost_its_power(post, time_machine):
    time_machine.move_to("2026-03-02 09:00Z")
    secret, other = post("1", secret_for=600), post("2")
    time_machine.shift(timedelta(seconds=601))

    delivery.wipe_secrets()

    secret.refresh_from_db()
    other.refresh_from_db()
    assert (secret.state, secret.body) == (State.FAILED, "")
    assert (other.state, "Good day" in other.body) == (State.QUEUED, True)


def test_demo_keeps_secrets_because_its_page_is_the_mailbox(post, settings):
    settings.DEMO = True
    message = post(secret_for=600)

    delivery.deliver(message.pk)

    message.refresh_from_db()
    assert "Good day" in message.body


# --- faults ------------------------------------------------------------------------
PASSING = [
    smtplib.SMTPServerDisconnected("gone in the middle of DATA"),
    smtplib.SMTPDataError(421, b"closing"),
    smtplib.SMTPRecipientsRefused({"a@example.org": (450, b"busy")}),
    smtplib.SMTPAuthenticationError(535, b"who are you"),
    ConnectionRefusedError(111, "refused"),
    TimeoutError("slow"),
]
FINAL = [
    smtplib.SMTPDataError(554, b"spam"),
    smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"no such person")}),
    UnicodeError("label empty or too long"),
]


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: str(fault)[:30])
def test_passing_fault_keeps_the_message_waiting_and_says_why(post, monkeypatch, fault):
    message = post()
    refuse(monkeypatch, fault)

    assert delivery.deliver(message.pk) is False

    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.QUEUED, 1)
    assert type(fault).__name__ in message.error
    assert delivery.due() == []  # not at once: later


@pytest.mark.parametrize("fault", FINAL, ids=lambda fault: str(fault)[:30])
def test_final_fault_fails_at_once_and_does_not_stop_the_others(post, monkeypatch, fault):
    message = post()
    refuse(monkeypatch, fault)

    assert delivery.deliver(message.pk) is True

    message.refresh_from_db()
    assert message.state == State.FAILED


def test_waits_grow_to_an_hour_and_end_after_a_working_day(post, monkeypatch, time_machine):
    time_machine.move_to("2026-03-02 09:00Z", tick=False)
    message = post()
    refuse(monkeypatch, ConnectionRefusedError())
    waits = []
    while True:
        assert delivery.deliver(message.pk) is False
        message.refresh_from_db()
        if message.state != State.QUEUED:
            break
        waits.append((message.next_try_at - timezone.now()).total_seconds() / 60)
        time_machine.move_to(message.next_try_at, tick=False)

    assert waits[:4] == [1, 2, 4, 8]
    assert max(waits) == 60
    assert 7 * 60 < sum(waits) < 12 * 60
    assert (message.state, message.attempts) == (State.FAILED, delivery.MOST_ATTEMPTS)


def test_message_goes_out_once_the_server_is_back(post, monkeypatch, time_machine):
    time_machine.move_to("2026-03-02 09:00Z")
    message = post()
    with monkeypatch.context() as broken:
        refuse(broken, ConnectionRefusedError())
        tasks.sweep()
    time_machine.shift(timedelta(minutes=1, seconds=1))

    tasks.sweep()
    tasks.sweep()

    message.refresh_from_db()
    assert (message.state, message.error) == (State.SENT, "")
    assert len(sent_mail.outbox) == 1
    assert sent_mail.outbox[0].extra_headers["Message-ID"] == f"<{message.uid}@sprint-portal>"


def test_sweep_stops_at_a_dead_server_instead_of_waiting_for_each_message(post, monkeypatch):
    for number in range(5):
        post(str(number))
    refuse(monkeypatch, TimeoutError())

    tasks.sweep()

    assert sum(Message.objects.values_list("attempts", flat=True)) == 1


def test_message_whose_worker_died_is_left_to_a_person(post, time_machine):
    time_machine.move_to("2026-03-02 09:00Z")
    message = post()
    Message.objects.update(
        state=State.SENDING, leased_until=timezone.now() + delivery.LEASE, attempts=1
    )
    tasks.sweep()
    message.refresh_from_db()
    assert message.state == State.SENDING
    time_machine.shift(delivery.LEASE + timedelta(seconds=1))

    tasks.sweep()

    message.refresh_from_db()
    assert message.state == State.UNKNOWN
    assert sent_mail.outbox == []


@pytest.mark.parametrize("state", [s for s in State if s != State.QUEUED])
def test_only_waiting_messages_are_sent(post, state):
    message = post()
    Message.objects.update(state=state, sent_at=timezone.now())

    delivery.deliver(message.pk)

    assert sent_mail.outbox == []


def test_attachments_go_along(post):
    part = {"name": "a.ics", "type": "text/calendar", "text": "BEGIN:VCALENDAR"}

    delivery.deliver(post(attachments=[part]).pk)

    name, content, kind = sent_mail.outbox[0].attachments[0]
    assert (name, kind) == ("a.ics", "text/calendar")
    assert "BEGIN:VCALENDAR" in str(content)


@pytest.mark.parametrize(
    "subject",
    [
        "We have Port Alder (demo)’s expression of interest, BCT-2026-7K3Q",
        "San Sebastián de los Reyes (demo)’s expression of interest is not handed in yet",
        "Kept as it is: " + "a long name " * 12 + "at the end",
        "Short",
    ],
)
def test_subject_is_read_as_it_was_written_however_it_is_folded(post, subject):
    message = post()
    Message.objects.filter(pk=message.pk).update(subject=subject, state=State.QUEUED)
    tasks.send(message.pk)
    sent = sent_mail.outbox[-1].message().as_bytes()

    for policy in (email.policy.compat32, email.policy.default):
        read = email.message_from_bytes(sent, policy=policy)["Subject"].replace("\n", "")
        assert str(email.header.make_header(email.header.decode_header(read))) == subject
    assert all(len(line) <= 78 for line in sent.partition(b"\n\n")[0].split(b"\n"))
    assert b"Subject: \n" not in sent


# --- a real conversation with a mail server ------------------------------------------
class Grumpy(socketserver.StreamRequestHandler):
    """Takes mail by SMTP; the n-th conversation goes as `server.plan` says."""

    def handle(self):
        plan = self.server.plan.pop(0) if self.server.plan else "take"
        self.say("421 closing" if plan == "421" else "220 ready")
        if plan == "421":
            return
        for line in iter(self.rfile.readline, b""):
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self.say("354 go on")
                if plan == "drop":
                    self.rfile.readline()
                    return
                self.server.taken.append(self.text())
            if word == b"QUIT":
                return self.say("221 bye")
            self.say("250 ok")

    def text(self):
        return b"".join(iter(self.rfile.readline, b".\r\n")).decode()

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def server(settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Grumpy) as server:
        server.plan, server.taken, server.daemon_threads = [], [], True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield server
        server.shutdown()


def test_server_that_closes_then_drops_then_takes_gets_the_mail_once(post, server, time_machine):
    time_machine.move_to("2026-03-02 09:00Z")
    server.plan = ["421", "drop", "take"]
    message = post()
    seen = []
    for _ in range(4):
        tasks.sweep()
        message.refresh_from_db()
        seen.append((message.state, bool(message.error)))
        time_machine.shift(timedelta(hours=1))

    assert seen == [
        (State.QUEUED, True), (State.QUEUED, True), (State.SENT, False), (State.SENT, False),
    ]  # fmt: skip
    assert len(server.taken) == 1
    assert "Subject: Hello Ana" in server.taken[0]


def test_nobody_listening_keeps_the_mail(post, server):
    server.shutdown()
    server.server_close()

    message = post()
    tasks.sweep()

    message.refresh_from_db()
    assert message.state == State.QUEUED
    assert "refused" in message.error


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_sends(letter, settings):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    from sprint_portal.celery import app  # noqa: PLC0415  after the environment is set

    app.conf.task_always_eager = False  # only the workers of this test send
    message = outbox.post(letter, to="a@example.org", key="race", name="Ana")

    def work(_):
        try:
            delivery.deliver(message.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(work, range(10)))

    assert len(sent_mail.outbox) == 1
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.SENT, 1)
