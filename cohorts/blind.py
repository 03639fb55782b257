"""Reading without knowing who wrote: what a blind review leaves out. Pure.

Fields that name a person, an address or an office are left out whole. In everything else the
names of the city, its region and its people are blotted out wherever they stand.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

# Answers of the expression of interest that say who wrote it.
WHO_FIELDS = frozenset(
    {
        "department",
        "lead_name",
        "lead_role",
        "lead_email",
        "lead_phone",
        "alternate_name",
        "alternate_email",
        "sponsor",
        "windows",
        "windows_note",
    }
)
_NAMES = (
    "lead_name",
    "lead_email",
    "lead_phone",
    "alternate_name",
    "alternate_email",
    "department",
)
_SHORTEST = 3  # letters; shorter words would blot out half of every text
_SHORTEST_OF_SPONSOR = 4  # letters of one word alone: such an answer has small words in it
# Words of offices and job titles, in the languages that cities mostly write in.
_TITLE_WORDS = """
acting administrator advisor affairs alcalde alcaldesa analyst and assistant associate board
chair chairperson chief city clerk commissioner coordinator council councillor councilmember
councilor data de del department deputy development digital directeur director directora
division executive finance first for general governor head housing innovation intendente
interim jefa jefe lead leader maire manager managing mayor mayor's mayor’s member minister
municipal municipality office officer of operations performance permanent planning policy
prefeita prefeito president programme program public secretary senior service services
staff strategy technology the town transport treasurer urban vice works
"""
_TITLES = frozenset(_TITLE_WORDS.split())
BANDS = (50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000)
_MARK = "[̀-ͯ]*"
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)\S+")


def band(population: int | None) -> str:
    """A size that does not give the city away: "100,000 to 250,000 people"."""
    if not population:
        return _("not known")
    above = [limit for limit in BANDS if population < limit]
    below = [limit for limit in BANDS if population >= limit]
    if not below:
        return _("under %(most)s people") % {"most": f"{BANDS[0]:,}"}
    if not above:
        return _("%(least)s people or more") % {"least": f"{BANDS[-1]:,}"}
    return _("%(least)s to %(most)s people") % {"least": f"{below[-1]:,}", "most": f"{above[0]:,}"}


def secrets(*, city: str, region: str, country: str, answers: Mapping) -> list[str]:
    """The words to blot out, longest first: place names, and the people named in the answers."""
    words = {city, region, country}
    for key in _NAMES:
        said = str(answers.get(key) or "")
        words.add(said)
        if key.endswith("_name"):
            words.update(word for word in said.split() if not _is_title(word))
    words.update(_sponsor(str(answers.get("sponsor") or "")))
    kept = {word.strip() for word in words if len(word.strip()) >= _SHORTEST}
    return sorted(kept, key=lambda word: (-len(word), word))


def _sponsor(said: str) -> set[str]:
    """The name in an answer that holds a title as well: "María Ruiz, deputy mayor".

    A title alone, "City manager", hides nothing: it would blot ordinary words everywhere.
    """
    said = re.split(r"[,;(–—]| - ", said, maxsplit=1)[0].strip()
    named = [word for word in said.split() if not _is_title(word)]
    long = {word for word in named if len(word) >= _SHORTEST_OF_SPONSOR}
    if not long:
        return {said} if named and len(named) == len(said.split()) else set()
    return {said, " ".join(word for word in named if not word.islower()), *long}


def _is_title(word: str) -> bool:
    return word.strip(".'’()").casefold() in _TITLES


def blot(text: str, words: Iterable[str]) -> str:
    """`text` with every one of `words`, whatever its accents, and every address hidden."""
    hidden = _("[hidden]")
    text = _ADDRESS.sub(hidden, text)
    patterns = [_loose(word) for word in words]
    if not patterns:
        return text
    anyone = re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)
    return anyone.sub(hidden, text)


def _loose(word: str) -> str:
    """A pattern for `word` with or without its accents, and with any space between its parts."""
    parts = []
    for part in word.split():
        letters = unicodedata.normalize("NFD", part)
        parts.append("".join(_letter(one) for one in letters if not unicodedata.combining(one)))
    return r"\s+".join(parts)


def _letter(plain: str) -> str:
    """One letter, alone, with marks after it, or as one of the letters composed from it."""
    composed = _COMPOSED.get(plain.casefold(), "")
    return f"(?:{re.escape(plain)}|[{composed}]){_MARK}" if composed else re.escape(plain) + _MARK


def _compose() -> dict[str, str]:
    table: dict[str, str] = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        plain = unicodedata.normalize("NFD", chr(code))[0].casefold()
        if plain.isascii() and plain.isalpha():
            table[plain] = table.get(plain, "") + chr(code)
    return table


_COMPOSED = _compose()
