"""A state changes by the table only: who may, from where, when nothing is in the way."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import rules
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sprint_portal import audit
from sprint_portal.mail.models import Message, State
from sprint_portal.refusals import MoveRefused, NotPermitted
from sprint_portal.transitions import Action, Workflow, move
from tests.factories import UserFactory

MAY = "tests.step"


def unless_held(message, user):
    return "It is held." if message.error == "held" else ""


def unless_tired(message, user):
    return "It is tired." if message.attempts > 3 else ""


FLOW = Workflow(
    [
        Action("send", "Send", frozenset({State.QUEUED}), State.SENDING, MAY, (unless_held,)),
        Action("finish", "Finish", frozenset({State.SENDING}), State.SENT, MAY),
        Action(
            "give_up",
            "Give up",
            frozenset({State.QUEUED, State.SENDING}),
            State.FAILED,
            MAY,
            (unless_held, unless_tired),
            needs_reason=True,
        ),
        Action(
            "again",
            "Try again",
            frozenset({State.FAILED}),
            State.QUEUED,
            MAY,
            needs_reason=lambda message, user: message.attempts > 0,
        ),
    ]
)


@pytest.fixture(autouse=True)
def permission():
    rules.set_perm(MAY, rules.predicate(lambda user: user.is_staff))
    yield
    rules.remove_perm(MAY)


@pytest.fixture
def sam(db):
    return UserFactory(is_staff=True)


def a_message(**fields):
    key = f"key-{Message.objects.count()}"
    fields.setdefault("sent_at", timezone.now())  # so that any state may be stored
    return Message.objects.create(kind="x/y", key=key, to="a@example.org", subject="s", **fields)


def test_step_changes_the_state_and_is_recorded(sam):
    message = a_message()

    FLOW.perform("send", message, by=sam, attempts=1)

    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.SENDING, 1)
    event = audit.history(message).get()
    assert (event.by, event.verb, event.was, event.to) == (sam, "send", "queued", "sending")


def test_step_is_refused_without_permission(sam):
    message = a_message()

    with pytest.raises(NotPermitted):
        FLOW.perform("send", message, by=UserFactory())

    assert_untouched(message)


def test_deactivated_person_takes_no_step(sam):
    sam.is_active = False

    with pytest.raises(NotPermitted):
        FLOW.perform("send", a_message(), by=sam)


@pytest.mark.parametrize("state", [s for s in State if s != State.QUEUED])
def test_step_is_refused_from_every_other_state(sam, state):
    message = a_message(state=state)

    with pytest.raises(MoveRefused):
        FLOW.perform("send", message, by=sam)

    assert_untouched(message, state)


def test_stale_page_cannot_act(sam):
    message = a_message()
    stale = Message.objects.get(pk=message.pk)
    FLOW.perform("send", message, by=sam)

    with pytest.raises(MoveRefused, match="does not start from there"):
        FLOW.perform("send", stale, by=sam)


def test_guards_look_at_the_stored_row_not_at_the_one_in_hand(sam):
    message = a_message()
    Message.objects.update(error="held")

    with pytest.raises(MoveRefused, match=r"It is held\."):
        FLOW.perform("send", message, by=sam)

    assert_untouched(message)


def test_refusal_names_everything_that_is_in_the_way(sam):
    message = a_message(error="held", attempts=9)

    with pytest.raises(MoveRefused) as refused:
        FLOW.perform("give_up", message, by=sam, reason="No use")

    assert str(refused.value) == "It is held. It is tired."


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_step_that_needs_a_reason_is_refused_without(sam, reason):
    message = a_message()

    with pytest.raises(MoveRefused, match="Say why"):
        FLOW.perform("give_up", message, by=sam, reason=reason)

    assert_untouched(message)


def test_reason_may_depend_on_the_row(sam):
    fresh, tried = a_message(state=State.FAILED), a_message(state=State.FAILED, attempts=1)

    assert [c.needs_reason for m in (fresh, tried) for c in FLOW.choices(m, sam)] == [False, True]
    FLOW.perform("again", fresh, by=sam)
    with pytest.raises(MoveRefused, match="Say why"):
        FLOW.perform("again", tried, by=sam)


def test_made_up_step_and_deleted_row_are_refused(sam):
    message = a_message()
    with pytest.raises(MoveRefused):
        FLOW.perform("no_such_step", message, by=sam)

    gone = Message.objects.get(pk=message.pk)
    message.delete()
    with pytest.raises(MoveRefused):
        FLOW.perform("send", gone, by=sam)


def test_choices_are_the_buttons_with_what_is_in_their_way(sam):
    choices = FLOW.choices(a_message(error="held"), sam)

    assert [(c.action.name, c.blockers, c.is_open) for c in choices] == [
        ("send", ("It is held.",), False),
        ("give_up", ("It is held.",), False),
    ]
    assert FLOW.choices(a_message(), UserFactory()) == []


def test_table_can_be_read_as_pairs():
    assert FLOW.moves() == {
        State.QUEUED: {State.SENDING, State.FAILED},
        State.SENDING: {State.SENT, State.FAILED},
        State.FAILED: {State.QUEUED},
    }


def test_two_actions_with_one_name_are_refused():
    action = FLOW.actions["send"]

    with pytest.raises(ValueError, match="same name"):
        Workflow([action, action])


def test_move_loses_against_whoever_moved_first(sam):
    message = a_message()
    Message.objects.update(state=State.SENT)

    with pytest.raises(MoveRefused, match="first"):
        move(message, State.FAILED, was=State.QUEUED, error="late")

    message.refresh_from_db()
    assert (message.state, message.error) == (State.SENT, "")


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from([*FLOW.actions, "made_up"]), st.booleans(), st.booleans()),
        max_size=12,
    )
)
def test_any_sequence_of_steps_follows_the_table(db, steps):
    people = {True: UserFactory(is_staff=True), False: UserFactory()}
    message = a_message()
    expected, taken = State.QUEUED, 0
    for name, is_staff, gives_reason in steps:
        action = FLOW.actions.get(name)
        offered = [c.action.name for c in FLOW.choices(message, people[is_staff]) if c.is_open]
        may = (
            action is not None
            and is_staff
            and expected in action.sources
            and (gives_reason or name != "give_up")
        )
        try:
            FLOW.perform(name, message, by=people[is_staff], reason="why" if gives_reason else "")
        except (MoveRefused, NotPermitted):
            assert not may
        else:
            assert may
            assert name in offered
            expected, taken = action.to, taken + 1
        assert Message.objects.get(pk=message.pk).state == expected
    assert audit.history(message).count() == taken


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_takes_the_step():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    sam, message = UserFactory(is_staff=True), a_message()

    def try_once(_):
        try:
            FLOW.perform("send", Message.objects.get(pk=message.pk), by=sam)
        except MoveRefused:
            return 0
        else:
            return 1
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(try_once, range(12))) == 1
    assert audit.history(message).count() == 1


def assert_untouched(message, state=State.QUEUED):
    assert Message.objects.get(pk=message.pk).state == state
    assert not audit.history(message).exists()
