"""The record in words: every verb that is noted about an application has its own."""

import ast

import pytest

from cohorts.templatetags.record import WORDS, in_words
from cohorts.workflow import APPLICATION
from sprint_portal.audit import AuditEvent
from tests.house import files

# Verbs that `cohorts` notes about something else: an offering, a team, a review, a meeting, …
ELSEWHERE = {
    "answer_access",
    "announce_offering",
    "ask_access",
    "book",
    "cancel",
    "cancel_invitation",
    "change_role",
    "choose_scenario",
    "close_offering",
    "describe",
    "discard_scenario",
    "export_applications",
    "hand_over",
    "invite",
    "join",
    "lay out",
    "move",
    "move_deadline",
    "prepare_offering",
    "purge",
    "remove",
    "renew feed",
    "reset_mail_text",
    "revoke feed",
    "reweigh_rubric",
    "save_scenario",
    "set_facilitators",
    "set_review_round",
    "set_rubric",
    "set_up_offering",
    "test_mail_text",
    "withdraw_review",
    "write_mail_text",
}


def noted_verbs() -> set[str]:
    """Every verb that the code of `cohorts` writes into the record."""
    found = set(APPLICATION.actions)
    for path in files.code():
        if "cohorts" not in path.parts:
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "audit.record":
                found |= {
                    one.value
                    for one in ast.walk(call.args[1])
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
    return found


def test_every_verb_has_words_or_belongs_elsewhere():
    assert noted_verbs() - set(WORDS) - ELSEWHERE == set()


@pytest.mark.parametrize("verb", sorted(WORDS))
def test_no_verb_is_shown_raw(verb):
    event = AuditEvent(verb=verb, to="met" if verb == "find" else "2026-12-01 17:00 UTC")

    assert in_words(event) not in (verb, verb.replace("_", " "))


@pytest.mark.parametrize(
    ("verb", "to", "words"),
    [
        ("invite_on", "spring-2027", "Invited to a later offering"),
        ("invite_on", "later", "On the list for the next offering"),
        ("erase", "", "Erased what the city wrote"),
        ("accept_invitation", "BCT-2027-7K3Q", "Begun a later offering: BCT-2027-7K3Q"),
        (
            "extend_confirmation",
            "2030-10-08 17:00 UTC",
            "More time to confirm given, until Tuesday 8 October 2030, 17:00, UTC",
        ),
    ],
)
def test_steps_of_staff_read_as_sentences(verb, to, words):
    assert in_words(AuditEvent(verb=verb, to=to)) == words
