"""The ground's own task doors."""

from celery import shared_task

from sprint_portal import heartbeat


@shared_task
def beat():
    """Prove that the schedule and a worker are both running."""
    heartbeat.beat("worker")
