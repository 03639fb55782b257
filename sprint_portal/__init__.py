"""The ground: what every app of the portal stands on. It imports no app."""

from sprint_portal.celery import app as celery_app

__all__ = ["celery_app"]
