"""The first page that anyone sees."""

import pytest

from tests.factories import UserFactory


@pytest.mark.parametrize("width", [1280, 320])
def test_visitor_reads_the_front_page(visitor, axe, width):
    page = visitor(width=width)

    page.goto("/")

    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    axe(page)


def test_signed_in_person_has_a_front_page(page_as, javascript):
    page = page_as(UserFactory(name="Ana Ruiz"), javascript=javascript)

    page.goto("/")

    assert page.get_by_text("Ana Ruiz").count() >= 1


@pytest.mark.parametrize("width", [320, 360, 700, 1000])
@pytest.mark.parametrize("address", ["/", "/plans/", "/staff/mail/"])
def test_navigation_is_one_row_with_the_present_link_in_view(
    page_as, javascript, axe, width, address
):
    many = UserFactory(is_staff=True, is_facilitator=True, is_reviewer=True, is_decider=True)
    page = page_as(many, javascript=javascript, width=width)

    page.goto(address)

    row = page.locator(".main-nav ul").bounding_box()
    links = page.locator(".main-nav a")
    tops = {round(links.nth(place).bounding_box()["y"]) for place in range(links.count())}
    here = page.locator(".main-nav [aria-current]").bounding_box()
    assert len(tops) == 1
    assert here["x"] >= row["x"]
    assert here["x"] + here["width"] <= min(row["x"] + row["width"], width)
    if javascript:
        axe(page)


def test_every_link_of_the_navigation_is_reached_by_keyboard(page_as):
    page = page_as(UserFactory(is_staff=True, is_facilitator=True, is_decider=True), width=320)
    page.goto("/")
    links = page.locator(".main-nav a")

    links.first.focus()
    for place in range(1, links.count()):
        page.keyboard.press("Tab")
        box = links.nth(place).bounding_box()
        assert links.nth(place).evaluate("link => link === document.activeElement")
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
