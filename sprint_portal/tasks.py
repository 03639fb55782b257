"""The ground's own task doors."""

from celery import shared_task

from sprint_portal import heartbeat, limits


@shared_task
def beat():
    """Prove that the schedule and a worker are both running."""
    heartbeat.beat("worker")


@shared_task
def forget_full_buckets():
    """Remove the counters of those who have not done anything limited for a while."""
    limits.forget_full()
