"""Conversations and the mail they send."""

import uuid

import pytest

from engagement_plans import commenting
from engagement_plans.models import Comment, Thread
from sprint_portal.mail.models import Message
from sprint_portal.refusals import NotPermitted

KEY = "people_harm"


def test_comment_tells_the_citys_writers(plan, owner, editor, viewer, facilitator):
    comment = commenting.comment(plan, KEY, "Who is refused?", by=facilitator)

    assert comment.by_guide
    assert {mail.to for mail in Message.objects.all()} == {owner.email, editor.email}
    assert f"#{KEY}" in Message.objects.first().body


def test_comment_of_the_city_tells_its_facilitators(plan, owner, editor, facilitator):
    comment = commenting.comment(plan, KEY, "We wonder.", by=owner)

    assert not comment.by_guide
    assert [mail.to for mail in Message.objects.all()] == [facilitator.email]


def test_a_thread_sends_one_mail_a_day_to_each_reader(plan, owner, facilitator):
    first = commenting.comment(plan, KEY, "One.", by=facilitator)
    commenting.reply(first.thread, "Two.", by=facilitator)
    commenting.comment(plan, KEY, "Another thread.", by=facilitator)

    assert Message.objects.filter(to=owner.email).count() == 2


def test_comment_sent_twice_is_said_once(plan, owner):
    once = uuid.uuid4()
    first = commenting.comment(plan, KEY, "Hello.", by=owner, uid=once)

    assert commenting.comment(plan, KEY, "Hello.", by=owner, uid=once) == first
    assert (Thread.objects.count(), Comment.objects.count()) == (1, 1)


def test_only_guides_ask_for_changes(plan, owner, facilitator):
    with pytest.raises(NotPermitted):
        commenting.comment(plan, KEY, "Change it.", by=owner, asks_for_change=True)

    asked = commenting.comment(plan, KEY, "Change it.", by=facilitator, asks_for_change=True)
    with pytest.raises(NotPermitted):
        commenting.resolve(asked.thread, by=owner)
    assert commenting.resolve(asked.thread, by=facilitator).resolved_by == facilitator


def test_the_city_resolves_ordinary_threads(plan, owner, facilitator):
    said = commenting.comment(plan, KEY, "A thought.", by=facilitator)

    assert commenting.resolve(said.thread, by=owner).resolved_by == owner


def test_a_reply_opens_a_resolved_thread_again(plan, owner, facilitator):
    said = commenting.comment(plan, KEY, "A thought.", by=facilitator)
    commenting.resolve(said.thread, by=owner)

    commenting.reply(said.thread, "One more.", by=facilitator)

    said.thread.refresh_from_db()
    assert said.thread.resolved_at is None


@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_comments_are_for_writers_and_guides(plan, who, request):
    with pytest.raises(NotPermitted):
        commenting.comment(plan, KEY, "Hello.", by=request.getfixturevalue(who))


def test_a_facilitator_of_another_offering_may_not_comment(plan, django_user_model):
    other = django_user_model.objects.create_user("other@example.org", is_facilitator=True)

    with pytest.raises(NotPermitted):
        commenting.comment(plan, KEY, "Hello.", by=other)


def test_comments_are_about_prompts_of_the_plan(plan, owner):
    with pytest.raises(KeyError):
        commenting.comment(plan, "unknown", "Hello.", by=owner)
