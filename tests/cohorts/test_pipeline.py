"""The list of applications: who sees it, how it is narrowed, what is written out, what many get."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cohorts import bulk, filters
from cohorts.models import Application, Offering, Revision, StageFinding
from sprint_portal.audit import AuditEvent
from tests.cohorts.review_factories import (
    ANSWERS,
    EligibleFactory,
    HandedInFactory,
    RecusalFactory,
    ReviewFactory,
)
from tests.factories import (
    ApplicationFactory,
    CityFactory,
    OfferingFactory,
    TeamMemberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def offering():
    return OfferingFactory(slug="autumn")


@pytest.fixture
def staff(client):
    person = UserFactory(is_staff=True)
    client.force_login(person)
    return person


def url(name="pipeline", offering="autumn", **query):
    kind = {"kind": query.pop("kind")} if "kind" in query else {}
    return reverse(f"cohorts:{name}", kwargs={"slug": offering, **kind}, query=query)


def cities(response):
    return [str(one.city) for one in response.context["drawn"]]


def eligible(offering, name=None, country="CO", **other):
    named = {"name": name} if name else {}
    city = CityFactory(country=country, **named)
    return EligibleFactory(offering=offering, city=city, **other)


# --- who ---------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["is_reviewer", "is_facilitator", None])
def test_pipeline_is_closed_to_others(client, offering, role):
    client.force_login(UserFactory(**({role: True} if role else {})))

    for name in ("pipeline", "pipeline_step", "composition", "pack", "numbers", "review_round"):
        assert client.get(url(name)).status_code == 403
    assert client.get(url("pipeline_export", kind="csv")).status_code == 403


def test_pipeline_is_open_to_deciders_but_not_the_round(client, offering):
    client.force_login(UserFactory(is_decider=True))

    assert client.get(url()).status_code == 200
    assert client.get(url("review_round")).status_code == 403


def test_pipeline_leaves_drafts_out_of_all_and_gives_them_a_tab(client, offering, staff):
    eligible(offering, "Bogotá")
    ApplicationFactory(offering=offering, city=CityFactory(name="Draftville"))

    assert cities(client.get(url())) == ["Bogotá"]
    assert cities(client.get(url(state="draft"))) == ["Draftville"]
    tabs = {str(tab["text"]): tab["count"] for tab in client.get(url()).context["tabs"]}
    assert tabs == {"All": 1, "Draft": 1, "Eligible": 1}


@pytest.mark.parametrize("role", ["is_staff", "is_decider"])
@pytest.mark.parametrize("conflict", ["recused", "member"])
def test_a_conflict_hides_a_city_from_list_counts_search_export_and_bulk(
    client, offering, role, conflict
):
    person = UserFactory(**{role: True})
    client.force_login(person)
    secret = eligible(offering, "Canaryville")
    eligible(offering, "Open Town")
    if conflict == "recused":
        RecusalFactory(reviewer=person, city=secret.city)
    else:
        TeamMemberFactory(user=person, city=secret.city)

    page = client.get(url())
    assert cities(page) == ["Open Town"]
    assert page.context["tabs"][0]["count"] == 1
    assert page.context["counts"].aside == 1
    assert b"Canaryville" not in page.content
    assert cities(client.get(url(q="Canaryville"))) == []
    for kind in ("csv", "xlsx"):
        body = client.get(url("pipeline_export", kind=kind)).content
        assert b"Canaryville" not in body
    tried = client.post(
        url("pipeline_step"), {"rows": [str(secret.uid)], "step": "decline", "reason": "No."}
    )
    assert tried.status_code == 422
    for name in ("composition", "pack", "numbers"):
        assert b"Canaryville" not in client.get(url(name)).content
    assert client.get(reverse("cohorts:review_compare", args=[secret.uid])).status_code in (
        403,
        404,
    )
    secret.refresh_from_db()
    assert secret.state == "eligible"


# --- narrowing -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("bogota", ["Bogotá"]),
        ("BOGOTÁ", ["Bogotá"]),
        ("Bogota\u0301", ["Bogotá"]),
        ("sao lum", ["São Lumiar"]),
        ("são", ["São Lumiar"]),
        ("cundin", ["Bogotá"]),
        ("7K3Q", ["São Lumiar"]),
        ("bct-2026-7k3q", ["São Lumiar"]),
        ("gotham", []),
        ("(", []),
        ("[q", []),
        ("%", []),
        ("' or 1=1", []),
        ("x" * 1_000, []),
    ],
)
def test_search_finds_cities_and_references_without_accents(client, offering, staff, asked, found):
    city = CityFactory(name="Bogotá", region="Cundinamarca")
    EligibleFactory(offering=offering, city=city, reference="BCT-2026-AAAA")
    eligible(offering, "São Lumiar", reference="BCT-2026-7K3Q")

    assert cities(client.get(url(q=asked))) == found


def test_narrowing_by_place_stage_and_topic(client, offering, staff):
    one = eligible(offering, "Bogotá", "CO")
    two = eligible(
        offering,
        "Tulsa",
        "US",
        answers=ANSWERS | {"topic": "Housing waiting lists", "stage_governance": "no"},
    )
    StageFinding.objects.filter(application=two).update(finding="not_yet")

    assert cities(client.get(url(continent="SA"))) == [str(one.city)]
    assert cities(client.get(url(continent="NA"))) == [str(two.city)]
    assert cities(client.get(url(claimed="governance"))) == [str(one.city)]
    assert len(cities(client.get(url(claimed="designing")))) == 2
    assert cities(client.get(url(met="governance"))) == [str(one.city)]
    assert cities(client.get(url(topic="vendors alamo"))) == [str(one.city)]
    assert cities(client.get(url(topic="housing vendors"))) == []


def test_narrowing_reads_what_was_handed_in_not_the_present_draft(client, offering, staff):
    row = eligible(offering, "Bogotá")
    Application.objects.filter(pk=row.pk).update(answers={"topic": "A secret second thought"})

    assert cities(client.get(url(topic="thought"))) == []
    assert cities(client.get(url(topic="chatbot"))) == ["Bogotá"]


def test_narrowing_to_overdue_confirmations(client, offering, staff):
    late = eligible(offering, "Late", state="selected", announced_state="selected")
    late.confirm_by = timezone.now() - timedelta(days=1)
    late.save()
    soon = eligible(offering, "Soon", state="selected", announced_state="selected")
    soon.confirm_by = timezone.now() + timedelta(days=1)
    soon.save()

    page = client.get(url(overdue="on"))

    assert cities(page) == ["Late"]
    assert page.context["overdue"] == 1


def test_narrowing_to_missing_reviews_counts_what_counts(client, offering, staff):
    done, half = eligible(offering, "Done"), eligible(offering, "Half")
    for row, count in ((done, 2), (half, 1)):
        HandedInFactory.create_batch(count, application=row)
    recused = HandedInFactory(application=half)
    RecusalFactory(reviewer=recused.reviewer, city=half.city)

    assert cities(client.get(url(missing="on"))) == ["Half"]
    assert len(cities(client.get(url()))) == 2


@pytest.mark.parametrize(
    "query",
    [
        {"state": "nonsense"},
        {"continent": "XX"},
        {"order": "nonsense"},
        {"claimed": "x' or 1"},
        {"page": "99"},
        {"page": "x"},
    ],
)
def test_an_unknown_condition_breaks_nothing(client, offering, staff, query):
    eligible(offering)

    assert client.get(url(**query)).status_code == 200


def test_order_by_score_city_and_time(client, offering, staff):
    low, high, none = (
        eligible(offering, "B low"),
        eligible(offering, "C high"),
        eligible(offering, "A"),
    )
    HandedInFactory(application=low, score=2)
    HandedInFactory(application=high, score=5)
    Application.objects.filter(pk=none.pk).update(submitted_at=timezone.now())

    assert cities(client.get(url(order="score"))) == ["C high", "B low", "A"]
    assert cities(client.get(url(order="city"))) == ["A", "B low", "C high"]
    assert cities(client.get(url(order="newest")))[0] == "A"
    assert cities(client.get(url(order="oldest")))[-1] == "A"


@pytest.mark.parametrize("letter", "abcdefghijklmnopqrstuvwxyz0123456789")
def test_every_letter_makes_a_sound_pattern(letter):
    assert re.search(filters.loose(letter), letter, re.IGNORECASE)


# --- pages and queries ----------------------------------------------------------------------
def fill(offering, count):
    cities_ = CityFactory._meta.model.objects.bulk_create(
        CityFactory.build(name=f"Town {offering.slug} {n}") for n in range(count)
    )
    now = timezone.now()
    rows = Application.objects.bulk_create(
        EligibleFactory._meta.model(
            offering=offering,
            city=city,
            reference=f"BCT-F-{city.pk}",
            state="eligible",
            revision=1,
            submitted_at=now - timedelta(minutes=n),
            answers=ANSWERS,
        )
        for n, city in enumerate(cities_)
    )
    Revision.objects.bulk_create(
        Revision(application=row, number=1, answers=ANSWERS) for row in rows
    )
    StageFinding.objects.bulk_create(
        StageFinding(application=row, stage="governance", finding="met") for row in rows
    )


def test_pages_hold_fifty_and_keep_the_conditions(client, offering, staff):
    fill(offering, 60)

    first, second = client.get(url(claimed="governance")), client.get(url(page=2))

    assert len(cities(first)) == 50
    assert "claimed=governance&amp;page=2" in first.content.decode()
    assert len(cities(second)) == 10
    assert first.context["page_obj"].paginator.count == 60


@pytest.mark.parametrize("query", [{}, {"state": "eligible"}, {"order": "score"}])
def test_queries_stay_the_same_however_many_rows(
    client, offering, staff, django_assert_max_num_queries, query
):
    fill(offering, 60)
    for row in Application.objects.all()[:5]:
        HandedInFactory(application=row)

    with django_assert_max_num_queries(9):
        client.get(url(**query))


@pytest.mark.parametrize(
    ("name", "most"), [("composition", 9), ("pack", 13), ("numbers", 9), ("review_round", 9)]
)
def test_rooms_beside_it_take_few_queries_too(
    client, offering, staff, django_assert_max_num_queries, name, most
):
    fill(offering, 30)
    for row in Application.objects.all()[:8]:
        HandedInFactory(application=row)
    client.get(url(name))

    with django_assert_max_num_queries(most):
        client.get(url(name))


# --- files -----------------------------------------------------------------------------------
def read_csv(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def test_export_is_the_list_as_narrowed_and_is_on_record(client, offering, staff):
    eligible(offering, "Bogotá", "CO")
    eligible(offering, "Tulsa", "US")

    rows = read_csv(client.get(url("pipeline_export", kind="csv", continent="SA")))

    assert [row[1] for row in rows[1:]] == ["Bogotá"]
    record = AuditEvent.objects.get(verb="export_applications")
    assert (record.by, record.facts["rows"], record.facts["query"]) == (staff, 1, "continent=SA")


def test_export_holds_all_pages(client, offering, staff):
    fill(offering, 60)

    assert len(read_csv(client.get(url("pipeline_export", kind="csv", page=2)))) == 61


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@x", "＝1"])
def test_export_turns_no_city_into_a_formula(client, offering, staff, text):
    eligible(offering, text, answers=ANSWERS | {"topic": text})

    rows = read_csv(client.get(url("pipeline_export", kind="csv")))
    sheet = load_workbook(
        io.BytesIO(client.get(url("pipeline_export", kind="xlsx")).content)
    ).active

    assert rows[1][1] == f"'{text}"
    assert [cell.data_type for cell in sheet[2] if cell.value == text] == ["s", "s"]


def test_export_has_scores_as_numbers(client, offering, staff):
    HandedInFactory(application=eligible(offering, "Bogotá"), score=4)

    response = client.get(url("pipeline_export", kind="xlsx"))
    sheet = load_workbook(io.BytesIO(response.content)).active
    row = {cell.value: below for cell, below in zip(sheet[1], sheet[2], strict=True)}

    assert row["Average score"].value == 4
    assert row["Average score"].data_type == "n"
    assert "attachment" in response["Content-Disposition"]


def test_export_of_another_kind_is_not_there(client, offering, staff):
    assert client.get(url("pipeline_export", kind="exe")).status_code == 404


# --- many at once ------------------------------------------------------------------------------
def test_bulk_takes_each_by_itself(offering):
    decider = UserFactory(is_decider=True)
    Offering.objects.filter(pk=offering.pk).update(capacity=1)
    first, second = eligible(offering), eligible(offering)
    done = eligible(offering, state="declined")

    results = bulk.take(
        name="select", applications=[first, second, done], by=decider, reason="Together."
    )

    assert [one.done for one in results] == [True, False, False]
    assert "All 1 seats" in results[1].sentence
    assert "does not start from there" in results[2].sentence
    assert AuditEvent.objects.filter(verb="select").count() == 1


@pytest.mark.parametrize("name", ["submit", "confirm", "withdraw", "nonsense"])
def test_bulk_takes_no_step_that_is_the_citys(offering, name):
    with pytest.raises(KeyError):
        bulk.take(name=name, applications=[], by=UserFactory(is_staff=True))


@pytest.mark.parametrize(
    ("role", "step", "state"),
    [("is_staff", "select", "eligible"), ("is_decider", "find_eligible", "submitted")],
)
def test_bulk_asks_each_rows_permission(offering, role, step, state):
    row = eligible(offering, state=state)

    [result] = bulk.take(
        name=step, applications=[row], by=UserFactory(**{role: True}), reason="Because."
    )

    assert (result.done, result.sentence) == (False, "You may not do this.")


def test_bulk_page_says_row_by_row_what_happened(client, offering):
    client.force_login(UserFactory(is_decider=True))
    rows = [eligible(offering, "Ready"), eligible(offering, "Gone", state="declined")]
    data = {"rows": [str(row.uid) for row in rows], "step": "waitlist", "reason": ""}

    page = client.post(url("pipeline_step"), data)

    text = page.content.decode()
    assert page.status_code == 200
    assert "Now: Waitlisted." in text
    assert "It is “Not selected” now, and this step does not start from there." in text


@pytest.mark.parametrize(
    "data",
    [
        {"rows": [], "step": "waitlist"},
        {"rows": ["nonsense", "00000000-0000-0000-0000-000000000000"], "step": "waitlist"},
        {"rows": ["OWN"], "step": "nonsense"},
        {"rows": ["OWN"], "step": "decline", "reason": "x" * 1_001},
        {"rows": ["OWN"], "step": "decline", "reason": "a\x00b"},
    ],
)
def test_bulk_page_keeps_the_typed_reason_when_it_cannot_go_on(client, offering, data):
    client.force_login(UserFactory(is_decider=True))
    row = eligible(offering)
    sent = data | {"rows": [str(row.uid) if one == "OWN" else one for one in data["rows"]]}

    page = client.post(url("pipeline_step"), sent)

    assert page.status_code == 422
    row.refresh_from_db()
    assert row.state == "eligible"
    if len(data.get("reason", "")) > 1_000:
        assert data["reason"] in page.content.decode()


def test_bulk_page_is_left_by_a_visit(client, offering, staff):
    assert client.get(url("pipeline_step")).status_code == 302


def test_bulk_takes_nothing_from_another_offering(client, offering):
    client.force_login(UserFactory(is_decider=True))
    other = EligibleFactory()

    page = client.post(
        url("pipeline_step"), {"rows": [str(other.uid)], "step": "waitlist", "reason": ""}
    )

    assert page.status_code == 422


def test_html_in_names_and_topics_is_shown_as_text(client, offering, staff):
    nasty = "<script>alert(1)</script>"
    eligible(offering, nasty, answers=ANSWERS | {"topic": nasty})

    for name in ("pipeline", "composition", "pack"):
        assert nasty not in client.get(url(name)).content.decode()


def test_reviewers_in_the_pipeline_are_counted_by_what_counts(client, offering, staff):
    row = eligible(offering)
    HandedInFactory(application=row, score=3)
    ReviewFactory(application=row)

    [one] = client.get(url()).context["drawn"]

    assert (one.standing.count, one.standing.mean, one.asked, one.missing) == (1, 3.0, 2, 1)


def test_pipeline_leads_to_the_check_and_not_to_closing(client, offering, staff):
    ApplicationFactory.create_batch(
        2, offering=offering, state="submitted", submitted_at=timezone.now()
    )
    page = client.get(url()).content.decode()

    assert "Check 2 applications" in page
    assert f'button--primary" href="{url("eligibility")}"' in page
    assert url("close") not in page


def test_bulk_begins_without_a_step_and_asks_for_one(client, offering, staff):
    row = eligible(offering, "Bogotá")
    start = client.get(url()).context["bulk_form"]
    answer = client.post(url("pipeline_step"), {"rows": [str(row.uid)], "step": ""})
    page = answer.content.decode()

    assert start["step"].value() is None
    assert start.fields["step"].choices[0][0] == ""
    assert answer.status_code == 422
    assert "Choose a step for the cities that are ticked." in page
    assert f'name="rows" value="{row.uid}"' in page


@pytest.mark.parametrize(
    ("role", "state", "shown"),
    [
        ("is_staff", "submitted", True),
        ("is_staff", "confirmed", False),
        ("is_staff", "selected", False),
        ("is_decider", "selected", True),
        ("is_decider", "submitted", False),
    ],
)
def test_bulk_is_shown_where_a_step_is_open(client, offering, role, state, shown):
    client.force_login(UserFactory(**{role: True}))
    ApplicationFactory(offering=offering, state=state, submitted_at=timezone.now())
    page = client.get(url()).content.decode()

    assert ("Take this step" in page) is shown
    assert ('name="rows"' in page) is shown


@pytest.mark.parametrize(
    ("role", "steps"),
    [
        ("is_staff", ["find_eligible", "find_not_yet", "reassess"]),
        ("is_decider", ["select", "waitlist", "decline", "undo"]),
    ],
)
def test_only_the_steps_of_ones_role_are_offered(role, steps):
    assert [name for name, _label in bulk.steps(UserFactory(**{role: True}))] == steps


ROOMS = (
    *("pipeline", "eligibility", "review_round", "review_share_out", "composition", "pack"),
    *("release", "places", "on_path", "numbers", "prepare_offering", "prepare_mails", "close"),
)


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_says_above_its_heading_where_it_stands(client, offering, staff, room):
    page = client.get(url(room)).content.decode()
    eyebrow = page.partition('<p class="eyebrow">')[2].partition("</p>")[0]

    assert f'href="{reverse("cohorts:applications")}"' in eyebrow
    assert (f'href="{url("pipeline")}"' in eyebrow) is (room != "pipeline")
    assert offering.term in eyebrow
