"""Dates, times and zones in the reader's words. Pure: neither request nor database.

Everything here takes aware datetimes and a zone (`zoneinfo.ZoneInfo` or any tzinfo) and gives
plain text in the active language. The tags in `templatetags/ui.py` dress it up for pages; mail
uses it as it is.
"""

import json
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateformat import format as django_format
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext

# How a day is written with its weekday, without and with the year. Locale data, not prose:
# Django's own formats have either no weekday or always a year.
DAY_FORMATS = {
    "en": ("l j F", "l j F Y"),
    "es": (r"l j \d\e F", r"l j \d\e F \d\e Y"),
    "pt": (r"l, j \d\e F", r"l, j \d\e F \d\e Y"),
}
CLOCK = "G:i"
# City names that the zone database writes without their accents.
ACCENTED: dict[str, str] = json.loads(
    (Path(__file__).parent / "zone_names.json").read_text(encoding="utf-8")
)


def as_zone(zone: str | tzinfo | None) -> tzinfo:
    """The zone itself from its name; the reader's own (the active one) for None or ""."""
    if not zone:
        return timezone.get_current_timezone()
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def zone_city(zone: str | tzinfo) -> str:
    """The city that names a zone: "Bogotá" for America/Bogota; "" for zones without a city."""
    name = str(zone)
    if "/" not in name or name.startswith("Etc/"):
        return ""
    return ACCENTED.get(name) or name.rsplit("/", 1)[-1].replace("_", " ")


def zone_offset(zone: tzinfo, at: datetime) -> str:
    """Distance from Greenwich at a moment: "GMT−5", "GMT+5:30", "GMT"."""
    minutes = round((at.astimezone(zone).utcoffset() or timedelta()).total_seconds() / 60)
    if not minutes:
        return "GMT"
    hours, rest = divmod(abs(minutes), 60)
    return f"GMT{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def zone_words(zone: str | tzinfo | None = None, at: datetime | None = None) -> str:
    """A zone as people say it: "Bogotá time"; with `at`, "Bogotá time (GMT−5)"."""
    zone = as_zone(zone)
    city = zone_city(zone)
    if not city:
        return "UTC" if str(zone).upper() == "UTC" or at is None else zone_offset(zone, at)
    words = gettext("%(city)s time") % {"city": city}
    return f"{words} ({zone_offset(zone, at)})" if at else words


def day_words(
    day: date, *, today: date, start: bool = False, near: bool = True, year: bool = False
) -> str:
    """A day with its weekday: "tomorrow, Tuesday 8 October"; the year when it is another one.

    start: True at the start of a sentence, for a capital. near: False for words that are read
    on another day too, as in mail: neither today nor tomorrow is said. year: True says the year
    always.
    """
    short, long = DAY_FORMATS.get((get_language() or "en").split("-")[0], DAY_FORMATS["en"])
    words = django_format(day, long if year or day.year != today.year else short)
    close = {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}
    nearness = close.get((day - today).days) if near else None
    words = f"{nearness}, {words}" if nearness else words
    return capfirst(words) if start else words


def clock(moment: datetime, zone: str | tzinfo | None = None) -> str:
    """The time of day in a zone: "9:30"."""
    return django_format(moment.astimezone(as_zone(zone)), CLOCK)


def moment_words(
    moment: datetime,
    zone: str | tzinfo | None = None,
    *,
    now: datetime | None = None,
    start: bool = False,
    near: bool = True,
    year: bool = False,
) -> str:
    """Day and time: "tomorrow, Tuesday 8 October, 11:00"; near and year as in `day_words`."""
    zone = as_zone(zone)
    local = moment.astimezone(zone)
    today = (now or timezone.now()).astimezone(zone).date()
    words = day_words(local.date(), today=today, start=start, near=near, year=year)
    return f"{words}, {clock(local, zone)}"


def full_words(
    moment: datetime,
    also: str | tzinfo | None = None,
    *,
    start: bool = False,
    near: bool = True,
) -> str:
    """A moment for the middle of a text: day, time and the reader's zone by name.

    also: another zone (the offering's), added in brackets when its clock differs; near as in
    `day_words`.
    """
    words = f"{moment_words(moment, start=start, near=near)}, {zone_words(at=moment)}"
    elsewhere = elsewhere_words(moment, also) if also else ""
    return f"{words}, {elsewhere}" if elsewhere else words


