"""An offering's applications in figures: when they came, from where, at which stage, on what.

Counted by the database over what the reader may judge. Each figure has its picture, the table
behind it and one sentence that reads it.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, F
from django.db.models.fields.json import KT
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts import bars, cities, eligibility, eoi
from cohorts.models import Application, Offering, Revision, StageFinding
from cohorts.models.application import State
from cohorts.models.stage_check import Stage
from cohorts.portraits import AREAS, CONTINENTS, STAGE_NAMES
from sprint_portal import times
from sprint_portal.accounts.models import User
from toolkit.pictures import Picture

LEFT_OUT = (State.DRAFT, State.WITHDRAWN)
COLUMNS_MOST = 42  # days shown one by one; a longer time is shown by weeks


@dataclass(frozen=True)
class Figure:
    """One picture with its heading."""

    key: str
    title: str
    picture: Picture


def counted(offering: Offering, user: User):
    """What counts: handed in, not withdrawn, and nothing that `user` may not judge."""
    rows = Application.objects.judged_by(user).filter(offering=offering)
    return rows.exclude(state__in=LEFT_OUT)


def figures(offering: Offering, user: User) -> list[Figure]:
    """All of them, in four queries."""
    rows = counted(offering, user)
    said = answers_of(rows)
    return [
        Figure("time", _("When they came"), over_time(rows, offering)),
        Figure("place", _("Where they are"), by_place(rows)),
        Figure("stage", _("Stages of AI use"), by_stage(rows, said)),
        Figure("topic", _("What they would work on"), by_area(said)),
    ]


def over_time(rows, offering: Offering) -> Picture:
    """Hand-ins by day in the offering's zone, by week when there are many days."""
    zone = ZoneInfo(offering.zone)
    by_day = rows.order_by().values(day=TruncDate("submitted_at", tzinfo=zone))
    counts = {one["day"]: one["n"] for one in by_day.annotate(n=Count("pk")) if one["day"]}
    spans = spread_out(counts)
    total = sum(counts.values())
    if not total:
        return bars.columns([], _("Nothing has been handed in yet."), (_("Day"), _("Handed in")))
    latest = max(counts)
    reading = ngettext(
        "%(total)s application, on %(latest)s.",
        "%(total)s applications, the latest on %(latest)s.",
        total,
    ) % {"total": total, "latest": times.day_words(latest, today=latest, near=False)}
    return bars.columns(spans, reading, (_("From"), _("Handed in")))


def spread_out(counts: dict[date, int]) -> list[tuple[str, int]]:
    """[(day in words, how many)] without gaps; weeks from Monday when the days are many. Pure."""
    if not counts:
        return []
    first, last, step = min(counts), max(counts), 1
    if (last - first).days >= COLUMNS_MOST:
        first, step = first - timedelta(days=first.weekday()), 7
    spans = []
    while first <= last:
        days = [first + timedelta(days=more) for more in range(step)]
        words = times.day_words(first, today=first - timedelta(days=9))
        spans.append((words, sum(counts.get(day, 0) for day in days)))
        first += timedelta(days=step)
    return spans


def by_place(rows) -> Picture:
    """Parts of the world, and the countries in them."""
    counts = rows.order_by().values_list("city__country").annotate(n=Count("pk"))
    by_continent: Counter[str] = Counter()
    for country, n in counts:
        by_continent[cities.continent(country)] += n
    parts = [(str(CONTINENTS.get(key, _("Elsewhere"))), n) for key, n in by_continent.most_common()]
    countries = sorted(counts, key=lambda pair: (-pair[1], pair[0]))
    table = tuple((cities.country_name(code), str(n)) for code, n in countries)
    if not parts:
        return bars.bars([], _("No city yet."), (_("Country"), _("Cities")))
    reading = _place_reading(parts, len(table))
    return bars.bars(parts, reading, (_("Country"), _("Cities")), table=table)


def _leaders(parts) -> list[str]:
    """The labels with the highest number of [(label, number, …)]: several when they tie, none
    when all do."""
    top = max(part[1] for part in parts)
    leaders = [part[0] for part in parts if part[1] == top]
    return [] if len(leaders) == len(parts) > 1 else leaders


