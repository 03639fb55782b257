"""What is written for deployment is true: it parses, names what exists, and its commands start."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psycopg2
import pytest
import yaml

from sprint_portal import serving

ROOT = Path(__file__).parent.parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SETTINGS = (ROOT / "sprint_portal" / "settings.py").read_text()


def filled_in(text: str, environment: dict) -> str:
    """Compose's `${NAME:-default}`, as compose reads it."""
    return re.sub(
        r"\$\{(\w+):?[-?]?([^}]*)\}", lambda part: environment.get(part[1], part[2]), text
    )


def test_compose_names_every_process_once():
    assert set(COMPOSE["services"]) == {"migrate", "web", "worker", "beat", "postgres", "redis"}
    for service in ("web", "worker", "beat"):
        waits_for = COMPOSE["services"][service]["depends_on"]
        assert waits_for["migrate"] == {"condition": "service_completed_successfully"}


def test_example_lists_every_variable_of_the_settings():
    listed = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    asked = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', SETTINGS))
    asked |= set(re.findall(r'required\(\s*env,\s*"([A-Z_]+)"', SETTINGS))

    assert asked - listed == set()


def test_lock_names_hashes_and_no_address():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "--index" not in text


@pytest.fixture
def production(tmp_path):
    """The environment of a production with a database of its own, gone afterwards."""
    name = f"deployed_{uuid.uuid4().hex[:12]}"
    server = os.environ["DATABASE_URL"]
    admin = psycopg2.connect(server)
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    yield {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "PYTHONWARNINGS": "ignore",
        "SPRINT_MODE": "production",
        "SPRINT_VAR": str(tmp_path / "var"),
        "SITE_URL": "http://localhost",
        "SECURE_SSL_REDIRECT": "False",
        "SECRET_KEY": uuid.uuid4().hex * 2,
        "FIELD_KEY": uuid.uuid4().hex,
        "DATABASE_URL": f"{server.rpartition('/')[0]}/{name}",
        "REDIS_URL": f"{os.environ['REDIS_URL'].rpartition('/')[0]}/14",
        "MAIL_URL": "consolemail://",
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "WORKERS": "1",
    }
    with admin.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    admin.close()


def begin(service, environment):
    command = [filled_in(part, environment) for part in COMPOSE["services"][service]["command"]]
    command = [part.replace("0.0.0.0", "127.0.0.1") for part in command]  # noqa: S104
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def wait_until(true, seconds=60):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.2)


@pytest.mark.services
@pytest.mark.timeout(300)
def test_commands_of_compose_serve_and_stop(production):
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(collect, cwd=ROOT, env=production, check=True)
    migrate = begin("migrate", production)
    words = migrate.communicate(timeout=120)[1].decode()
    assert migrate.returncode == 0, words

    children = {name: begin(name, production) for name in ("web", "worker", "beat")}
    try:
        wait_until(lambda: serving.is_ready(int(production["PORT"])))
        wait_until(lambda: serving.ask(int(production["PORT"]))["worker"])
        state = serving.ask(int(production["PORT"]))
    finally:
        for child in children.values():
            child.send_signal(signal.SIGTERM)
    words = {name: child.communicate(timeout=60)[1].decode() for name, child in children.items()}

    assert {name: child.returncode for name, child in children.items()} == {
        "web": 0,
        "worker": 0,
        "beat": 0,
    }, words
    assert all(state[part] for part in ("ok", "database", "migrated", "broker", "worker"))
    assert "Traceback" not in "".join(words.values())


def test_every_make_command_of_the_readme_exists():
    commands = set(re.findall(r"make ([a-z-]+)", (ROOT / "README.md").read_text()))
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert commands
    assert commands - known == set()


def test_continuous_integration_runs_the_same_commands():
    script = (ROOT / ".ci" / "run").read_text()

    assert all(f"make {name}" in script for name in ("check", "test", "test-services"))
    subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=True)
