"""Time zones by their IANA names."""

import functools
import zoneinfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


@functools.cache
def zone_names() -> tuple[str, ...]:
    """Every zone a person may choose, sorted: `America/Bogota` and the like, and UTC."""
    return tuple(
        sorted(name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC")
    )


def valid_zone(name: str):
    """Raise ValidationError unless `name` is a zone a person may choose."""
    if name not in zone_names():
        raise ValidationError(_("This is not a time zone we know."))
