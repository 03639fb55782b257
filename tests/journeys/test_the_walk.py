"""One city from the offering's page to a published PDF, each step by its own kind of person.

It is walked twice: with JavaScript, where axe looks at every page, and without.
"""

import json
import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone

from cohorts import content as sprint_content
from cohorts.models import Application, Meeting, Offering, Sprint
from engagement_plans import content as plan_content
from engagement_plans import demo as plan_demo
from engagement_plans import saving
from engagement_plans.models import Plan
from sprint_portal.accounts.models import User
from tests.factories import OfferingFactory, UserFactory
from tests.journeys.gestures import follow, press
from toolkit import content as toolkit_content
from toolkit.models import BestPractice

PASSWORD = "lantern harbour 42"
TOPIC = "A chatbot for permits <b>that vendors test</b> first"


class Walker:
    """A page with the few gestures of this journey; looks with axe where scripts run."""

    def __init__(self, page, axe, javascript):
        self.page, self._axe, self._javascript = page, axe, javascript

    def go(self, path):
        self.page.goto(path)
        self.look()

    def look(self):
        """What every page owes its readers."""
        assert self.page.locator("h1").count() == 1, self.page.url
        if self._javascript:
            self._axe(self.page)

    def press(self, name, *, role="button", exact=True):
        press(self.page, name, role=role, exact=exact)
        self.look()

    def follow(self, selector):
        follow(self.page.locator(selector).first)
        self.look()

    def send(self, button, to):
        """Press what a script sends to an address with `to` in it; or else a new page comes."""
        if not self._javascript:
            return follow(button)
        with self.page.expect_response(lambda answer: to in answer.url):
            button.click()

    def fill(self, **values):
        for name, value in values.items():
            self.page.locator(f"[name='{name}']").fill(value)

    def tick(self, **values):
        for name, value in values.items():
            self.page.locator(f"[name='{name}'][value='{value}']").check()

    def reads(self, words):
        assert words in self.page.locator("main").inner_text(), self.page.url


@pytest.fixture
def walker(visitor, page_as, axe, javascript):
    """walker() is a visitor, walker(user) somebody signed in."""

    def make(user=None):
        options = {"javascript": javascript}
        page = page_as(user, **options) if user else visitor(**options)
        return Walker(page, axe, javascript)

    return make


@pytest.fixture
def offering(transactional_db):
    """The sprint as announced, with one offering that is open now."""
    for loader in (toolkit_content, sprint_content, plan_content):
        loader.load()
    return OfferingFactory(
        sprint=Sprint.objects.get(),
        slug="autumn",
        term="Autumn",
        reference_prefix="BCT-2026",
        pre_course_dates=[
            (timezone.localdate() + timedelta(days=days)).isoformat() for days in (20, 27)
        ],
    )


@pytest.mark.timeout(400)
def test_city_walks_from_interest_to_published_pdf(offering, walker, watch, javascript):
    watch.forgive("status of 422")  # a form that is refused, with its text
    visitor = walker()
    if not javascript:
        chooses_a_zone(visitor)  # which the browser tells by itself where scripts run
    reads_the_offering(visitor)
    checks_the_stage(visitor)
    signs_up(visitor)
    expresses_interest(visitor)
    application = Application.objects.get()
    staff = walker(UserFactory(is_staff=True, is_decider=True))
    is_found_eligible_and_selected(staff, application)
    confirms(visitor, application)
    lays_the_sprint_out(walker(facilitator_of(offering)), application)
    sees_the_sessions(visitor)
    drafts_the_plan(visitor)
    is_approved(walker(offering.facilitators.get()), visitor)
    is_published(staff)
    reads_it_in_the_toolkit(walker())


# --- 1 and 2: a visitor, then an applicant ---------------------------------------------
def chooses_a_zone(visitor):
    visitor.go("/time-zone/")
    visitor.page.locator("[name=time_zone]").select_option("America/Bogota")
    visitor.follow("main form button[type=submit]")


def reads_the_offering(visitor):
    visitor.go("/")
    visitor.go("/sprints/autumn/")
    visitor.reads("up to 6 cities")
    visitor.reads("3 to 4 hours a week")
    visitor.reads("Bogotá time")
    visitor.go("/sprints/pilot-2024/")
    visitor.reads("This offering has closed:")


def checks_the_stage(visitor):
    visitor.go("/sprints/autumn/stage-check/")
    visitor.tick(staffing="yes", governance="no", designing="no", deploying="soon")
    visitor.press("Show where we stand")
    visitor.reads("Your city is eligible")


def signs_up(visitor):
    visitor.go("/accounts/signup/?next=/sprints/autumn/apply/")
    visitor.fill(email="lucia@city.example", name="Lucía Ferrer", password1=PASSWORD)
    visitor.follow("main form.card button[type=submit]")
    code = re.search(r"^\s*([A-Z0-9][A-Z0-9-]{5,10})\s*$", mail.outbox[-1].body, re.MULTILINE)[1]
    visitor.fill(code=code)
    visitor.follow("form:has([name=code]) button[type=submit]")
    visitor.page.wait_for_url("**/sprints/autumn/apply/")


