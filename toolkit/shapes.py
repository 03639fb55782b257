"""Small readers that check JSON from elsewhere and hand back a cleaned copy.

Each reader is a function (value, path) -> value; it raises WrongShape with the path of what is
wrong, in words that staff can act on. Put together, readers describe a document: see
`editorial.py` and `content.py`.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from sprint_portal.refusals import Refusal

Reader = Callable[[Any, str], Any]

# Control characters but tab and line feed; lone surrogates; the marks that turn text around.
UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")


class WrongShape(Refusal):
    """The content is not what `editorial.py` or `content.py` describes; str() says where."""


def clean(value: str) -> str:
    """Text as it is kept: composed characters, Unix line ends, no control characters."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return UNWANTED.sub("", unicodedata.normalize("NFC", value)).strip()


def text(most: int, *, least: int = 0) -> Reader:
    """A string of `least` to `most` characters after cleaning."""

    def read(value, path):
        if not isinstance(value, str):
            raise WrongShape(f"{path}: text is needed here.")
        value = clean(value)
        if not least <= len(value) <= most:
            raise WrongShape(f"{path}: {least} to {most} characters are needed, not {len(value)}.")
        return value

    return read


def line(most: int, *, least: int = 0) -> Reader:
    """As `text`, on one line."""
    inner = text(most, least=least)
    return lambda value, path: " ".join(inner(value, path).split())


def whole(least: int, most: int) -> Reader:
    """A whole number from `least` to `most`."""

    def read(value, path):
        if type(value) is not int or not least <= value <= most:
            raise WrongShape(f"{path}: a whole number from {least} to {most} is needed.")
        return value

    return read


def share(value, path):
    """A number from 0 to 1, or None where nothing applies."""
    if value is None:
        return None
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise WrongShape(f"{path}: a number from 0 to 1 is needed.")
    return round(float(value), 4)


def yes_or_no(value, path):
    """True or False."""
    if type(value) is not bool:
        raise WrongShape(f"{path}: true or false is needed.")
    return value


def day(value, path):
    """A day as "YYYY-MM-DD"; "" where it is not known yet."""
    if value == "":
        return ""
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise WrongShape(f"{path}: a day such as 2026-03-31 is needed.") from None


def web_address(value, path):
    """An http or https address, or ""."""
    value = line(600)(value, path)
    if value and not re.match(r"https?://[^\s/]+\S*$", value):
        raise WrongShape(f"{path}: a web address is needed.")
    return value


def one_of(*allowed: str) -> Reader:
    """One of the named words."""

    def read(value, path):
        if value not in allowed:
            raise WrongShape(f"{path}: one of {', '.join(allowed)} is needed.")
        return value

    return read


def maybe(reader: Reader) -> Reader:
    """What `reader` reads, or None."""
    return lambda value, path: None if value is None else reader(value, path)


def many(reader: Reader, most: int, *, least: int = 0) -> Reader:
    """A list of `least` to `most` things."""

    def read(value, path):
        if not isinstance(value, list):
            raise WrongShape(f"{path}: a list is needed.")
        if not least <= len(value) <= most:
            raise WrongShape(f"{path}: {least} to {most} entries are needed, not {len(value)}.")
        return [reader(item, f"{path}[{place}]") for place, item in enumerate(value)]

    return read


def record(needed: dict[str, Reader], **optional: tuple[Reader, Any]) -> Reader:
    """An object with exactly these keys. optional: key=(reader, value when it is absent)."""

    def read(value, path):
        if not isinstance(value, dict):
            raise WrongShape(f"{path}: an object is needed.")
        if strange := sorted(set(value) - set(needed) - set(optional)):
            raise WrongShape(f"{path}: {strange[0]!r} is not known here.")
        if missing := [key for key in needed if key not in value]:
            raise WrongShape(f"{path}: {missing[0]!r} is missing.")
        found = {key: reader(value[key], f"{path}.{key}") for key, reader in needed.items()}
        for key, (reader, absent) in optional.items():
            found[key] = reader(value[key], f"{path}.{key}") if key in value else absent
        return found

    return read


def by_type(readers: dict[str, Reader]) -> Reader:
    """An object whose `type` names the reader of the rest."""

    def read(value, path):
        kind = value.get("type") if isinstance(value, dict) else None
        if kind not in readers:
            raise WrongShape(f"{path}: type is one of {', '.join(readers)}.")
        rest = {key: item for key, item in value.items() if key != "type"}
        return {"type": kind, **readers[kind](rest, path)}

    return read
