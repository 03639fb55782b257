"""The line of an application ends where the application ended."""

import pytest
from django.utils import timezone

from cohorts import line
from cohorts.models import Application


@pytest.mark.parametrize(
    ("fields", "labels"),
    [
        ({}, ["Begun", "Withdrawn"]),
        ({"submitted_at": timezone.now()}, ["Begun", "Handed in", "Withdrawn"]),
        (
            {"submitted_at": timezone.now(), "told_at": timezone.now()},
            ["Begun", "Handed in", "Decision", "Withdrawn"],
        ),
    ],
)
def test_line_of_a_withdrawn_application_ends_there(fields, labels):
    row = Application(state="withdrawn", announced_state="withdrawn", **fields)

    drawn = line.stops(row)

    assert [stop["label"] for stop in drawn] == labels
    assert {stop["state"] for stop in drawn} == {"done"}


@pytest.mark.parametrize("state", ["declined", "not_yet"])
def test_line_of_a_city_without_a_place_ends_with_the_decision(state):
    drawn = line.stops(Application(state=state, announced_state=state))

    assert [stop["label"] for stop in drawn][-1] == "Decision"
    assert {stop["state"] for stop in drawn} == {"done"}


@pytest.mark.parametrize(("state", "now"), [("selected", 3), ("waitlisted", 3), ("submitted", 2)])
def test_the_present_stop_is_where_the_city_stands(state, now):
    drawn = line.stops(Application(state=state, announced_state=state))

    assert [stop["state"] for stop in drawn] == ["done"] * now + ["now"] + ["ahead"] * (4 - now)


def test_a_confirmed_place_lies_behind():
    drawn = line.stops(Application(state="confirmed", announced_state="confirmed"))

    assert [stop["state"] for stop in drawn] == ["done"] * 5
