"""The demo's review round, made through the verbs, on the whole demo of this floor."""

import pytest
from django.urls import reverse

from cohorts import content, demo
from cohorts.models import Application, Offering, Review, Scenario
from sprint_portal.demo import people
from sprint_portal.ids import SPOKEN
from toolkit import content as toolkit_content

pytestmark = pytest.mark.django_db


@pytest.fixture
def offering():
    toolkit_content.load()
    content.load()
    people.load()
    demo.load()
    return Offering.objects.get(slug=demo.OPEN)


def test_demo_references_give_no_city_away(offering):
    rows = Application.objects.select_related("city")
    codes = {row.reference.rpartition("-")[2]: row for row in rows}

    assert len(codes) == rows.count()
    for code, row in codes.items():
        assert len(code) == 4
        assert set(code) <= set(SPOKEN)
        assert code[:3] not in row.city.name.upper()


def test_demo_shows_reviews_at_every_point_of_their_way(offering, client):
    reviews = Review.objects.filter(application__offering=offering)
    handed_in = reviews.filter(state="submitted")

    assert [row.total is not None for row in handed_in] == [True, True]
    assert any(row.is_begun for row in reviews.filter(state="open"))
    assert any(not row.is_begun for row in reviews.filter(state="open"))
    assert Scenario.objects.get().applications.count() == 2

    client.force_login(people.person("rui"))
    assert "Ravenholt" in client.get(reverse("cohorts:reviews")).content.decode()

    client.force_login(people.person("noor"))
    for name in ("review_round", "composition", "numbers"):
        page = client.get(reverse(f"cohorts:{name}", kwargs={"slug": offering.slug}))
        assert page.status_code == 200, name
