"""The same protections on every answer: a page, a redirect, a file, a refusal."""

import pytest
from django.urls import reverse

from tests.house.test_doors import TABLE
from tests.house.world import our_patterns

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["visitor", "stranger", "staff"])
def test_every_answer_is_protected(world, settings, who):
    settings.SECOND_FACTOR_REQUIRED = False
    bare = {}
    for name in TABLE:
        if name in ("accounts:sign_out_everywhere", "cohorts:pack_pdf"):
            continue
        address = reverse(name, kwargs=world.kwargs(name, our_patterns()[name]))
        answer = world.client(who).get(address)
        policy = {part.strip() for part in answer.get("Content-Security-Policy", "").split(";")}
        missing = sorted(POLICY - policy)
        missing += [] if answer.get("X-Content-Type-Options") == "nosniff" else ["nosniff"]
        missing += [] if answer.get("X-Frame-Options") == "DENY" else ["frame"]
        missing += [] if answer.get("Referrer-Policy") == "same-origin" else ["referrer"]
        if who != "visitor" and "no-store" not in answer.get("Cache-Control", ""):
            missing += [] if "max-age" in answer.get("Cache-Control", "") else ["no-store"]
        if missing:
            bare[name] = missing

    assert bare == {}
