"""What every test may use. Tests need no server: embedded defaults in a folder of their own."""

import os
import shutil
import tempfile
import uuid

# Set before Django reads its settings, which is why pyproject.toml does not name them.
os.environ["DJANGO_SETTINGS_MODULE"] = "sprint_portal.settings"
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ  # it inherits the folder of the one who asked
if not IS_WORKER:
    os.environ["SPRINT_VAR"] = tempfile.mkdtemp(prefix="sprint-portal-tests-")
os.environ["CELERY_BROKER_URL"] = "memory://"  # a test never reaches a real broker
os.environ["MAIL_URL"] = "memorymail://"
os.environ["DEMO"] = "0"
os.environ.setdefault("LOG_LEVEL", "WARNING")
# Playwright runs an event loop in the test's thread; the database is used from there too.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

import django
import pytest

django.setup()

from django.db import connection
from django.db.backends.sqlite3 import base as sqlite

from sprint_portal.celery import app as celery_app

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
NO_BROWSER = f"no Chromium at {CHROMIUM}: apt-get install chromium"
NO_SERVICES = "no PostgreSQL and Redis named: make test-services"


@pytest.fixture(autouse=True)
def _quick_and_contained(settings, tmp_path):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SECOND_FACTOR_REQUIRED = False  # test_second_factor.py turns it on
    # A cache of its own for every test: a folder, or keys of its own in a shared Redis.
    default = {**settings.CACHES["default"], "KEY_PREFIX": uuid.uuid4().hex}
    if not settings.REDIS_URL:
        default["LOCATION"] = str(tmp_path / "cache")
    settings.CACHES = {**settings.CACHES, "default": default}


@pytest.fixture(autouse=True)
def _tasks_run_at_once():
    """Work handed to Celery is done when the transaction commits, in this process."""
    celery_app.conf.task_always_eager = True
    yield
    celery_app.conf.task_always_eager = False


@pytest.fixture(scope="session", autouse=True)
def _triggers_rest_while_tables_are_emptied():
    """SQLite empties tables by DELETE between transactional tests; the audit refuses that."""
    operations = sqlite.DatabaseOperations
    flush = operations.sql_flush

    def sql_flush(self, style, tables, **options):
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        drops = [f'DROP TRIGGER "{name}"' for name, _made_by in triggers]
        made_by = [sql for _name, sql in triggers]
        return [*drops, *flush(self, style, tables, **options), *made_by]

    operations.sql_flush = sql_flush
    yield
    operations.sql_flush = flush


# --- journeys and services: marked by where they are, skipped with a reason ---------
def pytest_collection_modifyitems(items):
    on_services = "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ
    for item in items:
        if item.path.parent.name == "journeys":
            item.add_marker("journey")
        if item.get_closest_marker("journey") and not os.path.exists(CHROMIUM):
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))
        if item.get_closest_marker("services") and not on_services:
            item.add_marker(pytest.mark.skip(reason=NO_SERVICES))


def _journeys(reporter):
    """(how many ran, how many were skipped, the reasons)."""
    stats = reporter.stats
    ran = [
        report
        for outcome in ("passed", "failed", "error")
        for report in stats.get(outcome, [])
        if "journey" in getattr(report, "keywords", {}) and report.when in ("call", "setup")
    ]
    skipped = [report for report in stats.get("skipped", []) if "journey" in report.keywords]
    reasons = {str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped}
    return len({report.nodeid for report in ran}), len(skipped), reasons


def pytest_terminal_summary(terminalreporter):
    ran, skipped, reasons = _journeys(terminalreporter)
    why = f" ({'; '.join(sorted(reasons))})" if reasons else ""
    terminalreporter.write_line(f"journeys: {ran} run, {skipped} skipped{why}")


def pytest_sessionfinish(session, exitstatus):
    """With JOURNEYS=required, as on the machine that guards the main line, a skip is a failure."""
    if IS_WORKER:
        return
    shutil.rmtree(os.environ["SPRINT_VAR"], ignore_errors=True)
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("JOURNEYS") == "required" and exitstatus == 0 and _journeys(reporter)[1]:
        session.exitstatus = 1


@pytest.fixture
def client_factory():
    """More browsers than one."""
    from django.test import Client  # noqa: PLC0415  after the environment is set

    return Client
