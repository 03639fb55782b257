"""Meetings in words: `{% load meetings %}`."""

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from sprint_portal import markdown, times

register = template.Library()


@register.simple_tag
def meeting_time(meeting, *, start=False):
    """Day and time of a meeting as plain text, in the reader's zone and in the meeting's own."""
    return span_text(meeting.starts_at, meeting.ends_at, meeting.zone, start=start)


@register.simple_tag(takes_context=True)
def meeting_title(context, meeting):
    """What whoever reads the page or the mail calls a meeting."""
    return meeting.title_for(context.get("reader") or context["user"])


@register.simple_tag
def span_text(begin, end, home, *, start=False):
    """From one moment to another as plain text for mail, with both zones named."""
    words = [times.span_words(begin, end, start=start, near=False), times.zone_words(at=begin)]
    there = times.elsewhere_words(begin, home)
    return " · ".join([" ".join(words), there] if there else [" ".join(words)])


@register.simple_tag
def moves_note(shift):
    """ "moves to 12:00 for you from Tuesday 5 November"; "" when nothing moves."""
    if not shift:
        return ""
    day = times.day_words(shift.wall.date(), today=timezone.localdate())
    facts = {"time": clock_text(shift.wall), "day": day}
    return _("moves to %(time)s for you from %(day)s") % facts


@register.filter
def clock_text(wall):
    """A naive wall time, or a time of day, as "9:30"."""
    return f"{wall.hour}:{wall.minute:02}"


@register.filter
def wall_day(wall):
    """The day of a naive wall time, with its weekday."""
    return times.day_words(wall.date(), today=timezone.localdate())


@register.filter
def zone_city(zone):
    """ "Bogotá" for America/Bogota; the zone itself when no city names it."""
    return times.zone_city(zone) or zone


@register.simple_tag
def local_time(moment, zone):
    """Day and time of a moment in a named zone, as plain text: "Tuesday 8 October, 11:00"."""
    return times.moment_words(moment, zone)


@register.filter
def as_markdown(text):
    """Text by people as safe HTML."""
    return markdown.render(text)
