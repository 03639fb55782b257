"""What a snapshot gives away: the reading page, and the public content of a best practice."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from engagement_plans import chapters, impact, progress, register
from engagement_plans.frozen import Frozen, cut, line, opening
from engagement_plans.models import Snapshot
from engagement_plans.wording import answer_words, day_words

LICENCE = {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}


def reading_of(snapshot: Snapshot, *, only_public: bool = False):
    """[(section, [(prompt, part)])]: everything that was answered, for the reading page.

    part: {"columns", "rows"} for tables, {"facts"} for entry and assessment, else {"text"}.
    """
    frozen = Frozen(snapshot.content, only_public=only_public)
    found = []
    for section in frozen.guide.sections:
        parts = [
            (prompt, _reading(frozen, prompt)) for prompt in section.prompts if frozen.shows(prompt)
        ]
        found.append((section, parts))
    return found


def public_content(snapshot: Snapshot) -> dict:
    """The content of a best practice, in the shape of `toolkit.editorial`.

    Needs the snapshot's plan with its application, city, offering and sprint.
    """
    frozen = Frozen(snapshot.content)
    application = snapshot.plan.application
    city, offering = application.city, application.offering
    title = _("How %(city)s involves people in its AI") % {"city": city}
    return {
        "schema": "best-practice/1",
        "title": line(title, 200),
        "summary": _summary(frozen, city),
        "city": str(city),
        "country": city.country,
        "region": line(city.region, 160),
        "sprint": offering.sprint.name,
        "term": offering.term,
        "language": offering.language,
        "facts": _facts(frozen),
        "shape": _shape(frozen, snapshot.content["values"]),
        "blocks": [block for block in chapters.blocks(frozen) if block["parts"]],
        "impact": _impact(frozen),
        "register": _register(frozen),
        "credits": [
            {"role": _("City"), "names": str(city)},
            {"role": _("Facilitated by"), "names": offering.sprint.facilitated_by},
        ],
        "cite": f"{city}. {title}. {offering.sprint.name}, {offering.term}.",
        "licence": LICENCE,
        "is_demo": city.is_demo,
    }


# --- the reading page --------------------------------------------------------------
def _reading(frozen, prompt):
    value = frozen.value(prompt.key)
    if prompt.is_table:
        columns = [c for c in prompt.columns if not (frozen.only_public and c.personal)]
        return {
            "columns": [column.label for column in columns],
            "rows": [[frozen.cell(c, row) for c in columns] for row in value or []],
        }
    if prompt.type == "register_entry":
        return {"facts": [(one.label, one.words(value or {})) for one in register.fields()]}
    if prompt.type == "aia_lite":
        return _reading_of_assessment(value or {})
    return {"text": answer_words(prompt, value)}


def _reading_of_assessment(value):
    answers = value.get("answers") or {}
    facts = [(item.question, item.label_of(answers)) for item in impact.items()]
    return {"result": impact.score(answers), "facts": facts}


# --- at a glance -------------------------------------------------------------------
def _summary(frozen, city):
    """How the effort begins to describe itself; the first chapter has the whole text."""
    text = frozen.words("focus_summary") or frozen.words("goals_promise")
    fallback = _("The engagement plan of %(city)s.") % {"city": city}
    return opening(text) or fallback


def _facts(frozen):
    activities = frozen.rows("methods_plan")
    days = sorted(row["start"] for row in activities if row.get("start"))
    found = [
        (_("AI effort"), frozen.label("focus_type")),
        (_("Stage"), frozen.label("focus_stage")),
        (_("Level of participation"), frozen.label("goals_level")),
        (_("Groups mapped"), _count(frozen.rows("people_map"))),
        (_("Community partners"), _count(frozen.rows("partners_community"))),
        (_("Languages"), ", ".join(row["language"] for row in frozen.rows("access_language"))),
        (_("Activities"), _count(activities)),
        (_("First activity"), day_words(days[0]) if days else ""),
    ]
    return [{"label": label, "value": cut(value, 1_000)} for label, value in found if value]


def _shape(frozen, values):
    """What the cover draws. Shares count every answer: how far the plan is gives nothing away."""
    reached = progress.of(frozen.guide, values)
    audiences = [row for row in frozen.rows("people_map") if row.get("priority")]
    return {
        "sections": [
            {"title": one.title, "share": one.done / one.total if one.total else None}
            for one in reached.sections
        ],
        "partners": [
            line(row["organisation"], 200) for row in frozen.rows("partners_community")[:40]
        ],
        "audiences": [line(row["group"], 200) for row in audiences[:40]],
    }


# --- annexes -----------------------------------------------------------------------
def _impact(frozen):
    value = frozen.value("rights_aia")
    if not value or not value.get("answers"):
        return None
    result = impact.score(value["answers"])
    return {
        "level": result.level.level,
        "label": result.level.label,
        "plain": result.level.plain,
        "points": result.current,
        "of": result.raw_most,
        "provisional": result.is_provisional,
        "areas": [
            {"label": area.label, "points": area.points, "of": area.most} for area in result.areas
        ],
        "duties": list(result.level.duties),
    }


def _register(frozen):
    entry = frozen.value("rights_register") or {}
    return [
        {
            "group": str(register.GROUPS[one.group]),
            "label": one.label,
            "value": cut(one.words(entry), 3_000),
        }
        for one in register.fields()
        if entry.get(one.key)
    ]


def _count(rows: Iterable) -> str:
    count = len(list(rows))
    return str(count) if count else ""
