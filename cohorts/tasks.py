"""Doors for the worker: an id in, or nothing; nothing out; safe to run twice."""

from celery import shared_task

from cohorts.scheduling import reminders


@shared_task
def remind():
    """Mail the people of every meeting that is a day away, each once."""
    for meeting_id in reminders.due():
        reminders.remind(meeting_id)
