"""Production on loopback, by the very commands of docker-compose.yml: for tests and the bench."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Collection
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import yaml

ROOT = Path(__file__).parent.parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def filled_in(text: str, environment: dict) -> str:
    """Compose's `${NAME:-default}`, as compose reads it."""
    return re.sub(
        r"\$\{(\w+):?[-?]?([^}]*)\}", lambda part: environment.get(part[1], part[2]), text
    )


@contextmanager
def own_database(server: str):
    """A new database on the PostgreSQL at `server` (an address), as an address; gone afterwards."""
    name = f"deployed_{uuid.uuid4().hex[:12]}"
    admin = psycopg2.connect(server)
    admin.autocommit = True
    try:
        with admin.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
            try:
                yield f"{server.rpartition('/')[0]}/{name}"
            finally:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        admin.close()


def environment(folder: Path, *, database: str, redis: str, **more: str) -> dict[str, str]:
    """All that the processes read. folder: for their files. more: further variables."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "PYTHONWARNINGS": "ignore",
        "SPRINT_MODE": "production",
        "SPRINT_VAR": str(folder / "var"),
        "SITE_URL": "http://localhost",
        "SECURE_SSL_REDIRECT": "False",
        "SECRET_KEY": uuid.uuid4().hex * 2,
        "FIELD_KEY": uuid.uuid4().hex,
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "MAIL_URL": "consolemail://",
        "PORT": str(port),
        "WORKERS": "1",
        **more,
    }


def begin(service: str, environment: dict) -> subprocess.Popen:
    """A service of docker-compose.yml, started; `said` reads its error lines."""
    command = [filled_in(part, environment) for part in COMPOSE["services"][service]["command"]]
    command = [part.replace("0.0.0.0", "127.0.0.1") for part in command]  # noqa: S104
    # A file: a pipe that nobody empties would hold the service up once it is full.
    with _log(service, environment).open("wb") as log:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )


def said(service: str, environment: dict) -> str:
    return _log(service, environment).read_text(errors="replace")


def _log(service, environment) -> Path:
    return Path(environment["HOME"]) / f"{service}.log"


def run(*command: str, environment: dict, seconds: int = 120) -> str:
    """What `python <command>` prints; raises when it fails."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
        timeout=seconds,
        text=True,
    )
    return done.stdout


def end(children: Collection[subprocess.Popen]) -> None:
    """Ask each to stop and wait for it."""
    for child in children:
        child.send_signal(signal.SIGTERM)
    try:
        for child in children:
            child.wait(timeout=60)
    finally:
        for child in children:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()


def wait_until(true, seconds=60):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.2)
