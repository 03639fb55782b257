"""Opening a plan."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from cohorts.models import Application
from engagement_plans import content, plans, saving
from engagement_plans.models import Plan
from sprint_portal.refusals import NotPermitted, Refusal
from tests.factories import (
    ApplicationFactory,
    ConfirmedFactory,
    PlanFactory,
    TeamMemberFactory,
    UserFactory,
)


@pytest.fixture
def _template(db):
    content.load()


@pytest.mark.usefixtures("_template")
def test_open_makes_the_plan_once():
    application = ConfirmedFactory()
    person = TeamMemberFactory(city=application.city).user

    first = plans.open_for(application, by=person)

    assert plans.open_for(application, by=person) == first
    assert Plan.objects.count() == 1


@pytest.mark.usefixtures("_template")
@pytest.mark.parametrize("state", ["draft", "submitted", "selected", "waitlisted", "declined"])
def test_open_refuses_a_city_without_a_confirmed_place(state):

    application = ApplicationFactory(state=state, submitted_at=timezone.now())

    with pytest.raises(Refusal):
        plans.open_for(application, by=UserFactory())
    assert not Plan.objects.exists()


@pytest.mark.django_db
def test_open_says_so_when_there_is_no_template():
    with pytest.raises(Refusal, match="template"):
        plans.open_for(ConfirmedFactory(), by=UserFactory())


@pytest.mark.usefixtures("_template")
def test_open_page_makes_the_plan_and_goes_there(as_user):
    application = ConfirmedFactory()
    person = TeamMemberFactory(city=application.city, role="viewer").user

    response = as_user(person).get("/plan/")

    assert response.url == Plan.objects.get().get_absolute_url()


@pytest.mark.django_db
def test_open_page_says_what_will_be_here_before_that(as_user):
    response = as_user(UserFactory()).get("/plan/")

    assert response.status_code == 200
    assert "confirmed its place" in response.content.decode()


def test_open_page_leads_the_team_of_a_city_that_withdrew_to_what_it_has(as_user, plan, viewer):
    plan.application.state = plan.application.announced_state = "withdrawn"
    plan.application.save()

    assert as_user(viewer).get("/plan/").url == plan.get_absolute_url()
    assert as_user(viewer).get(plan.get_absolute_url()).status_code == 200


@pytest.mark.usefixtures("_template")
def test_open_page_leads_to_the_confirmed_place_before_a_withdrawn_one(as_user, plan, viewer):
    plan.application.state = "withdrawn"
    plan.application.save()
    again = ConfirmedFactory(city=plan.application.city)

    response = as_user(viewer).get("/plan/")

    assert response.url == Plan.objects.get(application=again).get_absolute_url()


def test_open_page_leads_facilitators_to_their_plans(as_user, facilitator):
    assert as_user(facilitator).get("/plan/").url == "/plans/"


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_who_open_at_once_get_one_plan():
    content.load()
    application, person = ConfirmedFactory(), UserFactory()
    start, found = threading.Barrier(2), []

    def one():
        try:
            start.wait(timeout=10)
            found.append(plans.open_for(application, by=person))
        finally:
            connection.close()

    both = [threading.Thread(target=one) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(timeout=20)

    assert len(found) == 2
    assert found[0] == found[1]


@pytest.mark.django_db
def test_plan_of_a_city_that_withdrew_is_read_and_not_written():
    plan = PlanFactory()
    owner = TeamMemberFactory(city=plan.application.city, role="owner").user
    saving.save(plan, "focus_summary", "As it was.", by=owner)
    Application.objects.filter(pk=plan.application_id).update(state="withdrawn")
    plan = Plan.objects.visible_to(owner).get()

    assert owner.has_perm("engagement_plans.view_plan", plan)
    for step in ("edit_plan", "comment_plan", "hand_in_plan"):
        assert not owner.has_perm(f"engagement_plans.{step}", plan), step
    with pytest.raises(NotPermitted):
        saving.save(plan, "focus_summary", "Later.", by=owner, base_rev=1)
