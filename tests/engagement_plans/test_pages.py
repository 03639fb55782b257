"""The pages of a plan: who sees them, what they take, what they answer to faults."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cohorts.models import Meeting
from engagement_plans import commenting, review, saving
from engagement_plans.forms import CommentForm
from engagement_plans.models import Answer, AnswerRevision, Comment, Plan, Thread
from tests.engagement_plans.filling import fill
from tests.factories import ConfirmedFactory, PlanFactory

KEY = "focus_summary"
JSON = {"HTTP_ACCEPT": "application/json"}


def url(name, plan, *rest):
    return reverse(f"engagement_plans:{name}", args=[plan.uid, *rest])


def body(response):
    return response.content.decode()


@pytest.fixture
def thread(plan, facilitator):
    return commenting.comment(plan, KEY, "A question.", by=facilitator).thread


def pages(plan):
    row = plan.answers.filter(key="goals_list").first().row
    return {
        "plan": url("plan", plan),
        "section": url("section", plan, "people"),
        "register": url("answer", plan, "rights_register"),
        "assessment": url("answer", plan, "rights_aia"),
        "history": url("history", plan, KEY),
        "snapshot": url("snapshot", plan, 1),
        "row": url("row", plan, "goals_list", row),
        "add_row": url("add_row", plan, "goals_list"),
        "hand_in": url("hand_in", plan),
        "verdict": url("verdict", plan),
    }


SEEN = {
    "owner": "plan section register assessment history snapshot row add_row hand_in",
    "viewer": "plan section register assessment history snapshot",
    "facilitator": "plan section register assessment history snapshot verdict",
    "staff": "plan section register assessment history snapshot verdict",
    "stranger": "",
}


@pytest.mark.parametrize("who", SEEN)
def test_pages_by_role(plan, owner, who, request, as_user):
    fill(plan, owner)
    review.hand_in(plan, agrees=True, by=owner)
    browser = as_user(request.getfixturevalue(who))

    for name, address in pages(plan).items():
        refused = 404 if who == "stranger" else 403
        expected = 200 if name in SEEN[who].split() else refused
        assert browser.get(address).status_code == expected, name


def test_pages_ask_visitors_to_sign_in(plan, owner, client):
    fill(plan, owner)
    review.hand_in(plan, agrees=True, by=owner)

    for name, address in pages(plan).items():
        response = client.get(address)
        assert response.status_code == 302, name
        assert "/accounts/login/" in response.url


DOES = {
    "save": ("save", [KEY], {"value": "x", "base_rev": "0", "save_id": ""}),
    "public": ("set_public", [KEY], {"public": "no"}),
    "comment": ("comment", [KEY], {"body": "x", "uid": str(uuid.uuid4())}),
    "decide": ("decide", [], {"verdict": "approve"}),
    "hand_in": ("hand_in", [], {"agrees": "on"}),
    "publish": ("make_best_practice", [], {}),
}
MAY = {
    "editor": {"save", "public", "comment", "hand_in"},
    "viewer": set(),
    "facilitator": {"comment", "decide"},
    "staff": {"comment", "decide", "publish"},
    "stranger": set(),
}


@pytest.mark.parametrize("what", DOES)
@pytest.mark.parametrize("who", MAY)
def test_acts_by_role(plan, who, what, request, as_user):
    name, rest, data = DOES[what]
    response = as_user(request.getfixturevalue(who)).post(url(name, plan, *rest), data)

    if who == "stranger":
        assert response.status_code == 404
    elif what in MAY[who]:
        assert response.status_code in (302, 422)
    else:
        assert response.status_code == 403


# --- saving without JavaScript ------------------------------------------------------
def test_save_goes_back_to_the_question(plan, owner, as_user):
    response = as_user(owner).post(url("save", plan, KEY), {"value": "Plain.", "base_rev": 0})

    assert response.url == url("section", plan, "focus") + f"#{KEY}"
    assert Answer.objects.get().value == "Plain."


def test_save_pressed_twice_is_one_text(plan, owner, as_user):
    data = {"value": "Plain.", "base_rev": 0, "save_id": str(uuid.uuid4())}
    browser = as_user(owner)
    for _click in range(2):
        browser.post(url("save", plan, KEY), data)

    assert AnswerRevision.objects.count() == 1


def test_save_from_a_stale_tab_shows_both_texts(plan, owner, editor, as_user):
    saving.save(plan, KEY, "Theirs & <b>bold</b>.", by=editor)
    response = as_user(owner).post(url("save", plan, KEY), {"value": "Mine.", "base_rev": 0})

    assert response.status_code == 409
    assert "Theirs &amp; &lt;b&gt;bold&lt;/b&gt;." in body(response)
    assert "Mine." in body(response)
    again = {"value": "Mine.", "base_rev": response.context["keep_mine"].initial["base_rev"]}
    as_user(owner).post(url("save", plan, KEY), again)
    assert Answer.objects.get().value == "Mine."


def test_save_from_ones_own_other_window_is_said_to_be_ones_own(plan, owner, as_user):
    saving.save(plan, KEY, "Typed there.", by=owner)
    page = body(as_user(owner).post(url("save", plan, KEY), {"value": "Here.", "base_rev": 0}))

    assert "You changed this in another window." in page
    assert f"{owner} changed this" not in page
    assert "Keep the text of this window" in page


@pytest.mark.parametrize("headers", [{}, JSON])
def test_save_on_a_revision_that_cannot_be_is_refused_with_the_text(plan, owner, as_user, headers):
    data = {"value": "Typed.", "base_rev": "9" * 20}
    response = as_user(owner).post(url("save", plan, KEY), data, **headers)

    assert response.status_code == 422
    assert not Answer.objects.exists()
    assert headers or "Typed." in body(response)


def test_save_of_what_cannot_be_kept_shows_it_again(plan, owner, as_user):
    response = as_user(owner).post(url("save", plan, KEY), {"value": "My text\x00", "base_rev": 0})

    assert response.status_code == 422
    assert "My text" in body(response)
    assert "cannot be shown" in body(response)
    assert not Answer.objects.exists()


def test_save_of_a_row_makes_it_once(plan, owner, as_user):
    row, data = uuid.uuid4(), {"goal": "Trust", "kind": "learn", "base_rev": 0}
    data["save_id"] = str(uuid.uuid4())
    for _click in range(2):
        as_user(owner).post(url("save_row", plan, "goals_list", row), data)

    assert Answer.objects.get().value["goal"] == "Trust"


def test_save_of_a_row_with_a_wrong_date_keeps_what_was_typed(plan, owner, as_user):
    response = as_user(owner).post(
        url("save_row", plan, "focus_decisions", uuid.uuid4()),
        {"decision": "Which vendor", "input_by": "soon"},
    )

    assert response.status_code == 422
    assert "Which vendor" in body(response)
    assert "soon" in body(response)
    assert "error-summary" in body(response)


def test_save_of_the_assessment_takes_none_of_these(plan, owner, as_user):
    saving.save(plan, "focus_type", "use_case", by=owner)
    as_user(owner).post(
        url("save", plan, "rights_aia"), {"R1": "yes", "R10": "-", "note-R1": "We did."}
    )

    value = Answer.objects.get(key="rights_aia").value
    assert value == {"answers": {"R1": "yes", "R10": []}, "notes": {"R1": "We did."}}


@pytest.mark.parametrize("key", ["unknown", "goals_list"])
def test_save_of_what_is_not_asked_here_is_not_found(plan, owner, as_user, key):
    assert as_user(owner).post(url("save", plan, key), {"value": "x"}).status_code == 404


def test_row_of_another_city_is_not_found(plan, owner, stranger, as_user):
    theirs = Plan.objects.exclude(pk=plan.pk).get()
    row = str(uuid.uuid4())
    saving.save(theirs, "goals_list", {"goal": "Theirs"}, by=stranger, row=row)

    assert as_user(owner).get(url("row", plan, "goals_list", row)).status_code == 404
    assert as_user(owner).post(url("remove_row", plan, "goals_list", row)).status_code == 404


# --- saving by the page's script ----------------------------------------------------
def test_autosave_answers_with_rev_and_progress(plan, owner, as_user):
    answer = (
        as_user(owner).post(url("save", plan, KEY), {"value": "x", "base_rev": 0}, **JSON).json()
    )

    assert answer["rev"] == 1
    assert answer["said"].startswith("Saved ")
    assert answer["percent"] == 3
    assert {"key": "focus", "state": "half", "said": "1 of 5"} in answer["sections"]


def test_autosave_conflict_brings_both_texts(plan, owner, editor, as_user):
    saving.save(plan, KEY, "Theirs.", by=editor)
    response = as_user(owner).post(
        url("save", plan, KEY), {"value": "Mine.", "base_rev": 0}, **JSON
    )

    assert response.status_code == 409
    assert "Theirs." in response.json()["html"]


def test_autosave_says_what_is_wrong(plan, owner, as_user):
    response = as_user(owner).post(url("save", plan, KEY), {"value": "x" * 20_001}, **JSON)

    assert response.status_code == 422
    assert "20,001" in response.json()["errors"]["value"]


def test_autosave_signed_out_is_told_so(plan, client):
    response = client.post(url("save", plan, KEY), {"value": "x"}, **JSON)

    assert response.status_code == 401
    assert "sign_in" in response.json()


def test_autosave_of_ten_megabytes_is_refused_in_words(plan, owner):
    browser = Client(raise_request_exception=False)
    browser.force_login(owner)
    response = browser.post(
        url("save", plan, KEY),
        "value=" + "x" * 10_000_000,
        content_type="application/x-www-form-urlencoded",
        **JSON,
    )

    assert response.status_code == 413
    assert response.json()["error"] == "too large"


# --- what people type is never markup ------------------------------------------------
def test_html_is_text_everywhere(plan, owner, facilitator, as_user):
    evil = "<img src=x onerror=alert(1)>"
    for prompt in plan.guide.prompts.values():
        if prompt.type in ("text", "longtext"):
            saving.save(plan, prompt.key, evil, by=owner)
        elif prompt.is_table:
            row = {column.key: evil for column in prompt.columns if column.type == "text"}
            saving.save(plan, prompt.key, row, by=owner, row=uuid.uuid4())
        commenting.comment(plan, prompt.key, evil, by=facilitator)
    browser = as_user(owner)

    addresses = [url("section", plan, section.key) for section in plan.guide.sections]
    addresses += [url("plan", plan), url("history", plan, KEY), "/"]
    for address in addresses:
        assert "<img src=x" not in body(browser.get(address)), address


# --- conversations ------------------------------------------------------------------
def test_comment_is_shown_beside_its_question(plan, owner, facilitator, as_user):
    data = {"body": "Who is refused?", "uid": str(uuid.uuid4()), "asks_for_change": "on"}
    for _click in range(2):
        as_user(facilitator).post(url("comment", plan, KEY), data)

    page = body(as_user(owner).get(url("section", plan, "focus")))
    assert page.count("Who is refused?") == 1
    assert Thread.objects.get().asks_for_change


def test_comment_of_the_city_cannot_ask_for_changes(plan, owner, as_user):
    data = {"body": "x", "uid": str(uuid.uuid4()), "asks_for_change": "on"}
    as_user(owner).post(url("comment", plan, KEY), data)

    assert not Thread.objects.get().asks_for_change


def test_comment_with_nothing_in_it_is_asked_again(plan, owner, as_user):
    response = as_user(owner).post(
        url("comment", plan, KEY), {"body": " ", "uid": str(uuid.uuid4())}
    )

    assert response.status_code == 422


@pytest.mark.parametrize(("who", "status"), [("owner", 302), ("viewer", 403), ("stranger", 404)])
def test_reply_by_role(thread, who, status, request, as_user):
    address = reverse("engagement_plans:reply", args=[thread.uid])
    data = {"body": "An answer.", "uid": str(uuid.uuid4())}

    assert as_user(request.getfixturevalue(who)).post(address, data).status_code == status
    assert Comment.objects.count() == (2 if status == 302 else 1)


def test_resolve_closes_the_thread(thread, owner, as_user):
    as_user(owner).post(reverse("engagement_plans:resolve", args=[thread.uid]))

    thread.refresh_from_db()
    assert thread.resolved_by == owner


# --- handing in and deciding ----------------------------------------------------------
def test_hand_in_lists_what_is_missing_with_links(plan, owner, as_user):
    page = body(as_user(owner).get(url("hand_in", plan)))

    assert url("section", plan, "people") + "#people_map" in page
    assert 'name="agrees"' not in page


def test_the_whole_way_to_approval(plan, owner, facilitator, as_user):
    fill(plan, owner)
    as_user(owner).post(url("hand_in", plan), {"agrees": "on"})
    response = as_user(facilitator).post(
        url("decide", plan), {"verdict": "approve", "note": "Good."}
    )

    plan.refresh_from_db()
    assert response.status_code == 302
    assert plan.state == "approved"
    assert "Good." in body(as_user(owner).get(url("plan", plan)))


def test_hand_in_without_the_agreement_is_asked_again(plan, owner, as_user):
    fill(plan, owner)
    response = as_user(owner).post(url("hand_in", plan), {})

    assert response.status_code == 422
    assert "Tick this" in body(response)


def test_decide_asks_for_a_note_with_changes(plan, owner, facilitator, as_user):
    fill(plan, owner)
    review.hand_in(plan, agrees=True, by=owner)

    response = as_user(facilitator).post(url("decide", plan), {"verdict": "request_changes"})

    assert response.status_code == 422
    assert "Say what should change" in body(response)


def test_approved_plans_become_drafts_of_best_practices(plan, owner, staff, facilitator, as_user):
    fill(plan, owner)
    review.hand_in(plan, agrees=True, by=owner)
    review.approve(plan, by=facilitator)

    response = as_user(staff).post(url("make_best_practice", plan))

    assert response.status_code == 302
    assert "/staff/best-practices/" in response.url


def test_plans_page_shows_those_of_the_readers_offerings(
    plan, owner, facilitator, stranger, as_user
):
    fill(plan, owner)
    review.hand_in(plan, agrees=True, by=owner)
    page = body(as_user(facilitator).get("/plans/"))

    assert str(plan.city) in page
    assert "waits for a verdict" in page
    assert str(stranger.city_roles.get().city) not in page
    assert as_user(owner).get("/plans/").status_code == 403


def cities_in(page):
    return re.findall(r'<th role="rowheader" scope="row"><a [^>]*>([^<]+)</a>', page)


def test_plans_page_says_what_waits_and_shows_it_first(plan, facilitator, as_user):
    quiet, talked_of, waiting = (
        PlanFactory(
            application=ConfirmedFactory(offering=plan.application.offering, city__name=name)
        )
        for name in ("Aldea", "Bruma", "Cedro")
    )
    Plan.objects.filter(pk=plan.pk).delete()
    browser = as_user(facilitator)
    assert "No plan waits for you" in body(browser.get("/plans/"))

    for _number in range(2):  # two of one plan are no two plans
        Thread.objects.create(plan=talked_of, key="focus_why")
    Thread.objects.create(
        plan=quiet, key="focus_why", resolved_at=timezone.now(), resolved_by=facilitator
    )
    assert "<h1>1 plan has an open conversation</h1>" in body(browser.get("/plans/"))

    Plan.objects.filter(pk=waiting.pk).update(state="in_review")
    page = body(browser.get("/plans/"))
    assert "<h1>1 plan waits for your review</h1>" in page
    assert '<p class="lead">1 plan has an open conversation.</p>' in page
    assert cities_in(page) == ["Cedro", "Bruma", "Aldea"]


def test_plans_beyond_the_first_page_are_counted_and_reached(plan, facilitator, as_user):
    offering = plan.application.offering
    for _number in range(30):
        PlanFactory(application=ConfirmedFactory(offering=offering), state="in_review")
    page = body(as_user(facilitator).get("/plans/"))

    assert "<h1>30 plans wait for your review</h1>" in page
    assert "Page 1 of 2" in page


# --- how many queries ------------------------------------------------------------------
def rows_of(plan, count, by):
    """Rows as the verb makes them, put in at once."""
    first = saving.save(plan, "people_map", {"group": "A"}, by=by, row=uuid.uuid4()).answer
    Answer.objects.bulk_create(
        Answer(
            plan=plan,
            key="people_map",
            row=str(uuid.uuid4()),
            position=number + 2,
            value=first.value,
            saved_at=first.saved_at,
            saved_by=by,
        )
        for number in range(count - 1)
    )


@pytest.mark.parametrize("who", ["owner", "facilitator", "staff"])
@pytest.mark.parametrize("count", [1, 10, 200])
def test_section_page_asks_the_database_nine_times_at_most(
    plan, owner, facilitator, staff, who, count, as_user, request, django_assert_max_num_queries
):
    rows_of(plan, count, owner)
    for number in range(min(count, 20)):
        commenting.comment(plan, "people_harm", f"Comment {number}", by=facilitator)
    browser = as_user(request.getfixturevalue(who))

    with django_assert_max_num_queries(9):
        response = browser.get(url("section", plan, "people"))

    assert body(response).count('role="rowheader"') == count


def test_plans_page_takes_the_same_queries_for_one_plan_and_for_many(
    plan, facilitator, as_user, django_assert_max_num_queries
):
    for _number in range(5):
        other = PlanFactory(application=ConfirmedFactory(offering=plan.application.offering))
        assert other.pk
    browser = as_user(facilitator)

    with django_assert_max_num_queries(9):
        browser.get("/plans/")


def test_plan_page_takes_few_queries(plan, owner, as_user, django_assert_max_num_queries):
    fill(plan, owner)
    review.hand_in(plan, agrees=True, by=owner)
    browser = as_user(owner)

    with django_assert_max_num_queries(11):
        browser.get(url("plan", plan))


def test_front_page_shows_the_plan_and_what_is_asked(plan, owner, facilitator, as_user):
    saving.save(plan, KEY, "A start.", by=owner)
    commenting.comment(plan, KEY, "Who decides in the end?", by=facilitator)

    page = body(as_user(owner).get("/"))

    assert "of what is required" in page
    assert "Who decides in the end?" in page


def test_front_page_shows_facilitators_what_waits(plan, owner, facilitator, as_user):
    fill(plan, owner)
    review.hand_in(plan, agrees=True, by=owner)

    assert f"{plan.city}</a>" in body(as_user(facilitator).get("/"))


def test_front_page_of_a_city_asks_the_database_nine_times_at_most(
    plan, owner, facilitator, as_user, django_assert_max_num_queries
):
    fill(plan, owner)
    for key in (KEY, "people_harm"):
        commenting.comment(plan, key, "Who decides in the end?", by=facilitator)
    meet(plan.application.offering, weeks=8)
    browser = as_user(owner)
    browser.get("/")  # how far the plan is, is kept until an answer changes

    with django_assert_max_num_queries(9):
        page = body(browser.get("/"))

    assert "Who decides in the end?" in page
    assert "is about to begin" in page


def meet(offering, weeks):
    """Weekly sessions from tomorrow on."""
    first = timezone.now() + timedelta(days=1)
    Meeting.objects.bulk_create(
        Meeting(
            offering=offering,
            kind="session",
            status="confirmed",
            week=week,
            title=f"Session {week}",
            zone="UTC",
            local_start=first + timedelta(weeks=week),
            minutes=60,
            starts_at=first + timedelta(weeks=week),
            ends_at=first + timedelta(weeks=week, hours=1),
        )
        for week in range(1, weeks + 1)
    )


def test_front_page_knows_of_each_answer_at_once(plan, owner, as_user):
    browser = as_user(owner)
    assert "0&nbsp;% of what is required" in body(browser.get("/"))

    fill(plan, owner)

    assert "100&nbsp;% of what is required" in body(browser.get("/"))


def test_front_page_leads_to_the_next_question_and_all_ten_sections(plan, owner, as_user):
    page = body(as_user(owner).get("/"))

    first = plan.guide.sections[0]
    assert f'href="{url("section", plan, first.key)}#{first.prompts[0].key}"' in page
    assert all(f'href="{url("section", plan, one.key)}"' in page for one in plan.guide.sections)


def test_front_page_says_what_this_week_asks(plan, owner, facilitator, as_user):
    commenting.comment(plan, KEY, "Who decides in the end?", by=facilitator)
    meet(plan.application.offering, weeks=3)
    Meeting.objects.filter(week=1).update(section="focus", assignment="Draft it.")

    with time_machine.travel(timezone.now() + timedelta(weeks=1, days=3)):
        page = body(as_user(owner).get("/"))

    week = page[page.index("This week") : page.index('class="home-plan"')]
    assert "1 Focus and decision" in week
    assert "Assignment of week 1, due" in week
    assert "Who decides in the end?" in week
    assert page.count("Who decides in the end?") == 1


def test_front_page_of_staff_says_that_an_approved_plan_waits(
    plan, owner, facilitator, staff, as_user
):
    fill(plan, owner)
    review.hand_in(plan, agrees=True, by=owner)
    review.approve(plan, by=facilitator)
    said = "make the best practice of"
    assert said in body(as_user(staff).get("/"))
    assert said not in body(as_user(facilitator).get("/"))

    as_user(staff).post(url("make_best_practice", plan))

    assert said not in body(as_user(staff).get("/"))


@pytest.mark.parametrize("who", ["owner", "editor", "viewer"])
def test_front_page_leads_to_the_team_and_the_file(plan, who, request, as_user):
    city, application = plan.application.city, plan.application

    page = body(as_user(request.getfixturevalue(who)).get("/"))

    for address in (
        reverse("cohorts:team", args=[city.uid]),
        reverse("cohorts:file", args=[application.uid]),
        application.get_absolute_url(),
    ):
        assert f'href="{address}"' in page


@pytest.mark.parametrize("asks", [True, False])
def test_empty_comment_asks_what_its_form_takes(asks):
    form = CommentForm(key="k", may_ask=asks)

    drawn = render_to_string("engagement_plans/_comment_fields.html", {"form": form})
    plain = render_to_string("engagement_plans/_comment_new.html", {"asks": asks})

    assert _controls(plain) == _controls(drawn)
    assert _words(plain) == _words(drawn)


def _controls(html):
    """What is filled in or pressed: (tag, name, whether it must be)."""
    tags = re.findall(r"<(input|textarea|button)\b([^>]*)>", html)
    return [(tag, re.findall(r'name="(\w+)"', more), " required" in more) for tag, more in tags]


def _words(html):
    return re.sub(r"<[^>]*>", " ", html).split()


# --- the cohort beside each other ---------------------------------------------------
def test_cohort_shows_who_is_behind(plan, owner, facilitator, as_user):
    fill(plan, owner)
    other = PlanFactory(application=ConfirmedFactory(offering=plan.application.offering))
    seat = ConfirmedFactory(offering=plan.application.offering)

    page = body(as_user(facilitator).get("/cohort/"))

    assert f"Furthest: {plan.city}, 100\u00a0%." in page
    assert f"Most to do: {other.city}, {seat.city}, 0\u00a0%." in page or (
        f"Most to do: {seat.city}, {other.city}, 0\u00a0%." in page
    )
    assert page.count("transit__stop--done") == 10
    assert page.count("transit__stop--ahead") == 20
    assert "no plan yet" in page
    assert plan.get_absolute_url() in page


def test_cohort_says_which_is_ones_own_and_what_is_next_once(plan, owner, as_user):
    PlanFactory(application=ConfirmedFactory(offering=plan.application.offering))
    meet(plan.application.offering, weeks=3)

    page = body(as_user(owner).get("/cohort/"))

    assert page.count("transit__track--own") == 1
    assert page.count("Next for all:") == 1
    assert page.count("Session 1</a>") == 1
    assert "0\u00a0%</td>" in page


def test_cohort_gives_cities_no_links_to_the_plans_of_others(plan, owner, as_user):
    other = PlanFactory(application=ConfirmedFactory(offering=plan.application.offering))

    assert other.get_absolute_url() not in body(as_user(owner).get("/cohort/"))


def test_cohort_takes_the_same_queries_for_two_plans_and_for_six(
    plan, owner, facilitator, as_user, django_assert_max_num_queries, django_assert_num_queries
):
    fill(plan, owner)
    browser = as_user(facilitator)
    with django_assert_max_num_queries(9) as few:
        browser.get("/cohort/")
    for _number in range(5):
        PlanFactory(application=ConfirmedFactory(offering=plan.application.offering))

    with django_assert_num_queries(len(few)):
        browser.get("/cohort/")


# --- rows -------------------------------------------------------------------------------
def test_row_offers_only_moves_that_change_something(plan, owner, as_user):
    made = [str(uuid.uuid4()) for _ in range(3)]
    for row in made:
        saving.save(plan, "goals_list", {"goal": row}, by=owner, row=row)

    offered = [body(as_user(owner).get(url("row", plan, "goals_list", row))) for row in made]

    assert ["Move up" in page for page in offered] == [False, True, True]
    assert ["Move down" in page for page in offered] == [True, True, False]


def test_table_counts_rows_only_where_some_are_needed(plan, owner, as_user):
    prompts = [p for p in plan.guide.prompts.values() if p.is_table]
    required = next(p for p in prompts if p.required and p.min_rows == 1)
    optional = next(p for p in prompts if not p.required)

    pages = [body(as_user(owner).get(url("section", plan, p.section))) for p in prompts]

    assert any("0 of at least 1 row ·" in page for page in pages), required.key
    card = body(as_user(owner).get(url("section", plan, optional.section)))
    card = card[card.index(f'id="{optional.key}"') :]
    assert "of at least" not in card[: card.index("</section>")]
