"""Work outlives its messengers: a broker that is away, a message lost, a worker killed.

Real processes on the broker made of files, each test in a folder of its own.
"""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime

import pytest

from tests.house.files import ROOT

MESSAGE = """
import time
from django.db import transaction
from sprint_portal.mail import tasks
from sprint_portal.mail.models import Message
from sprint_portal.queue import enqueue
began = time.monotonic()
with transaction.atomic():
    row = Message.objects.create(kind="x", key="one", to="a@example.org", subject="s", body="b")
    enqueue(tasks.send, row.pk)
print("took", time.monotonic() - began)
"""


class Portal:
    """An embedded portal in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        inherited = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        self.environment = {
            **inherited,
            "SPRINT_VAR": str(folder),
            "DEMO": "1",
            "WORKERS": "1",
            "PYTHONWARNINGS": "ignore",
            "DJANGO_SETTINGS_MODULE": "sprint_portal.settings",
        }
        self.workers = []

    def manage(self, *arguments, **more) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start_worker(self):
        command = [sys.executable, "-m", "celery", "--app=sprint_portal", "--quiet", "worker"]
        worker = subprocess.Popen(
            [*command, "--beat", "--without-gossip", "--without-mingle"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.workers.append(worker)

    def kill_worker(self):
        """As a machine that loses power: no process of the worker gets to say a word."""
        worker = self.workers.pop()
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    def ask(self, sql, *values):
        with closing(sqlite3.connect(self.folder / "portal.sqlite3", timeout=20)) as database:
            rows = database.execute(sql, values).fetchall()
            database.commit()
        return rows

    def wait_until(self, sql, seconds=120):
        """Until the query gives a row whose first value is true."""
        until = time.monotonic() + seconds
        while not self.ask(sql)[0][0]:
            assert time.monotonic() < until, sql
            time.sleep(0.1)


@pytest.fixture
def portal(tmp_path):
    here = Portal(tmp_path / "var")
    here.manage("migrate", "--verbosity=0")
    yield here
    while here.workers:
        here.kill_worker()


@pytest.fixture
def letter(portal):
    """A message that waits, its word to the broker lost on the way."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        away = f"redis://127.0.0.1:{taken.getsockname()[1]}/0"
        portal.manage("load_content", CELERY_BROKER_URL=away)
        return portal.manage("shell", "-c", MESSAGE, CELERY_BROKER_URL=away)


@pytest.mark.timeout(300)
def test_broker_away_fails_no_request_and_the_sweep_does_the_work(portal, letter):
    assert float(letter.split("took")[1]) < 5
    assert portal.ask("SELECT state FROM mail_message") == [("queued",)]

    portal.start_worker()

    portal.wait_until("SELECT state = 'sent' FROM mail_message")
    assert len(list((portal.folder / "mail").iterdir())) == 1


@pytest.mark.timeout(400)
def test_worker_killed_in_the_middle_of_a_file_makes_it_after_a_restart(portal):
    portal.manage("load_content")
    portal.manage("load_demo")
    portal.start_worker()
    portal.wait_until("SELECT count(*) FROM toolkit_render WHERE state = 'running'")

    portal.kill_worker()
    assert portal.ask("SELECT count(*) FROM toolkit_render WHERE state = 'running'") == [(1,)]
    shutil.rmtree(portal.folder / "broker")  # and the broker forgot
    past = datetime(2020, 1, 1, tzinfo=UTC).strftime("%Y-%m-%d %H:%M:%S")
    portal.ask("UPDATE toolkit_render SET queued_at = ?", past)
    portal.ask("UPDATE toolkit_render SET leased_until = ? WHERE state = 'running'", past)
    portal.start_worker()

    portal.wait_until("SELECT count(*) = 0 FROM toolkit_render WHERE state <> 'done'")
    files = portal.ask("SELECT file FROM toolkit_render")
    assert all((portal.folder / "media" / name).stat().st_size > 10_000 for (name,) in files)
    assert len({name for (name,) in files}) == len(files)
