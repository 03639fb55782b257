"""The table of states, swept: who may step where, what stands in the way, never too many seats."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from cohorts.models import Application
from cohorts.models.application import PUBLIC_LABELS, State
from cohorts.workflow import APPLICATION, SEATED
from sprint_portal.audit import AuditEvent
from sprint_portal.refusals import MoveRefused, NotPermitted
from tests.cohorts.intake_factories import draft, findings, handed_in
from tests.factories import OfferingFactory, TeamMemberFactory, UserFactory

TABLE = {
    "draft": {"submitted", "withdrawn"},
    "submitted": {"eligible", "not_yet", "withdrawn"},
    "eligible": {"submitted", "selected", "waitlisted", "declined", "withdrawn"},
    "not_yet": {"submitted", "withdrawn"},
    "selected": {"eligible", "confirmed", "withdrawn"},
    "waitlisted": {"eligible", "selected", "declined", "withdrawn"},
    "declined": {"eligible", "withdrawn"},
    "confirmed": {"withdrawn"},
}
STAFF = ("find_eligible", "find_not_yet", "reassess")
DECIDER = ("select", "waitlist", "decline", "undo")


def in_state(state, **fields):
    """An application in `state` that the city was told of, all its stages met."""
    if state == State.DRAFT:
        application, owner = draft(**fields)
    else:
        fields.setdefault("announced_state", state)
        application, owner = handed_in(state=state, **fields)
        findings(application, staffing="met")
    return application, owner


def test_table_is_the_one_agreed():
    assert APPLICATION.moves() == TABLE
    assert set(PUBLIC_LABELS) == set(State)


def test_review_and_eligibility_read_alike_to_the_city():
    assert PUBLIC_LABELS[State.SUBMITTED] == PUBLIC_LABELS[State.ELIGIBLE]


@pytest.mark.django_db
@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("name", APPLICATION.actions)
def test_every_step_is_refused_from_every_other_state(name, state):
    action = APPLICATION.actions[name]
    application, owner = in_state(state, announced_state="selected" if name == "confirm" else state)
    if state in action.sources:
        return  # an edge of the table
    people = [owner, UserFactory(is_staff=True, is_decider=True)]

    for person in people:
        with pytest.raises((MoveRefused, NotPermitted)):
            APPLICATION.perform(name, application, by=person, reason="Because.")

    application.refresh_from_db()
    assert application.state == state
    assert not AuditEvent.objects.filter(subject_id=application.pk, verb=name).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", [*STAFF, *DECIDER])
@pytest.mark.parametrize("who", ["owner", "stranger", "facilitator", "staff", "decider"])
def test_only_the_named_role_takes_a_step(name, who):
    action = APPLICATION.actions[name]
    application, owner = in_state(sorted(action.sources)[0])
    people = {
        "owner": owner,
        "stranger": UserFactory(),
        "facilitator": UserFactory(is_facilitator=True),
        "staff": UserFactory(is_staff=True),
        "decider": UserFactory(is_decider=True),
    }
    may = (who == "staff" and name in STAFF) or (who == "decider" and name in DECIDER)

    assert people[who].has_perm(action.permission, application) is may
    if not may:
        with pytest.raises(NotPermitted):
            APPLICATION.perform(name, application, by=people[who], reason="Because.")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["reassess", "select", "decline"])
def test_steps_that_need_a_reason_are_refused_without(name):
    application, _owner = in_state("eligible")
    decider = UserFactory(is_decider=True, is_staff=True)

    with pytest.raises(MoveRefused, match="Say why"):
        APPLICATION.perform(name, application, by=decider, reason="  ")


@pytest.mark.django_db
def test_taking_back_an_announced_decision_needs_a_reason():
    decider = UserFactory(is_decider=True)
    quiet, _owner = in_state("declined", announced_state="submitted")
    told, _owner = in_state("declined")

    APPLICATION.perform("undo", quiet, by=decider)
    with pytest.raises(MoveRefused, match="Say why"):
        APPLICATION.perform("undo", told, by=decider)


@pytest.mark.django_db
def test_not_yet_needs_all_stages_and_a_next_step():
    staff = UserFactory(is_staff=True)
    application, _owner = handed_in()

    why = APPLICATION.blockers(APPLICATION.actions["find_not_yet"], application, staff)

    assert len(why) == 2
    findings(application)
    APPLICATION.perform("find_not_yet", application, by=staff)
    assert application.state == State.NOT_YET


@pytest.mark.django_db
def test_a_met_stage_forbids_not_yet_and_allows_eligible():
    staff = UserFactory(is_staff=True)
    application, _owner = handed_in()
    findings(application, governance="met")

    with pytest.raises(MoveRefused):
        APPLICATION.perform("find_not_yet", application, by=staff)
    APPLICATION.perform("find_eligible", application, by=staff)


@pytest.mark.django_db
def test_last_seat_is_given_once():
    offering = OfferingFactory(capacity=1)
    decider = UserFactory(is_decider=True)
    first, _owner = handed_in(state="eligible", offering=offering)
    second, _owner = handed_in(state="eligible", offering=offering)

    APPLICATION.perform("select", first, by=decider, reason="Strong.")
    with pytest.raises(MoveRefused, match="All 1 seats"):
        APPLICATION.perform("select", second, by=decider, reason="Strong too.")


@pytest.mark.django_db
def test_buttons_say_what_perform_says():
    """A blocked choice and a refused step give the same sentences."""
    application, owner = draft(answers={})
    choice = APPLICATION.choices(application, owner)[0]

    with pytest.raises(MoveRefused) as refusal:
        APPLICATION.perform("submit", application, by=owner)
    assert str(refusal.value) == " ".join(choice.blockers)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["selected", "waitlisted", "declined", "not_yet"])
def test_undisclosed_decision_changes_no_button_of_the_city(state):
    told, owner = handed_in(state="submitted")
    secret, other = handed_in(state=state)

    names = [one.action.name for one in APPLICATION.choices(told, owner)]

    assert [one.action.name for one in APPLICATION.choices(secret, other)] == names == ["withdraw"]


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "may"), [("owner", True), ("editor", True), ("viewer", False)])
def test_writers_hand_in_and_viewers_do_not(role, may):
    application, _owner = draft()
    member = TeamMemberFactory(city=application.city, role=role).user

    assert member.has_perm("cohorts.submit_application", application) is may
    assert member.has_perm("cohorts.view_application", application)


class Walk(RuleBasedStateMachine):
    """Any steps in any order by anyone: only edges of the table, never too many seats."""

    @initialize()
    def begin(self):
        self.offering = OfferingFactory(capacity=2)
        self.rows = [in_state("eligible", offering=self.offering)[0] for _ in range(4)]
        self.people = [
            UserFactory(is_staff=True, is_decider=True),
            UserFactory(is_decider=True),
            UserFactory(),
            self.rows[0].city.team.get().user,
        ]

    @rule(
        row=st.integers(0, 3),
        name=st.sampled_from(sorted(APPLICATION.actions)),
        who=st.integers(0, 3),
        tell=st.booleans(),
    )
    def step(self, row, name, who, tell):
        application = Application.objects.get(pk=self.rows[row].pk)
        was = application.state
        try:
            APPLICATION.perform(name, application, by=self.people[who], reason="Because.")
        except (MoveRefused, NotPermitted):
            application.refresh_from_db()
            assert application.state == was
            return
        assert application.state in TABLE[was]
        if tell:
            Application.objects.filter(pk=application.pk).update(announced_state=application.state)

    @invariant()
    def seats_are_enough(self):
        if hasattr(self, "offering"):
            seated = Application.objects.filter(offering=self.offering, state__in=SEATED)
            assert seated.count() <= 2


class TestWalk(TestCase, Walk.TestCase):
    settings = settings(
        max_examples=12,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
