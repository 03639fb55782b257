"""The chapters of a best practice, from the public answers of a snapshot."""

from django.utils.translation import gettext as _

from engagement_plans.frozen import Frozen, line, opening

# Kinds of the timeline's milestones, as the best practice names them.
KINDS = {"prepare": "milestone", "engage": "activity", "approve": "decision", "report": "report"}


def blocks(frozen: Frozen) -> list[dict]:
    """Chapters as `toolkit.editorial` knows them; some may have no parts."""
    made = {
        "effort": [
            _plain_words(frozen),
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


def _plain_words(frozen):
    """The whole description, unless it is so short that the summary says all of it."""
    text = frozen.words("focus_summary")
    said = opening(text) == " ".join(text.split()) and frozen.words("focus_problem")
    return None if said else _prose(frozen, "focus_summary", _("In plain words"))


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
        "rows": [[frozen.cell(c, row) or "–" for c in shown] for row in rows[:150]],
    }


def _levels(frozen):
    items = [
        {
            "label": line(row["activity"], 160),
            "level": row["level"],
            "note": line(row.get("audience", ""), 300),
        }
        for row in frozen.rows("methods_plan")
        if row.get("level")
    ][:30]
    caption = _("How much influence each activity offers")
    return {"type": "levels", "caption": caption, "items": items} if items else None


def _timeline(frozen):
    items = [
        {
            "label": line(row["milestone"], 160),
            "start": row.get("start") or row["end"],
            "end": row["end"] if row.get("start") and row.get("end", "") >= row["start"] else "",
            "kind": KINDS.get(row.get("kind", ""), "milestone"),
        }
        for row in frozen.rows("delivery_timeline")
        if row.get("start") or row.get("end")
    ]
    items = sorted(items, key=lambda item: item["start"])[:40]
    return {"type": "timeline", "caption": _("Timeline"), "items": items} if items else None