def _place_reading(parts, countries: int) -> str:
    leaders = _leaders(parts)
    if not leaders:
        lead = _("No part of the world leads yet")
    elif len(leaders) == 1:
        lead = _("%(place)s has the most") % {"place": leaders[0]}
    else:
        lead = _("%(places)s lead with %(n)s each") % {
            "places": _named(leaders),
            "n": max(part[1] for part in parts),
        }
    words = ngettext(
        "%(lead)s; %(n)s country in all.", "%(lead)s; %(n)s countries in all.", countries
    )
    return words % {"lead": lead, "n": countries}


def _named(labels) -> str:
    """“A, B and C”."""
    *first, last = labels
    return _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last}


@dataclass(frozen=True)
class Said:
    """How many cities gave this answer: area, and the stages that they claim."""

    area: str
    claimed: frozenset[str]
    count: int


def answers_of(rows) -> list[Said]:
    """What the last hand-ins of `rows` say of area and stages, counted by the database."""
    last = Revision.objects.filter(application__in=rows, number=F("application__revision"))
    stages = {stage: KT(f"answers__{eoi.stage_key(stage)}") for stage in Stage.values}
    alike = last.order_by().values_list(KT("answers__area"), *stages.values())
    return [
        Said(
            area or "",
            frozenset(
                stage
                for stage, claim in zip(stages, claims, strict=True)
                if claim == eligibility.YES
            ),
            count,
        )
        for area, *claims, count in alike.annotate(n=Count("pk"))
    ]


def by_stage(rows, said: list[Said]) -> Picture:
    """How many claim each stage, and for how many staff found it met."""
    met = StageFinding.objects.filter(application__in=rows, finding=StageFinding.Finding.MET)
    found = dict(met.order_by().values_list("stage").annotate(n=Count("pk")))
    claimed: Counter[str] = Counter()
    for one in said:
        claimed.update(dict.fromkeys(one.claimed, one.count))
    pairs = [
        (str(name), claimed[stage], found.get(stage, 0)) for stage, name in STAGE_NAMES.items()
    ]
    table = tuple((name, str(says), str(is_met)) for name, says, is_met in pairs)
    heads = (_("Stage"), _("Claimed"), _("Found met"))
    if not any(claimed.values()):
        return bars.bars([], _("No city claims a stage yet."), heads, table=table)
    reading = _stage_reading(pairs)
    return bars.bars([pair[:2] for pair in pairs], reading, heads, table=table)


def _stage_reading(pairs) -> str:
    leaders = _leaders(pairs)
    if not leaders:
        return _("No stage leads yet.")
    if len(leaders) > 1:
        words = _("%(stages)s lead, claimed by %(n)s each.")
        named = _named([f"“{one}”" for one in leaders])
        return words % {"stages": named, "n": max(pair[1] for pair in pairs)}
    stage, claimed, met = max(pairs, key=lambda pair: pair[1])
    words = _("“%(stage)s” is claimed most, by %(claimed)s; staff found it met for %(met)s.")
    return words % {"stage": stage, "claimed": claimed, "met": met}


def by_area(said: list[Said]) -> Picture:
    """Areas of city life that the topics touch most."""
    named: Counter[str] = Counter()
    for one in said:
        named[str(AREAS.get(one.area, _("Not said")))] += one.count
    parts = named.most_common()
    if not parts:
        return bars.bars([], _("No topic yet."), (_("Area"), _("Cities")))
    return bars.bars(parts, _area_reading(parts), (_("Area"), _("Cities")))


def _area_reading(parts) -> str:
    leaders = _leaders(parts)
    if not leaders:
        return _("No area leads yet.")
    if len(leaders) == 1:
        words = _("Most would work on %(area)s: %(n)s of %(total)s.")
        total = sum(part[1] for part in parts)
        return words % {"area": leaders[0], "n": parts[0][1], "total": total}
    return _("%(areas)s lead with %(n)s each.") % {"areas": _named(leaders), "n": parts[0][1]}
