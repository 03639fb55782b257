"""The sprint itself and its pilot, as the programme's notice announced them."""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from cohorts.models import Offering, Sprint

NOTICE = Path(__file__).parent / "data" / "sprint.json"


def load():
    """Put the sprint and its pilot offering in place; what staff changed since is left alone."""
    notice = json.loads(NOTICE.read_text())
    facts = notice["sprint"]
    sprint, _ = Sprint.objects.get_or_create(slug=facts["slug"], defaults=facts)
    pilot = notice["pilot"]
    closes_at = end_of(date.fromisoformat(pilot.pop("closes")), ZoneInfo(pilot["zone"]))
    Offering.objects.get_or_create(
        slug=pilot["slug"],
        defaults={
            **pilot,
            "sprint": sprint,
            "announced": True,
            "closes_at": closes_at,
            # The notice names no opening; four weeks before the deadline stands for it.
            "opens_at": closes_at - timedelta(weeks=4),
        },
    )


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last second of `day` in `zone`: what a deadline without an hour means."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone)
