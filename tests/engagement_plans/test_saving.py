"""The save protocol: whatever happens, no text is lost."""

import threading
import uuid

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from engagement_plans import saving
from engagement_plans.models import Answer, AnswerRevision, Plan
from sprint_portal.refusals import NotPermitted, Refusal
from tests.factories import PlanFactory, TeamMemberFactory

KEY = "focus_summary"


def save(plan, text, by, **how):
    return saving.save(plan, KEY, text, by=by, **how)


def test_save_keeps_the_text_and_counts_up(plan, owner):
    first = save(plan, "One.", owner)
    second = save(plan, "Two.", owner, base_rev=1)

    assert (first.answer.rev, second.answer.rev) == (1, 2)
    assert Answer.objects.get().value == "Two."
    assert list(AnswerRevision.objects.values_list("value", flat=True)) == ["One.", "Two."]
    plan.refresh_from_db()
    assert plan.rev == 2


def test_save_notes_who_and_when(plan, editor):
    answer = save(plan, "One.", editor).answer

    assert answer.saved_by == editor
    assert answer.saved_at


def test_save_repeated_with_the_same_id_is_the_same_save(plan, owner):
    once = uuid.uuid4()
    first = save(plan, "One.", owner, save_id=once)
    save(plan, "Two.", owner, base_rev=1)

    again = save(plan, "One.", owner, save_id=once)

    assert again.revision == first.revision
    assert Answer.objects.get().value == "Two."
    assert AnswerRevision.objects.count() == 2


def test_save_with_an_old_id_and_new_words_is_another_save(plan, owner):
    once = uuid.uuid4()
    save(plan, "One.", owner, save_id=once)

    outcome = save(plan, "Typed after pressing Back.", owner, base_rev=1, save_id=once)

    assert outcome.answer.value == "Typed after pressing Back."


def test_save_from_a_stale_page_keeps_both_texts(plan, owner, editor):
    save(plan, "One.", owner)
    save(plan, "Hers.", owner, base_rev=1)

    outcome = save(plan, "His.", editor, base_rev=1)

    assert outcome.is_conflict
    assert outcome.answer.value == "Hers."
    lost = AnswerRevision.objects.get(rev=None)
    assert (lost.value, lost.author, lost.base_rev) == ("His.", editor, 1)


def test_save_repeated_after_a_conflict_is_the_same_conflict(plan, owner, editor):
    save(plan, "One.", owner)
    save(plan, "Hers.", owner, base_rev=1)
    once = uuid.uuid4()

    first = save(plan, "His.", editor, base_rev=1, save_id=once)
    again = save(plan, "His.", editor, base_rev=1, save_id=once)

    assert again.is_conflict
    assert again.revision == first.revision


def test_save_of_the_same_text_from_a_stale_page_is_no_conflict(plan, owner, editor):
    save(plan, "One.", owner)
    save(plan, "Two.", owner, base_rev=1)

    assert not save(plan, "Two.", editor, base_rev=1).is_conflict


def test_save_joins_changes_to_different_fields(plan, owner, editor):
    row = uuid.uuid4()
    start = {"decision": "Languages", "openness": "open", "owner": "Director"}
    saving.save(plan, "focus_decisions", start, by=owner, row=row)
    saving.save(
        plan, "focus_decisions", start | {"openness": "closed"}, by=owner, row=row, base_rev=1
    )

    outcome = saving.save(
        plan, "focus_decisions", start | {"owner": "Mayor"}, by=editor, row=row, base_rev=1
    )

    assert outcome.is_joined
    assert (outcome.answer.value["openness"], outcome.answer.value["owner"]) == ("closed", "Mayor")


def test_save_joins_two_people_who_began_the_register_entry_at_once(plan, owner, editor):
    saving.save(plan, "focus_type", "use_case", by=owner)
    saving.save(plan, "rights_register", {"name": "Permit assistant"}, by=owner)

    outcome = saving.save(plan, "rights_register", {"area": "City hall"}, by=editor)

    assert outcome.is_joined
    assert outcome.answer.value["name"] == "Permit assistant"
    assert outcome.answer.value["area"] == "City hall"


def test_save_of_a_removed_row_brings_it_back(plan, owner):
    row = uuid.uuid4()
    answer = saving.save(plan, "goals_list", {"goal": "Trust"}, by=owner, row=row).answer
    Answer.objects.filter(pk=answer.pk).update(removed=True)

    saving.save(plan, "goals_list", {"goal": "More trust"}, by=owner, row=row, base_rev=1)

    answer.refresh_from_db()
    assert not answer.removed


def test_save_refuses_what_cannot_be_kept_and_changes_nothing(plan, owner):
    with pytest.raises(saving.NotClean) as refusal:
        save(plan, "a\x00b", owner)

    assert "value" in refusal.value.errors
    assert not Answer.objects.exists()


