"""The demo's sprint: an offering in its fifth week, one open for applications, all made up.

Rows of the past are written as they would stand by now; what lies ahead is booked through the
same verbs as anyone's.
"""

import json
from datetime import datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils import timezone

from cohorts import demo_reviews, eoi
from cohorts.models import (
    Application,
    City,
    Meeting,
    Offering,
    Revision,
    Sprint,
    StageFinding,
    TeamMember,
)
from cohorts.models.application import State
from cohorts.models.stage_check import Stage
from cohorts.scheduling import appointments, cells, layout, sessions
from sprint_portal import audit
from sprint_portal.accounts.models import User
from sprint_portal.demo import people
from sprint_portal.ids import SPOKEN

WORDS = Path(__file__).parent / "data" / "demo.json"
ZONE = "America/New_York"
RUNNING, OPEN = "demo-running", "demo-open"
LINK = "https://meet.example.org/sprint-demo"


def load():
    """Make the two demo offerings with their cities, people and meetings."""
    words = json.loads(WORDS.read_text())
    first = _first_session(timezone.now())
    running = _offering(RUNNING, "Demo, in its fifth week", first, closes_weeks_before=9)
    for place, entry in enumerate(words["cohort"]):
        entry["state"] = State.CONFIRMED
        _application(running, entry, letter="ABCDEF"[place])
    for entry in words["not_in_cohort"]:
        _application(running, entry)
    _sessions(running, first)
    _appointments(running, words["appointments"])
    starts = first + timedelta(weeks=14)  # a Tuesday too, so that no call falls on a weekend
    upcoming = _offering(OPEN, "Demo, open for applications", starts, closes_weeks_before=7)
    for entry in words["open"]:
        _application(upcoming, entry)
    demo_reviews.load(upcoming, words["review_round"])


def _first_session(now: datetime) -> datetime:
    """Wall time in ZONE of the first session: the fifth one is the next Tuesday noon."""
    wall = now.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None)
    tuesday = wall.date() + timedelta(days=(1 - wall.weekday()) % 7)
    fifth = datetime.combine(tuesday, time(12))
    if fifth <= wall:
        fifth += timedelta(weeks=1)
    return fifth - timedelta(weeks=4)


def _offering(slug, term, first, *, closes_weeks_before) -> Offering:
    day = first.date()
    closes = datetime.combine(
        day - timedelta(weeks=closes_weeks_before), time(17), tzinfo=ZoneInfo(ZONE)
    )
    offering = Offering.objects.create(
        sprint=Sprint.objects.get(),
        slug=slug,
        term=term,
        announced=True,
        is_demo=True,
        zone=ZONE,
        opens_at=closes - timedelta(weeks=5),
        closes_at=closes,
        confirm_by=closes + timedelta(weeks=3),
        runs_from=day,
        runs_until=day + timedelta(weeks=9),
        pre_course_dates=[(day - timedelta(weeks=weeks, days=1)).isoformat() for weeks in (4, 3)],
        retain_until=day + timedelta(days=730),
        reference_prefix=f"BCT-{day.year}",
    )
    offering.facilitators.add(people.person("dana"))
    return offering


# --- applications ----------------------------------------------------------------------
def _application(offering, entry, *, letter="") -> Application:
    city = City.objects.create(
        name=entry["name"],
        region=entry["region"],
        country=entry["country"],
        zone=entry["zone"],
        population=entry["population"],
        is_demo=True,
    )
    team = _team(city, entry)
    state = entry["state"]
    is_told = offering.slug == RUNNING
    handed_in = None if state == State.DRAFT else min(offering.closes_at, timezone.now())
    answers = _answers(entry, team[0])
    application = Application.objects.create(
        offering=offering,
        city=city,
        reference=f"{offering.reference_prefix}-{_code(entry['key'])}",
        state=state,
        announced_state=state if is_told or state == State.DRAFT else State.SUBMITTED,
        answers=_unfinished(answers) if state == State.DRAFT else answers,
        rev=1,
        revision=1 if handed_in else 0,
        submitted_at=handed_in and handed_in - timedelta(days=len(entry["name"]) % 7 + 1),
        waitlist_rank=1 if state == State.WAITLISTED else None,
        note_to_city=entry.get("note", ""),
        letter=letter,
        started_by=team[0],
    )
    if handed_in:
        Revision.objects.create(application=application, number=1, answers=answers, author=team[0])
        audit.record(team[0], "submit", application, was=State.DRAFT, to=State.SUBMITTED)
    if state not in (State.DRAFT, State.SUBMITTED):
        _findings(application, entry)
        audit.record(people.person("sam"), "assess", application, was="submitted", to=state)
    return application


