"""What is written for deployment is true: it parses, names what exists, and its commands start."""

import os
import re
import subprocess

import pytest

from sprint_portal import serving
from tests.house import production
from tests.house.production import COMPOSE, ROOT

SETTINGS = (ROOT / "sprint_portal" / "settings.py").read_text()


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
def deployed(tmp_path):
    """The environment of a production with a database of its own, gone afterwards."""
    redis = f"{os.environ['REDIS_URL'].rpartition('/')[0]}/14"
    with production.own_database(os.environ["DATABASE_URL"]) as database:
        yield production.environment(tmp_path, database=database, redis=redis, WEB_CONCURRENCY="1")


@pytest.mark.services
@pytest.mark.timeout(300)
def test_commands_of_compose_serve_and_stop(deployed):
    production.run("manage.py", "collectstatic", "--no-input", "-v0", environment=deployed)
    migrate = production.begin("migrate", deployed)
    assert migrate.wait(timeout=120) == 0, production.said("migrate", deployed)
    port = int(deployed["PORT"])

    children = {name: production.begin(name, deployed) for name in ("web", "worker", "beat")}
    try:
        production.wait_until(lambda: serving.is_ready(port))
        production.wait_until(lambda: serving.ask(port)["worker"])
        state = serving.ask(port)
    finally:
        production.end(children.values())
    words = {name: production.said(name, deployed) for name in children}

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
