"""Small parts of the plan's pages."""

import uuid
from functools import cache

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from engagement_plans import impact
from engagement_plans import register as entry
from engagement_plans.board import register_suggestions, related_words
from engagement_plans.wording import short_label
from sprint_portal import times

register = template.Library()

SCRIPT_WORDS = {
    "saving": gettext_lazy("Saving…"),
    "typed": gettext_lazy("Not saved yet, kept on this device"),
    "offline": gettext_lazy("Offline: kept on this device, sent when you are back"),
    "failed": gettext_lazy("That did not reach us: kept on this device, we try again"),
    "signed-out": gettext_lazy("Signed out: your text is kept on this device."),
    "sign-in": gettext_lazy("Sign in"),
    "too-long": gettext_lazy(
        "This is too long to send. It stays in the field and on this device: shorten it."
    ),
    "joined": gettext_lazy("joined with a colleague’s change"),
    "reload": gettext_lazy("See it"),
    "word": gettext_lazy("word"),
    "words": gettext_lazy("words"),
    "waiting": gettext_lazy("Kept on this device and not sent yet:"),
    "here": gettext_lazy("open it"),
    "percent": gettext_lazy("of what is required"),
}


@register.inclusion_tag("components/sections.html")
def plan_sections(plan, progress, current=""):
    """The sections with their stops. current: key of the one on screen."""
    return {
        "label": _("Sections of the plan"),
        "sections": [
            {
                "text": f"{one.number} {one.short}",
                "href": reverse("engagement_plans:section", args=[plan.uid, one.key]),
                "state": one.state,
                "said": one.said,
                "current": one.key == current,
            }
            for one in progress.sections
        ],
    }


@register.simple_tag
def saved_when(answer):
    """ "Saved 10:42 by Lucía", with the day when it was not today; "" for no answer."""
    if answer is None:
        return ""
    moment = answer.saved_at
    today = timezone.localtime(moment).date() == timezone.localdate()
    when = times.clock(moment) if today else times.moment_words(moment)
    words = _("Saved %(time)s") % {"time": when}
    if answer.saved_by:
        words = _("Saved %(time)s by %(who)s") % {"time": when, "who": answer.saved_by}
    return format_html('<time class="saved" datetime="{}">{}</time>', moment.isoformat(), words)


@register.simple_tag
def script_words():
    """What the script of these pages says, as data of the element that holds the prompts."""
    return _script_words(get_language())


@cache
def _script_words(_language):
    return format_html_join("", ' data-words-{}="{}"', SCRIPT_WORDS.items())


# The fields of a section are drawn here and not by widgets, whose templates would take most of
# the time that a page with thirty of them needs.
@register.simple_tag
def save_fields(entry):
    """What a save has to know: the revision that its text was made from, and an id of its own."""
    return format_html(
        '<input type="hidden" name="base_rev" value="{}">'
        '<input type="hidden" name="save_id" value="{}">',
        entry.rev,
        entry.save_id,
    )


@register.simple_tag
def text_input(prompt, entry):
    """The box of a text prompt, tied to its question's reason and to what is wrong."""
    short = prompt.type == "text"
    return format_html(
        '<textarea name="value" cols="40" rows="{}" class="form-control{}{}" id="id_{}_value"'
        ' aria-describedby="{}"{}>\n{}</textarea>',
        3 if short else 6,
        " short" if short else "",
        " is-invalid" if entry.wrong else "",
        prompt.key,
        described_by(prompt, entry),
        mark_safe(' aria-invalid="true"') if entry.wrong else "",
        entry.value or "",
    )


@register.simple_tag
def choice_inputs(prompt, entry):
    """The radios or checkboxes of a group, each with its label."""
    kind = "radio" if prompt.type == "choice" else "checkbox"
    wrong = " is-invalid" if entry.wrong else ""
    return format_html_join(
        "",
        '<div class="form-check"><input type="{0}" name="value" value="{1}"'
        ' class="form-check-input{2}" id="id_{3}_value_{4}"{5}>'
        '<label class="form-check-label" for="id_{3}_value_{4}">{6}</label></div>',
        (
            (kind, one.code, wrong, prompt.key, place, _checked(entry.holds(one.code)), one.label)
            for place, one in enumerate(prompt.choices)
        ),
    )


def _checked(is_chosen):
    return mark_safe(" checked") if is_chosen else ""


@register.simple_tag
def described_by(prompt, entry):
    """The ids of what a field is described by: its question's reason, and what is wrong."""
    return f"why-{prompt.key} wrong-{prompt.key}" if entry.wrong else f"why-{prompt.key}"


@register.simple_tag
def column_label(columns, place):
    """The column's name, for tables that become lists on a phone."""
    return format_html(' data-label="{}"', columns[place])


@register.simple_tag
def new_id():
    """An id for something that is about to be sent: sent twice, it is kept once."""
    return uuid.uuid4()


@register.simple_tag
def impact_sentence(result):
    """What the assessment says, in a sentence."""
    words = _("Level %(roman)s, %(label)s: %(points)d of %(of)d points.") % {
        "roman": result.level.roman,
        "label": result.level.label.lower(),
        "points": result.current,
        "of": result.raw_most,
    }
    if result.is_provisional:
        return _("%(result)s Provisional: %(open)d items are open.") % {
            "result": words,
            "open": result.total - result.answered,
        }
    return words


@register.simple_tag
def entry_groups(form, board):
    """The register entry's fields under their headings: (label, [(field, bound, offers)])."""
    offers = register_suggestions(board)
    return [
        (label, [(one, form[one.key], offers[one.key]) for one in fields])
        for label, fields in entry.grouped()
    ]


@register.simple_tag
def assessment_groups(form, board):
    """The items under their headings: (label, [(item, bound answer, bound note, related)])."""
    groups = {}
    for item in impact.items():
        label = _("Safeguards") if item.kind == "mitigation" else str(impact.AREAS[item.area])
        related = related_words(board, item.related)
        groups.setdefault(label, []).append(
            (item, form[item.key], form[f"note-{item.key}"], related)
        )
    return list(groups.items())


@register.simple_tag
def item_words(item, stored):
    """What was answered to an item."""
    value = stored.value if stored else {}
    return item.label_of(value.get("answers") or {}) or "–"


@register.simple_tag
def engagement_floor(result, board):
    """Whether the offered level of participation goes with the impact level; "" when unknown."""
    offered = board.values.get("goals_level")
    prompt = board.guide.prompts.get("goals_level")
    if not offered or not prompt or result.is_provisional:
        return ""
    words = {
        "offered": short_label(prompt.label_of(offered)),
        "floor": short_label(prompt.label_of(result.level.floor)),
        "roman": result.level.roman,
    }
    if impact.is_deep_enough(offered, result.level):
        return _("You offer “%(offered)s”; level %(roman)s asks for “%(floor)s” or more.") % words
    asks = _("Level %(roman)s asks for “%(floor)s” or more; you offer “%(offered)s”.") % words
    return f"{asks} {_('Say why, or go deeper.')}"
