"""The two answers for machines tell the truth under every fault, and nothing else."""

import socket
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from kombu import Connection

from sprint_portal import health, heartbeat
from sprint_portal.celery import app as celery_app
from sprint_portal.mail.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def dead_port():
    """A port where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def waits_since(age):
    message = Message.objects.create(kind="x", key="k", to="a@example.org", subject="s", body="b")
    Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - age)


def test_healthz_answers_whatever_the_database_does(client, monkeypatch):
    monkeypatch.setattr(connection, "cursor", None)

    assert client.get("/healthz").json() == {"ok": True}


def test_readyz_says_that_all_is_well(client):
    heartbeat.beat("worker")

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "ok": True,
        "database": True,
        "migrated": True,
        "broker": True,
        "worker": True,
        "waiting": {
            "mail": {"on_time": True, "oldest_seconds": 0},
            "renders": {"on_time": True, "oldest_seconds": 0},
        },
    }


def test_database_away_is_503(client, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("connection to 10.1.2.3 refused")

    monkeypatch.setattr(connection, "cursor", away)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["database"] is False
    assert "10.1.2.3" not in answer.content.decode()


def test_migrations_to_apply_are_503(client, monkeypatch):
    monkeypatch.setitem(health._known, "migrated", False)
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: ["one"])

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["migrated"]) == (503, False)


def test_broker_of_files_whose_folder_is_gone_is_told(client, settings, tmp_path):
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path / "queue")}
    assert client.get("/readyz").json()["broker"] is False

    (tmp_path / "queue").mkdir()

    assert client.get("/readyz").json()["broker"] is True


def test_broker_away_is_told_and_pages_are_still_served(client, monkeypatch, dead_port):
    gone = Connection(f"redis://127.0.0.1:{dead_port}/0")
    monkeypatch.setattr(celery_app, "connection_for_write", lambda **_: gone)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["broker"]) == (200, False)


@pytest.mark.parametrize(("age", "beats"), [(10, True), (300, False)])
def test_worker_is_gone_when_it_has_been_silent(client, age, beats):
    heartbeat.beat("worker")
    heartbeat.Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=age))

    assert client.get("/readyz").json()["worker"] is beats


def test_late_work_is_told(client):
    waits_since(timedelta(minutes=6))

    waiting = client.get("/readyz").json()["waiting"]["mail"]

    assert waiting["on_time"] is False
    assert waiting["oldest_seconds"] >= 360
