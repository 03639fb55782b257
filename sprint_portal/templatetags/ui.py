"""Times, lines with stops, and the small boxes that pages are built from.

`{% load ui %}`; /developers/components/ shows each tag in use.
"""

from datetime import date, datetime

from django import template
from django.forms import BaseForm
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from sprint_portal import stops as drawing
from sprint_portal import times

register = template.Library()


# --- times ------------------------------------------------------------------------
@register.simple_tag
def when(moment, also=None, *, zone=True, start=False, year=False):
    """A moment in the reader's zone: weekday, date, time, and the zone by name.

    also: another zone (the offering's) to add when its clocks differ. zone: False leaves the
    zone out, where a heading names it already. start: True for a capital. year: True says the
    year always. "" for no moment.
    """
    if not moment:
        return ""
    words = times.moment_words(moment, start=start, year=year)
    return _with_zone(_time(moment, words), moment, also, zone)


@register.simple_tag
def span(begin, end, also=None, *, zone=True, start=False):
    """From one moment to another in the reader's zone; the rest as in `when`."""
    if not begin or not end:
        return when(begin or end, also, zone=zone, start=start)
    words = times.span_words(begin, end, start=start)
    return _with_zone(_time(begin, words), begin, also, zone)


@register.simple_tag
def day(value: date | datetime | None, *, start=False, year=False):
    """A day with its weekday, and before it today or tomorrow when it is; year as in `when`."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    words = times.day_words(value, today=timezone.localdate(), start=start, year=year)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.simple_tag
def countdown(moment, *, deadline=False):
    """How far off a moment is, in words; brick and "overdue" for a deadline that has passed.

    What is left of a deadline goes on counting while the page is open (js/countdown.js).
    """
    if not moment:
        return ""
    ahead = moment >= timezone.now()
    words = times.countdown_words(moment, deadline=deadline)
    return format_html(
        '<time class="countdown{}" datetime="{}"{}>{}</time>',
        " countdown--late" if deadline and not ahead else "",
        moment.isoformat(),
        format_html(' data-left="{}"', "|".join(times.left_words())) if deadline and ahead else "",
        words,
    )


@register.simple_tag
def by(moment, also=None):
    """A deadline: "By Wednesday 9 December, 23:07", then its zone and the time that is left."""
    if not moment:
        return ""
    words = gettext("By %(when)s") % {"when": times.moment_words(moment)}
    notes = [times.zone_words(at=moment), times.elsewhere_words(moment, also) if also else ""]
    said = " · ".join(note for note in notes if note)
    left = countdown(moment, deadline=True)
    return format_html('{} <span class="zone">{} · {}</span>', _time(moment, words), said, left)


@register.simple_tag
def zone_label(zone=None, at=None):
    """A zone by name, the reader's own when none is given: "Bogotá time"."""
    return times.zone_words(zone, at)


def _time(moment, words):
    return format_html('<time class="when" datetime="{}">{}</time>', moment.isoformat(), words)


def _with_zone(element, moment, also, zone):
    notes = [times.zone_words(at=moment)] if zone else []
    elsewhere = times.elsewhere_words(moment, also) if also else ""
    notes += [elsewhere] if elsewhere else []
    if not notes:
        return element
    before = "" if zone else "· "  # a zone's name belongs to the time, another time does not
    said = before + " · ".join(notes)
    return format_html('{} <span class="zone">{}</span>', element, said)


# --- lines and stops --------------------------------------------------------------
@register.inclusion_tag("components/line.html")
def line(stops, label="", *, short=False):
    """A journey as a line with stops (see `sprint_portal.stops` for what a stop holds).

    label: names the list for those who hear it. short: a smaller line, for steps.
    """
    return {"line": drawing.draw_line(stops), "label": label, "short": short}


@register.inclusion_tag("components/transit_map.html")
def transit_map(lines, caption="", *, reading="", unit="", noted=""):
    """A cohort as a map: one line a city, with the table that says the same.

    caption: heading of the table. reading: one sentence that says what the map shows.
    unit: what a stop is ("sections"), for the column of counts. noted: what the notes tell.
    """
    return {
        "map": drawing.draw_map(lines),
        "caption": caption,
        "reading": reading,
        "unit": unit or gettext("Stops done"),
        "noted": noted or gettext("Where it stands"),
    }


@register.simple_tag
def stop(state, text=""):
    """The dot of a plan section: state "open", "half" or "full"; text says it in words."""
    half = mark_safe('<path class="dot__fill" d="M8 1.5a6.5 6.5 0 0 0 0 13z"/>')
    said = format_html('<span class="visually-hidden">{}</span>', text) if text else ""
    return format_html(
        '<svg class="dot dot--{}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"'
        ' focusable="false"><circle class="dot__ring" cx="8" cy="8" r="6.5"/>{}</svg>{}',
        state,
        half if state == "half" else "",
        said,
    )


# --- boxes ------------------------------------------------------------------------
@register.simple_tag
def badge(text, kind="plain"):
    """A word about a state. kind: plain, line, good, next, bad, or city-1 to city-6."""
    return format_html('<span class="badge badge--{}">{}</span>', kind, text)


@register.simple_block_tag
def callout(content, kind="info", title=""):
    """A message set apart: kind "next", "info", "warning" or "error"."""
    heading = format_html('<p class="callout__title">{}</p>', title) if title else ""
    return format_html('<div class="callout callout--{}">{}{}</div>', kind, heading, content)


@register.simple_block_tag
def card(content, title="", level=2):
    """A white card for what can be edited or acted upon. level: of its heading, 2 to 4."""
    heading = format_html('<h{0} class="card__title">{1}</h{0}>', level, title) if title else ""
    return format_html('<section class="card">{}{}</section>', heading, content)


@register.inclusion_tag("components/button_form.html")
def button_form(action, text, kind="primary", *, blockers=(), **more):
    """A button that does something, in its own POST form; blockers: why it may not, as sentences.

    more: name and value of the button, hidden (a dict), describe (words for those who hear it).
    """
    return {"action": action, "text": text, "kind": kind, "blockers": blockers, **more}


# --- forms ------------------------------------------------------------------------
@register.simple_tag
def field_errors(form) -> list[dict]:
    """What is to be put right in a form or formset, in reading order.

    Each is {"id": id of the control or "", "label": str, "message": str}. A field whose label
    says too little alone has `named` beside it.
    """
    if not form or not form.is_bound:
        return []
    if isinstance(form, BaseForm):
        return _form_errors(form)
    errors = [{"id": "", "label": "", "message": str(text)} for text in form.non_form_errors()]
    return errors + [error for one in form.forms for error in _form_errors(one)]


def _form_errors(form):
    errors = [{"id": "", "label": "", "message": str(text)} for text in form.non_field_errors()]
    for bound in form:
        target = "" if bound.is_hidden else (bound.id_for_label or _first_choice(bound))
        label = "" if bound.is_hidden else str(getattr(bound.field, "named", bound.label))
        errors += [{"id": target, "label": label, "message": str(text)} for text in bound.errors]
    return errors


def _first_choice(bound):
    """A group of radios or checkboxes has no id of its own: its first choice is focused."""
    return f"{bound.auto_id}_0" if bound.auto_id else ""


@register.filter
def is_marked_optional(bound) -> bool:
    """Whether a field says "(optional)": only among required ones does that tell anything.

    A form whose fields are required by another rule (a draft) sets `optional_unmarked = True`.
    """
    form = bound.form
    if bound.field.required or getattr(form, "optional_unmarked", False):
        return False
    return any(field.required for field in form.fields.values())
