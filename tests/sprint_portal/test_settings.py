"""Embedded, it starts with nothing; in production it says what is missing and guesses nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session

from sprint_portal.environment import kept_secret
from tests.factories import UserFactory

ROOT = Path(__file__).parent.parent.parent
PRODUCTION = {
    "SPRINT_MODE": "production",
    "SECRET_KEY": "x" * 50 + "abcdefgh",
    "FIELD_KEY": "another",
    "SITE_URL": "https://portal.example",
    "DATABASE_URL": "postgresql://nobody@db.invalid/none",
    "REDIS_URL": "redis://redis.invalid/0",
    "MAIL_URL": "smtp://mail.invalid",
}


def start(tmp_path, **environment):
    """(exit code, last line) of a process that reads the settings and says a few."""
    say = (
        "from django.conf import settings as s;"
        "print(s.ALLOWED_HOSTS, s.SESSION_COOKIE_NAME, s.DATABASES['default']['ENGINE'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", say],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "SPRINT_VAR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "sprint_portal.settings",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).strip().splitlines()[-1]


def test_embedded_needs_nothing(tmp_path):
    code, line = start(tmp_path)

    assert code == 0
    assert "sqlite3" in line
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("port", ["abc", "0", "99999", "-1"])
def test_an_impossible_port_is_said_in_one_line(tmp_path, port):
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "SPRINT_VAR": str(tmp_path), "PORT": port},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert (done.stdout + done.stderr).splitlines() == [
        f"PORT is a number from 1 to 65535, not {port!r}."
    ]


def test_the_host_of_the_site_is_always_allowed(tmp_path):
    _code, line = start(tmp_path, **PRODUCTION, ALLOWED_HOSTS="other.example")

    assert line.startswith("['portal.example', 'other.example']")


def test_production_starts_when_all_is_there(tmp_path):
    assert start(tmp_path, **PRODUCTION) == (
        0,
        "['portal.example'] __Host-session django.db.backends.postgresql",
    )


@pytest.mark.parametrize("name", sorted(set(PRODUCTION) - {"SPRINT_MODE"}))
def test_production_says_in_one_line_what_is_missing(tmp_path, name):
    code, line = start(tmp_path, **{**PRODUCTION, name: ""})

    assert code != 0
    assert line.endswith(f"{name} must be set when SPRINT_MODE=production.")


@pytest.mark.parametrize("name", ["DEBUG", "DEMO"])
def test_production_refuses_what_is_for_development(tmp_path, name):
    code, line = start(tmp_path, **PRODUCTION, **{name: "1"})

    assert code != 0
    assert "not for production" in line


def test_secret_is_made_once(tmp_path):
    first = kept_secret(tmp_path / "key")

    assert kept_secret(tmp_path / "key") == first
    assert len(first) > 50
    assert os.listdir(tmp_path) == ["key"]


@pytest.mark.django_db
def test_session_ended_by_another_process_is_over_here_at_once(client):
    client.force_login(UserFactory())
    assert client.get("/you/").status_code == 200

    Session.objects.all().delete()

    assert client.get("/you/").status_code == 302
