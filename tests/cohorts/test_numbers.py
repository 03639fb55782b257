"""Figures over applications: right counts, a table behind each picture, one sentence."""

from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from cohorts import bars, numbers
from cohorts.models import Application
from cohorts.models.stage_check import Stage
from tests.cohorts.review_factories import ANSWERS, EligibleFactory, RecusalFactory
from tests.factories import ApplicationFactory, CityFactory, OfferingFactory, UserFactory


@pytest.fixture
def offering(db):
    return OfferingFactory(slug="autumn", zone="America/New_York")


@pytest.fixture
def staff(db):
    return UserFactory(is_staff=True)


def drawn(offering, user):
    return {figure.key: figure.picture for figure in numbers.figures(offering, user)}


def test_figures_count_what_was_handed_in(offering, staff):
    EligibleFactory(offering=offering, city=CityFactory(country="CO"))
    EligibleFactory(
        offering=offering, city=CityFactory(country="US"), answers=ANSWERS | {"area": "housing"}
    )
    EligibleFactory(offering=offering, state="withdrawn")
    ApplicationFactory(offering=offering)
    EligibleFactory()  # of another offering

    found = drawn(offering, staff)

    assert found["place"].rows == (("Colombia", "1"), ("United States", "1"))
    assert found["stage"].rows[1] == ("Rules for AI", "2", "2")
    assert found["stage"].rows[0] == ("Staff named", "0", "0")
    assert dict(found["topic"].rows) == {"City services and permits": "1", "Housing": "1"}
    assert found["time"].reading.startswith("2 applications, the latest on ")


def test_a_tie_is_not_called_most(offering, staff):
    EligibleFactory(offering=offering, city=CityFactory(country="CO"))
    EligibleFactory(
        offering=offering, city=CityFactory(country="US"), answers=ANSWERS | {"area": "housing"}
    )

    found = drawn(offering, staff)

    assert found["place"].reading == "No part of the world leads yet; 2 countries in all."
    assert found["stage"].reading == "“Rules for AI” and “Designing a use” lead, claimed by 2 each."
    assert found["topic"].reading == "No area leads yet."


def test_where_all_stages_tie_none_leads(offering, staff):
    given = ANSWERS | {f"stage_{stage}": "yes" for stage in Stage.values}
    EligibleFactory(offering=offering, answers=given)

    assert drawn(offering, staff)["stage"].reading == "No stage leads yet."


def test_one_that_leads_is_called_most(offering, staff):
    given = ANSWERS | {"stage_designing": "no"}
    EligibleFactory(offering=offering, city=CityFactory(country="CO"), answers=given)

    found = drawn(offering, staff)

    assert "has the most" in found["place"].reading
    assert "claimed most, by 1" in found["stage"].reading
    assert found["topic"].reading.startswith("Most would work on")


def test_figures_leave_out_a_conflict(offering, staff):
    row = EligibleFactory(offering=offering, city=CityFactory(country="CO"))
    RecusalFactory(reviewer=staff, city=row.city)

    found = drawn(offering, staff)

    assert found["place"].rows == ()
    assert found["topic"].rows == ()
    assert [one[1:] for one in found["stage"].rows] == [("0", "0")] * 4


def test_days_are_those_of_the_offerings_zone(offering, staff):
    row = EligibleFactory(offering=offering)
    late_evening = datetime(2026, 7, 27, 3, 30, tzinfo=UTC)  # 23:30 on Sunday in New York
    Application.objects.filter(pk=row.pk).update(submitted_at=late_evening)

    assert drawn(offering, staff)["time"].rows == (("Sunday 26 July", "1"),)


def test_figures_of_an_empty_offering_say_so(offering, staff):
    found = drawn(offering, staff)

    assert found["time"].reading == "Nothing has been handed in yet."
    assert found["place"].reading == "No city yet."
    assert found["stage"].reading == "No city claims a stage yet."
    assert found["topic"].reading == "No topic yet."
    assert not any(picture.svg for picture in found.values())


def test_page_has_a_table_and_a_sentence_for_each(client, offering, staff, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    EligibleFactory(offering=offering)
    client.force_login(staff)

    text = client.get(reverse("cohorts:numbers", kwargs={"slug": "autumn"})).content.decode()

    assert text.count("<svg xmlns") == 4
    assert text.count('<table class="data"') == 4
    assert text.count("The same as a table") == 4


# --- pure ------------------------------------------------------------------------------------
def test_spread_out_leaves_no_gap():
    found = numbers.spread_out({date(2024, 7, 1): 2, date(2024, 7, 4): 1})

    assert [count for _day, count in found] == [2, 0, 0, 1]


def test_spread_out_goes_by_weeks_when_days_are_many():
    found = numbers.spread_out({date(2024, 7, 3): 2, date(2024, 9, 4): 1})

    assert found[0] == ("Monday 1 July", 2)
    assert len(found) == 10
    assert sum(count for _week, count in found) == 3


def test_spread_out_of_nothing():
    assert numbers.spread_out({}) == []


@pytest.mark.parametrize("draw", [bars.bars, bars.columns])
@pytest.mark.parametrize(
    "parts",
    [
        [("<b>One</b>", 3), ("Two", 0)],
        [("x" * 200, 1)],
        [(f"Day {n}", n % 7) for n in range(60)],
        [("None", 0)],
    ],
)
def test_pictures_hold_their_text_and_stay_inside(draw, parts):
    picture = draw(parts, "A reading & more", ("Label", "Count"))

    root = ElementTree.fromstring(picture.svg)  # noqa: S314  our own drawing
    width, height = (float(side) for side in root.get("viewBox").split()[2:])
    for box in root.iter("{http://www.w3.org/2000/svg}rect"):
        assert 0 <= float(box.get("x")) <= width
        assert float(box.get("x")) + float(box.get("width")) <= width + 0.1
        assert float(box.get("y")) + float(box.get("height")) <= height + 0.1
    assert root.find("{http://www.w3.org/2000/svg}title").text == "A reading & more"
    assert "<b>" not in picture.svg
    assert picture.rows == tuple((label, str(count)) for label, count in parts)


@pytest.mark.parametrize("draw", [bars.bars, bars.columns])
def test_pictures_of_nothing_are_empty(draw):
    assert draw([], "Nothing.", ("Label", "Count")).svg == ""
