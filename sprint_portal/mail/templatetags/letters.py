"""Words for mails: the same times as on the pages, without their markup. `{% load letters %}`."""

from django import template
from django.conf import settings
from django.urls import reverse

from sprint_portal import times

register = template.Library()


@register.filter
def moment(value):
    """A moment as the reader reads it: "Tuesday 8 October, 11:00, Bogotá time (GMT−5)"."""
    return f"{times.moment_words(value)}, {times.zone_words(at=value)}" if value else ""


@register.simple_tag
def link(name, *args, **kwargs):
    """The full address of a page, always under the portal's own."""
    return settings.SITE_URL + reverse(name, args=args, kwargs=kwargs)
