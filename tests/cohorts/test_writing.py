"""Writing an expression of interest over the pages: nothing typed is ever lost."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cohorts import eoi
from cohorts.models import Application
from tests.cohorts.intake_factories import ANSWERS, answers, draft, handed_in
from tests.factories import TeamMemberFactory, UserFactory
from tests.sprint_portal.test_arrival import Waited

pytestmark = pytest.mark.django_db

JSON = {"headers": {"accept": "application/json"}}


def address(application, key="topic"):
    return reverse("cohorts:step", kwargs={"uid": application.uid, "key": key})


def typed(key="topic", *, rev=0, **changes):
    every = answers(**changes)
    return {field.key: every[field.key] for field in eoi.BY_KEY[key].fields} | {"rev": rev}


@pytest.fixture
def own(client):
    """A draft whose owner is signed in."""
    application, owner = draft(answers={})
    client.force_login(owner)
    return application


def stored(application):
    application.refresh_from_db()
    return application.answers


# --- saving ----------------------------------------------------------------------------
def test_complete_step_leads_to_the_next(client, own):
    answer = client.post(address(own), typed())

    assert answer.url.startswith(address(own, "team"))


def test_incomplete_step_is_kept_and_says_what_is_missing(client, own):
    answer = client.post(address(own), typed(audiences=""))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "What you wrote is kept. Still open:" in page
    assert 'href="#id_audiences"' in page
    assert stored(own)["topic"] == "A chatbot for permits."


def test_what_is_only_empty_is_not_called_wrong(client, own):
    page = client.post(address(own), typed(audiences="")).content.decode()

    assert "still open</span>" in page
    assert "field--wrong" not in page
    assert "callout--good" not in page


def test_what_does_not_fit_is_called_wrong_beside_what_is_open(client, own):
    page = client.post(address(own), typed(audiences="", topic="x" * 20_000)).content.decode()

    assert page.count("field--wrong") == 1
    assert page.count("still open</span>") == 1


def test_every_open_field_can_be_gone_to(client, own):
    for key in eoi.BY_KEY:
        answer = client.get(f"{address(own, key)}?check")
        for control in answer.context["form"].still_open:
            assert f'id="{control}"' in answer.content.decode()


def test_incomplete_step_may_be_left(client, own):
    answer = client.post(address(own), typed(audiences="") | {"then": "overview"})

    assert answer.url.startswith(own.get_absolute_url())


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
@pytest.mark.parametrize("step", [step.key for step in eoi.STEPS])
def test_html_in_every_field_is_text(client, own, step, text):
    fields = eoi.BY_KEY[step].fields
    posted = {one.key: text for one in fields if not one.choices and one.type != "yes"}

    body = client.post(address(own, step), posted | {"rev": 0}, follow=True).content.decode()
    overview = client.get(own.get_absolute_url()).content.decode()

    assert text not in body + overview
    assert all(stored(own)[key] == text for key in posted)


def test_too_long_a_text_is_kept_whole(client, own):
    answer = client.post(address(own), typed(topic="é" * 200_000))

    assert answer.status_code == 422
    assert b"198,000 characters too long" in answer.content or b"198000" in answer.content
    assert len(stored(own)["topic"]) == 200_000


def test_ten_megabytes_are_answered_and_change_nothing(client, own):
    body = urlencode(typed(topic="x" * 10_000_000))
    kind = "application/x-www-form-urlencoded"

    answer = client.post(address(own), body, content_type=kind)

    assert answer.status_code == 413
    assert stored(own) == {}


@pytest.mark.parametrize("turn", ["\u202e", "\u2066"])
def test_signs_that_turn_the_writing_round_are_left_out(client, own, turn):
    client.post(address(own), typed(topic=f"Ask{turn} vendors"))

    own.refresh_from_db()
    assert own.answers["topic"] == "Ask vendors"


@pytest.mark.parametrize("odd", ["\x00", "\x07", "\x1b"])
def test_characters_that_no_database_takes_are_left_out_and_said(client, own, odd):
    body = client.post(address(own), typed(topic=f"Ask{odd} vendors"), follow=True)

    assert stored(own)["topic"] == "Ask vendors"
    assert "Some characters could not be kept" in body.content.decode()


def test_line_ends_are_kept_as_one_character(client, own):
    client.post(address(own), typed(topic="One\r\ntwo\rthree"))

    assert stored(own)["topic"] == "One\ntwo\nthree"


def test_choices_that_do_not_exist_are_dropped(client, own):
    client.post(address(own, "team"), typed("team", windows=["noon", "midnight"], hours="forever"))

    assert stored(own)["windows"] == ["noon"]
    assert stored(own)["hours"] == ""


def test_after_the_deadline_text_is_still_kept(client, own):
    with time_machine.travel(own.offering.closes_at + timedelta(seconds=1)):
        client.force_login(own.started_by)
        client.post(address(own), typed())
        body = client.get(own.get_absolute_url()).content.decode()

    assert stored(own)["topic"] == "A chatbot for permits."
    assert "Ask for more time" in body


def test_unknown_step_is_not_found(client, own):
    assert client.get(address(own, "secret")).status_code == 404


@pytest.mark.parametrize("rev", ["", "x", "-1", "9" * 30, "\x00"])
def test_odd_version_shows_both_texts(client, own, rev):
    client.post(address(own), typed())

    answer = client.post(address(own), typed(topic="Other words") | {"rev": rev})

    assert answer.status_code == 409


# --- two tabs --------------------------------------------------------------------------
def test_second_tab_sees_both_texts_and_loses_none(client, own):
    client.post(address(own), typed(topic="First tab"))

    answer = client.post(address(own), typed(topic="Second tab"))

    body = answer.content.decode()
    assert answer.status_code == 409
    assert "First tab" in body
    assert "Second tab" in body
    assert stored(own)["topic"] == "First tab"
    client.post(address(own), typed(topic="Both tabs", rev=1))
    assert stored(own)["topic"] == "Both tabs"


def test_autosave_answers_with_the_new_version(client, own):
    answer = client.post(address(own), typed(audiences=""), **JSON)

    assert answer.json()["rev"] == 1
    assert answer.json()["missing"] == 1


def test_autosave_tells_of_a_conflict(client, own):
    client.post(address(own), typed(topic="First tab"))

    assert client.post(address(own), typed(topic="Second"), **JSON).status_code == 409


# --- a sign-in that ran out ------------------------------------------------------------
def test_text_typed_before_the_sign_in_ran_out_is_shown_after_signing_in(client, own):
    owner = own.started_by
    client.logout()

    answer = client.post(address(own), typed(topic="Typed too late"))
    assert "next=" in answer.url
    client.force_login(owner)
    body = client.get(reverse("kept")).content.decode()

    assert "Typed too late" in body
    assert f'action="{address(own)}"' in body


def test_autosave_without_sign_in_is_told_so(client, own):
    client.logout()

    assert client.post(address(own), typed(), **JSON).status_code == 401


def test_text_of_one_person_is_not_shown_to_a_stranger(client, own):
    client.logout()
    client.post(address(own), typed(topic="Typed too late"))
    client.force_login(UserFactory())

    assert client.get(address(own)).status_code == 404


# --- what was opened -------------------------------------------------------------------
def marks_on(page):
    return page.context["opened"]


def test_box_that_nobody_touched_does_not_blank_a_colleagues_answer(client, own):
    was = marks_on(client.get(address(own)))
    client.post(address(own), {"audiences": "Renters", "rev": 0, "opened": was})

    mine = {"topic": "Mine", "audiences": "", "rev": 0, "opened": was, "then": "overview"}
    answer = client.post(address(own), mine)

    assert answer.status_code == 302
    assert (stored(own)["topic"], stored(own)["audiences"]) == ("Mine", "Renters")


def test_conflict_is_about_what_both_changed_and_saves_the_rest(client, own):
    was = marks_on(client.get(address(own)))
    client.post(address(own), {"topic": "Theirs", "rev": 0, "opened": was})

    mine = {"topic": "Mine", "partners": "A library", "rev": 0, "opened": was}
    page = client.post(address(own), mine)

    assert page.status_code == 409
    assert [one["field"].key for one in page.context["differing"]] == ["topic"]
    assert (stored(own)["topic"], stored(own)["partners"]) == ("Theirs", "A library")
    again = {**mine, "opened": marks_on(page), "then": "overview"}
    assert client.post(address(own), again).status_code == 302
    assert stored(own)["topic"] == "Mine"


def test_autosave_goes_on_with_the_marks_of_what_it_shows(client, own):
    was = marks_on(client.get(address(own)))
    client.post(address(own), {"audiences": "Renters", "rev": 0, "opened": was})

    first = client.post(address(own), {"topic": "One", "opened": was}, **JSON).json()
    second = client.post(address(own), {"topic": "Two", "opened": first["opened"]}, **JSON).json()

    assert [first["joined"], second["joined"]] == [True, True]
    assert (stored(own)["topic"], stored(own)["audiences"]) == ("Two", "Renters")


# --- others ----------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["application", "step", "submit", "withdraw", "file", "changes"])
def test_other_cities_and_staff_without_a_part_do_not_enter(client, own, name):
    kwargs = {"uid": own.uid} | ({"key": "topic"} if name == "step" else {})
    there = reverse(f"cohorts:{name}", kwargs=kwargs)
    _other, stranger = draft()
    client.force_login(stranger)

    for method in (client.get, client.post):
        assert method(there).status_code in (404, 405)
    client.force_login(UserFactory(is_facilitator=True))
    assert client.post(there).status_code in (404, 405)


def test_viewer_reads_and_does_not_write(client, own):
    client.force_login(TeamMemberFactory(city=own.city, role="viewer").user)

    assert client.get(address(own)).status_code == 200
    refused = client.post(address(own), typed())
    assert refused.status_code == 403
    assert "A chatbot for permits." in refused.content.decode()  # to copy it
    assert client.post(reverse("cohorts:submit", kwargs={"uid": own.uid})).status_code == 403
    assert stored(own) == {}


def test_saving_needs_the_token(own):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(own.started_by)

    assert strict.post(address(own), typed()).status_code == 403


def test_extra_fields_change_no_state(client, own):
    extra = {"state": "selected", "announced_state": "selected", "waitlist_rank": 1, "topic2": "x"}

    client.post(address(own), typed() | extra)

    assert "topic2" not in stored(own)
    assert (own.state, own.announced_state, own.waitlist_rank) == ("draft", "draft", None)


# --- the overview ----------------------------------------------------------------------
def test_overview_says_what_is_missing_with_links(client, own):
    client.post(address(own), typed(audiences=""))

    body = client.get(own.get_absolute_url()).content.decode()

    assert "has 6 steps to go" in body
    assert "Missing: Who should be heard" in body
    assert f"{address(own)}?check" in body


@pytest.mark.parametrize("state", ["eligible", "selected", "declined", "waitlisted", "not_yet"])
def test_overview_reads_the_same_whatever_is_decided_but_not_told(client, state):
    words = set()
    for one in ("submitted", state):
        application, owner = handed_in(state=one, waitlist_rank=1 if one == "waitlisted" else None)
        application.note_to_city = "A secret note"
        application.save()
        client.force_login(owner)
        body = client.get(application.get_absolute_url()).content.decode()
        assert "A secret note" not in body
        words.add(body.count("<a ") * 1000 + body.count("<button"))

    assert len(words) == 1


def test_second_click_on_hand_in_says_the_same(client):
    application, owner = draft()
    client.force_login(owner)
    submit = reverse("cohorts:submit", kwargs={"uid": application.uid})

    bodies = [client.post(submit, follow=True).content.decode() for _click in range(2)]

    assert all("We have your expression of interest" in body for body in bodies)
    assert Application.objects.get().revision == 1


def test_late_hand_in_is_refused_in_words(client):
    application, owner = draft()
    with time_machine.travel(application.closes_at + timedelta(seconds=1)):
        client.force_login(owner)
        submit = reverse("cohorts:submit", kwargs={"uid": application.uid})
        body = client.post(submit, follow=True).content.decode()

    assert "The deadline has passed. Your text is kept" in body
    application.refresh_from_db()
    assert application.state == "draft"
    assert application.answers == ANSWERS


@pytest.mark.parametrize(
    ("name", "most"),
    # The file shows what is held: every kind of row that there is about a city.
    [("application", 10), ("step", 10), ("changes", 10), ("handed_in", 10), ("file", 13)],
)
def test_pages_take_few_queries(client, django_assert_max_num_queries, name, most):
    application, owner = handed_in()
    client.force_login(owner)
    more = {"step": {"key": "topic"}, "handed_in": {"number": 1}}.get(name, {})
    kwargs = {"uid": application.uid, **more}

    with django_assert_max_num_queries(most):
        client.get(reverse(f"cohorts:{name}", kwargs=kwargs))


def test_home_says_what_is_next(client, own):
    body = client.get("/").content.decode()

    assert "has 6 steps to go" in body
    assert "Next: step 1, Who we write to" in body
    assert timezone.localtime(own.closes_at).strftime("%B") in body


# --- the deadline, in a rush ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("waited", "is_taken"), [(1_500, True), (1_001, True), (1_000, False), (0, False)]
)
def test_what_arrived_in_time_is_in_time_however_long_it_waited(client, waited, is_taken):
    """A second past the deadline by the clock; `waited` is our own slowness, in milliseconds."""
    application, owner = draft()
    closes_at = application.offering.closes_at
    with time_machine.travel(closes_at + timedelta(seconds=1), tick=False):
        client.force_login(owner)
        client.post(
            reverse("cohorts:submit", kwargs={"uid": application.uid}),
            **{"gunicorn.socket": Waited(waited)},
        )

    application.refresh_from_db()
    assert (application.state == "submitted") is is_taken
    if is_taken:
        arrived = closes_at + timedelta(seconds=1, milliseconds=-waited)
        assert application.submitted_at == application.revisions.get().at == arrived


@pytest.mark.parametrize("header", ["HTTP_X_REQUEST_START", "HTTP_DATE", "HTTP_X_QUEUE_START"])
def test_no_header_sets_the_clock_back(client, header):
    application, owner = draft()
    closes_at = application.offering.closes_at
    with time_machine.travel(closes_at + timedelta(seconds=1), tick=False):
        client.force_login(owner)
        client.post(
            reverse("cohorts:submit", kwargs={"uid": application.uid}),
            **{header: f"t={closes_at.timestamp() - 5:.3f}"},
        )

    application.refresh_from_db()
    assert application.state == "draft"


def test_draft_after_the_deadline_is_not_told_to_hand_in_until_then(client):
    application, owner = draft()
    client.force_login(owner)

    with time_machine.travel(application.offering.closes_at + timedelta(hours=2)):
        client.force_login(owner)
        body = client.get(application.get_absolute_url()).content.decode()

    assert "The deadline was" in body
    assert "until then" not in body


@pytest.mark.parametrize(
    ("colleagues", "words"),
    [(0, "You saved this step in another window"), (1, "by a colleague or by you")],
)
def test_conflict_does_not_make_a_stranger_of_oneself(client, own, colleagues, words):
    for _number in range(colleagues):
        TeamMemberFactory(city=own.city, role="editor")
    client.post(address(own), typed(topic="In the other window"))

    answer = client.post(address(own), typed(topic="In this window"))

    assert answer.status_code == 409
    assert words in answer.content.decode()


def test_ready_page_has_one_way_to_hand_in(client):
    application, owner = draft()
    client.force_login(owner)

    body = client.get(application.get_absolute_url()).content.decode()

    assert body.count(">Hand in</button>") + body.count(">Hand in</a>") == 1


def test_handed_in_says_when_the_decision_comes(client):
    application, owner = handed_in()
    client.force_login(owner)

    assert "After the deadline, " in client.get(application.get_absolute_url()).content.decode()


def test_confirmed_before_the_dates_leads_to_what_is_known(client):
    call = timezone.localdate() + timedelta(days=20)
    application, owner = handed_in(state="confirmed", announced_state="confirmed")
    application.offering.pre_course_dates = [call.isoformat()]
    application.offering.save()
    client.force_login(owner)

    body = client.get(application.get_absolute_url()).content.decode()

    assert "Next: the call before it starts" in body
    assert f"{call:%A} {call.day} {call:%B}" in body
    assert "See the sessions" not in body


def test_unfinished_draft_leads_to_its_next_step(client, own):
    body = client.get(own.get_absolute_url()).content.decode()

    assert ">Go on writing</a>" in body


def test_selected_city_is_led_to_confirm_from_home_and_finds_one_button_there(client):
    application, owner = handed_in(state="selected", announced_state="selected")
    client.force_login(owner)

    assert ">Confirm our place</a>" in client.get("/").content.decode()
    body = client.get(application.get_absolute_url()).content.decode()
    assert body.count(">Confirm our place<") == 1
