"""Which cities together: candidate sets side by side, kept by name, and one of them chosen."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts import common_hours
from cohorts.models import Application, Offering, Scenario
from cohorts.models.application import State
from cohorts.portraits import Portrait
from sprint_portal import audit
from sprint_portal.accounts.models import User
from sprint_portal.refusals import MoveRefused, Refusal, must

# What can be put into a set: found eligible, whatever was decided since.
CANDIDATES = (
    State.ELIGIBLE,
    State.SELECTED,
    State.WAITLISTED,
    State.DECLINED,
    State.CONFIRMED,
)
COMPARED_MOST = 3


@dataclass(frozen=True)
class Blend:
    """What a set of cities amounts to. The tallies are (word, how many), the most first."""

    count: int
    continents: list[tuple[str, int]]
    countries: list[tuple[str, int]]
    sizes: list[tuple[str, int]]
    stages: list[tuple[str, int]]
    areas: list[tuple[str, int]]
    languages: list[tuple[str, int]]  # that every city can work in first
    shared_languages: list[str]
    overlap: common_hours.Overlap
    mean: float | None
    unscored: int

    @property
    def hours_words(self) -> str:
        hours = f"{self.overlap.hours:g}"
        if self.overlap.fits:
            return ngettext(
                "%(hours)s hours in common; %(starts)s start fits.",
                "%(hours)s hours in common; %(starts)s starts fit.",
                self.overlap.starts,
            ) % {"hours": hours, "starts": self.overlap.starts}
        return _("%(hours)s hours in common: no session fits into office hours.") % {"hours": hours}


def blend(members: Sequence[Portrait], *, days: Iterable[date], minutes: int) -> Blend:
    """What these cities amount to together. days: first and last of the sprint. Pure."""
    languages = Counter(one for member in members for one in set(member.languages))
    shared = [one for one, count in languages.items() if count == len(members)]
    means = [member.standing.mean for member in members if member.standing.mean is not None]
    names = {
        one: words
        for member in members
        for one, words in zip(member.languages, member.language_words.split(", "), strict=False)
    }
    return Blend(
        count=len(members),
        continents=_tally(str(member.continent) for member in members),
        countries=_tally(member.country for member in members),
        sizes=_tally(size_of(member.city.population) for member in members),
        stages=_tally(
            word for member in members for word in member.stage_words.split(", ") if word
        ),
        areas=_tally(member.area for member in members),
        languages=_tally(names[one] for member in members for one in set(member.languages)),
        shared_languages=sorted(names[one] for one in shared),
        overlap=common_hours.overlap(
            (member.city.zone for member in members), days, minutes=minutes
        ),
        mean=round(sum(means) / len(means), 2) if means else None,
        unscored=len(members) - len(means),
    )


def size_of(population: int | None) -> str:
    """A city's size in words."""
    if not population:
        return _("size not known")
    if population < 100_000:
        return _("under 100,000")
    if population < 500_000:
        return _("100,000 to 500,000")
    return _("500,000 or more")


def _tally(words) -> list[tuple[str, int]]:
    counted = Counter(word for word in words if word)
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))


def candidates(offering: Offering, user: User):
    """What `user` may put into a set."""
    rows = Application.objects.judged_by(user).filter(offering=offering, state__in=CANDIDATES)
    return rows.select_related("city").order_by("city__name")


# --- scenarios -----------------------------------------------------------------------------
@transaction.atomic
def save(
    *, offering: Offering, name: str, note: str, applications: Sequence[Application], by: User
) -> Scenario:
    """Keep a set under a name of its own. Raises Refusal when it is empty, too large or named
    like another."""
    must(by, "cohorts.compose", offering)
    name = " ".join(name.split())
    if not name:
        raise Refusal(_("Give the set a name."))
    if not applications:
        raise Refusal(_("Tick at least one city."))
    if (over := len(applications) - offering.capacity) > 0:
        raise Refusal(
            ngettext(
                "There are %(seats)s seats; untick %(over)s city.",
                "There are %(seats)s seats; untick %(over)s cities.",
                over,
            )
            % {"seats": offering.capacity, "over": over}
        )
    try:
        with transaction.atomic():
            scenario = Scenario.objects.create(offering=offering, name=name, note=note, by=by)
    except IntegrityError:
        raise Refusal(_("There is a set of this name already.")) from None
    scenario.applications.set(applications)
    audit.record(by, "save_scenario", scenario, cities=len(applications))
    return scenario


@transaction.atomic
def choose(*, scenario: Scenario, by: User, rationale: str, instead_of: str = "") -> Scenario:
    """Settle on one set. instead_of: uid of the one that was chosen when the page was opened.

    With the offering locked, so that of two deciders the second hears of the first instead of
    undoing their choice unseen. Raises MoveRefused, Refusal.
    """
    must(by, "cohorts.compose", scenario.offering)
    if not rationale.strip():
        raise Refusal(_("Say why this set, in a sentence or more: it is printed in the pack."))
    Offering.objects.select_for_update().get(pk=scenario.offering_id)
    chosen = Scenario.objects.filter(offering=scenario.offering_id, chosen_at__isnull=False).first()
    if str(chosen.uid if chosen else "") != instead_of:
        raise MoveRefused(_said_meanwhile(chosen))
    if chosen:
        Scenario.objects.filter(pk=chosen.pk).update(chosen_at=None, chosen_by=None)
    scenario.refresh_from_db()
    scenario.chosen_at, scenario.chosen_by, scenario.rationale = timezone.now(), by, rationale
    scenario.save(update_fields=["chosen_at", "chosen_by", "rationale"])
    was = chosen.name[:40] if chosen else ""
    audit.record(by, "choose_scenario", scenario, was=was, to=scenario.name[:40], reason=rationale)
    return scenario


@transaction.atomic
def discard(*, scenario: Scenario, by: User) -> None:
    """Throw a set away that nobody chose."""
    must(by, "cohorts.compose", scenario.offering)
    stored = Scenario.objects.select_for_update().get(pk=scenario.pk)
    if stored.is_chosen:
        raise Refusal(_("This set is the chosen one. Choose another first."))
    audit.record(by, "discard_scenario", stored, was=stored.name[:40])
    stored.delete()


def _said_meanwhile(chosen) -> str:
    if chosen is None:
        return _("The choice was changed since you opened this page. Look again.")
    return _("%(person)s chose “%(name)s” since you opened this page. Look again, then choose.") % {
        "person": chosen.chosen_by,
        "name": chosen.name,
    }
