"""Pages of meetings: who sees what, what is typed wrongly, what two clicks do."""

from datetime import timedelta

import icalendar
import pytest
import time_machine
from django.urls import reverse
from lxml import html

from cohorts.models import Application, Meeting
from cohorts.scheduling import sessions
from tests.cohorts.cohort_world import a_world
from tests.factories import ApplicationFactory, CityFactory, TeamMemberFactory

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script> [x](javascript:alert(1))\r\nATTENDEE:mailto:eve@example.org"


@pytest.fixture
def world():
    return a_world()


def filled(world, **change):
    first = world.first()
    return {
        "start_date": first.date().isoformat(),
        "start_time": "12:00",
        "minutes": "120",
        "call_minutes": "60",
        "facilitator": world.dana.pk,
        "join_link": "https://meet.example.org/trust",
        **change,
    }


def lay_out_url(world):
    return reverse("cohorts:lay_out", kwargs={"slug": world.offering.slug})


def book_url(world):
    return reverse("cohorts:session_book", kwargs={"slug": world.offering.slug})


def wished(world, **change):
    day = (world.first() + timedelta(days=1)).date().isoformat()
    return {
        "city": world.alder.uid,
        "facilitator": world.dana.pk,
        "day": day,
        "at": "09:30",
        "minutes": "45",
        "agenda": "- Partners",
        **change,
    }


# --- who sees what ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "group", "ta"),
    [("ana", 200, 200), ("mia", 200, 404), ("outsider", 404, 404), ("dana", 200, 200),
     ("sam", 200, 200), (None, 302, 302)],
)  # fmt: skip
@pytest.mark.parametrize("page", ["session", "session_file"])
def test_meeting_is_seen_by_its_own(world, client, who, group, ta, page):
    world.lay_out()
    week_1, booked = Meeting.objects.get(week=1), world.book()
    if who:
        client.force_login(getattr(world, who))

    for meeting, status in ((week_1, group), (booked, ta)):
        answer = client.get(reverse(f"cohorts:{page}", kwargs={"uid": meeting.uid}))
        assert answer.status_code == status


@pytest.mark.parametrize("page", ["session_move", "session_cancel", "session_edit"])
@pytest.mark.parametrize(("who", "status"), [("ana", 403), ("outsider", 404), ("dana", 200)])
def test_meeting_is_run_by_its_facilitators(world, client, page, who, status):
    world.lay_out()
    client.force_login(getattr(world, who))
    url = reverse(f"cohorts:{page}", kwargs={"uid": Meeting.objects.get(week=1).uid})

    assert client.get(url).status_code == status
    assert client.post(url, {}).status_code == (422 if status == 200 else status)


@pytest.mark.parametrize(("who", "status"), [("ana", 403), ("outsider", 403), ("dana", 200)])
@pytest.mark.parametrize("url_of", [lay_out_url, book_url])
def test_laying_out_and_booking_are_for_facilitators(world, client, who, status, url_of):
    client.force_login(getattr(world, who))

    assert client.get(url_of(world)).status_code == status


def test_facilitator_of_another_offering_sees_nothing_here(world, client):
    world.lay_out()
    client.force_login(a_world().dana)

    assert client.get(lay_out_url(world)).status_code == 403
    assert not Meeting.objects.visible_to(a_world().dana).exists()


def test_draft_is_for_staff_and_facilitators(world):
    world.lay_out()
    Meeting.objects.filter(week=1).update(status="draft")
    draft = Meeting.objects.get(week=1)

    for person, sees in ((world.ana, False), (world.dana, True), (world.sam, True)):
        assert (draft in Meeting.objects.visible_to(person)) is sees
        assert person.has_perm("cohorts.view_meeting", draft) is sees


def test_city_that_withdrew_sees_no_sessions(world, client):
    world.lay_out()
    Application.objects.filter(city=world.alder).update(state="withdrawn")
    client.force_login(world.ana)

    assert "Methods workshop" not in client.get(reverse("cohorts:sessions")).content.decode()


# --- pages -----------------------------------------------------------------------------
def test_sessions_start_with_what_is_next_in_the_reader_s_zone(world, client):
    world.lay_out()
    client.force_login(world.ana)

    page = client.get(reverse("cohorts:sessions"))

    assert page.context["next"].kind == "pre_sprint"
    assert "Next: Pre-sprint call" in page.content.decode()
    assert "Bogotá time" in page.content.decode()


