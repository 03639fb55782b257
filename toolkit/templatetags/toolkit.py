"""Words and pictures of the toolkit: `{% load toolkit %}`."""

from django import template
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from toolkit import cover, editorial, forms

register = template.Library()


@register.filter
def kind_word(kind: str) -> str:
    """What kind of resource it is, in the reader's language."""
    return dict(forms.KINDS).get(kind, kind)


@register.filter
def effort_word(effort: str) -> str:
    """How much effort it takes, in the reader's language."""
    return dict(forms.EFFORTS).get(effort, effort)


@register.filter
def event_word(verb: str) -> str:
    """What happened to a best practice, in the reader's language."""
    return {
        "draft": _("Draft taken in"),
        "edit": _("Text edited"),
        "render": _("PDF asked for"),
        "publish": _("Published"),
        "withdraw": _("Taken back"),
    }.get(verb, verb)


@register.simple_tag
def cover_art(content: dict):
    """The picture of an edition, as decoration beside its title."""
    drawing = cover.draw(content["shape"], cover.seed_of(content["city"], content["title"]))
    accent = editorial.ACCENTS[content["accent"]]
    return mark_safe(cover.svg(drawing, accent=accent, title=""))  # noqa: S308  numbers and colours
