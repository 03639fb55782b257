"""What every template may read, beside what its view gives."""

from django.conf import settings

from sprint_portal.times import zone_words


def portal(request):
    """demo: True when the people and cities on screen are made up. zone_name: the reader's."""
    return {"demo": settings.DEMO, "zone_name": zone_words()}
