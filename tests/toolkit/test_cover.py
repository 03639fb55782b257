import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit import cover

shapes = st.fixed_dictionaries(
    {
        "sections": st.lists(
            st.fixed_dictionaries(
                {"title": st.just("s"), "share": st.none() | st.floats(0, 1, allow_nan=False)}
            ),
            min_size=1,
            max_size=20,
        ),
        "partners": st.lists(st.just("p"), max_size=40),
        "audiences": st.lists(st.just("a"), max_size=40),
    }
)


@given(shapes, st.integers(0, 2**64 - 1))
def test_draw_stays_on_the_page(shape, seed):
    drawing = cover.draw(shape, seed)

    assert len(drawing.stops) == min(len(shape["sections"]), cover.MOST_STOPS)
    assert all(0 < stop.x < cover.WIDTH for stop in drawing.stops)
    assert all(cover.LOW - 1 <= stop.y <= cover.HIGH + 1 for stop in drawing.stops)
    assert all(0 < branch.end.y < cover.HEIGHT for branch in drawing.branches)
    assert len(drawing.rings) == min(len(shape["audiences"]), cover.MOST_RINGS)


@given(shapes, st.integers(0, 2**64 - 1))
def test_branches_never_share_a_place(shape, seed):
    drawing = cover.draw(shape, seed)
    places = [(branch.start, branch.turn.y > branch.start.y) for branch in drawing.branches]

    assert len(set(places)) == len(places)


def test_the_same_city_gets_the_same_cover(content):
    one, two = (
        cover.draw(content["shape"], cover.seed_of(content["city"], content["title"]))
        for _ in range(2)
    )

    assert one == two


def test_other_cities_get_other_covers(content):
    seeds = {cover.seed_of(city, content["title"]) for city in ("A", "B", "C")}
    drawn = {cover.svg(cover.draw(content["shape"], s), accent="#0A6C74", title="") for s in seeds}

    assert len(drawn) == 3


@pytest.mark.parametrize(("share", "filled"), [(1.0, True), (0.5, False), (None, False)])
def test_a_stop_is_filled_when_its_section_is_done(share, filled):
    shape = {"sections": [{"title": "s", "share": share}], "partners": [], "audiences": []}
    svg = cover.svg(cover.draw(shape, 1), accent="#0A6C74", title="Line")

    assert bool(re.search(r'r="4.1" fill="#0A6C74"', svg)) is filled


def test_a_cover_without_title_is_hidden_from_those_who_hear_the_page(content):
    drawing = cover.draw(content["shape"], 1)

    assert 'aria-hidden="true"' in cover.svg(drawing, accent="#0A6C74", title="")
    assert "<title>Line</title>" in cover.svg(drawing, accent="#0A6C74", title="Line")


@pytest.mark.parametrize(("share", "mixed"), [(1, "#0A6C74"), (0, "#FBF9F4")])
def test_mix_goes_from_ground_to_colour(share, mixed):
    assert cover.mix("#0A6C74", share) == mixed
