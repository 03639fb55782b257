"""Doors for the worker: an id in, nothing out, safe to run twice."""

from celery import shared_task

from sprint_portal.queue import enqueue
from toolkit import making


@shared_task(bind=True, soft_time_limit=making.SOFT_LIMIT, time_limit=making.HARD_LIMIT)
def render(self, render_id: int):
    """Make the file of one render."""
    making.make(render_id, holder=self.request.id or "")


@shared_task
def sweep_renders():
    """Send again what lost its worker, or never reached the queue."""
    for render_id in making.sweep():
        enqueue(render, render_id)
