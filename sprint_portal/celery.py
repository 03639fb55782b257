"""The Celery application. Tasks are found in each app's `tasks.py`."""

import logging.config
import os

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sprint_portal.settings")

# Under kombu's own name, so that no setting can ask for the one that tears messages.
TRANSPORT_ALIASES["filesystem"] = "sprint_portal.filebroker:Transport"

app = Celery("sprint_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# A task's lines carry the id of the request that asked for it.
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def log_as_the_web_does(**_given):
    """Celery leaves logging alone when this is connected."""
    logging.config.dictConfig(settings.LOGGING)
