"""Time zones by their IANA names."""

import functools
import zoneinfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sprint_portal.times import zone_city

# The regions of the zone database, in the order in which a person finds them.
REGIONS = {
    "America": pgettext_lazy("region", "America"),
    "Europe": pgettext_lazy("region", "Europe"),
    "Africa": pgettext_lazy("region", "Africa"),
    "Asia": pgettext_lazy("region", "Asia"),
    "Australia": pgettext_lazy("region", "Australia"),
    "Pacific": pgettext_lazy("region", "Pacific"),
    "Atlantic": pgettext_lazy("region", "Atlantic"),
    "Indian": pgettext_lazy("region", "Indian Ocean"),
    "Antarctica": pgettext_lazy("region", "Antarctica"),
}


@functools.cache
def zone_names() -> tuple[str, ...]:
    """Every zone a person may have, sorted: `America/Bogota` and the like, and UTC."""
    return tuple(
        sorted(name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC")
    )


def valid_zone(name: str):
    """Raise ValidationError unless `name` is a zone a person may have."""
    if name not in zone_names():
        raise ValidationError(_("This is not a time zone we know."))


def zone_of(name: str) -> zoneinfo.ZoneInfo | None:
    """The zone called `name`; None for an empty or unknown name, such as a forged cookie's."""
    return zoneinfo.ZoneInfo(name) if name in zone_names() else None


def zone_choices(also: str = "") -> list:
    """Choices for a select, grouped by region; `also` is added when no group holds it."""
    groups = [(label, _cities_of(region)) for region, label in REGIONS.items()]
    rest = [("UTC", "UTC")]
    if also and also != "UTC" and also.partition("/")[0] not in REGIONS:
        rest.append((also, also))
    return [*groups, (_("Other"), rest)]


def _cities_of(region: str) -> list[tuple[str, str]]:
    names = [name for name in zone_names() if name.startswith(f"{region}/")]
    return sorted(((name, _label(name)) for name in names), key=lambda choice: choice[1])


def _label(name: str) -> str:
    """`America/Argentina/Salta` as "Salta, Argentina"; `America/Bogota` as "Bogotá"."""
    middle = name.split("/")[1:-1]
    return ", ".join([zone_city(name), *(part.replace("_", " ") for part in middle)])
