"""The front page of those who run a sprint: what is next, and by when."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime

from cohorts.models.application import State
from tests.cohorts.cohort_world import a_world
from tests.factories import ApplicationFactory, OfferingFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


def home_of(client, user):
    client.force_login(user)
    return client.get("/").content.decode()


def card_of(page):
    """The one marigold card."""
    assert page.count('class="next"') == 1
    return page.partition('class="next"')[2].partition("</section>")[0]


def test_facilitator_sees_where_the_cities_are_and_the_next_meeting(client):
    world = a_world()
    first = world.lay_out()[0]
    page = home_of(client, world.dana)

    assert "Your cities are about to begin" in page
    assert first.title in card_of(page)
    assert f"/cohort/?sprint={world.offering.slug}" in page
    assert page.count("<h1") == 1


def test_facilitator_without_dates_is_greeted(client):
    world = a_world()

    assert "Good to see you" in home_of(client, world.dana)


def test_staff_see_the_most_urgent_thing_first_with_its_date(client):
    now = timezone.now()
    late = OfferingFactory(confirm_by=now + timedelta(days=30))
    soon = OfferingFactory(confirm_by=now + timedelta(days=9))
    for offering in (late, soon):
        ApplicationFactory(offering=offering, state=State.SUBMITTED, submitted_at=timezone.now())
    overdue = ApplicationFactory(
        offering=late,
        state=State.SELECTED,
        announced_state=State.SELECTED,
        submitted_at=now,
        confirm_by=now - timedelta(days=1),
    )
    page = home_of(client, StaffFactory(time_zone="UTC"))

    assert "3 things wait for you" in page
    assert f'datetime="{localtime(overdue.confirm_by).isoformat()[:10]}' in card_of(page)
    assert "By yesterday" in card_of(page)
    assert "overdue 1 day" in card_of(page)


def test_what_waits_for_a_check_has_no_day_and_leads_to_the_walk(client):
    """The day by which cities confirm is not one for checking or deciding."""
    offering = OfferingFactory(confirm_by=timezone.now() + timedelta(days=9))
    for state in (State.SUBMITTED, State.SUBMITTED, State.ELIGIBLE):
        ApplicationFactory(offering=offering, state=state, submitted_at=timezone.now())
    page = home_of(client, StaffFactory(is_decider=True))
    walk = reverse("cohorts:eligibility", kwargs={"slug": offering.slug})

    assert "3 things wait for you" in page
    assert "Check the stages of 2 cities" in card_of(page)
    assert f'href="{walk}"' in card_of(page)
    assert "<time" not in card_of(page)
    assert "days left" not in page


def test_who_decides_only_is_led_to_the_list_for_what_staff_check(client):
    application = ApplicationFactory(state=State.SUBMITTED, submitted_at=timezone.now())
    page = home_of(client, UserFactory(is_decider=True))
    listed = reverse("cohorts:pipeline", kwargs={"slug": application.offering.slug})

    assert f'href="{listed}?state=submitted"' in card_of(page)


def test_lists_count_what_waits_as_home_does(client):
    offering = OfferingFactory()
    for state in (State.SUBMITTED, State.SUBMITTED, State.ELIGIBLE):
        ApplicationFactory(offering=offering, state=state, submitted_at=timezone.now())
    client.force_login(StaffFactory())
    listed = client.get(reverse("cohorts:applications")).content.decode()

    assert "2 to check" in listed
    assert "1 to decide" in listed


def test_staff_with_nothing_to_do_see_when_applications_close(client):
    offering = OfferingFactory(
        opens_at=timezone.now() - timedelta(days=1), closes_at=timezone.now() + timedelta(days=9)
    )
    page = home_of(client, StaffFactory())

    assert "Nothing waits for you today" in page
    assert "applications close" in card_of(page)
    assert f"/staff/sprints/{offering.slug}/applications/" in card_of(page)


def test_reviewer_without_reviews_is_told_so(client):
    assert "Nothing is yours to review now" in home_of(client, UserFactory(is_reviewer=True))


@pytest.mark.parametrize("offerings", [1, 5])
def test_staffs_page_takes_the_same_few_queries(client, django_assert_max_num_queries, offerings):
    for _ in range(offerings):
        ApplicationFactory(
            offering=OfferingFactory(), state=State.SUBMITTED, submitted_at=timezone.now()
        )
    client.force_login(StaffFactory(is_decider=True, is_reviewer=True))
    with django_assert_max_num_queries(9):
        client.get("/")


def test_facilitators_page_takes_few_queries(client, django_assert_max_num_queries):
    world = a_world()
    world.lay_out()
    client.force_login(world.dana)
    with django_assert_max_num_queries(9):
        client.get("/")


def test_staff_who_do_not_decide_are_not_sent_to_decide(client):
    ApplicationFactory(state=State.ELIGIBLE, submitted_at=timezone.now())
    client.force_login(UserFactory(is_staff=True))
    assert "Decide on" not in client.get("/").content.decode()
    client.force_login(UserFactory(is_decider=True))
    page = client.get("/").content.decode()
    assert "Decide on 1 eligible city" in page
    assert "Programme staff" not in page


def test_a_decision_that_follows_an_announced_one_waits_to_be_released(client):
    decided = {"state": State.SELECTED, "announced_state": State.WAITLISTED}
    ApplicationFactory(**decided, submitted_at=timezone.now())
    client.force_login(UserFactory(is_staff=True))

    assert "Release 1 decision" in client.get("/").content.decode()
