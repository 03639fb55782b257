"""What only a browser can measure: distances and columns, wide and narrow."""

import pytest

from tests.factories import PlanFactory, TeamMemberFactory

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 780}
GAPS = """() => [...document.querySelectorAll('.prompt')].map(card =>
    Math.round(card.querySelector('.prompt__why').getBoundingClientRect().top
        - card.querySelector('.prompt__question').getBoundingClientRect().bottom))"""
WIDTHS = """() => [...document.querySelectorAll('.row-form > .field')].map(field =>
    [Boolean(field.querySelector('textarea')), Math.round(field.getBoundingClientRect().width)])"""


@pytest.fixture
def plan(transactional_db):
    return PlanFactory()


@pytest.fixture
def page(plan, page_as):
    return page_as(TeamMemberFactory(city=plan.application.city, role="editor").user)


@pytest.mark.parametrize("key", ["focus", "goals", "access"])
def test_every_question_is_as_far_from_its_reason(plan, page, key):
    page.goto(f"/plans/{plan.uid}/sections/{key}/")

    gaps = page.evaluate(GAPS)

    assert min(gaps) > 0
    assert len(set(gaps)) == 1


def test_texts_of_a_row_take_the_whole_width_and_choices_half_of_it(plan, page):
    page.set_viewport_size(WIDE)
    page.goto(f"/plans/{plan.uid}/answers/people_map/rows/add/")

    found = page.evaluate(WIDTHS)

    texts = {width for is_text, width in found if is_text}
    choices = {width for is_text, width in found if not is_text}
    assert len(texts) == len(choices) == 1
    assert max(choices) < min(texts) / 2


def test_row_is_one_column_on_a_phone(plan, page):
    page.set_viewport_size(PHONE)
    page.goto(f"/plans/{plan.uid}/answers/people_map/rows/add/")

    assert len({width for _is_text, width in page.evaluate(WIDTHS)}) == 1
