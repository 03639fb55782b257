import json

import pytest

from toolkit import checks, demo, editorial, rendering
from toolkit.models import BestPractice, Render


@pytest.mark.django_db
def test_load_publishes_two_marked_best_practices_and_asks_for_their_files(unsent):
    demo.load()
    demo.load()

    rows = BestPractice.objects.all()
    assert {row.country for row in rows} == {"US", "BR"}
    assert all(row.is_demo and "(demo)" in row.city_name for row in rows)
    assert all(row.state == "published" and row.current for row in rows)
    assert Render.objects.filter(state="queued").count() == 2


@pytest.mark.parametrize("name", demo.FILES)
def test_the_demo_is_printed_without_a_fault(name):
    content = editorial.validated(json.loads((demo.DATA / name).read_text(encoding="utf-8")))

    report = checks.report(rendering.pdf(content, rendering.Issue(1, "2026-06-01")))

    assert report.problems == ()
    assert 10 <= report.pages <= 20
