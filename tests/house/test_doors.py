"""No unguarded door: every address, visited as everybody.

One letter a person, in the order of `World.PEOPLE`: visitor, stranger, owner of another city,
viewer, editor, owner of the city, facilitator of nothing here, facilitator, reviewer, staff,
decider who is not staff.
o let in · L sent to sign in · 3 seen but refused (403) · 4 not to be known of (404)
A page is fetched; what only takes forms is sent an empty one.
"""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.house.world import World, our_patterns

ALL, SIGNED_IN, NOT_HERE = "ooooooooooo", "Loooooooooo", "44444444444"
TABLE = {
    "home": ALL,
    "cohorts:offerings": ALL,
    "cohorts:offering": ALL,
    "cohorts:stage_check": ALL,
    "cohorts:apply": ALL,
    "cohorts:begin": SIGNED_IN,
    "cohorts:by_hand": SIGNED_IN,
    "cohorts:cities": SIGNED_IN,
    "cohorts:ask_access": SIGNED_IN,
    "cohorts:mine": SIGNED_IN,
    "cohorts:team_mine": SIGNED_IN,
    "cohorts:application": "L44ooo43333",
    "cohorts:step": "L44ooo43333",
    "cohorts:submit": "L443oo43333",
    "cohorts:confirm": "L443oo433o3",
    "cohorts:withdraw": "L443oo433o3",
    "cohorts:ask_extension": "L443oo43333",
    "cohorts:changes": "L44ooo43333",
    "cohorts:file": "L44ooo43333",
    "cohorts:file_download": "L44ooo43333",
    "cohorts:handed_in": "L44ooo43333",
    "cohorts:add_letter": "L443oo43333",
    "cohorts:letter": "L4444444444",
    "cohorts:remove_letter": "L4444444444",
    "cohorts:team": "L44ooo444o4",
    "cohorts:team_change": "L44ooo444o4",
    "cohorts:team_answer": "L4433o444o4",
    "cohorts:team_take_back": "L4433o444o4",
    "cohorts:invitation": SIGNED_IN,
    "cohorts:applications": "L33333333oo",
    "cohorts:close": "L33333333o3",
    "cohorts:release": "L33333333o3",
    "cohorts:assess": "L44333433oo",
    "cohorts:record_finding": "L44333433o3",
    "cohorts:staff_changes": "L44333433oo",
    "cohorts:act": "L44333433oo",
    "cohorts:note": "L44333433o3",
    "cohorts:answer_extension": "L44333433o3",
    "cohorts:move_up": "L443334333o",
    "cohorts:pipeline": "L33333333oo",
    "cohorts:pipeline_step": "L33333333oo",
    "cohorts:pipeline_export": "L33333333oo",
    "cohorts:reviews": "L3333333ooo",
    "cohorts:review": "L4444444o33",
    "cohorts:review_aside": "L4444444o33",
    "cohorts:review_talk": "L4444444o33",
    "cohorts:review_round": "L33333333o3",
    "cohorts:review_weights": "L33333333o3",
    "cohorts:review_share_out": "L33333333o3",
    "cohorts:review_compare": "L44333433oo",
    "cohorts:review_ask": "L44333433o3",
    "cohorts:review_set_aside": "L44333433oo",
    "cohorts:review_staff_talk": "L44333433oo",
    "cohorts:review_take_back": "L44444443o3",
    "cohorts:review_reopen": "L44444443o3",
    "cohorts:composition": "L33333333oo",
    "cohorts:composition_save": "L333333333o",
    "cohorts:composition_choose": "L444444443o",
    "cohorts:composition_select": "L444444443o",
    "cohorts:composition_discard": "L444444443o",
    "cohorts:pack": "L33333333oo",
    "cohorts:pack_pdf": "L33333333oo",
    "cohorts:numbers": "L33333333oo",
    "cohorts:prepare": "L33333333o3",
    "cohorts:prepare_copy": "L33333333o3",
    "cohorts:prepare_offering": "L33333333o3",
    "cohorts:prepare_section": "L33333333o3",
    "cohorts:prepare_act": "L33333333o3",
    "cohorts:prepare_mails": "L33333333o3",
    "cohorts:prepare_mail": "L33333333o3",
    "cohorts:prepare_mail_test": "L33333333o3",
    "cohorts:prepare_mail_shipped": "L33333333o3",
    "cohorts:carry": "L44ooo444o4",
    "cohorts:on_path": "L33333333o3",
    "cohorts:places": "L33333333oo",
    "cohorts:eligibility": "L33333333o3",
    "cohorts:remind": "L44333433oo",
    "cohorts:extend_confirmation": "L44333433oo",
    "cohorts:offer_on": "L443334333o",
    "cohorts:offer_place": "L443334333o",
    "cohorts:sessions": SIGNED_IN,
    "cohorts:session_feed": SIGNED_IN,
    "cohorts:session": "L4oooo4o4o4",
    "cohorts:session_file": "L4oooo4o4o4",
    "cohorts:session_move": "L433334o4o4",
    "cohorts:session_cancel": "L433334o4o4",
    "cohorts:session_edit": "L433334o4o4",
    "cohorts:calendar": SIGNED_IN,
    "cohorts:feed": NOT_HERE,
    "cohorts:cohort": SIGNED_IN,
    "cohorts:lay_out": "L333333o3o3",
    "cohorts:session_book": "L333333o3o3",
    "engagement_plans:mine": SIGNED_IN,
    "engagement_plans:plans": "L33333oo3o3",
    "engagement_plans:plan": "L44ooo4o4o4",
    "engagement_plans:section": "L44ooo4o4o4",
    "engagement_plans:answer": "L44ooo4o4o4",
    "engagement_plans:save": "L443oo43434",
    "engagement_plans:set_public": "L443oo43434",
    "engagement_plans:history": "L44ooo4o4o4",
    "engagement_plans:comment": "L443oo4o4o4",
    "engagement_plans:add_row": "L443oo43434",
    "engagement_plans:row": "L443oo43434",
    "engagement_plans:save_row": "L443oo43434",
    "engagement_plans:move_row": "L443oo43434",
    "engagement_plans:remove_row": "L443oo43434",
    "engagement_plans:restore_row": "L443oo43434",
    "engagement_plans:row_history": "L44ooo4o4o4",
    "engagement_plans:reply": "L443oo4o4o4",
    "engagement_plans:resolve": "L443oo4o4o4",
    "engagement_plans:hand_in": "L443oo43434",
    "engagement_plans:verdict": "L443334o4o4",
    "engagement_plans:decide": "L443334o4o4",
    "engagement_plans:snapshot": "L44ooo4o4o4",
    "engagement_plans:make_best_practice": "L44333434o4",
    "toolkit:library": ALL,
    "toolkit:resource": ALL,
    "toolkit:best_practices": ALL,
    "toolkit:best_practice": ALL,
    "toolkit:pdf": NOT_HERE,
    "toolkit:editing": "L33333333o3",
    "toolkit:edit": "L33333333o3",
    "toolkit:edit_text": "L33333333o3",
    "toolkit:edit_progress": "L33333333o3",
    "toolkit:edit_file": "L33333333o3",
    "toolkit:edit_publish": "L33333333o3",
    "toolkit:edit_withdraw": "L33333333o3",
    "accounts:profile": SIGNED_IN,
    "accounts:sign_out_everywhere": SIGNED_IN,
    "accounts:time_zone": ALL,
    "mail:outbox": "L33333333o3",
    "mail:message": "L44444444o4",
    "mail:settle": "L44444444o4",
    "mail:demo_mailbox": NOT_HERE,
    "components": "444444444o4",
    "kept": SIGNED_IN,
    "favicon": ALL,
    "healthz": ALL,
    "readyz": ALL,
}


