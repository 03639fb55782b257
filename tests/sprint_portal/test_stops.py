"""The line with stops and the map, as data."""

import pytest

from sprint_portal import stops


def line_of(count, now):
    states = ["done"] * now + ["now"] + ["ahead"] * (count - now - 1)
    return [{"label": str(place), "state": state} for place, state in enumerate(states)]


@pytest.mark.parametrize(
    ("count", "now", "near"),
    [
        (12, 5, ["4", "5", "6", "7"]),
        (12, 0, ["0", "1", "2", "3"]),
        (12, 11, ["8", "9", "10", "11"]),
        (5, 2, ["0", "1", "2", "3", "4"]),
        (1, 0, ["0"]),
    ],
)
def test_phone_keeps_the_stops_near_the_present_one(count, now, near):
    line = stops.draw_line(line_of(count, now))

    assert [stop.label for stop in line.stops if not stop.far] == near
    assert line.before + len(near) + line.after == count


def test_line_without_a_present_stop_is_near_where_it_goes_on():
    ended = stops.draw_line([{"label": "a", "state": "done"}] * 8)

    assert [stop.far for stop in ended.stops] == [True] * 4 + [False] * 4


def test_line_reads_objects_as_well_as_dicts():
    line = stops.draw_line(stops.draw_line(line_of(3, 1)).stops)

    assert [stop.state for stop in line.stops] == ["done", "now", "ahead"]


@pytest.mark.parametrize(
    ("states", "reached"),
    [
        (["done", "done", "now", "ahead"], [False, True, True, False]),
        (["done", "ahead", "now", "ahead"], [False, False, False, False]),
        (["now", "done", "done", "ahead"], [False, False, True, False]),
        (["done", "done"], [False, True]),
    ],
)
def test_a_piece_of_line_is_travelled_when_the_stop_it_leaves_is_done(states, reached):
    line = stops.draw_line([{"label": "a", "state": state} for state in states])

    assert [stop.reached for stop in line.stops] == reached


def test_empty_line_and_map_are_drawn_without_stops():
    assert stops.draw_line([]).stops == []
    assert stops.draw_map([]).tracks == []


def cohort(cities=3, last_kind="call"):
    inner = [{"label": f"Week {n}", "state": "done" if n < 3 else "ahead"} for n in range(1, 5)]
    first = {"label": "Pre-sprint", "state": "done", "kind": "call"}
    last = {"label": "Post-sprint", "state": "ahead", "kind": last_kind}
    return [
        {
            "name": f"City {n}",
            "letter": "ABCDEF"[n],
            "colour": n + 1,
            "stops": [first, *inner, last],
        }
        for n in range(cities)
    ]


def test_map_joins_the_lines_where_all_share_a_call():
    drawn = stops.draw_map(cohort())

    assert [hub.title for hub in drawn.hubs] == ["Pre-sprint", "Post-sprint"]
    assert all(len(track.dots) == 4 for track in drawn.tracks)
    assert [(track.done, track.total) for track in drawn.tracks] == [(3, 6)] * 3


def test_map_keeps_a_last_session_on_each_line():
    drawn = stops.draw_map(cohort(last_kind="session"))

    assert [hub.title for hub in drawn.hubs] == ["Pre-sprint"]
    assert all(len(track.dots) == 5 for track in drawn.tracks)


def test_shared_call_is_half_done_when_the_cities_differ():
    lines = cohort(2)
    lines[0]["stops"] = [{**lines[0]["stops"][0], "state": "ahead"}, *lines[0]["stops"][1:]]

    assert stops.draw_map(lines).hubs[0].state == "half"


def test_map_keeps_every_stop_inside_its_frame():
    drawn = stops.draw_map(cohort(6))

    for track in drawn.tracks:
        assert all(0 < dot.x < drawn.width and 0 < dot.y < drawn.height for dot in track.dots)


def test_map_names_what_its_numbers_stand_for():
    line = {"name": "Port Alder", "stops": [{"label": "x", "mark": 1, "word": "Focus"}]}

    drawn = stops.draw_map([line])

    assert [(mark, word) for _x, mark, word in drawn.marks] == [("1", "Focus")]
    assert drawn.has_words
    assert not stops.draw_map(cohort()).has_words


@pytest.mark.parametrize("cities", [1, 3, 6])
def test_map_keeps_a_quarter_of_its_width_for_the_names(cities):
    drawn = stops.draw_map(cohort(cities))

    assert abs(4 * drawn.names - drawn.full_width) <= 4  # a phone cuts that quarter off
