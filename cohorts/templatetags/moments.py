"""Moments as plain text, for mail. Pages use the tags of `ui`."""

from django import template

from sprint_portal import times

register = template.Library()


@register.filter
def in_words(moment) -> str:
    """A moment in the reader's zone, with its weekday and the zone named; "" for none.

    Never "today" or "tomorrow": mail is read on another day.
    """
    if not moment:
        return ""
    return f"{times.moment_words(moment, near=False)}, {times.zone_words(at=moment)}"


@register.filter
def indented(text: str) -> str:
    """Further lines of a text set in as far as its first."""
    return str(text).replace("\n", "\n    ")
