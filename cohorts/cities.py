"""The world's cities, offline: find one by the start of its name, or by its id.

The table holds places of 15,000 people or more, in the Americas of 5,000 or more. It is built by
`manage.py build_cities`; data/README.md names the source. Population is a hint, often years old.
"""

from __future__ import annotations  # array[int] is no expression before Python 3.12

import gzip
import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from sys import intern

DATA = Path(__file__).parent / "data"
CITIES = DATA / "cities.tsv.gz"
COUNTRIES = DATA / "countries.tsv"
COLUMNS = ("id", "name", "key", "region", "country", "zone", "population", "hint", "alternates")

CREDIT = "City data: GeoNames (geonames.org), CC BY 4.0"  # shown wherever the table is searched
AMERICAS = frozenset({"NA", "SA"})  # continent codes; North holds Central America and the Caribbean
LONGEST_SEARCH = 200  # characters; the longest label has 85

# Letters that Unicode does not take apart into a plain letter and a mark.
PLAIN_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ħ": "h"}
    | {"æ": "ae", "œ": "oe", "ı": "i", "ə": "e"}
)
# Words that begin no search by a later word of the name: "Rio de Janeiro" is found by "janeiro".
SMALL_WORDS = frozenset(
    {"a", "al", "am", "an", "da", "das", "de", "del", "der", "di", "do", "dos", "du"}
    | {"e", "el", "en", "la", "las", "le", "los", "of", "y"}
)


class UnknownPlace(LookupError):
    """No place of the table has this id."""


@dataclass(frozen=True, slots=True)
class Place:
    """One city. `id` is its GeoNames id, `country` its ISO 3166 code, `zone` an IANA time zone."""

    id: int
    name: str
    region: str  # first-level division, "" where a country has none
    country: str
    zone: str
    population: int
    hint: str = ""  # "near Campinas", where name and region do not tell two places apart

    @property
    def label(self) -> str:
        """One line that names no other place: "Kansas City, Missouri, United States"."""
        name = f"{self.name} ({self.hint})" if self.hint else self.name
        return ", ".join(part for part in (name, self.region, country_name(self.country)) if part)


@dataclass(slots=True)
class _Index:
    """Sorted keys, and beside each the rank of the place that it names."""

    keys: list[str] = field(default_factory=list)
    ranks: array[int] = field(default_factory=lambda: array("I"))

    def add(self, key: str, rank: int) -> None:
        self.keys.append(key)
        self.ranks.append(rank)

    def sort(self) -> None:
        order = sorted(range(len(self.keys)), key=self.keys.__getitem__)
        self.keys[:] = [self.keys[i] for i in order]
        self.ranks[:] = array("I", [self.ranks[i] for i in order])

    def exactly(self, text: str) -> array[int]:
        return self.ranks[bisect_left(self.keys, text) : bisect_right(self.keys, text)]

    def starting(self, text: str) -> array[int]:
        low = bisect_left(self.keys, text)
        return self.ranks[low : bisect_left(self.keys, text + "\U0010ffff", low)]


@dataclass(slots=True)
class _Table:
    """Every row as in the file, the most populous first; a row's number here is its rank."""

    rows: list[str]
    countries: list[str]
    rank_by_id: dict[int, int]
    names: _Index
    alternates: _Index
    words: _Index

    def place(self, rank: int) -> Place:
        id_, name, _, region, country, zone, population, hint, _ = self.rows[rank].split("\t")
        return Place(int(id_), name, intern(region), country, intern(zone), int(population), hint)


def fold(text: str) -> str:
    """`text` as the search sees it: no accents, no capitals, one space for all punctuation.

    fold("Ciudad de MÉXICO, D.F.") == "ciudad de mexico d f". Folding twice changes nothing.
    """
    if text.isascii():
        return " ".join(re.findall(r"[a-z0-9]+", text.lower()))
    loose = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join("".join(map(_searchable, loose.translate(PLAIN_LETTERS))).split())


def search(text: str, *, country: str = "", limit: int = 12) -> list[Place]:
    """Places that `text` begins to name, the most populous first; [] when nothing does.

    First come places of exactly this name, then those once or elsewhere called so ("München"),
    then those whose name begins so, then those where another name or a later word of it does.
    What follows a comma or a bracket narrows by region, country or hint: "kansas city, mis";
    a whole label finds its place.
    country: ISO code that all results must have, "" for any. limit: how many at most.
    """
    if limit < 1 or len(text) > LONGEST_SEARCH:
        return []
    head, where = _parted(text)
    found = _found(fold(head), fold(where), country.upper()) if fold(head) else iter(())
    return list(islice(found, limit))


