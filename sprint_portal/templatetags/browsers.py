"""`{% load browsers %}`: the browser that somebody used."""

from django import template

from sprint_portal.accounts.browsers import browser_name

register = template.Library()


@register.filter
def browser(user_agent: str) -> str:
    """What it is called, and what it runs on."""
    return browser_name(user_agent)
