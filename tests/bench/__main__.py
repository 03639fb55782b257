"""`make bench`: pages, queries, rendering and growth, as a table and in build/bench.json.

In one process, on a database file of its own, through the portal's real middleware; only the
rush before a deadline needs PostgreSQL, Redis and the servers of production, see `rush.py`.
"""

import json
import os
import shutil
import tempfile
from pathlib import Path

FOLDER = tempfile.mkdtemp(prefix="sprint-portal-bench-")
os.environ.update(
    SPRINT_VAR=FOLDER,
    DEMO="1",
    LOG_LEVEL="ERROR",
    CELERY_BROKER_URL="memory://",
    MAIL_URL="memorymail://",
    DJANGO_SETTINGS_MODULE="sprint_portal.settings",
)
for name in ("DATABASE_URL", "REDIS_URL"):
    os.environ.pop(name, None)

import django

django.setup()

from django.conf import settings
from django.core.management import call_command

from tests.bench import pages, queries, rendering, rush
from tests.bench.measuring import as_table

OUT = settings.ROOT / "build" / "bench.json"


def main():
    settings.ROOT_URLCONF = "tests.bench.reference"
    call_command("migrate", verbosity=0)
    call_command("load_content")
    call_command("load_demo")
    rows = [*pages.rows(), *queries.rows(), *rendering.rows(), *pages.growth(), *in_a_rush()]
    Path(OUT).parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps([row.as_data() for row in rows], indent=1) + "\n")
    print(as_table(rows))


def in_a_rush():
    """The deadline's rows; none, and a line that says so, where its servers are missing."""
    try:
        return rush.rows()
    except rush.CannotRun as why:
        print(f"rush_deadline_p95, rush_lost, rush_double, rush_faults left out: {why}")
        return []


if __name__ == "__main__":
    try:
        main()
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
