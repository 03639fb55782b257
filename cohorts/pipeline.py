"""One offering's applications as a list: counts, narrowing, order, and what is written out."""

from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cohorts import portraits
from cohorts.filters import ApplicationFilter, in_order
from cohorts.models import Application, Offering
from cohorts.models.application import DECIDED, State
from cohorts.models.review import conflict
from cohorts.portraits import Portrait
from cohorts.workflow import SEATED
from sprint_portal.accounts.models import User

# Drafts are the city's own until it hands them in; they have a tab, and are no part of "All".
NOT_IN_ALL = (State.DRAFT,)


@dataclass(frozen=True)
class Counts:
    """How many there are. by_state: of what the reader may judge; the rest is of all cities,
    because a seat is taken whoever looks."""

    by_state: dict[str, int]
    seated: int
    late: int
    unannounced: int
    aside: int  # kept from this reader by a conflict of interest

    @property
    def everything(self) -> int:
        return sum(n for state, n in self.by_state.items() if state not in NOT_IN_ALL)


def counts(offering: Offering, user: User) -> Counts:
    """All figures over the list, in one grouped query."""
    selected = Q(state=State.SELECTED, announced_state=State.SELECTED)
    judged = Application.objects.judged_by(user).filter(offering=offering).values("pk")
    rows = (
        Application.objects.filter(offering=offering)
        .order_by()
        .values_list("state", "announced_state")
        .annotate(
            n=Count("pk"),
            own=Count("pk", filter=Q(pk__in=judged)),
            barred=Count("pk", filter=conflict(user)),
            late=Count("pk", filter=selected & Q(confirm_by__lt=timezone.now())),
        )
    )
    by_state: dict[str, int] = {}
    seated = late = unannounced = aside = 0
    for state, announced, n, own, barred, overdue in rows:
        by_state[state] = by_state.get(state, 0) + own
        seated += n if state in SEATED else 0
        unannounced += n if state in DECIDED and state != announced else 0
        late, aside = late + overdue, aside + barred
    return Counts(by_state, seated, late, unannounced, aside)


def listed(offering: Offering, user: User, data, *, wanted: int):
    """(filter form, rows) for what was asked for. data: a QueryDict; unknown values find all."""
    rows = Application.objects.judged_by(user).filter(offering=offering).select_related("city")
    state = data.get("state", "")
    in_state = Q(state=state) if state in State.values else ~Q(state__in=NOT_IN_ALL)
    rows = rows.filter(in_state)
    narrowed = ApplicationFilter(data, queryset=rows, wanted=wanted)
    return narrowed, in_order(narrowed.qs, data.get("order", ""))


def is_narrowed(narrowed: ApplicationFilter) -> bool:
    """Whether anything but the state narrows the list."""
    if not narrowed.form.is_valid():
        return True
    return any(value not in (None, "", False) for value in narrowed.form.cleaned_data.values())


COLUMNS = (
    ("reference", lambda one: one.application.reference),
    ("city", lambda one: str(one.city)),
    ("region", lambda one: one.city.region),
    ("country", lambda one: one.country),
    ("population", lambda one: one.city.population),
    ("time_zone", lambda one: one.city.zone),
    ("state", lambda one: str(State(one.application.state).label)),
    ("announced", lambda one: str(State(one.application.announced_state).label)),
    ("handed_in_utc", lambda one: one.application.submitted_at),
    ("stages_claimed", lambda one: one.claimed_words),
    ("stages_met", lambda one: one.met_words),
    ("area", lambda one: one.area),
    ("topic", lambda one: one.topic),
    ("languages", lambda one: one.language_words),
    ("waitlist_place", lambda one: one.application.waitlist_rank),
    ("reviews_handed_in", lambda one: one.standing.count),
    ("reviews_wanted", lambda one: one.wanted),
    ("average_score", lambda one: one.standing.mean),
    ("spread", lambda one: one.standing.spread),
)


def headings() -> list[str]:
    """The first row of an export."""
    words = {
        "reference": _("Reference"),
        "city": _("City"),
        "region": _("Region"),
        "country": _("Country"),
        "population": _("Population"),
        "time_zone": _("Time zone"),
        "state": _("State"),
        "announced": _("What the city was told"),
        "handed_in_utc": _("Handed in (UTC)"),
        "stages_claimed": _("Stages claimed"),
        "stages_met": _("Stages found met"),
        "area": _("Area"),
        "topic": _("Topic"),
        "languages": _("Languages"),
        "waitlist_place": _("Place on the waitlist"),
        "reviews_handed_in": _("Reviews handed in"),
        "reviews_wanted": _("Reviews wanted"),
        "average_score": _("Average score"),
        "spread": _("Spread of scores"),
    }
    return [words[name] for name, _read in COLUMNS]


def as_rows(rows, *, wanted: int) -> list[list]:
    """Everything that an export says of each application."""
    drawn: list[Portrait] = portraits.portraits(rows, wanted=wanted)
    return [[read(one) for _name, read in COLUMNS] for one in drawn]


def first_in_line(offering: Offering):
    """Who is first on the waitlist."""
    listed = Application.objects.filter(offering=offering, state=State.WAITLISTED)
    rank = F("waitlist_rank").asc(nulls_last=True)
    return listed.select_related("city").order_by(rank, "id").first()
