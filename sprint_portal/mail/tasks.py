"""Doors for the worker: an id in, nothing out, safe to run twice."""

from celery import shared_task

from sprint_portal.mail import delivery


@shared_task
def send(message_id: int):
    """Send one message, unless it is sent or being sent."""
    delivery.deliver(message_id)


@shared_task
def sweep():
    """Send what is due and was missed, and flag what got stuck."""
    for message_id in delivery.due():
        delivery.deliver(message_id)
    delivery.flag_stuck()
