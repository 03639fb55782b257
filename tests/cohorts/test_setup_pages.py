"""The pages on which staff set offerings up and word their mails."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cohorts import preparing, rounds, texts, wording
from cohorts.models import MailText, Offering
from cohorts.scheduling import clock
from sprint_portal.mail.models import Message
from tests.cohorts.intake_factories import draft
from tests.factories import OfferingFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

XSS = "<script>alert(1)</script>"


@pytest.fixture
def staff():
    return StaffFactory()


@pytest.fixture
def office(client, staff):
    client.force_login(staff)
    return client


@pytest.fixture
def offering():
    return OfferingFactory(
        slug="autumn", announced=False, confirm_by=timezone.now() + timedelta(days=20)
    )


def section_url(offering, section):
    return reverse("cohorts:prepare_section", kwargs={"slug": offering.slug, "section": section})


def mail_url(offering, mail="declined", name="prepare_mail"):
    return reverse(f"cohorts:{name}", kwargs={"slug": offering.slug, "mail": mail})


def sent_with(client, address):
    """What the form on a page would send, as it stands there."""
    form = client.get(address).context["form"]
    found = {}
    for bound in form:
        value = bound.value()
        if value not in (None, False, []):
            found[bound.html_name] = bound.field.widget.format_value(value)
    return {key: value if value is not None else "" for key, value in found.items()}


def dates(**changes):
    """The dates of a whole offering as typed."""
    return {
        "rev": "0",
        "zone": "America/New_York",
        "opens_at_day": "2026-10-05",
        "opens_at_time": "09:00",
        "closes_at_day": "2026-11-06",
        "closes_at_time": "",
        "confirm_by_day": "2026-11-20",
        "confirm_by_time": "17:00",
        "runs_from": "2027-01-11",
        "runs_until": "2027-03-19",
        "call_0": "2027-01-05",
        "call_3": "2026-12-15",
    } | changes


def rubric_as_typed(**changes):
    facts = {"rev": "0", "blocks": "6"}
    for n, one in enumerate(rounds.shipped_criteria()):
        facts |= {f"c{n}_{name}": one[name] for name in ("key", "name", "question", "weight")}
        facts |= {f"c{n}_a{score}": text for score, text in one["anchors"].items()}
    return facts | changes


# --- list and copy ---------------------------------------------------------------------
def test_list_has_three_parts(office):
    past = timezone.localdate() - timedelta(days=2)  # in every zone of the world
    OfferingFactory(term="Being made", announced=False)
    OfferingFactory(term="Running")
    OfferingFactory(term="Gone by", runs_until=past)

    context = office.get(reverse("cohorts:prepare")).context

    parts = ("preparing", "announced", "past")
    assert [[row.term for row in context[part]] for part in parts] == [
        ["Being made"],
        ["Running"],
        ["Gone by"],
    ]


def test_list_without_offerings_says_where_they_come_from(office):
    assert b"No offering yet" in office.get(reverse("cohorts:prepare")).content


def test_copy_is_made_and_shown(office, offering):
    address = reverse("cohorts:prepare_copy", args=[offering.slug])
    given = {
        "term": "Spring",
        "starts": (offering.runs_from + timedelta(weeks=30)).isoformat(),
        "slug": "spring",
        "reference_prefix": "BCT-2030",
    }

    answer = office.post(address, given)

    assert answer.status_code == 302
    made = Offering.objects.get(slug="spring")
    assert made.runs_from == offering.runs_from + timedelta(weeks=30)
    assert office.get(answer.url).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "autumn"),
        ("slug", "Über uns"),
        ("reference_prefix", "bct 2027"),
        ("reference_prefix", "A" * 13),
        ("starts", "9999-12-31"),
        ("starts", "soon"),
        ("term", "Au\x00tumn"),
        ("term", "x" * 81),
        ("term", ""),
    ],
)
def test_copy_that_cannot_be_made_keeps_what_was_typed(office, offering, field, value):
    given = {"term": XSS, "starts": "2030-01-07", "slug": "new", "reference_prefix": "BCT-2030"}

    answer = office.post(
        reverse("cohorts:prepare_copy", args=[offering.slug]), given | {field: value}
    )

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert XSS not in answer.content.decode()
    assert Offering.objects.count() == 1


# --- overview and announcing -------------------------------------------------------------
def test_overview_names_what_is_missing_with_links(office, offering):
    page = office.get(reverse("cohorts:prepare_offering", args=[offering.slug])).content.decode()

    assert "lacks 2 things" in page
    assert "Nobody facilitates it yet." in page
    assert section_url(offering, "people") in page


def test_announcing_and_taking_back_by_button(office, offering):
    offering.facilitators.add(UserFactory(is_facilitator=True))
    Offering.objects.update(retain_until=timezone.localdate() + timedelta(days=900))

    for step, announced in (("announce_offering", True), ("take_back_offering", False)):
        office.post(reverse("cohorts:prepare_act", args=[offering.slug, step]))
        offering.refresh_from_db()
        assert offering.announced is announced


def test_refused_announcement_says_why(office, offering):
    address = reverse("cohorts:prepare_act", args=[offering.slug, "announce_offering"])

    page = office.post(address, follow=True).content.decode()

    assert "Nobody facilitates it yet." in page
    assert not Offering.objects.get().announced


@pytest.mark.parametrize("name", ["prepare_act", "prepare_section", "prepare_mail"])
def test_unknown_names_are_not_found(office, offering, name):
    assert (
        office.post(reverse(f"cohorts:{name}", args=[offering.slug, "nothing"])).status_code == 404
    )


# --- sections ----------------------------------------------------------------------------
@pytest.mark.parametrize(("days", "status"), [(0, 302), (1, 422)])
def test_words_are_kept_at_most_ten_years_after_the_run(office, offering, days, status):
    last = timezone.localdate().replace(month=3, day=1)
    Offering.objects.update(runs_from=last - timedelta(days=70), runs_until=last)
    until = last.replace(year=last.year + 10) + timedelta(days=days)

    answer = office.post(
        section_url(offering, "keeping"), {"retain_until": until.isoformat(), "rev": 0}
    )

    assert answer.status_code == status
    if status == 422:
        assert "Ten years after the last week is the longest" in answer.content.decode()


@pytest.mark.parametrize("section", ["name", "load", "form", "dates", "keeping"])
def test_section_saved_as_it_stands_changes_nothing(office, offering, section):
    before = Offering.objects.values().get()

    answer = office.post(
        section_url(offering, section),
        sent_with(office, section_url(offering, section)) | {"rev": 0},
    )

    assert answer.status_code == 302
    after = Offering.objects.values().get()
    moments = ("opens_at", "closes_at", "confirm_by")  # the form knows whole seconds
    assert {
        key: value for key, value in after.items() if key not in (*moments, "section_revs")
    } == {key: value for key, value in before.items() if key not in (*moments, "section_revs")}
    assert all(after[key] - before[key] < timedelta(seconds=1) for key in moments)


def test_dates_are_read_on_the_offerings_clock(office, offering):
    assert office.post(section_url(offering, "dates"), dates()).status_code == 302

    offering.refresh_from_db()
    wall = clock.to_wall(offering.closes_at, offering.zone)
    assert str(wall) == "2026-11-06 23:59:59"
    assert str(clock.to_wall(offering.opens_at, offering.zone)) == "2026-10-05 09:00:00"
    assert offering.pre_course_dates == ["2026-12-15", "2027-01-05"]


def test_time_that_happens_twice_is_asked_about_and_then_known(office, offering):
    twice = dates(closes_at_day="2026-11-01", closes_at_time="01:30")

    asked = office.post(section_url(offering, "dates"), twice)
    taken = office.post(section_url(offering, "dates"), twice | {"closes_at_fold": "1"})

    assert asked.status_code == 422
    assert "The second time, GMT−5" in asked.content.decode()
    assert taken.status_code == 302
    offering.refresh_from_db()
    assert offering.closes_at.isoformat() == "2026-11-01T06:30:00+00:00"
    again = sent_with(office, section_url(offering, "dates"))
    assert again["closes_at_fold"] == "1"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes_at_day": "2026-03-08", "closes_at_time": "02:30"}, "closes_at_day"),
        ({"closes_at_day": "2026-10-01"}, "closes_at_day"),
        ({"confirm_by_day": "2026-11-01"}, "confirm_by_day"),
        ({"runs_until": "2027-01-01"}, "runs_until"),
        ({"closes_at_day": ""}, "closes_at_day"),
        ({"closes_at_day": "9999-01-01"}, "closes_at_day"),
        ({"closes_at_time": "25:00"}, "closes_at_time"),
        ({"zone": "Mars/Base"}, "zone"),
    ],
)
def test_dates_that_cannot_be_are_refused_beside_their_field(office, offering, changes, field):
    answer = office.post(section_url(offering, "dates"), dates(**changes))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors


@pytest.mark.parametrize(
    "changes",
    [
        {"capacity": "0"},
        {"weeks": "x"},
        {"session_minutes": "50"},
        {"hours_a_week_to": "1"},
        {"capacity": "9" * 400},
    ],
)
def test_numbers_that_cannot_be_are_refused(office, offering, changes):
    given = sent_with(office, section_url(offering, "load")) | {"rev": 0} | changes

    assert office.post(section_url(offering, "load"), given).status_code == 422


def test_stale_tab_shows_both(office, offering, staff):
    preparing.change(offering=offering, section="name", values={"term": "Theirs"}, rev=0, by=staff)
    given = {
        "term": "Mine",
        "slug": "autumn",
        "reference_prefix": "BCT-2026",
        "language": "en",
    }

    stale = office.post(section_url(offering, "name"), given | {"rev": "0"})
    again = office.post(section_url(offering, "name"), given | {"rev": stale.context["rev"]})

    assert stale.status_code == 409
    page = stale.content.decode()
    assert "Theirs" in page
    assert 'value="Mine"' in page
    assert again.status_code == 302
    offering.refresh_from_db()
    assert offering.term == "Mine"


def test_fixed_fields_say_why_and_are_not_taken(office, offering):
    draft(offering=offering)
    Offering.objects.update(announced=True)
    given = {"term": "New", "slug": "new", "reference_prefix": "NEW", "language": "en", "rev": "0"}

    page = office.get(section_url(offering, "name")).content.decode()
    office.post(section_url(offering, "name"), given)

    assert "links to it must go on working" in page
    offering.refresh_from_db()
    assert (offering.term, offering.slug, offering.reference_prefix) == (
        "New",
        "autumn",
        "BCT-2026",
    )


def test_refusal_of_a_rule_stands_beside_its_field(office, offering):
    draft(offering=offering)
    earlier = dates(closes_at_day="2026-10-06")

    answer = office.post(section_url(offering, "dates"), earlier)

    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert {"opens_at_day", "closes_at_day"} & errors.keys()


def test_changed_address_leads_to_the_new_one(office, offering):
    given = {"term": "A", "slug": "moved", "reference_prefix": "A-1", "language": "es", "rev": "0"}

    answer = office.post(section_url(offering, "name"), given)

    assert answer.url == reverse("cohorts:prepare_offering", args=["moved"])


def test_facilitators_are_ticked(office, offering):
    dana = UserFactory(is_facilitator=True)
    UserFactory(name="Nobody of that kind")

    page = office.get(section_url(offering, "people")).content.decode()
    office.post(section_url(offering, "people"), {"people": [dana.uid], "rev": "0"})

    assert "Nobody of that kind" not in page
    assert list(offering.facilitators.all()) == [dana]


def test_cities_read_both_deadlines(office, offering, staff, client_factory):
    application, owner = draft(offering=offering)
    Offering.objects.update(announced=True)
    offering.refresh_from_db()
    preparing.change(
        offering=offering,
        section="dates",
        values={"closes_at": offering.closes_at + timedelta(days=2)},
        rev=0,
        by=staff,
    )
    city = client_factory()
    city.force_login(owner)

    for address in (application.get_absolute_url(), offering.get_absolute_url()):
        assert "The deadline was moved" in city.get(address).content.decode()


# --- rubric ------------------------------------------------------------------------------
def test_rubric_saved_as_it_stands_makes_no_version(office, offering):
    assert office.post(section_url(offering, "rubric"), rubric_as_typed()).status_code == 302
    assert not offering.rubrics.exists()


def test_criterion_is_changed_added_and_taken_out(office, offering):
    new = {f"c5_a{score}": f"Like a {score}" for score in range(1, 6)}
    given = rubric_as_typed(
        c0_name="Need",
        c1_gone="on",
        c5_name="Nerve",
        c5_question="Is it bold?",
        c5_weight="5",
        **new,
    )

    office.post(section_url(offering, "rubric"), given)

    criteria = offering.rubrics.get().criteria
    assert [one["key"] for one in criteria][0::4] == ["need", "nerve"]
    assert criteria[0]["name"] == "Need"
    assert len(criteria) == 5


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"c0_weight": "0"}, "c0_weight"),
        ({"c0_weight": ""}, "c0_weight"),
        ({"c0_a3": ""}, "c0_a3"),
        ({"c5_name": "Half"}, "c5_question"),
        ({"c0_a3": "a\x00b"}, "c0_a3"),
        ({"c0_key": "<script>"}, "c0_key"),
        ({f"c{n}_gone": "on" for n in range(5)}, "__all__"),
    ],
)
def test_rubric_that_is_not_whole_is_refused(office, offering, changes, field):
    answer = office.post(section_url(offering, "rubric"), rubric_as_typed(**changes))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not offering.rubrics.exists()


def test_stale_rubric_shows_both(office, offering, staff):
    theirs = rounds.shipped_criteria()[:2]
    preparing.set_rubric(offering=offering, criteria=theirs, version=0, by=staff)

    answer = office.post(section_url(offering, "rubric"), rubric_as_typed(c0_name="Mine"))

    assert answer.status_code == 409
    assert "Mine" in answer.content.decode()
    again = rubric_as_typed(c0_name="Mine", rev=answer.context["rev"])
    assert office.post(section_url(offering, "rubric"), again).status_code == 302
    assert offering.rubrics.last().criteria[0]["name"] == "Mine"


# --- mails -------------------------------------------------------------------------------
def words(**changes):
    return {"rev": "0", "subject": "About {city}", "body": "No, {reader}."} | changes


def test_mail_is_saved_shown_with_its_changes_and_reset(office, offering):
    office.post(mail_url(offering), words())

    page = office.get(mail_url(offering)).content.decode()
    assert "<ins>" in page
    assert "About Port Alder (demo)" in page
    assert (
        "your words"
        in office.get(reverse("cohorts:prepare_mails", args=[offering.slug])).content.decode()
    )
    office.post(mail_url(offering, name="prepare_mail_shipped"), {"rev": "1"})
    assert texts.of(offering) == {}


def test_preview_shows_what_was_typed_and_saves_nothing(office, offering):
    page = office.post(mail_url(offering), words(do="preview", body=f"{XSS} {{city}}"))

    assert "&lt;script&gt;alert(1)&lt;/script&gt; Port Alder (demo)" in page.content.decode()
    assert not MailText.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"body": "Dear {mayor}"},
        {"body": "{% debug %}"},
        {"body": "x" * 5_001},
        {"body": "a\x00b"},
        {"subject": ""},
        {"subject": "{nobody}"},
    ],
)
@pytest.mark.parametrize("do", ["", "preview"])
def test_mail_that_cannot_go_out_is_refused_and_kept(office, offering, changes, do):
    answer = office.post(mail_url(offering), words(do=do, **changes))

    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not MailText.objects.exists()


def test_stale_mail_shows_both(office, offering, staff):
    wording.save(
        offering=offering,
        kind=texts.KINDS["declined"],
        subject="Theirs",
        body="Their words.",
        rev=0,
        by=staff,
    )

    stale = office.post(mail_url(offering), words(body="My words."))
    page = stale.content.decode()

    assert stale.status_code == 409
    assert "<del>Their</del><ins>My</ins>" in page
    again = words(body="My words.", rev=stale.context["rev"])
    assert office.post(mail_url(offering), again).status_code == 302


def test_tests_to_oneself_are_limited(office, offering, staff):
    for _n in range(11):
        office.post(mail_url(offering, name="prepare_mail_test"))

    assert Message.objects.filter(to=staff.email, kind__startswith="test/").count() == 10


# --- all pages ---------------------------------------------------------------------------
PAGES = [
    "prepare",
    "prepare_offering",
    "prepare_copy",
    "prepare_mails",
    *(f"section:{key}" for key in ("name", "dates", "load", "form", "rubric", "people", "keeping")),
    *(f"mail:{key}" for key in texts.KINDS),
]


def page_address(page, offering):
    kind, _colon, key = page.partition(":")
    if kind == "section":
        return section_url(offering, key)
    if kind == "mail":
        return mail_url(offering, key)
    return reverse(f"cohorts:{kind}", args=[] if kind == "prepare" else [offering.slug])


@pytest.mark.parametrize("page", PAGES)
def test_page_opens_with_few_queries_and_runs_nothing_typed(
    office, offering, staff, page, django_assert_max_num_queries
):
    Offering.objects.update(term=XSS)
    staff.name = XSS
    staff.save()
    MailText.objects.create(offering=offering, kind="declined", subject=XSS, body=XSS, by=staff)
    office.get(page_address(page, offering))

    with django_assert_max_num_queries(9):
        answer = office.get(page_address(page, offering))

    assert answer.status_code == 200
    assert XSS not in answer.content.decode()


@pytest.mark.parametrize("page", ["prepare", "prepare_offering"])
def test_more_offerings_and_applications_ask_no_more(office, offering, page):
    counts = []
    for _n in range(2):
        office.get(page_address(page, offering))
        with CaptureQueriesContext(connection) as asked:
            office.get(page_address(page, offering))
        counts.append(len(asked))
        for _m in range(5):
            draft(offering=offering)
            OfferingFactory().facilitators.add(UserFactory(is_facilitator=True))

    assert counts[0] == counts[1]


def test_set_up_says_the_year_of_every_date(office, offering):
    page = reverse("cohorts:prepare_offering", kwargs={"slug": offering.slug})
    facts = dict(office.get(page).context["sections"][1].facts)
    listed = office.get(reverse("cohorts:prepare")).content.decode()

    assert str(offering.runs_from.year) in facts["Runs"].partition("–")[0]
    assert str(offering.closes_at.year) in facts["Deadline"]
    assert f" {offering.closes_at.year}, " in listed
