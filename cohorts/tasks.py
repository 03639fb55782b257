"""Doors for the worker: an id in, or nothing; nothing out; safe to run twice."""

from celery import shared_task

from cohorts import confirming, nudging, retention
from cohorts.scheduling import reminders
from sprint_portal.queue import enqueue

PURGE_FOR = 45  # seconds: well below the time limit of a task


@shared_task
def remind():
    """Mail the people of every meeting that is a day away, each once."""
    for meeting_id in reminders.due():
        reminders.remind(meeting_id)


@shared_task
def nudge():
    """Remind cities with a draft of the deadline, each once."""
    nudging.nudge()


@shared_task
def remind_to_confirm():
    """Mail the selected cities whose day to confirm comes near, each once for each distance."""
    for application_id in confirming.due():
        confirming.remind(application_id)


@shared_task
def purge():
    """Erase applications that are past their day; what takes too long goes on in the next task."""
    if not retention.purge_due(seconds=PURGE_FOR):
        enqueue(purge)
