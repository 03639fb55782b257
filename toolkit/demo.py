"""The demo's best practices: two made-up cities, published, with their files on the way.

The worker makes the files: the rows are queued here, and the sweep finds them if the worker is not
up yet. Everything in them is marked as made up.
"""

import json
from pathlib import Path

from django.utils import timezone

from toolkit import content as reference
from toolkit import publishing
from toolkit.models import Edition, Resource
from toolkit.models.best_practice import State

DATA = Path(__file__).parent / "data"
FILES = ("demo_larkhaven.json", "demo_cedro.json")


def load():
    """Draft and publish the demo's best practices. Safe to run again."""
    if not Resource.objects.exists():
        reference.load()
    for name in FILES:
        _publish(json.loads((DATA / name).read_text(encoding="utf-8")), source=f"demo:{name}")


def _publish(content: dict, *, source: str):
    """Published before its file is there: a demo has nobody to wait for the worker and press.

    So this goes round the guard of `publishing.publish`; the page shows the download as soon as
    the worker has made the file.
    """
    best_practice = publishing.draft_from(
        content=content,
        city_name=content["city"],
        country=content["country"],
        source=source,
        by=None,
    )
    if best_practice.state == State.PUBLISHED:
        return
    now = timezone.now()
    edition = best_practice.latest
    Edition.objects.filter(pk=edition.pk).update(published_at=now)
    best_practice.state, best_practice.published_at = State.PUBLISHED, now
    best_practice.save(update_fields=["state", "published_at"])
    publishing.queue_render(edition, None)