def test_sessions_count_only_what_stands(world, client):
    world.lay_out()
    Meeting.objects.exclude(kind="session").delete()
    Meeting.objects.exclude(week__in=[1, 2]).delete()
    client.force_login(world.ana)
    Meeting.objects.filter(week=2).update(status="cancelled")

    assert "1 meeting ahead of you" in client.get(reverse("cohorts:sessions")).content.decode()

    Meeting.objects.update(status="cancelled")
    page = client.get(reverse("cohorts:sessions")).content.decode()
    assert "Nothing is ahead of you" in page
    assert "cancelled" in page  # what was called off is still listed


def test_calendar_file_holds_the_whole_sprint(world, client):
    world.lay_out()
    world.book(city=world.marrow)
    client.force_login(world.ana)

    answer = client.get(reverse("cohorts:calendar"))

    assert len(icalendar.Calendar.from_ical(answer.content).walk("VEVENT")) == 12
    assert answer["Content-Disposition"] == 'attachment; filename="sprint.ics"'


@pytest.mark.parametrize(
    ("name", "most"), [("sessions", 9), ("cohort", 9), ("calendar", 9), ("lay_out", 9)]
)
def test_query_count_is_the_same_with_more_rows(
    world, client, name, most, django_assert_max_num_queries, django_assert_num_queries
):
    world.lay_out()
    world.book()
    client.force_login(world.dana if name == "lay_out" else world.ana)
    url = lay_out_url(world) if name == "lay_out" else reverse(f"cohorts:{name}")
    with django_assert_max_num_queries(most) as few:
        client.get(url)

    for number in range(4):
        seat = ApplicationFactory(
            offering=world.offering, state="confirmed", submitted_at=world.offering.opens_at
        )
        TeamMemberFactory(city=seat.city)
        world.book(wall=world.first() + timedelta(days=2, hours=number))

    with django_assert_num_queries(len(few)):
        client.get(url)


def test_cohort_shows_every_city_with_its_letter(world, client):
    world.lay_out()
    client.force_login(world.ana)

    page = client.get(reverse("cohorts:cohort"))

    assert [line["letter"] for line in page.context["lines"]] == ["A", "B"]
    assert "Marrow Bay" in page.content.decode()


def test_cohort_of_others_is_not_found(world, client):
    other = a_world()
    client.force_login(world.ana)

    answer = client.get(reverse("cohorts:cohort"), {"sprint": other.offering.slug})

    assert answer.status_code == 404


def test_cohort_of_nobody_is_an_empty_page(world, client):
    client.force_login(world.outsider)

    assert client.get(reverse("cohorts:cohort")).status_code == 200


def test_home_says_where_the_sprint_is(world, client):
    world.lay_out()
    client.force_login(world.ana)

    page = client.get(reverse("home")).content.decode()

    assert "Port Alder is about to begin" in page
    assert "Next: Pre-sprint call" in page
    assert page.count("<h1") == 1


# --- laying out ------------------------------------------------------------------------
def test_preview_stores_nothing(world, client):
    client.force_login(world.dana)

    page = client.post(lay_out_url(world), filled(world, preview="1"))

    assert len(page.context["form"].slots) == 12
    assert [column.name for column in page.context["columns"]] == ["Marrow Bay", "Port Alder"]
    assert not Meeting.objects.exists()


def test_lay_out_twice_answers_the_same(world, client):
    client.force_login(world.dana)

    for _ in range(2):
        answer = client.post(lay_out_url(world), filled(world, lay_out="1"))
        assert answer.status_code == 302

    assert Meeting.objects.count() == 12


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("minutes", "0"),
        ("minutes", "10000"),
        ("minutes", "-15"),
        ("minutes", "50"),
        ("minutes", "9" * 400),
        ("start_date", "2020-01-07"),
        ("start_date", "9999-12-31"),
        ("start_date", "0001-01-01"),
        ("start_date", "yesterday"),
        ("start_date", "\x00"),
        ("start_time", "12:07"),
        ("start_time", "25:00"),
        ("join_link", "javascript:alert(1)"),
        ("join_link", "http://meet.example.org"),
        ("facilitator", "999999"),
        ("fold", "7"),
    ],
)
def test_lay_out_refuses_bad_input_and_keeps_what_was_typed(world, client, field, value):
    client.force_login(world.dana)

    page = client.post(lay_out_url(world), filled(world, lay_out="1", **{field: value}))

    assert page.status_code == 422
    assert page.context["form"].errors
    assert page.context["form"].data["call_minutes"] == "60"
    assert not Meeting.objects.exists()


