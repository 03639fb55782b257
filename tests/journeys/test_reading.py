"""Reading a best practice, on a phone and on a desk."""

import pytest
from playwright.sync_api import expect

from tests.factories import StaffFactory, best_practice_content
from toolkit import publishing
from toolkit.models import BestPractice

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story(monkeypatch):
    """A published best practice whose file is not made."""
    monkeypatch.setattr("toolkit.publishing.enqueue", lambda task, *args: None)
    draft = publishing.draft_from(
        content=best_practice_content(),
        city_name="Áporto (demo)",
        country="PT",
        source="plan:1",
        by=StaffFactory(),
    )
    BestPractice.objects.update(state="published", published_at=draft.created_at)
    draft.editions.update(published_at=draft.created_at)
    return draft


@pytest.mark.parametrize("width", [320, 360, 800, 1000, 1280])
def test_pictures_fit_and_one_drawing_of_each_is_shown(visitor, story, axe, width):
    page = visitor(width=width)
    page.goto(story.get_absolute_url())

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = page.locator(".drawn__picture")
    for place in range(boxes.count()):
        shown = boxes.nth(place).locator("svg:visible")
        assert shown.count() == 1
        assert shown.bounding_box()["x"] + shown.bounding_box()["width"] <= width
        sizes = shown.evaluate(
            "svg => [...svg.querySelectorAll('text')].map(text => text.getBBox().height"
            " && parseFloat(text.getAttribute('font-size')) * svg.getScreenCTM().a)"
        )
        assert min(sizes) >= 11.5
    axe(page)


def test_what_is_on_the_page_comes_first_on_a_phone_and_folded(visitor, story, javascript):
    page = visitor(width=360, javascript=javascript)
    page.goto(story.get_absolute_url())
    nav = page.get_by_role("navigation", name="On this page")
    link = nav.get_by_text("Sources", exact=True)

    assert nav.bounding_box()["y"] < page.locator(".story").bounding_box()["y"]
    expect(link).to_be_hidden()
    nav.locator("summary").click()
    expect(link).to_be_visible()
    assert page.locator("[id=here]").count() == 1


def test_what_is_on_the_page_stands_open_beside_it_on_a_desk(visitor, story, javascript):
    page = visitor(javascript=javascript)
    page.goto(story.get_absolute_url())
    nav = page.get_by_role("navigation", name="On this page")

    expect(nav.get_by_role("link", name="Sources")).to_be_visible()
    expect(nav.locator("summary")).to_be_hidden()
    story_box = page.locator(".story").bounding_box()
    assert nav.bounding_box()["x"] > story_box["x"] + story_box["width"]
    assert abs(nav.bounding_box()["y"] - story_box["y"]) < 5
