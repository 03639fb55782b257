"""Doors for the worker: an id in, or nothing; nothing out; safe to run twice."""

from celery import shared_task

from cohorts import nudging
from cohorts import confirming
from cohorts.scheduling import reminders


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
