"""What every test may use. Tests need no server: embedded defaults in a folder of their own."""

import os
import tempfile

# Set before Django reads its settings, which is why pyproject.toml does not name them.
os.environ["DJANGO_SETTINGS_MODULE"] = "sprint_portal.settings"
os.environ.setdefault("SPRINT_VAR", tempfile.mkdtemp(prefix="sprint-portal-tests-"))
os.environ.setdefault("STATIC_ROOT", tempfile.mkdtemp(prefix="sprint-portal-static-"))
os.environ["CELERY_BROKER_URL"] = "memory://"  # a test never reaches a real broker
os.environ["MAIL_URL"] = "memorymail://"
os.environ.setdefault("LOG_LEVEL", "WARNING")

import django
import pytest

django.setup()


@pytest.fixture(autouse=True)
def _quick_and_contained(settings, tmp_path):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _tasks_run_at_once(settings):
    """Work handed to Celery is done when the transaction commits, in this process."""
    from sprint_portal.celery import app  # noqa: PLC0415  after the environment is set

    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False
