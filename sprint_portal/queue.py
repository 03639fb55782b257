"""Handing work to Celery without ever failing a request.

The row in the database is the truth. A message to the broker only says that there is something
to do; when the broker is down the message is lost, the row stays `queued`, and the sweep of the
app that owns it sends it again.
"""

import structlog
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def enqueue(task, *args):
    """Run `task(*args)` in a worker once the present transaction is committed."""
    transaction.on_commit(lambda: _send(task, args), robust=True)


def _send(task, args):
    try:
        task.apply_async(args=args, retry=False)
    except (OperationalError, OSError) as fault:
        log.warning("broker_unreachable", task=task.name, fault=type(fault).__name__)
