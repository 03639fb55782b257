"""Mails in staff's words: placeholders, saving, previews, tests to oneself, and what goes out."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cohorts import carry_mail, extending, intake, mail, selection, texts, wording
from cohorts.models import Invitation, MailText
from cohorts.texts import KINDS
from sprint_portal.audit import AuditEvent, history
from sprint_portal.mail.models import Message
from sprint_portal.refusals import NotPermitted
from tests.cohorts.intake_factories import draft, findings, handed_in
from tests.factories import OfferingFactory, StaffFactory, UserFactory

DECLINED, SELECTED = KINDS["declined"], KINDS["selected"]
SELECTED_BODY = "Dear {reader}, {city} is in. By {confirm_by}: {link}"


@pytest.fixture
def staff(db):
    return StaffFactory(is_decider=True)


@pytest.fixture
def offering(db):
    return OfferingFactory()


def save(offering, staff, kind=DECLINED, subject="About {city}", body="Not now, {reader}.", rev=0):
    wording.save(offering=offering, kind=kind, subject=subject, body=body, rev=rev, by=staff)


# --- placeholders ----------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "{nobody}",
        "{City}",
        "{ city }",
        "{{ city }}",
        "{% load x %}",
        "{city.team}",
        "{}",
        "{confirm_by}",  # a decline knows no day
    ],
)
def test_unknown_placeholder_is_refused_with_a_sentence(text):
    with pytest.raises(texts.UnknownPlaceholder, match="stands for nothing"):
        texts.check(DECLINED, ("S", text))


@pytest.mark.parametrize("text", ["{city}", "a { b", "} {", "{city} {term}", "a {\nb}"])
def test_known_placeholders_and_loose_braces_are_taken(text):
    texts.check(DECLINED, (text, text))


@pytest.mark.parametrize("body", ["By {confirm_by}", "Here: {link}", ""])
def test_selected_city_is_always_told_where_and_until_when(body):
    with pytest.raises(texts.MissingPlaceholder):
        texts.check(SELECTED, ("S", body))


@given(st.dictionaries(st.sampled_from(["city", "note", "term"]), st.text(max_size=20)))
def test_what_stands_in_is_not_read_again(facts):
    text = "{city}|{note}|{term}"

    assert texts.filled(text, facts) == "|".join(
        str(facts.get(name, f"{{{name}}}")) for name in ("city", "note", "term")
    )


@pytest.mark.parametrize(
    ("body", "note", "read"),
    [
        ("A\n\n{note}\n\nB", "", "A\n\nB"),
        ("A\n\n{note}\n\nB", "Hi", "A\n\nHi\n\nB"),
        ("A\n\nB", "Hi", "A\n\nB\n\nHi"),
        ("A: {note}", "", "A:"),
    ],
)
def test_note_is_never_lost_and_leaves_no_gap(body, note, read):
    assert texts.filled_body(body, {"note": note}) == read


# --- the shipped texts -----------------------------------------------------------------
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_shipped_text_can_be_saved_as_it_is(offering, kind):
    subject, body = wording.shipped(kind, offering)

    texts.check(kind, (subject, body))
    assert "2001" not in body, "a sample's day must not stay in the text"
    assert "localhost" not in subject + body
    assert subject
    assert body


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_preview_leaves_no_brace_open(offering, staff, kind):
    subject, body = wording.preview(kind, offering, *wording.shipped(kind, offering), reader=staff)

    assert "{" not in subject + body
    assert "Port Alder (demo)" in subject + body


@pytest.mark.parametrize("state", ["selected", "waitlisted", "declined", "not_yet"])
def test_saved_as_shipped_it_says_what_the_shipped_one_says(staff, state):
    application, _owner = handed_in(state=state)
    findings(application)
    shown = {"confirm_by": timezone.now() + timedelta(days=7)}
    offering, kind = application.offering, KINDS[state]
    before = mail.outcome_text(application, **shown, mine={})
    subject, body = wording.shipped(kind, offering)
    save(offering, staff, kind, subject, body + " ")

    after = mail.outcome_text(application, **shown, mine=texts.of(offering))

    assert after[0] == before[0]
    assert set(before[1].split()) == set(after[1].split())


# --- saving ----------------------------------------------------------------------------
def test_saved_text_is_kept_and_noted_without_its_words(offering, staff):
    save(offering, staff)
    save(offering, staff, body="Another.", rev=1)

    row = MailText.objects.get()
    assert (row.body, row.rev, row.by) == ("Another.", 2, staff)
    event = history(offering).last()
    assert (event.verb, event.facts) == ("write_mail_text", {"kind": "declined", "rev": 2})


def test_same_text_again_is_no_change(offering, staff):
    save(offering, staff)
    save(offering, staff, rev=0)

    assert MailText.objects.get().rev == 1


def test_stale_text_is_refused_with_what_is_stored(offering, staff):
    save(offering, staff)

    with pytest.raises(wording.StaleWords) as stale:
        save(offering, staff, body="Mine.", rev=0)

    assert (stale.value.body, stale.value.rev) == ("Not now, {reader}.", 1)


def test_text_reset_meanwhile_is_a_conflict_too(offering, staff):
    save(offering, staff)
    wording.reset(offering=offering, kind=DECLINED, rev=1, by=staff)

    with pytest.raises(wording.StaleWords) as stale:
        save(offering, staff, body="Mine.", rev=1)
    assert stale.value.body == wording.shipped(DECLINED, offering)[1]
    save(offering, staff, body="Mine.", rev=2)
    assert texts.of(offering)["declined"].rev == 3


def test_reset_goes_back_to_the_shipped_text(offering, staff):
    save(offering, staff)

    wording.reset(offering=offering, kind=DECLINED, rev=1, by=staff)
    wording.reset(offering=offering, kind=DECLINED, rev=1, by=staff)  # twice is once

    assert texts.of(offering) == {}
    assert history(offering).last().verb == "reset_mail_text"
    assert history(offering).count() == 2


def test_others_word_nothing(offering):
    other = UserFactory(is_decider=True)

    with pytest.raises(NotPermitted):
        save(offering, other)
    with pytest.raises(NotPermitted):
        wording.reset(offering=offering, kind=DECLINED, rev=0, by=other)
    with pytest.raises(NotPermitted):
        wording.send_test(offering=offering, kind=DECLINED, by=other)


# --- tests to oneself --------------------------------------------------------------------
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_test_goes_to_oneself_marked(offering, staff, kind):
    handed_in(state="declined", offering=offering)

    wording.send_test(offering=offering, kind=kind, by=staff)

    message = Message.objects.get()
    assert (message.to, message.kind) == (staff.email, f"test/{kind.template}")
    assert message.subject.startswith("[Test] ")
    assert len(message.kind) <= 80


# --- what goes out -----------------------------------------------------------------------
def test_release_sends_and_shows_the_words_of_the_offering(staff):
    closed = OfferingFactory(closes_at=timezone.now() - timedelta(days=1))
    application, owner = handed_in(state="declined", offering=closed, note_to_city="With {city}.")
    save(closed, staff, body="Hello {reader}, {sprint} {term}.\n{note}\n{link}")

    shown = selection.letters(closed, confirm_by=None)[0]
    selection.release(
        offering=closed,
        by=staff,
        confirm_by=timezone.now() + timedelta(days=7),
        seen=selection.fingerprint(closed),
    )

    message = Message.objects.get()
    assert (message.subject, message.body) == (shown.subject, shown.body)
    assert message.subject == f"About {application.city}"
    assert f"Hello {owner}, {closed.sprint.name} Autumn.\nWith {{city}}.\n" in message.body
    assert str(application.uid) in message.body
    assert "You get this because" in message.body  # the footer stays


def test_text_changed_since_the_release_page_was_read_is_not_sent(staff):
    closed = OfferingFactory(closes_at=timezone.now() - timedelta(days=1))
    handed_in(state="declined", offering=closed)
    seen = selection.fingerprint(closed)
    save(closed, staff)

    with pytest.raises(selection.ReleaseRefused, match="changed"):
        selection.release(
            offering=closed, by=staff, confirm_by=timezone.now() + timedelta(days=7), seen=seen
        )


def test_words_of_one_offering_stay_out_of_another(staff):
    one, _owner = handed_in(state="declined")
    other, _owner = handed_in(state="declined")
    save(one.offering, staff)

    read = mail.outcome_text(other, confirm_by=None, mine=texts.of(other.offering))

    assert "About" not in read[0]


def test_confirm_by_is_read_in_each_readers_zone(staff):
    application, owner = handed_in(state="selected")
    save(application.offering, staff, SELECTED, "Yes", SELECTED_BODY)
    owner.time_zone = "Asia/Tokyo"
    owner.save()

    mine = texts.of(application.offering)
    _subject, body = mail.outcome_text(
        application, confirm_by=timezone.now() + timedelta(days=7), mine=mine
    )

    assert "Tokyo time" in body


def test_receipt_in_own_words_still_holds_what_was_handed_in(staff):
    application, owner = draft()
    save(application.offering, staff, KINDS["received"], "Thanks", "Got it, {reader}.")

    intake.hand_in(application=application, by=owner)

    body = Message.objects.get().body
    assert f"Got it, {owner}." in body
    assert "A chatbot for permits." in body


def test_answer_about_more_time_in_own_words_still_says_until_when(staff):
    application, owner = draft()
    save(application.offering, staff, KINDS["more_time"], "Time", "About your question. {link}")
    asked = extending.ask(application=application, reason="Floods.", by=owner)
    Message.objects.all().delete()

    until = timezone.now() + timedelta(days=3)
    extending.answer(request=asked, until=until, words="Good luck.", by=staff)

    body = Message.objects.get().body
    assert "You can hand in until" in body
    assert "Good luck." in body


def test_invitation_takes_the_words_of_the_offering_that_invites(staff):
    application, _owner = handed_in(state="not_yet", announced_state="not_yet")
    later = OfferingFactory(term="Spring")
    invitation = Invitation.objects.create(
        application=application, offering=later, invited_by=staff
    )
    save(application.offering, staff, KINDS["invited"], "Old", "Old {link}")
    save(later, staff, KINDS["invited"], "Come to {term}", "Here: {link}")

    carry_mail.invited_on(invitation)

    message = Message.objects.get()
    assert message.subject == "Come to Spring"
    assert invitation.get_absolute_url() in message.body
    assert "Hand in by:" in message.body


def test_reminder_in_own_words_knows_the_day(staff):
    application, _owner = handed_in(state="selected", confirm_by=timezone.now() + timedelta(days=2))
    save(application.offering, staff, KINDS["reminder"], "Soon", "By {confirm_by}: {link}")

    carry_mail.confirm_reminder(application, key="2")

    message = Message.objects.get()
    assert message.subject == "Soon"
    assert "By: " not in message.body
    assert "time (GMT" in message.body


def test_text_is_never_template_code(staff):
    """Were it ever stored past the check, it would go out as typed."""
    application, _owner = handed_in(state="declined")
    MailText.objects.create(
        offering=application.offering,
        kind="declined",
        subject="{{ application.reference }}",
        body="{% now 'Y' %} {{ settings.SECRET_KEY }} <b>{city}</b>",
    )

    mine = texts.of(application.offering)
    subject, body = mail.outcome_text(application, confirm_by=None, mine=mine)

    assert subject == "{{ application.reference }}"
    assert f"{{% now 'Y' %}} {{{{ settings.SECRET_KEY }}}} <b>{application.city}</b>" in body
    assert AuditEvent.objects.count() == 0
