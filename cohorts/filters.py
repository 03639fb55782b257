"""Narrowing a list of applications: by what staff look for, without accents getting in the way."""

import unicodedata

import django_filters
from django import forms
from django.db.models import Avg, Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cohorts import cities, eligibility, eoi
from cohorts.models import Application, Review, Revision, StageFinding
from cohorts.models.application import State
from cohorts.models.stage_check import Stage
from cohorts.portraits import CONTINENTS, STAGE_NAMES

WORDS_MOST, WORD_MOST = 6, 40  # of a search; more words or letters say nothing more
STAGE_CHOICES = [(str(stage), name) for stage, name in STAGE_NAMES.items()]
_MARKS = "[\u0300-\u036f]*"


def _variants() -> dict[str, str]:
    """{plain letter: itself with all its accented forms}, small and capital."""
    table: dict[str, str] = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        plain = cities.fold(chr(code))
        if len(plain) == 1 and plain.isalpha():
            table[plain] = table.get(plain, "") + chr(code)
    return table


_VARIANTS = _variants()


def loose(word: str) -> str:
    """A pattern that finds `word` with and without accents, in SQLite and PostgreSQL alike."""
    letters = (
        f"[{letter}{_VARIANTS[letter]}]{_MARKS}" if letter in _VARIANTS else letter
        for letter in word
    )
    return "".join(letters)


def words_of(text: str) -> list[str]:
    """The words to look for, folded: letters and digits only, so that no pattern is odd."""
    return [word[:WORD_MOST] for word in cities.fold(text).split()[:WORDS_MOST]]


class ApplicationFilter(django_filters.FilterSet):
    """What the pipeline can be narrowed by. An unknown value finds everything, as if not given."""

    q = django_filters.CharFilter(label=_("City or reference"), method="search")
    continent = django_filters.ChoiceFilter(
        label=_("Part of the world"),
        choices=list(CONTINENTS.items()),
        method="in_continent",
        empty_label=_("Any"),
    )
    country = django_filters.CharFilter(method="in_country")
    claimed = django_filters.ChoiceFilter(
        label=_("Stage claimed"), choices=STAGE_CHOICES, method="claims", empty_label=_("Any")
    )
    met = django_filters.ChoiceFilter(
        label=_("Stage found met"), choices=STAGE_CHOICES, method="has_met", empty_label=_("Any")
    )
    topic = django_filters.CharFilter(label=_("Words in the topic"), method="on_topic")
    overdue = django_filters.BooleanFilter(
        label=_("Confirmation overdue"), method="is_overdue", widget=forms.CheckboxInput
    )
    missing = django_filters.BooleanFilter(
        label=_("Reviews missing"), method="lacks_reviews", widget=forms.CheckboxInput
    )

    class Meta:
        model = Application
        fields: list[str] = []

    def __init__(self, *args, wanted: int = 2, **options):
        """wanted: reviews per application."""
        super().__init__(*args, **options)
        self.wanted = wanted
        self.form.optional_unmarked = True  # nothing here has to be filled in

    def search(self, rows, _name, value):
        plain = " ".join(unicodedata.normalize("NFKC", value).split())
        by_name = Q()
        for word in words_of(value):
            pattern = loose(word)
            by_name &= Q(city__name__iregex=pattern) | Q(city__region__iregex=pattern)
        by_reference = Q(reference__icontains=plain[:WORD_MOST]) if plain else Q(pk__in=[])
        return rows.filter(by_reference | by_name if by_name else by_reference)

    def in_continent(self, rows, _name, value):
        inside = [code for code in cities.country_codes() if cities.continent(code) == value]
        return rows.filter(city__country__in=inside)

    def in_country(self, rows, _name, value):
        return rows.filter(city__country=value.upper()[:2])

    def claims(self, rows, _name, value):
        said = {f"answers__{eoi.stage_key(value)}": eligibility.YES}
        return rows.filter(_handed_in(**said))

    def has_met(self, rows, _name, value):
        found = StageFinding.objects.filter(
            application=OuterRef("pk"), stage=Stage(value), finding=StageFinding.Finding.MET
        )
        return rows.filter(Exists(found))

    def on_topic(self, rows, _name, value):
        for word in words_of(value):
            rows = rows.filter(_handed_in(answers__topic__iregex=loose(word)))
        return rows

    def is_overdue(self, rows, _name, value):
        if not value:
            return rows
        late = {"state": State.SELECTED, "announced_state": State.SELECTED}
        return rows.filter(**late, confirm_by__lt=timezone.now())

    def lacks_reviews(self, rows, _name, value):
        if not value:
            return rows
        rows = rows.filter(state=State.ELIGIBLE).alias(done=reviews_done())
        return rows.filter(done__lt=self.wanted)


def _handed_in(**answers):
    """Whether the last hand-in says so."""
    last = Revision.objects.filter(application=OuterRef("pk"), number=OuterRef("revision"))
    return Exists(last.filter(**answers))


def _of_reviews(what, counted=None):
    """One figure over the reviews that count; counted: or over those alone."""
    counted = Review.objects.counted() if counted is None else counted
    counted = counted.filter(application=OuterRef("pk"))
    return Subquery(counted.order_by().values("application").annotate(x=what).values("x"))


def reviews_done():
    """How many reviews count, for `annotate` and `alias`."""
    return Coalesce(_of_reviews(Count("pk")), 0)


ORDERS = {
    "newest": (
        _("Newest first"),
        lambda rows, _reader: rows.order_by("-submitted_at", "-id"),
    ),
    "oldest": (_("Oldest first"), lambda rows, _reader: rows.order_by("submitted_at", "id")),
    "city": (_("City, A to Z"), lambda rows, _reader: rows.order_by("city__name", "id")),
    "score": (
        _("Best score first"),
        lambda rows, reader: rows.alias(
            mean=_of_reviews(Avg("total"), Review.objects.counted_for(reader))
        ).order_by(F("mean").desc(nulls_last=True), "id"),
    ),
    "rank": (
        _("Place on the waitlist"),
        lambda rows, _reader: rows.order_by(F("waitlist_rank").asc(nulls_last=True), "id"),
    ),
}


def in_order(rows, order: str, reader):
    """`rows` in one of ORDERS, the newest first when there is no such order.

    reader: sees no order by scores that are kept back from them.
    """
    return ORDERS.get(order, ORDERS["newest"])[1](rows, reader)
