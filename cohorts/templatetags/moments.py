"""Moments as plain text, for mail. Pages use the tags of `ui`."""

from django import template
from django.utils import timezone

from sprint_portal import times

register = template.Library()


@register.filter
def in_words(moment, also=None) -> str:
    """A moment in the reader's zone, with its weekday and the zone named; "" for none.

    also: the offering's zone, said too when its clock differs. Never "today" or "tomorrow":
    mail is read on another day.
    """
    return times.full_words(moment, also, near=False) if moment else ""


@register.filter
def day_in_words(day) -> str:
    """A day with its weekday, never "today"."""
    return times.day_words(day, today=timezone.localdate(), near=False)


@register.filter
def indented(text: str) -> str:
    """Further lines of a text set in as far as its first."""
    return str(text).replace("\n", "\n    ")
