"""An offering's set-up in words: its sections, and what is set in each."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as say

from cohorts import eoi, preparing, texts
from cohorts.models import Offering
from cohorts.readiness import Item
from cohorts.scores import read_criteria
from sprint_portal import times

TITLES = {
    "name": say("Name and address"),
    "dates": say("Dates"),
    "load": say("Seats and time"),
    "form": say("The form"),
    "rubric": say("How applications are scored"),
    "people": say("Facilitators"),
    "keeping": say("How long we keep what cities write"),
}


@dataclass(frozen=True)
class Section:
    """One section with its facts: pairs of (term, value)."""

    key: str
    title: str
    facts: list[tuple[str, str]]


def sections(offering: Offering) -> list[Section]:
    """All of them, in the order in which one sets an offering up."""
    return [Section(key, str(title), facts(offering, key)) for key, title in TITLES.items()]


def rev_of(offering: Offering, section: str) -> int:
    """What a page holds on to, to notice that somebody else saved meanwhile."""
    if section == "rubric":
        return preparing.criteria_of(offering)[0]
    return offering.section_revs.get(section, 0)


def facts(offering: Offering, section: str) -> list[tuple[str, str]]:
    """What is set in one section."""
    return _FACTS[section](offering)


def _name(offering):
    return [
        (_("Term"), offering.term),
        (_("Address"), offering.get_absolute_url()),
        (_("References begin with"), offering.reference_prefix),
        (_("Language"), get_language_info(offering.language)["name_translated"]),
    ]


def _dates(offering):
    def moment(instant):
        return times.moment_words(instant, offering.zone, start=True, year=True) if instant else "–"

    calls = [_day(day) for day in offering.pre_course_days]
    return [
        (_("On the clock of"), times.zone_words(offering.zone)),
        (_("Opens"), moment(offering.opens_at)),
        (_("Deadline"), moment(offering.closes_at)),
        (_("Cities confirm by"), moment(offering.confirm_by)),
        (_("Calls before it starts"), "; ".join(calls) or "–"),
        (_("Runs"), f"{_day(offering.runs_from)} – {_day(offering.runs_until)}"),
    ]


def _load(offering):
    hours = _("%(a)s to %(b)s a week") % {
        "a": offering.hours_a_week_from,
        "b": offering.hours_a_week_to,
    }
    sessions = _("%(weeks)s, of %(minutes)s minutes") % {
        "weeks": offering.weeks,
        "minutes": offering.session_minutes,
    }
    return [
        (_("Seats"), str(offering.capacity)),
        (_("Weekly sessions"), sessions),
        (_("Hours"), hours),
    ]


def _form(offering):
    fields = sum(len(step.fields) for step in eoi.STEPS)
    asked = _("%(steps)s steps, %(fields)s questions") % {"steps": len(eoi.STEPS), "fields": fields}
    return [(_("Version"), str(offering.form_version)), (_("As it is now"), asked)]


def _rubric(offering):
    version, stored = preparing.criteria_of(offering)
    criteria = read_criteria(stored)
    named = _("version %(n)s") % {"n": version} if version else _("as the portal ships it")
    parts = [(one.name, _("weight %(n)s") % {"n": one.weight}) for one in criteria]
    return [(_("Rubric"), named), *parts]


def _people(offering):
    names = [str(person) for person in offering.facilitators.all()]
    return [(_("Who facilitates"), ", ".join(names) or _("Nobody yet"))]


def _keeping(offering):
    return [(_("Until"), _day(offering.retain_until) if offering.retain_until else _("No day yet"))]


def as_item(offering: Offering, check: Item) -> dict:
    """A check as a line of `components/todo.html`."""
    where = {"slug": offering.slug, "section": check.section}
    return {
        "title": check.title,
        "done": not check.missing,
        "note": check.missing,
        "href": reverse("cohorts:prepare_section", kwargs=where),
    }


def mail_words(offering: Offering) -> str:
    """How many mails have words of their own, as a sentence."""
    own = len(texts.of(offering))
    if not own:
        return _("All mails go out as the portal ships them.")
    words = ngettext("%(n)s mail is in your words.", "%(n)s mails are in your words.", own)
    return words % {"n": own}


def _day(day) -> str:
    return times.day_words(day, today=day, start=True, near=False, year=True)


_FACTS = {
    "name": _name,
    "dates": _dates,
    "load": _load,
    "form": _form,
    "rubric": _rubric,
    "people": _people,
    "keeping": _keeping,
}
