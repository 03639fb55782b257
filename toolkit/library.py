"""Finding things in the toolkit.

One search for both databases: every word must stand at the start of some word of the resource,
accents and case aside. The folded words are kept beside each resource (`folding.fold`), so the
same question has the same answer everywhere.
"""

import operator
from dataclasses import dataclass
from functools import reduce

from django.db.models import Exists, OuterRef, Prefetch, Q

from toolkit.folding import fold, words
from toolkit.models import BestPractice, Edition, Resource


@dataclass(frozen=True)
class Wish:
    """What a reader looks for; "" leaves a question open. levels … are single choices."""

    q: str = ""
    kind: str = ""
    effort: str = ""
    stage: str = ""
    level: str = ""
    section: str = ""
    language: str = ""

    @property
    def is_open(self) -> bool:
        return self == Wish()

    @property
    def is_narrowed(self) -> bool:
        """Whether more than words is asked for."""
        return self != Wish(q=self.q)


# Which list within a resource's content answers which question.
LISTS = {"stage": "ai_stages", "level": "iap2_levels", "section": "plan_sections"}


def search(wish: Wish, *, user) -> list[Resource]:
    """The resources that answer `wish`, by title; those with the words in their title first."""
    found = Resource.objects.visible_to(user)
    sought = words(wish.q)
    if wish.q.strip() and not sought:
        return []  # only signs that stand in no word
    if sought:
        found = found.filter(
            reduce(operator.and_, (Q(searchable__contains=f" {word}") for word in sought))
        )
    for name in ("kind", "effort", "language"):
        if value := getattr(wish, name):
            found = found.filter(**{name: value})
    rows = [row for row in found if _answers(row, wish)]
    return sorted(rows, key=lambda row: not _in_title(row, sought))


def _answers(resource: Resource, wish: Wish) -> bool:
    """Whether the lists in the content hold what is wished for.

    Asked here and not in SQL: JSON lists are searched differently by each database, and the
    toolkit holds tens of resources, not thousands.
    """
    return all(
        not getattr(wish, name) or getattr(wish, name) in resource.content[within]
        for name, within in LISTS.items()
    )


def _in_title(resource: Resource, sought: list[str]) -> bool:
    title = words(resource.title)
    return bool(sought) and all(any(w.startswith(word) for w in title) for word in sought)


def best_practices(wish: Wish, *, user, most: int | None = 6) -> list[BestPractice]:
    """Published best practices, the newest first; each with `edition`, the current one.

    Filters on resources do not apply to them; a search does. most: None for all.
    """
    if wish.is_narrowed:
        return []
    published = Edition.objects.filter(published_at__isnull=False).order_by("-number")
    rows = (
        BestPractice.objects.visible_to(user)
        .filter(state="published")
        .prefetch_related(Prefetch("editions", published, to_attr="published"))
    )
    for row in rows:
        row.edition = row.published[0] if row.published else None
    sought = words(wish.q)
    return [row for row in rows if row.edition and _tells_of(row, sought)][:most]


def newest(*, user, most: int = 3) -> list[BestPractice]:
    """The newest best practices that everyone can read, without their content."""
    editions = Edition.objects.filter(best_practice=OuterRef("pk"), published_at__isnull=False)
    rows = BestPractice.objects.visible_to(user).filter(Exists(editions), state="published")
    return list(rows[:most])


def _tells_of(row: BestPractice, sought: list[str]) -> bool:
    told = fold(f"{row.title} {row.city_name} {row.edition.content['summary']}")
    return all(f" {word}" in told for word in sought)


def suggested(*, user, most: int = 3) -> list[Resource]:
    """A few resources to begin with: of little effort, each of another kind where possible."""
    rows = list(Resource.objects.visible_to(user).filter(effort="low").order_by("pk"))
    first = {row.kind: row for row in reversed(rows)}
    others = [row for row in rows if row not in first.values()]
    return [*first.values(), *others][:most]


def kin(resource: Resource, *, user, most: int = 3) -> list[Resource]:
    """Other resources for the same sections of a plan, the closest first."""
    wanted = set(resource.content["plan_sections"])
    others = Resource.objects.visible_to(user).exclude(pk=resource.pk)
    near = sorted(others, key=lambda row: -len(wanted & set(row.content["plan_sections"])))
    return near[:most]
