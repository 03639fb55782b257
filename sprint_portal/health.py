"""Whether the portal is alive, and whether it can serve.

Both answer anyone, so they name no versions, hosts or errors: only what works, and for how long
the oldest work has waited.
"""

import os
from datetime import timedelta

from celery.exceptions import CeleryError
from django.apps import apps
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.http import JsonResponse
from django.utils import timezone
from kombu.exceptions import KombuError

from sprint_portal.access import public
from sprint_portal.celery import app as celery_app
from sprint_portal.heartbeat import Heartbeat

PATIENCE = 2  # seconds for the broker to answer
LATE = timedelta(minutes=5)  # work that waits longer than this is late
SILENT = timedelta(minutes=2)  # a worker not heard of for this long is taken for gone: 4 beats

_known = {"migrated": False}  # asked of the database until it is true, then never again


@public
def healthz(request):
    """The process answers."""
    return JsonResponse({"ok": True})


@public
def readyz(request):
    """200 once pages can be served; what runs behind them is told beside it.

    {"ok", "database", "migrated", "broker", "worker": bool, "waiting": {name: {"on_time": bool,
    "oldest_seconds": int}}}; 503 without database or with migrations to apply.
    """
    try:
        state = {"database": _database_answers(), "migrated": _is_migrated()}
        if all(state.values()):
            state |= {"broker": _broker_answers(), "worker": _worker_beats(), "waiting": _waiting()}
    except Error:
        state = {"database": False, "migrated": _known["migrated"]}
    ok = state["database"] and state["migrated"]
    return JsonResponse({"ok": ok, **state}, status=200 if ok else 503)


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _is_migrated() -> bool:
    if not _known["migrated"]:
        executor = MigrationExecutor(connection)
        _known["migrated"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _known["migrated"]


def _broker_answers() -> bool:
    folders = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("data_folder_out")
    if folders:  # files for a broker, which "connect" whatever is there
        return os.access(folders, os.R_OK | os.W_OK | os.X_OK)
    try:
        with celery_app.connection_for_write(connect_timeout=PATIENCE) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=PATIENCE)
    except (KombuError, CeleryError, OSError):
        return False
    return True


def _worker_beats() -> bool:
    return Heartbeat.objects.filter(name="worker", at__gt=timezone.now() - SILENT).exists()


def _waiting() -> dict:
    """For every queue of settings.WAITING_WORK: how long its oldest work has waited."""
    return {name: _oldest(*place) for name, place in settings.WAITING_WORK.items()}


def _oldest(model: str, moment: str) -> dict:
    queued = apps.get_model(model)._base_manager.filter(state="queued")
    oldest = queued.aggregate(oldest=Min(moment))["oldest"]
    waited = timezone.now() - oldest if oldest else timedelta()
    return {"on_time": waited < LATE, "oldest_seconds": int(waited.total_seconds())}