def test_lay_out_refuses_a_time_that_does_not_exist(in_january, world, client):
    client.force_login(world.dana)
    never = {"start_date": "2027-03-14", "start_time": "02:30"}

    page = client.post(lay_out_url(world), filled(world, lay_out="1", **never))

    assert "does not exist" in page.content.decode()
    assert not Meeting.objects.exists()


def test_lay_out_asks_which_of_two_times_is_meant(in_january, world, client):
    client.force_login(world.dana)
    twice = {"start_date": "2027-11-07", "start_time": "01:30", "pre_sprint_time": "01:30"}

    asked = client.post(lay_out_url(world), filled(world, lay_out="1", **twice))
    assert "The first time, GMT−4" in asked.content.decode()
    assert not Meeting.objects.exists()

    client.post(lay_out_url(world), filled(world, lay_out="1", fold="1", **twice))
    assert Meeting.objects.get(week=1).starts_at.hour == 6


@pytest.fixture
def in_january():
    with time_machine.travel("2027-01-05T12:00:00Z"):
        yield


# --- one meeting -----------------------------------------------------------------------
def test_move_in_the_browser(world, client):
    world.lay_out()
    week_1 = Meeting.objects.get(week=1)
    client.force_login(world.dana)
    url = reverse("cohorts:session_move", kwargs={"uid": week_1.uid})
    day = (world.first() + timedelta(days=1)).date().isoformat()

    for _ in range(2):  # a double click
        answer = client.post(url, {"day": day, "at": "12:00", "minutes": "120", "sequence": "0"})
        assert answer.status_code == 302

    week_1.refresh_from_db()
    assert week_1.sequence == 1


def test_evil_text_stays_text_on_the_page_and_in_the_calendar(world, client):
    world.lay_out()
    week_1 = Meeting.objects.get(week=1)
    client.force_login(world.dana)
    client.post(
        reverse("cohorts:session_edit", kwargs={"uid": week_1.uid}),
        {
            "title": EVIL,
            "agenda": EVIL,
            "join_link": "",
            "seen": sessions.version(week_1),
        },
    )
    week_1.refresh_from_db()
    assert "\n" not in week_1.title

    page = client.get(week_1.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    file = client.get(reverse("cohorts:session_file", kwargs={"uid": week_1.uid}))
    (event,) = icalendar.Calendar.from_ical(file.content).walk("VEVENT")
    assert "ATTENDEE" not in event


def test_cancel_in_the_browser_needs_a_reason(world, client):
    world.lay_out()
    week_1 = Meeting.objects.get(week=1)
    client.force_login(world.dana)
    url = reverse("cohorts:session_cancel", kwargs={"uid": week_1.uid})

    assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "Storm"}).status_code == 302

    assert "This meeting is cancelled" in client.get(week_1.get_absolute_url()).content.decode()


# --- booking ---------------------------------------------------------------------------
def test_book_in_the_browser_twice_books_once(world, client):
    client.force_login(world.dana)

    for _ in range(2):
        assert client.post(book_url(world), wished(world)).status_code == 302

    assert Meeting.objects.get(kind="ta").zone == "America/Bogota"


def test_book_says_what_is_in_the_way_and_keeps_the_agenda(world, client):
    client.force_login(world.dana)
    client.post(book_url(world), wished(world))

    page = client.post(book_url(world), wished(world, at="10:00", agenda="- Something long"))

    assert "is taken: “1:1 with Port Alder”" in page.content.decode()
    assert "- Something long" in page.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [("minutes", "0"), ("day", "2020-01-01"), ("at", "09:31"), ("city", "x"), ("agenda", ""),
     ("join_link", "javascript:alert(1)"), ("agenda", "a\x00b"), ("agenda", "x" * 20_000)],
)  # fmt: skip
def test_book_refuses_bad_input(world, client, field, value):
    client.force_login(world.dana)

    page = client.post(book_url(world), wished(world, **{field: value}))

    assert page.status_code == 422
    assert page.context["form"].errors
    assert not Meeting.objects.exists()


