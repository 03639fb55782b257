"""The reference content of the toolkit: read, checked, and put into the database.

`data/resources.json` is our own text; facts in it carry their sources. Loading it again changes
only what differs, so the command may run at every start.
"""

import json
from pathlib import Path

from toolkit import editorial
from toolkit.folding import fold
from toolkit.models import Resource
from toolkit.shapes import line, many, maybe, one_of, record, text, web_address, whole

FILE = Path(__file__).parent / "data" / "resources.json"
KINDS = ("method", "template", "training", "policy")
EFFORTS = ("low", "medium", "high")
STAGES = ("staffing", "governance", "designing", "deploying")
SECTIONS = (
    "focus",
    "goals",
    "people",
    "access",
    "partners",
    "methods",
    "learning",
    "rights",
    "delivery",
    "feedback",
)
LICENCE = "Creative Commons Attribution 4.0 (CC BY 4.0)"

_example = record(
    {
        "place": line(160, least=2),
        "fact": text(1_000, least=10),
        "sources": many(web_address, 6),
        "confidence": one_of("high", "medium", "low"),
    }
)
_resource = record(
    {
        "slug": line(80, least=3),
        "title": line(160, least=3),
        "kind": one_of(*KINDS),
        "purpose": text(600, least=10),
        "iap2_levels": many(one_of(*editorial.LEVELS), 5, least=1),
        "effort": one_of(*EFFORTS),
        "estimate": record(
            {
                "staff_days": many(whole(0, 500), 2, least=2),
                "lead_time_weeks": whole(0, 104),
                "note": line(200),
            }
        ),
        "group_size": maybe(record({"min": whole(1, 100_000), "max": whole(1, 100_000)})),
        "duration": maybe(line(120)),
        "ai_stages": many(one_of(*STAGES), 4, least=1),
        "plan_sections": many(one_of(*SECTIONS), 10, least=1),
        "steps": many(text(600, least=3), 20, least=1),
        "pitfalls": many(text(400, least=3), 20),
        "access_note": maybe(text(600)),
        "language": line(10, least=2),
        "licence": line(120, least=2),
        "examples": many(_example, 10),
    }
)


def read(path: Path = FILE) -> list[dict]:
    """The resources of a file, checked. Raises WrongShape."""
    found = json.loads(path.read_text(encoding="utf-8"))
    return many(_resource, 500)(found.get("resources"), "resources")


def load() -> int:
    """Put the reference content into the database. Returns how many resources changed."""
    kept = {row.slug: row for row in Resource.objects.all()}
    return sum(_keep(resource, kept.get(resource["slug"])) for resource in read())


def _keep(resource: dict, row: Resource | None) -> bool:
    """Write one resource if anything of it differs; whether staff hide it stays theirs."""
    wanted = {
        "kind": resource["kind"],
        "title": resource["title"],
        "purpose": resource["purpose"],
        "language": resource["language"],
        "licence": LICENCE,
        "effort": resource["effort"],
        "content": resource,
        "searchable": searchable(resource),
    }
    if row is None:
        Resource.objects.create(slug=resource["slug"], **wanted)
        return True
    if all(getattr(row, name) == value for name, value in wanted.items()):
        return False
    for name, value in wanted.items():
        setattr(row, name, value)
    row.save()
    return True


def searchable(resource: dict) -> str:
    """The folded words of what a reader sees of a resource."""
    pieces = [resource["title"], resource["purpose"], *resource["steps"], *resource["pitfalls"]]
    pieces += [f"{example['place']} {example['fact']}" for example in resource["examples"]]
    return fold(" ".join(pieces))
