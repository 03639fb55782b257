"""Whether a city that somebody types by hand is one that is known already.

Names are compared as the search sees them, without what an administration puts before them
("City of", "Ayuntamiento de"); regions too, and a state of the United States by its two letters.
"""

import re
from dataclasses import dataclass

from cohorts import cities
from cohorts.models import City

NONE = "none"  # the answer of somebody whose city is none of those that are like it
SHOWN = 8
TITLES = re.compile(
    r"^(?:the )?(?:(?:city|town|village|municipality|county) of|(?:ville|commune|mairie) d[eu]s?"
    r"|(?:municipio|municipalidad|ayuntamiento|alcaldia|ciudad|intendencia) de(?:l| la)?"
    r"|(?:prefeitura|camara)(?: municipal)? d[aeo]|(?:municipio|cidade) d[aeo]|stadt|comune di) "
)
REGION_TITLES = re.compile(
    r"^(?:(?:state|province|region|department) of"
    r"|(?:estado|provincia|departamento|region) d[aeo]l?) "
)
TAILS = re.compile(
    r" (?:(?:sub ?)?metropolitan (?:city|municipality)|municipal(?:ity| corporation)|city council"
    r"|city|town|township|borough)$"
)
STATES = dict(
    re.findall(
        r"(\w\w):([a-z ]+[a-z])",
        """
        al:alabama | ak:alaska | az:arizona | ar:arkansas | ca:california |
        co:colorado | ct:connecticut | de:delaware | dc:district of columbia |
        fl:florida | ga:georgia | hi:hawaii | id:idaho | il:illinois | in:indiana |
        ia:iowa | ks:kansas | ky:kentucky | la:louisiana | me:maine | md:maryland |
        ma:massachusetts | mi:michigan | mn:minnesota | ms:mississippi | mo:missouri |
        mt:montana | ne:nebraska | nv:nevada | nh:new hampshire | nj:new jersey |
        nm:new mexico | ny:new york | nc:north carolina | nd:north dakota | oh:ohio |
        ok:oklahoma | or:oregon | pa:pennsylvania | ri:rhode island |
        sc:south carolina | sd:south dakota | tn:tennessee | tx:texas | ut:utah |
        vt:vermont | va:virginia | wa:washington | wv:west virginia | wi:wisconsin |
        wy:wyoming
        """,
    )
)


@dataclass(frozen=True)
class Known:
    """A city that is like the one typed: of the table (place), or typed in before (city).

    is_same: name, region and country are the same once they are folded.
    """

    place: cities.Place | None
    city: City | None
    is_same: bool

    @property
    def value(self) -> str:
        return f"place-{self.place.id}" if self.place else f"city-{self.city.uid}"

    @property
    def label(self) -> str:
        if self.place:
            return self.place.label
        parts = (self.city.name, self.city.region, self.city.country_name)
        return ", ".join(part for part in parts if part)


def alike(*, name: str, region: str, country: str) -> list[Known]:
    """Cities of that country with that name, those of the same region first."""
    names, where = names_of(name), region_of(region or _after_comma(name), country)
    # Without "Metropolitan City" behind it as well: to ask, not to say that it is the same.
    wide = names | {TAILS.sub("", one) for one in names}
    places = {one.id: one for key in sorted(wide) for one in cities.called(key, country=country)}
    rows = City.objects.filter(country=country).exclude(geonameid__in=places)
    found = [(one, None) for one in places.values()]
    found += [(None, one) for one in rows if wide & names_of(one.name)]
    known = [Known(place, row, _is_same(place or row, names, where)) for place, row in found]
    return sorted(known, key=lambda one: not one.is_same)[:SHOWN]


def _is_same(one, names, where) -> bool:
    """By the name that it has today: another city may have been called so once."""
    return bool(names & names_of(one.name)) and region_of(one.region, one.country) == where


def names_of(name: str) -> set[str]:
    """What a name is compared by: folded, as it is and without its title."""
    folded = cities.fold(re.split(r"[,(]", name, maxsplit=1)[0])
    return {folded, TITLES.sub("", folded, count=1)} - {""}


def region_of(region: str, country: str) -> str:
    """What a region is compared by."""
    folded = REGION_TITLES.sub("", cities.fold(region), count=1)
    return STATES.get(folded, folded) if country == "US" else folded


def _after_comma(name: str) -> str:
    """The region in "San José, CA"."""
    return name.partition(",")[2]