def test_save_is_for_writers_of_the_city(plan, viewer, facilitator, staff, stranger):
    for person in (viewer, facilitator, staff, stranger):
        with pytest.raises(NotPermitted):
            save(plan, "Not mine.", person)


def test_save_asks_for_known_prompts_and_rows_of_tables_only(plan, owner):
    for key, row in (("unknown", ""), (KEY, uuid.uuid4()), ("goals_list", "")):
        with pytest.raises(KeyError):
            saving.save(plan, key, "x", by=owner, row=row)


def test_save_refuses_the_id_of_somebody_elses_save(plan, owner, stranger):
    once = uuid.uuid4()
    theirs = Plan.objects.exclude(pk=plan.pk).get()
    saving.save(theirs, KEY, "Theirs.", by=stranger, save_id=once)

    with pytest.raises(Refusal):
        save(plan, "Theirs.", owner, save_id=once)


def test_a_table_is_full_at_some_point(plan, owner, monkeypatch):
    monkeypatch.setattr(saving, "MOST_ROWS", 2)
    for number in range(2):
        saving.save(plan, "goals_list", {"goal": str(number)}, by=owner, row=uuid.uuid4())

    with pytest.raises(Refusal, match="up to 2 rows"):
        saving.save(plan, "goals_list", {"goal": "3"}, by=owner, row=uuid.uuid4())


class Savers(RuleBasedStateMachine):
    """People who save at random, from stale pages and with repeated ids."""

    def __init__(self):
        super().__init__()
        self.plan = PlanFactory()
        city = self.plan.application.city
        self.people = [TeamMemberFactory(city=city, role="editor").user for _ in range(2)]
        self.sent = []  # (text, base_rev, id) of every save
        self.revs = [0]

    def _save(self, text, base_rev, save_id, person):
        outcome = save(self.plan, text, self.people[person], base_rev=base_rev, save_id=save_id)
        self.sent.append((text, base_rev, save_id))
        self.revs.append(outcome.answer.rev)

    @rule(
        text=st.text("abc ", min_size=1, max_size=4),
        person=st.integers(0, 1),
        behind=st.integers(0, 3),
    )
    def saves(self, text, person, behind):
        self._save(text, max(0, self.revs[-1] - behind), uuid.uuid4(), person)

    @rule(data=st.data(), person=st.integers(0, 1))
    def repeats(self, data, person):
        if self.sent:
            before = AnswerRevision.objects.count()
            self._save(*data.draw(st.sampled_from(self.sent)), person)
            assert AnswerRevision.objects.count() == before

    @rule(data=st.data(), text=st.text("xyz", min_size=1, max_size=3), person=st.integers(0, 1))
    def presses_back(self, data, text, person):
        if self.sent:
            _text, base_rev, save_id = data.draw(st.sampled_from(self.sent))
            self._save(text, base_rev, save_id, person)

    @invariant()
    def no_text_is_lost(self):
        kept = {
            text
            for value, sent in AnswerRevision.objects.values_list("value", "sent")
            for text in (value, sent)
        }
        assert {" ".join(text.split(" ")).strip() for text, _base, _id in self.sent} <= kept

    @invariant()
    def rev_is_that_of_the_newest_text(self):
        answer = Answer.objects.filter(plan=self.plan).first()
        if answer:
            numbered = list(answer.revisions.exclude(rev=None).values_list("rev", "value"))
            assert [rev for rev, _value in numbered] == list(range(1, answer.rev + 1))
            assert numbered[-1][1] == answer.value
            assert self.revs == sorted(self.revs)


class TestSavers(TestCase, Savers.TestCase):
    settings = settings(
        max_examples=25,
        stateful_step_count=15,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_saves_at_once_lose_no_text(plan, owner, editor):
    """Both write from the same revision at the same moment: one wins, the other is kept."""
    save(plan, "Before.", owner)
    start, outcomes = threading.Barrier(2), []

    def one(text, by):
        try:
            start.wait(timeout=10)
            outcomes.append(save(plan, text, by, base_rev=1))
        finally:
            connection.close()

    both = [
        threading.Thread(target=one, args=(text, by))
        for text, by in (("Hers.", owner), ("His.", editor))
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(timeout=20)

    assert sorted(outcome.is_conflict for outcome in outcomes) == [False, True]
    assert {one.value for one in AnswerRevision.objects.all()} == {"Before.", "Hers.", "His."}


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_first_saves_at_once_make_one_answer(plan, owner, editor):
    start, faults = threading.Barrier(2), []

    def one(text, by):
        try:
            start.wait(timeout=10)
            save(plan, text, by)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    both = [
        threading.Thread(target=one, args=(text, by))
        for text, by in (("Hers.", owner), ("His.", editor))
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(timeout=20)

    assert faults == []
    assert Answer.objects.count() == 1
    assert {one.value for one in AnswerRevision.objects.all()} == {"Hers.", "His."}