def span_words(
    begin: datetime,
    end: datetime,
    zone: str | tzinfo | None = None,
    *,
    now: datetime | None = None,
    start: bool = False,
    near: bool = True,
) -> str:
    """From one moment to another: "Tuesday 8 October, 11:00 – 13:00"; both days if they differ."""
    zone = as_zone(zone)
    first = moment_words(begin, zone, now=now, start=start, near=near)
    same_day = begin.astimezone(zone).date() == end.astimezone(zone).date()
    last = clock(end, zone) if same_day else moment_words(end, zone, now=now, near=near)
    return f"{first} – {last}"


def elsewhere_words(moment: datetime, other: str | tzinfo, zone: str | tzinfo | None = None) -> str:
    """The same moment in another zone: "12:00 in New York", with the day when that differs.

    "" when the clocks of both zones agree at that moment.
    """
    zone, other = as_zone(zone), as_zone(other)
    here, there = moment.astimezone(zone), moment.astimezone(other)
    if here.utcoffset() == there.utcoffset():
        return ""
    time = clock(there, other)
    if here.date() != there.date():
        time = f"{day_words(there.date(), today=there.date() - timedelta(days=9))}, {time}"
    city = zone_city(other)
    if not city:
        return f"{time} {zone_words(other, moment)}"
    return gettext("%(time)s in %(city)s") % {"time": time, "city": city}


def countdown_words(
    moment: datetime,
    zone: str | tzinfo | None = None,
    *,
    now: datetime | None = None,
    deadline: bool = False,
) -> str:
    """How far off a moment is: "in 3 days", "2 hours ago"; "12 hours left", "overdue 1 day".

    Days are counted by the calendar of `zone`; under a day, whole hours; under an hour, minutes.
    deadline: speak of time left and overdue.
    """
    zone, now = as_zone(zone), now or timezone.now()
    unit, count = _distance(moment, now, zone)
    if not count:
        return gettext("now")
    if moment > now:
        return _left(unit, count) if deadline else _ahead(unit, count)
    return _overdue(unit, count) if deadline else _ago(unit, count)


def _distance(moment: datetime, now: datetime, zone: tzinfo) -> tuple[str, int]:
    """(unit, count) between two moments: unit is "days", "hours" or "minutes"."""
    minutes = int(abs((moment - now).total_seconds()) // 60)
    if minutes < 60:
        return "minutes", minutes
    if minutes < 24 * 60:
        return "hours", minutes // 60
    return "days", abs((moment.astimezone(zone).date() - now.astimezone(zone).date()).days)


def _ahead(unit: str, count: int) -> str:
    return {
        "minutes": ngettext("in %d minute", "in %d minutes", count),
        "hours": ngettext("in %d hour", "in %d hours", count),
        "days": ngettext("in %d day", "in %d days", count),
    }[unit] % count


def _ago(unit: str, count: int) -> str:
    return {
        "minutes": ngettext("%d minute ago", "%d minutes ago", count),
        "hours": ngettext("%d hour ago", "%d hours ago", count),
        "days": ngettext("%d day ago", "%d days ago", count),
    }[unit] % count


def _left(unit: str, count: int) -> str:
    return {
        "minutes": ngettext("%d minute left", "%d minutes left", count),
        "hours": ngettext("%d hour left", "%d hours left", count),
        "days": ngettext("%d day left", "%d days left", count),
    }[unit] % count


def _overdue(unit: str, count: int) -> str:
    return {
        "minutes": ngettext("overdue %d minute", "overdue %d minutes", count),
        "hours": ngettext("overdue %d hour", "overdue %d hours", count),
        "days": ngettext("overdue %d day", "overdue %d days", count),
    }[unit] % count


def left_words() -> list[str]:
    """What a page that stays open needs to count on: "%d hour left" and "%d hours left", the
    same of minutes, and what stands there once the time is over.
    """
    hours = [ngettext("%d hour left", "%d hours left", count) for count in (1, 2)]
    minutes = [ngettext("%d minute left", "%d minutes left", count) for count in (1, 2)]
    return [*hours, *minutes, gettext("the time is over")]