def by_id(id: int) -> Place:
    """The place with this GeoNames id. Raises UnknownPlace."""
    table = _table()
    if id not in table.rank_by_id:
        raise UnknownPlace(f"No city has the number {id}.")
    return table.place(table.rank_by_id[id])


def called(key: str, *, country: str) -> list[Place]:
    """Places of a country that are called exactly so, or once or elsewhere were.

    key: a folded name. The most populous come first.
    """
    table = _table()
    ranks = sorted({*table.names.exactly(key), *table.alternates.exactly(key)})
    return [table.place(rank) for rank in ranks if table.countries[rank] == country]


def everywhere() -> Iterator[Place]:
    """Every place of the table, the most populous first."""
    table = _table()
    return map(table.place, range(len(table.rows)))


def country_name(code: str) -> str:
    """The country's English name; the code itself when it is not known."""
    return _countries().get(code, (code, ""))[0]


def country_codes() -> list[str]:
    """ISO codes of all countries of the table."""
    return list(_countries())


def continent(country_code: str) -> str:
    """AF, AN, AS, EU, NA (Central America as well), OC or SA; "" for a code that is not known."""
    return _countries().get(country_code, ("", ""))[1]


def _searchable(char: str) -> str:
    kind = unicodedata.category(char)
    if kind.startswith("M"):
        return ""
    return char if kind[0] in "LN" and kind != "Lm" else " "


def _parted(text: str) -> tuple[str, str]:
    """`text` up to its first comma or bracket, and what follows."""
    head, *rest = re.split(r"[,(]", text, maxsplit=1)
    return head, " ".join(rest)


def _found(start: str, where: str, country: str) -> Iterator[Place]:
    table = _table()
    seen: set[int] = set()
    for ranks in _tiers(table, start):
        new = sorted(set(ranks) - seen)
        seen.update(new)
        if country:
            new = [rank for rank in new if table.countries[rank] == country]
        places = map(table.place, new)
        yield from _narrowed(places, where) if where else places


def _tiers(table: _Table, start: str) -> Iterator[array[int]]:
    yield table.names.exactly(start)
    yield table.alternates.exactly(start)
    yield table.names.starting(start)
    yield table.alternates.starting(start) + table.words.starting(start)


def _narrowed(places: Iterable[Place], where: str) -> Iterator[Place]:
    """Those of `places` that lie there: first where it is said in order, as a label says it.

    So "Bluefield, Virginia" comes before the larger "Bluefield, West Virginia".
    """
    parts, loosely = where.split(), []
    for place in places:
        whereabouts = _whereabouts(_parted(place.name)[1], place.hint, place.region, place.country)
        if whereabouts.startswith(where):
            yield place
        elif all(f" {part}" in f" {whereabouts}" for part in parts):
            loosely.append(place)
    yield from loosely


@cache
def _whereabouts(bracketed: str, hint: str, region: str, country: str) -> str:
    """What a label says after the name, folded, and the country's code. A few thousand differ."""
    return fold(" ".join((bracketed, hint, region, country_name(country), country)))


@cache
def _countries() -> dict[str, tuple[str, str]]:
    """{code: (English name, continent code)}"""
    rows = (line.split("\t") for line in COUNTRIES.read_text("utf-8").splitlines()[1:])
    return {code: (name, continent) for code, name, continent in rows}


@cache
def _table() -> _Table:
    """The file, read once in each process."""
    rows = gzip.decompress(CITIES.read_bytes()).decode("utf-8").splitlines()[1:]
    rows.sort(key=lambda row: -int(row.split("\t", 7)[6]))
    table = _Table(rows, [], {}, _Index(), _Index(), _Index())
    for rank, row in enumerate(rows):
        id_, name, key, _, country, _, _, _, alternates = row.split("\t")
        # The key is left empty where small letters are all it takes, as for most names.
        key = key or name.lower()
        table.rank_by_id[int(id_)] = rank
        table.countries.append(intern(country))
        table.names.add(key, rank)
        for word in _later_words(key) if " " in key else ():
            table.words.add(word, rank)
        for alternate in alternates.split("|") if alternates else ():
            table.alternates.add(alternate, rank)
    for index in (table.names, table.alternates, table.words):
        index.sort()
    return table


def _later_words(key: str) -> Iterator[str]:
    while key := key.partition(" ")[2]:
        if key.partition(" ")[0] not in SMALL_WORDS:
            yield key