def came_of(answer) -> str:
    """One letter for what happened at the door."""
    if answer.status_code == 302 and answer.url.startswith(f"{reverse('account_login')}?next="):
        return "L"
    if answer.status_code in (403, 404):
        return str(answer.status_code)[-1]
    return "o" if answer.status_code < 400 or answer.status_code in (409, 422) else "!"


def visit(address: str, client: Client):
    """The answer to a person at a door, and nothing changed by it."""
    with transaction.atomic():
        answer = client.get(address)
        if answer.status_code == 405 or (answer.status_code == 302 and not client.cookies):
            answer = client.post(address)
        transaction.set_rollback(True)
    return answer


@pytest.fixture(autouse=True)
def _nobody_is_sent_to_enrol(settings):
    settings.SECOND_FACTOR_REQUIRED = False  # its own walk is in test_second_factor.py


def test_every_view_states_who_may_enter():
    silent = [
        name
        for name, pattern in our_patterns().items()
        if not getattr(pattern.callback, "rule", "")
    ]

    assert silent == []


def test_every_address_is_in_the_table():
    assert sorted(set(our_patterns()) ^ set(TABLE)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(TABLE))
def test_door_opens_to_those_it_should(world, name):
    pattern = our_patterns()[name]
    address = reverse(name, kwargs=world.kwargs(name, pattern))

    came = "".join(came_of(visit(address, world.client(who))) for who in World.PEOPLE)

    assert came == TABLE[name], address