def expresses_interest(visitor):
    visitor.go("/sprints/autumn/apply/?q=barranquilla")
    visitor.press("This one")
    visitor.press("Begin for Barranquilla")
    visitor.go(step_path("contact"))
    visitor.fill(
        department="Permits",
        lead_name="Lucía Ferrer",
        lead_role="Lead",
        lead_email="not an address",
        alternate_name="Tomás Rey",
        alternate_email="tomas@city.example",
    )
    visitor.press("Save and go on")
    visitor.reads("This does not look like an email address.")
    assert visitor.page.locator("[name=lead_email]").input_value() == "not an address"
    visitor.fill(lead_email="lucia@city.example")
    visitor.press("Save and go on")
    # The stage check's answers are here already: nothing is asked twice.
    assert visitor.page.locator("[name=stage_staffing][value=yes]").is_checked()
    visitor.fill(evidence_staffing="Two people since January.")
    visitor.press("Save and go on")
    visitor.fill(topic=TOPIC, audiences="Street vendors")
    visitor.tick(area="services")
    visitor.press("Save and go on")
    visitor.fill(sponsor="City manager", team_size="3")
    visitor.tick(sponsor_agreed="yes", hours="enough", windows="noon", languages="en")
    visitor.press("Save and go on")
    visitor.tick(assessment="unsure")
    visitor.fill(publish="What vendors changed")
    visitor.press("Save and go on")
    visitor.tick(consent_store="yes", consent_contact="yes")
    visitor.press("Save and see what is left")
    visitor.press("Hand in")
    application = Application.objects.get()
    assert application.state == "submitted"
    receipt = next(one for one in mail.outbox if application.reference in one.subject + one.body)
    assert TOPIC in receipt.body  # as typed: a mail is plain text


def step_path(key):
    return f"/applications/{Application.objects.get().uid}/step/{key}/"


# --- 3: staff, and the city again ------------------------------------------------------
def is_found_eligible_and_selected(staff, application):
    staff.go(f"/sprints/{application.offering.slug}/")
    staff.go(f"/staff/sprints/{application.offering.slug}/applications/")
    staff.reads("Barranquilla")
    staff.go(f"/staff/applications/{application.uid}/")
    staff.reads(TOPIC)  # shown as typed, never run
    for stage, finding in [
        ("staffing", "met"),
        ("governance", "not_yet"),
        ("designing", "not_yet"),
        ("deploying", "unclear"),
    ]:
        form = staff.page.locator(f"form[action$='/stages/{stage}/']")
        if not form.is_visible():
            staff.page.locator(f"#stage-{stage} summary").click()
        form.locator(f"[name$='finding'][value='{finding}']").check()
        form.locator("[name$='evidence']").fill("Seen on the city’s page.")
        form.locator("[name$='next_step']").fill("Name an owner.")
        follow(form.locator("button[type=submit]"))
    for step in ("find_eligible", "select"):
        form = staff.page.locator(f"form[action$='/steps/{step}/']")
        if form.locator("[name=reason]").count():
            form.locator("[name=reason]").fill("A strong team and a clear question.")
        follow(form.locator("button[type=submit]"))
        staff.look()
    application.refresh_from_db()
    assert (application.state, application.announced_state) == ("selected", "submitted")
    deadline_passes(application.offering)
    staff.go(f"/staff/sprints/{application.offering.slug}/release/")
    staff.press("Tell this city")
    application.refresh_from_db()
    assert application.announced_state == "selected"


def deadline_passes(offering):
    Offering.objects.filter(pk=offering.pk).update(closes_at=timezone.now() - timedelta(days=1))


def confirms(visitor, application):
    visitor.go("/")
    visitor.go(f"/applications/{application.uid}/")
    visitor.press("Confirm our place")
    application.refresh_from_db()
    assert application.state == "confirmed"


# --- 4: the facilitator, and the city again --------------------------------------------
def facilitator_of(offering):
    dana = UserFactory(is_facilitator=True, time_zone="America/New_York")
    offering.facilitators.add(dana)
    return dana


def lays_the_sprint_out(facilitator, application):
    slug = application.offering.slug
    facilitator.go(f"/staff/sprints/{slug}/sessions/")
    page = facilitator.page
    first = timezone.localdate() + timedelta(days=60)
    facilitator.fill(
        start_date=first.isoformat(), join_link="https://meet.example.org/room", start_time="12:00"
    )
    facilitator.press("Preview all dates")
    facilitator.press(re.compile("^Lay out these 14 meetings"), exact=False)
    assert Meeting.objects.filter(kind="session").count() == 10
    facilitator.go(f"/staff/sprints/{slug}/appointments/")
    page.locator("[name=city]").select_option(index=1)
    facilitator.fill(
        day=(first + timedelta(days=2)).isoformat(), at="09:30", agenda="Partner agreements"
    )
    facilitator.press("Book it")
    assert Meeting.objects.filter(kind="ta").count() == 1


