"""One offering's applications as a list: counts, narrowing, order, and what is written out."""

from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts import portraits
from cohorts.filters import ApplicationFilter, in_order
from cohorts.models import Application, Offering
from cohorts.models.application import DECIDED, State
from cohorts.models.review import conflict
from cohorts.portraits import Portrait
from cohorts.workflow import SEATED
from sprint_portal import times
from sprint_portal.accounts.models import User

TOPIC_MOST = 90  # characters of a topic on the page; the file has all of it


@dataclass(frozen=True)
class Counts:
    """How many there are. by_state and handed_in: of what the reader may judge; the rest is of
    all cities, because a seat is taken whoever looks."""

    by_state: dict[str, int]
    handed_in: int  # once at least, whatever became of it
    seated: int
    late: int
    unannounced: int
    aside: int  # kept from this reader by a conflict of interest


def counts(offering: Offering, user: User) -> Counts:
    """All figures over the list, in one grouped query.

    The same as counting `judged_by`, whose rule for staff and deciders is: no conflict, and for
    deciders who are not staff no drafts. Asked per row, so that ten thousand rows are read once.
    """
    selected = Q(state=State.SELECTED, announced_state=State.SELECTED)
    rows = (
        Application.objects.filter(offering=offering)
        .order_by()
        .values_list("state", "announced_state")
        .annotate(
            n=Count("pk"),
            barred=Count("pk", filter=conflict(user)),
            handed=Count("submitted_at", filter=~conflict(user)),
            late=Count("pk", filter=selected & Q(confirm_by__lt=timezone.now())),
        )
    )
    by_state: dict[str, int] = {}
    handed_in = seated = late = unannounced = aside = 0
    for state, announced, n, barred, handed, overdue in rows:
        own = n - barred if user.is_staff or state != State.DRAFT else 0
        by_state[state] = by_state.get(state, 0) + own
        seated += n if state in SEATED else 0
        unannounced += n if state in DECIDED and state != announced else 0
        handed_in += handed
        late, aside = late + overdue, aside + barred
    return Counts(by_state, handed_in, seated, late, unannounced, aside)


def listed(offering: Offering, user: User, data, *, wanted: int):
    """(filter form, rows) for what was asked for. data: a QueryDict; unknown values find all."""
    rows = Application.objects.judged_by(user).filter(offering=offering).select_related("city")
    state = data.get("state", "")
    # Drafts are the city's own until it hands them in; they have a tab, and are no part of "All".
    in_state = Q(state=state) if state in State.values else Q(submitted_at__isnull=False)
    rows = rows.filter(in_state)
    narrowed = ApplicationFilter(data, queryset=rows, wanted=wanted)
    return narrowed, in_order(narrowed.qs, data.get("order", ""), user)


def is_narrowed(narrowed: ApplicationFilter) -> bool:
    """Whether anything but the state narrows the list."""
    if not narrowed.form.is_valid():
        return True
    return any(value not in (None, "", False) for value in narrowed.form.cleaned_data.values())


# --- as lines of the page --------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One row of the page, in words: made here because a template that decides as much for
    fifty rows takes longer than all else on the page.

    href and reviews_href are "" where there is nothing to open yet.
    """

    uid: str
    href: str
    city: str
    place: str
    reference: str
    state: str
    is_news: bool
    stages: str
    stages_from: str
    area: str
    topic: str
    reviews: str
    reviews_href: str
    score: str
    is_split: bool
    handed_in: str


def lines(drawn: list[Portrait]) -> list[Line]:
    """What the page says of each."""
    assess, compare = _pattern("cohorts:assess"), _pattern("cohorts:review_compare")
    states = {str(state): str(state.label) for state in State}
    days: dict = {}
    return [_line(one, assess, compare, states, days) for one in drawn]


def _line(one: Portrait, assess, compare, states, days) -> Line:
    row, city = one.application, str(one.city)
    uid, is_draft = str(row.uid), row.state == State.DRAFT
    is_read = row.state not in (State.DRAFT, State.SUBMITTED)
    rank = f" · {row.waitlist_rank}" if row.waitlist_rank else ""
    return Line(
        uid=uid,
        href="" if is_draft else assess.replace(_ANY, uid),
        city=city,
        place=one.place,
        reference=row.reference,
        state=states[row.state] + rank,
        is_news=row.has_news,
        stages=one.met_words or one.claimed_words or "–",
        stages_from=_("found met") if one.met else _("claimed") if one.claimed else "",
        area=one.area or "–",
        topic=Truncator(one.topic).chars(TOPIC_MOST),
        reviews=_reviews_words(one) if is_read else "–",
        reviews_href=compare.replace(_ANY, uid) if is_read and not one.is_owed else "",
        score=_score_words(one) if is_read else "",
        is_split=one.standing.is_split,
        handed_in=_day(row.submitted_at, days),
    )


_ANY = "00000000-0000-0000-0000-000000000000"


def _pattern(name: str) -> str:
    """An address with _ANY where the uid of a row goes."""
    return reverse(name, kwargs={"uid": _ANY})


def _reviews_words(one: Portrait) -> str:
    if one.is_owed:
        return _("yours is open")
    return _("%(done)s of %(all)s") % {"done": one.standing.count, "all": one.wanted}


def _score_words(one: Portrait) -> str:
    standing = one.standing
    if one.is_owed:
        return _("shown once you have scored")
    if standing.count > 1:
        words = _("%(mean)s, spread %(spread)s")
        return words % {"mean": standing.mean, "spread": standing.spread}
    if standing.count:
        return str(standing.mean)
    return ngettext("%(n)s asked", "%(n)s asked", one.asked) % {"n": one.asked} if one.asked else ""


def _day(moment, days: dict) -> str:
    """The day of a moment in the reader's zone, in words; days: those said already."""
    if moment is None:
        return "–"
    day = timezone.localtime(moment).date()
    if day not in days:
        days[day] = times.day_words(day, today=timezone.localdate())
    return days[day]


# --- as a file ---------------------------------------------------------------------------
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


def as_rows(rows, reader: User, *, wanted: int) -> list[list]:
    """Everything that an export says of each application, to `reader`."""
    drawn: list[Portrait] = portraits.portraits(rows, reader, wanted=wanted)
    return [[read(one) for _name, read in COLUMNS] for one in drawn]


def first_in_line(offering: Offering):
    """Who is first on the waitlist."""
    listed = Application.objects.filter(offering=offering, state=State.WAITLISTED)
    rank = F("waitlist_rank").asc(nulls_last=True)
    return listed.select_related("city").order_by(rank, "id").first()
