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
