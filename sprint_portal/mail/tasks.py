"""Doors for the worker: an id in, nothing out, safe to run twice."""

import time

from celery import shared_task

from sprint_portal.mail import delivery

SWEEP_FOR = 60  # seconds: below the time limit of a task, whatever the mail server does


@shared_task
def send(message_id: int):
    """Send one message, unless it is sent or being sent."""
    delivery.deliver(message_id)


@shared_task
def sweep():
    """Flag what got stuck, then send what is due and was missed until the server fails us."""
    delivery.flag_stuck()
    delivery.wipe_secrets()
    until = time.monotonic() + SWEEP_FOR
    for message_id in delivery.due():
        if time.monotonic() > until or not delivery.deliver(message_id):
            break
