"""The settings of production, with the reference page mounted beside the portal's own."""

from sprint_portal.settings import *  # noqa: F403
from sprint_portal.settings import TEMPLATES
from tests.bench import template

ROOT_URLCONF = "tests.bench.reference"
(_cached,) = TEMPLATES[0]["OPTIONS"]["loaders"]
_cached[1].append(
    ("django.template.loaders.locmem.Loader", template.TEXTS),
)