def sees_the_sessions(visitor):
    visitor.go("/")
    visitor.reads("Bogotá time")
    visitor.go("/sessions/")
    visitor.reads("Methods workshop")
    visitor.go("/cohort/")
    visitor.go(f"/sessions/{Meeting.objects.get(kind='ta').uid}/")
    visitor.reads("Partner agreements")
    calendar = visitor.page.request.get("/calendar.ics")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert calendar.text().count("BEGIN:VEVENT") == 15


# --- 5: the plan -------------------------------------------------------------------------
def drafts_the_plan(visitor):
    visitor.go("/plan/")
    plan = Plan.objects.get()
    types_four_kinds_of_answers(visitor, plan)
    writes_the_rest(plan)
    visitor.go(f"/plans/{plan.uid}/")
    visitor.go(f"/plans/{plan.uid}/hand-in/")
    visitor.page.locator("form[data-hand-in] input[type=checkbox]").check()
    visitor.press("Hand in for review")
    plan.refresh_from_db()
    assert (plan.state, plan.agreed_by.name) == ("in_review", "Lucía Ferrer")


def types_four_kinds_of_answers(visitor, plan):
    """A choice, a long text, several choices and a row of a table."""
    page = visitor.page
    visitor.go(f"/plans/{plan.uid}/sections/focus/")
    save(visitor, "focus_type", lambda card: card.locator("input[value=use_case]").check())
    save(visitor, "focus_summary", lambda card: card.locator("[name=value]").fill(TOPIC))
    visitor.go(f"/plans/{plan.uid}/sections/access/")
    save(visitor, "access_supports", lambda card: card.locator("input[value=meals]").check())
    visitor.go(f"/plans/{plan.uid}/answers/goals_list/rows/add/")
    page.locator("[name=goal]").fill("Vendors test it first")
    visitor.press("Save the row")
    visitor.reads("Vendors test it first")
    values = {one.key: one.value for one in plan.answers.all()}
    assert values["focus_summary"] == TOPIC
    assert values["access_supports"] == ["meals"]


def save(visitor, key, write):
    card = visitor.page.locator(f"section#{key}")
    write(card)
    visitor.send(card.locator("form.answer button[type=submit]").first, f"/answers/{key}/")


def writes_the_rest(plan):
    """The remaining answers, through the same verb, in the demo's words."""
    words = json.loads(Path(plan_demo.WORDS).read_text())["plans"]["lindenford"]["answers"]
    lucia = User.objects.get(email="lucia@city.example")
    said = set(plan.answers.values_list("key", flat=True)) - {"goals_list"}
    for key, value in words.items():
        prompt = plan.guide.prompts[key]
        if key in said:
            continue
        if prompt.is_table:
            for row in value:
                row = {name: plan_demo._day(cell) for name, cell in row.items()}
                saving.save(plan, key, row, by=lucia, row=str(uuid.uuid4()))
        elif prompt.type == "aia_lite":
            saving.save(plan, key, {"answers": value, "notes": {}}, by=lucia)
        else:
            saving.save(plan, key, value, by=lucia)


def is_approved(facilitator, visitor):
    plan = Plan.objects.get()
    facilitator.go("/plans/")
    facilitator.go(f"/plans/{plan.uid}/sections/people/")
    talk = facilitator.page.locator("section#people_harm form:has(textarea[name=body])")
    if not talk.locator("textarea").is_visible():
        facilitator.page.locator("section#people_harm details:has(textarea) summary").click()
    talk.locator("textarea[name=body]").fill("Who answers a vendor who is refused?")
    facilitator.send(talk.locator("button[type=submit]"), "/comment/")
    visitor.go(f"/plans/{plan.uid}/sections/people/")
    visitor.reads("Who answers a vendor who is refused?")
    facilitator.go(f"/plans/{plan.uid}/verdict/")
    facilitator.page.locator("[name=note]").fill("Ready to be carried out.")
    facilitator.press("Approve")
    plan.refresh_from_db()
    assert plan.state == "approved"


# --- 6: staff, and whoever comes by --------------------------------------------------------
def is_published(staff):
    plan = Plan.objects.get()
    staff.go(f"/plans/{plan.uid}/")
    staff.follow("form[action$='/best-practice/'] button[type=submit]")
    staff.page.wait_for_url("**/staff/best-practices/**")
    best_practice = BestPractice.objects.get()
    make = staff.page.get_by_role("button", name="Make the PDF")
    if make.count():
        follow(make, timeout=90_000)  # here the file is made within the answer
    staff.go(f"/staff/best-practices/{best_practice.uid}/")
    staff.reads("Ready:")
    staff.follow("form[action$='/publish/'] button[type=submit]")
    best_practice.refresh_from_db()
    assert best_practice.state == "published"


def reads_it_in_the_toolkit(reader):
    best_practice = BestPractice.objects.get()
    reader.go("/toolkit/")
    reader.go("/best-practices/")
    reader.go(best_practice.get_absolute_url())
    main = reader.page.locator("main")
    assert "Barranquilla" in main.inner_text()
    assert "closed two rooming houses" not in main.inner_text()  # private by default
    assert main.locator("b", has_text="that vendors test").count() == 0  # never run as HTML
    pdf = reader.page.request.get(f"{best_practice.get_absolute_url().rstrip('/')}/1.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF-")