def _code(key: str) -> str:
    """Four signs that say nothing of the city, the same at every load."""
    return "".join(SPOKEN[byte % len(SPOKEN)] for byte in sha256(key.encode()).digest()[:4])


def _team(city, entry) -> list[User]:
    """The city's people: those who can sign in, or one who stands for the rest."""
    team = [people.person(key) for key in entry.get("team", [])]
    if not team:
        member = User(
            email=f"{entry['key']}@example.org",
            name=f"{entry['name']} team (demo)",
            time_zone=city.zone,
        )
        member.set_unusable_password()
        member.save()
        team = [member]
    roles = TeamMember.Role.values  # owner, editor, viewer
    TeamMember.objects.bulk_create(
        TeamMember(city=city, user=user, role=role) for user, role in zip(team, roles, strict=False)
    )
    return team


def _answers(entry, lead) -> dict:
    """A complete form in the city's words. Raises ValueError if the form asks for more by now."""
    answers = {
        "department": "Office of digital services",
        "lead_name": lead.name,
        "lead_role": "Programme lead",
        "lead_email": lead.email,
        "alternate_name": "Deputy (demo)",
        "alternate_email": f"deputy.{entry['key']}@example.org",
        "expected": "" if entry["yes"] else "Naming staff, within a year.",
        "topic": entry["topic"],
        "area": entry["area"],
        "audiences": entry["audiences"],
        "sponsor": "City manager",
        "sponsor_agreed": "yes",
        "team_size": "3",
        "hours": "enough",
        "windows": ["late_morning", "noon"],
        "languages": ["en"] if entry["country"] in ("US", "CA") else ["en", "es"],
        "assessment": "unsure",
        "publish": "Our plan, and what residents changed in it.",
        "consent_store": "yes",
        "consent_contact": "yes",
    }
    for stage in Stage.values:
        answers[eoi.stage_key(stage)] = "yes" if stage in entry["yes"] else "no"
        answers[eoi.evidence_key(stage)] = entry["yes"].get(stage, "")
    if wrong := eoi.all_problems(answers):
        raise ValueError(f"The demo's form is not complete: {wrong}")
    return answers


def _unfinished(answers) -> dict:
    """The same form as someone leaves it in the middle."""
    later = {field.key for step in eoi.STEPS[3:] for field in step.fields}
    return {key: value for key, value in answers.items() if key not in later}


def _findings(application, entry):
    sam = people.person("sam")
    for stage in Stage.values:
        is_met = stage in entry["yes"]
        StageFinding.objects.create(
            application=application,
            stage=stage,
            finding="met" if is_met else "not_yet",
            evidence=entry["yes"].get(stage, ""),
            next_step="" if is_met else entry.get("next_step", ""),
            revision=1,
            by=sam,
        )


# --- meetings --------------------------------------------------------------------------
def _sessions(offering, first):
    """The whole sprint; what lies behind is done."""
    wish = layout.Wish(
        zone=offering.zone,
        first=first,
        weeks=offering.weeks,
        minutes=offering.session_minutes,
        call_minutes=60,
        pre_course=[
            datetime.combine(datetime.fromisoformat(day), time(12))
            for day in offering.pre_course_dates
        ],
    )
    dana = people.person("dana")
    meetings = [sessions.meeting_for(offering, slot, dana, LINK) for slot in layout.slots(wish)]
    for meeting in meetings:
        if meeting.ends_at < timezone.now():
            meeting.status = Meeting.Status.DONE
    Meeting.objects.bulk_create(meetings)
    cells.take(meetings, cells.cohort_of(offering), by=dana)


def _appointments(offering, entries):
    """TA ahead, on working days."""
    dana = people.person("dana")
    for entry in entries:
        city = City.objects.get(name__iexact=entry["city"].replace("-", " "), is_demo=True)
        today = timezone.now().astimezone(ZoneInfo(city.zone)).date()
        day = today + timedelta(days=entry["in_days"])
        while day.weekday() > 4 or day.weekday() == 1:  # Tuesdays belong to the session
            day += timedelta(days=1)
        appointments.book(
            offering,
            city=city,
            facilitator=dana,
            wall=datetime.combine(day, time.fromisoformat(entry["at"])),
            agenda=entry["agenda"],
            by=dana,
        )