def test_book_refuses_a_city_of_another_cohort(world, client):
    client.force_login(world.dana)

    page = client.post(book_url(world), wished(world, city=CityFactory(name="Elsewhere").uid))

    assert page.context["form"].errors["city"]


@pytest.mark.parametrize("address", ["/sessions/x/", "/cal/x.ics", "/cal/..%2f.ics"])
def test_addresses_of_nothing_are_not_found(client, address):
    assert client.get(address).status_code == 404


def test_a_year_nobody_plans_for_is_named_at_its_own_field(world, client):
    client.force_login(world.dana)

    answer = client.post(lay_out_url(world), filled(world, start_date="9999-12-31"))

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"start_date": ["Check the year."]}


def test_empty_sessions_offer_no_calendar(world, client):
    client.force_login(world.outsider)

    body = client.get(reverse("cohorts:sessions")).content.decode()

    assert "Download all dates" not in body


# --- lists of dates --------------------------------------------------------------------
def read(page, path):
    found = html.fromstring(page.content.decode()).xpath(path)
    return [" ".join(one.text_content().split()) for one in found]


def test_sessions_stand_at_one_edge_with_their_week_before_them(world, client):
    world.lay_out()
    world.book(wall=world.first() - timedelta(days=20))
    client.force_login(world.ana)

    page = client.get(reverse("cohorts:sessions"))

    before = read(page, '//li[contains(@class, "meeting-row")]/span[@class="meeting-row__week"]')
    assert before[:3] == ["TA", "", "Week 1"]
    assert "Technical assistance" in page.content.decode()
    assert read(page, '//li[contains(@class, "meeting-row")]//a')[0] == "1:1 with Dana"


def test_a_time_elsewhere_is_set_apart_from_the_readers_own(world, client):
    world.lay_out()
    client.force_login(TeamMemberFactory(city=world.alder, user__time_zone="Asia/Tokyo").user)

    page = client.get(reverse("cohorts:sessions"))

    assert all(" · " in note for note in read(page, '//span[@class="todo__note"]'))


def test_dates_of_a_sprint_begin_with_what_is_ahead(world, client):
    world.lay_out()
    world.book()

    with time_machine.travel(world.first() + timedelta(weeks=2), tick=False):
        client.force_login(world.dana)
        page = client.get(lay_out_url(world))

    ahead = read(page, "//main//section//li//a")
    behind = read(page, "//main//details//li//a")
    assert "People and harms" not in ahead
    assert "Peer showcase" in ahead
    assert behind[0] == "People and harms"
    assert {"1:1 with Port Alder", "Pre-sprint call"} <= set(behind)
    assert page.content.index(b"Book technical assistance") < page.content.index(b"Peer showcase")


def test_moving_names_the_zone_of_the_time_it_asks_for(world, client):
    world.lay_out()
    client.force_login(world.dana)

    page = client.get(reverse("cohorts:session_move", kwargs={"uid": Meeting.objects.first().uid}))

    assert "New time, New York time" in page.content.decode()


def test_booking_names_the_zone_of_each_city(world, client):
    client.force_login(world.dana)

    page = client.get(book_url(world))

    assert read(page, '//select[@name="city"]/option')[1:] == [
        "Marrow Bay · Bogotá time",
        "Port Alder · Bogotá time",
    ]
    assert read(page, '//label[@for="id_at"]')[0].startswith("Time, by the city's own clock")


def test_an_appointment_needs_no_title(world, client):
    meeting = world.book()
    client.force_login(world.dana)
    url = reverse("cohorts:session_edit", kwargs={"uid": meeting.uid})
    sent = {"title": "", "agenda": "- New", "join_link": "", "seen": sessions.version(meeting)}

    assert client.post(url, sent).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.title, meeting.agenda) == ("", "- New")


def test_home_and_application_agree_on_what_is_next(world, client):
    world.lay_out()
    world.book(wall=world.first() - timedelta(days=20))
    client.force_login(world.ana)

    for address in ("home", "cohorts:mine"):
        page = client.get(reverse(address), follow=True)
        assert "Next: 1:1 with Dana" in page.content.decode()
