"""Small parts of the plan's pages."""

import uuid

from django import template
from django.forms.utils import flatatt
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from engagement_plans import impact
from engagement_plans import register as entry
from engagement_plans.board import register_suggestions, related_words
from engagement_plans.wording import short_label
from sprint_portal import times

register = template.Library()


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


# The fields of a section are drawn here and not by their widgets, whose templates take most of
# the time that a page with thirty of them needs.
@register.simple_tag
def save_fields(form):
    """What a save has to know: the revision that its text was made from, and an id of its own."""
    return format_html_join(
        "",
        '<input type="hidden" name="{}" value="{}" id="{}">',
        ((one.html_name, one.value(), one.auto_id) for one in (form["base_rev"], form["save_id"])),
    )


@register.simple_tag
def text_input(field, prompt):
    """The box of a text prompt, tied to its question's reason and to what is wrong."""
    wrong = " is-invalid" if field.errors else ""
    described = f"why-{prompt.key}" + (f" wrong-{prompt.key}" if field.errors else "")
    attrs = {
        "name": field.html_name,
        **field.field.widget.attrs,
        "class": f"form-control{wrong}{' short' if prompt.type == 'text' else ''}",
        "aria-describedby": described,
        **({"aria-invalid": "true"} if field.errors else {}),
        "id": field.auto_id,
    }
    return format_html("<textarea{}>\n{}</textarea>", flatatt(attrs), field.value() or "")


@register.simple_tag
def choice_input(choice, errors):
    """One radio or checkbox of a group."""
    attrs = {
        "type": choice.data["type"],
        "name": choice.data["name"],
        "value": choice.data["value"],
        "class": "form-check-input" + (" is-invalid" if errors else ""),
        "id": choice.id_for_label,
        "checked": choice.data["selected"],
    }
    return format_html("<input{}>", flatatt(attrs))


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
