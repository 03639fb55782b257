"""What a snapshot gives away: the reading page, and the public content of a best practice.

Only answers that are public by the template and not kept internal by the city leave the plan,
and columns that may hold people's names never do. All of it is read from the snapshot alone:
what the city writes later is not in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from engagement_plans import guide, impact, progress, register
from engagement_plans.guide import Prompt
from engagement_plans.models import Snapshot
from engagement_plans.wording import answer_words, cell_words, day_words, short_label

LICENCE = {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
# Kinds of the timeline's milestones, as the best practice names them.
KINDS = {"prepare": "milestone", "engage": "activity", "approve": "decision", "report": "report"}


@dataclass
class Frozen:
    """A snapshot, read. only_public: what is not public reads as if it had never been answered."""

    content: dict[str, Any]
    only_public: bool = True

    @cached_property
    def guide(self) -> guide.Guide:
        return guide.read(self.content["document"])

    def shows(self, prompt: Prompt) -> bool:
        """Whether a prompt applies and may be read here."""
        public = prompt.publish_default and prompt.key not in self.content["kept_internal"]
        return prompt.applies(self.content["values"]) and (public or not self.only_public)

    def prompt(self, key: str) -> Prompt | None:
        """The prompt when it may be read here."""
        found = self.guide.prompts.get(key)
        return found if found and self.shows(found) else None

    def value(self, key: str) -> Any:
        """The answer when it may be read here; None otherwise."""
        return self.content["values"].get(key) if self.prompt(key) else None

    def words(self, key: str) -> str:
        """The answer as text; "" when it may not be read here."""
        prompt = self.prompt(key)
        return answer_words(prompt, self.value(key), but_personal=True) if prompt else ""

    def label(self, key: str) -> str:
        """The chosen answer without its explanation."""
        return short_label(self.words(key))

    def rows(self, key: str) -> list[dict]:
        """Rows of a table that have a name."""
        prompt = self.prompt(key)
        if not prompt:
            return []
        return [row for row in self.value(key) or [] if row.get(prompt.columns[0].key)]


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
        "title": _line(title, 200),
        "summary": _summary(frozen, city),
        "city": str(city),
        "country": city.country,
        "region": _line(city.region, 160),
        "sprint": offering.sprint.name,
        "term": offering.term,
        "language": offering.language,
        "facts": _facts(frozen),
        "shape": _shape(frozen, snapshot.content["values"]),
        "blocks": [block for block in _blocks(frozen) if block["parts"]],
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
            "rows": [[cell_words(c, row.get(c.key)) for c in columns] for row in value or []],
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
    text = frozen.words("focus_summary") or frozen.words("goals_promise")
    fallback = _("The engagement plan of %(city)s.") % {"city": city}
    return _cut(text or fallback, 1_200)


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
    return [{"label": label, "value": _cut(value, 1_000)} for label, value in found if value]


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
            _line(row["organisation"], 200) for row in frozen.rows("partners_community")[:40]
        ],
        "audiences": [_line(row["group"], 200) for row in audiences[:40]],
    }


# --- chapters ----------------------------------------------------------------------
def _blocks(frozen):
    made = {
        "effort": [
            _prose(frozen, "focus_summary", _("In plain words")),
            _prose(frozen, "focus_problem", _("The problem, and what else was weighed")),
        ],
        "people": [
            _table(
                frozen,
                "people_map",
                "group effect size influence impact trust",
                _("Who is affected"),
            ),
            _prose(frozen, "people_harm", _("Who could be harmed")),
            _table(
                frozen,
                "people_inclusion",
                "group target barrier measure",
                _("How priority groups take part"),
            ),
        ],
        "promise": [
            _promise(frozen),
            _table(frozen, "goals_list", "goal kind success_sign", _("Goals")),
            _prose(frozen, "goals_baseline", _("What was known before")),
            _table(
                frozen,
                "focus_decisions",
                "decision openness owner input_by constraint",
                _("Which decisions are open"),
            ),
        ],
        "participation": [
            _levels(frozen),
            _table(
                frozen,
                "methods_plan",
                "activity method audience level start place target",
                _("Activities"),
            ),
            _timeline(frozen),
            _prose(frozen, "methods_information", _("What people learn before they are asked")),
            _table(
                frozen, "methods_questions", "question decision user", _("What people are asked")
            ),
        ],
        "partners": [
            _table(frozen, "partners_team", "role task hours", _("Roles in the city")),
            _table(frozen, "partners_public", "body reason role", _("Other public bodies")),
            _table(
                frozen,
                "partners_community",
                "organisation reach role paid status",
                _("Community partners"),
            ),
            _prose(frozen, "partners_vendors", _("Vendors and researchers")),
        ],
        "access": [
            _table(frozen, "access_language", "language use materials", _("Languages")),
            _list(frozen, "access_supports", _("Supports")),
            _prose(frozen, "access_safety", _("Safety")),
        ],
        "learning": [
            _table(
                frozen,
                "learning_residents",
                "audience outcome format hours language host seats",
                _("For residents and organisations"),
            ),
            _table(frozen, "learning_staff", "role skill format by", _("For staff")),
            _prose(frozen, "learning_capacity", _("What stays in the community")),
            _prose(frozen, "learning_data", _("Working with real data")),
        ],
        "rights": [
            _table(
                frozen,
                "rights_harms",
                "harm who likelihood severity mitigation",
                _("Harms and what is done about them"),
            ),
            _prose(frozen, "rights_recourse", _("How a person contests a result")),
            _table(
                frozen,
                "rights_process_risks",
                "risk trigger response",
                _("Risks of the engagement"),
            ),
        ],
        "measures": [
            _table(
                frozen,
                "feedback_indicators",
                "indicator kind baseline target source frequency breakdown",
                _("Indicators"),
            ),
            _table(
                frozen,
                "feedback_loop",
                "heard source response status reason date",
                _("You said, we did"),
            ),
            _table(
                frozen,
                "feedback_reports",
                "audience product channel language date",
                _("How the city reports back"),
            ),
            _prose(frozen, "feedback_evaluation", _("Evaluation")),
            _prose(frozen, "feedback_ownership", _("Who owns it from here")),
        ],
        "lessons": [_prose(frozen, "feedback_bestpractice", "")],
    }
    return [{"key": key, "parts": [part for part in parts if part]} for key, parts in made.items()]


def _prose(frozen, key, title):
    text = frozen.words(key)
    return {"type": "prose", "title": title, "text": text} if text else None


def _promise(frozen):
    text = frozen.words("goals_promise")
    return {"type": "quote", "title": _("The promise"), "text": text[:1_500]} if text else None


def _list(frozen, key, title):
    items = frozen.words(key).split("\n")
    return {"type": "list", "title": title, "items": items} if items != [""] else None


def _table(frozen, key, columns: str, caption):
    """A table of the named columns, but those that hold names; None without rows."""
    prompt, rows = frozen.prompt(key), frozen.rows(key)
    if not rows:
        return None
    shown = [c for name in columns.split() for c in prompt.columns if c.key == name]
    shown = [column for column in shown if not column.personal]
    return {
        "type": "table",
        "caption": caption,
        "columns": [column.label for column in shown],
        "rows": [[cell_words(c, row.get(c.key)) or "–" for c in shown] for row in rows[:150]],
    }


def _levels(frozen):
    items = [
        {
            "label": _line(row["activity"], 160),
            "level": row["level"],
            "note": _line(row.get("audience", ""), 300),
        }
        for row in frozen.rows("methods_plan")
        if row.get("level")
    ][:30]
    caption = _("How much influence each activity offers")
    return {"type": "levels", "caption": caption, "items": items} if items else None


def _timeline(frozen):
    items = [
        {
            "label": _line(row["milestone"], 160),
            "start": row.get("start") or row["end"],
            "end": row["end"] if row.get("start") and row.get("end", "") >= row["start"] else "",
            "kind": KINDS.get(row.get("kind", ""), "milestone"),
        }
        for row in frozen.rows("delivery_timeline")
        if row.get("start") or row.get("end")
    ]
    items = sorted(items, key=lambda item: item["start"])[:40]
    return {"type": "timeline", "caption": _("Timeline"), "items": items} if items else None


# --- annexes -----------------------------------------------------------------------
def _impact(frozen):
    value = frozen.value("rights_aia")
    if not value or not value.get("answers"):
        return None
    result = impact.score(value["answers"])
    return {
        "level": result.level.level,
        "label": f"{result.level.roman} · {result.level.label}",
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
            "value": _cut(one.words(entry), 3_000),
        }
        for one in register.fields()
        if entry.get(one.key)
    ]


def _count(rows: Iterable) -> str:
    count = len(list(rows))
    return str(count) if count else ""


def _line(text: str, most: int) -> str:
    return _cut(" ".join(str(text).split()), most)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
