"""What a week asks of a city, from what its front page has loaded."""

from datetime import UTC, datetime, timedelta

import pytest

from cohorts.models import Meeting
from engagement_plans import guide, progress, week
from engagement_plans.reference import shipped
from tests.factories import PlanFactory

NOW = datetime(2026, 10, 8, 12, tzinfo=UTC)
GUIDE = guide.read(shipped("plan_template.json"))


def meeting(days, number=None, **more):
    start = NOW + timedelta(days=days)
    given = {"kind": "session", "title": f"Session {number}", "week": number} | more
    return Meeting(starts_at=start, ends_at=start + timedelta(hours=2), **given)


def titles(meetings, **more):
    given = {"plan": None, "reached": None, "talks": []} | more
    return [item["title"] for item in week.items(meetings=meetings, now=NOW, **given)]


def test_week_asks_what_the_last_session_left_to_do_until_the_next():
    held = meeting(-2, 1, assignment="Draft it.", section="focus")
    ahead = meeting(5, 2, assignment="Later.")

    (item,) = week.items(None, None, [], [held, ahead], NOW)

    assert (item["title"], item["due"]) == ("Draft it.", ahead.starts_at)
    assert item["note"].startswith("Assignment of week 1, due Tuesday 13 October")


@pytest.mark.django_db
def test_week_names_each_section_of_the_assignment_and_whether_it_is_done():
    plan = PlanFactory()
    held, ahead = meeting(-2, 1, assignment="Draft.", section="focus goals"), meeting(5, 2)
    reached = progress.of(GUIDE, {})

    items = week.items(plan, reached, [], [held, ahead], NOW)

    assert [item["title"] for item in items] == ["1 Focus and decision", "2 Goals and promise"]
    assert [item["done"] for item in items] == [False, False]


def test_week_names_the_group_session_unless_it_comes_first_of_all():
    group, own = meeting(5, 2), meeting(3, kind="ta", title="Partners", city_id=7)

    assert titles([group]) == []
    assert titles([own, group]) == ["Session 2"]


def test_week_without_a_session_ahead_leaves_nothing_to_draft():
    assert titles([meeting(-9, 9), meeting(-2, 10, assignment="Bring it.")]) == []
