"""Pages for the people who build the portal."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from sprint_portal.access import public


class SampleForm(forms.Form):
    """One field of each kind, to look at."""

    city = forms.CharField(label="City", help_text="As its residents write it.", max_length=40)
    email = forms.EmailField(label="Work email")
    residents = forms.IntegerField(label="Residents", required=False, min_value=1)
    stage = forms.ChoiceField(
        label="Stage of AI use", choices=[("", "Choose one"), ("1", "Staff named"), ("4", "In use")]
    )
    formats = forms.MultipleChoiceField(
        label="Formats that suit you",
        help_text="More than one is fine.",
        choices=[("m", "Masterclass"), ("w", "Hands-on workshop"), ("t", "1:1 session")],
        widget=forms.CheckboxSelectMultiple,
    )
    language = forms.ChoiceField(
        label="Language of the sessions",
        choices=[("en", "English"), ("es", "Español"), ("pt", "Português")],
        widget=forms.RadioSelect,
    )
    story = forms.CharField(
        label="Which groups could be wrongly flagged, left out, watched or denied something?",
        help_text="Naming the harm early is what lets people believe the rest.",
        widget=forms.Textarea,
    )
    letter = forms.FileField(label="Letter of support", required=False)
    agreed = forms.BooleanField(label="Our city agrees to take part for ten weeks")


@public
def components(request):
    """Every component in its states; for developers, the demo and programme staff only."""
    staff = request.user.is_authenticated and request.user.is_staff
    if not (settings.DEBUG or settings.DEMO or staff):
        raise Http404
    return render(request, "developers/components.html", samples())


def samples() -> dict:
    """What the page shows, with moments near now so that words about time can be seen."""
    now = timezone.now()
    return {
        "empty_form": SampleForm(),
        "wrong_form": SampleForm({"city": "", "email": "lucia@", "residents": "0"}, prefix="w"),
        "now": now,
        "tomorrow": now + timedelta(days=1),
        "later": now + timedelta(days=1, hours=2),
        "soon": now + timedelta(hours=12),
        "past": now - timedelta(days=1, hours=2),
        "next_year": now + timedelta(days=400),
        "sprint_line": sprint_line(),
        "steps": steps(),
        "city_lines": city_lines(),
        "todos": todos(now),
        "thread": thread(now),
        "page_obj": Paginator(range(45), 20).get_page(2),
        "columns": ["Group", "How they meet the AI", "Influence", "People"],
        "rows": [
            ["Renters in the old port", "Permit chatbot answers on repairs", "Low", "1,200"],
            ["Street vendors", "Licence renewals", "Low", "340"],
            ["Permit desk staff", "Correct the answers", "High", "18"],
        ],
        "numeric": [4],
        "facts": [
            ("Sessions", "weekly, 2 hours, 10 weeks"),
            ("Load", "3 to 4 hours a week"),
            ("Places", "up to 6 cities"),
        ],
        "sections": [
            {"text": "1 Focus", "href": "#s", "state": "full", "said": "complete"},
            {"text": "2 Goals", "href": "#s", "state": "half", "said": "begun", "current": True},
            {"text": "3 People", "href": "#s", "state": "open", "said": "not begun"},
        ],
        "tabs": [
            {"text": "To check", "href": "#t", "count": 4, "current": True},
            {"text": "In review", "href": "#t", "count": 11},
            {"text": "Decided", "href": "#t", "count": 0},
        ],
        "next_actions": [
            {"text": "Join link and agenda", "href": "#n"},
            {"text": "Add to my calendar", "href": "#n"},
        ],
        "blockers": ["Section 6 has 1 of 3 activities.", "Nobody has agreed for the city yet."],
        "kept": {"round": "2"},
    }


def sprint_line():
    """Twelve stops, the sixth of them now."""
    topics = "Topic People Rights Partners Methods Training Access Delivery Feedback Showcase"
    weeks = [
        {"label": f"Week {number}", "note": topic} for number, topic in enumerate(topics.split(), 1)
    ]
    line = [
        {"label": "Pre-sprint", "note": "2 Sep", "kind": "call"},
        *weeks,
        {"label": "Post-sprint", "note": "24 Nov", "kind": "call"},
    ]
    states = ["done"] * 5 + ["now"] + ["ahead"] * 6
    return [stop | {"state": state} for stop, state in zip(line, states, strict=True)]


def steps():
    """Where an application stands."""
    names = ["Submitted", "Checked", "Reviewed", "Decided", "Confirmed"]
    states = ["done", "done", "now", "ahead", "ahead"]
    return [{"label": name, "state": state} for name, state in zip(names, states, strict=True)]


def city_lines():
    """Six made-up cities at different places of one cohort."""
    names = ["Port Alder", "Marrow Bay", "Tall Pines", "Eastmere", "Cinder Falls", "São Lumiar"]
    return [
        {
            "name": f"{name} (demo)",
            "letter": "ABCDEF"[place],
            "colour": place + 1,
            "note": "on time" if place % 3 else "one section behind",
            "stops": city_stops(4 + place % 3),
        }
        for place, name in enumerate(names)
    ]


def city_stops(done):
    """Twelve stops: two shared calls round ten weeks; the one after the last done is half."""
    states = ["done"] * (done + 1) + ["half", "now"] + ["ahead"] * 10
    stops = [{"label": f"Week {n}", "state": states[n], "mark": str(n)} for n in range(1, 11)]
    first = {"label": "Pre-sprint call", "state": "done", "kind": "call"}
    return [first, *stops, {"label": "Post-sprint call", "state": "ahead", "kind": "call"}]


def todos(now):
    """One thing done, one due, one overdue, one without a link."""
    return [
        {
            "before": "Read",
            "title": "Participatory impact assessment workshop",
            "href": "#d",
            "note": "Toolkit · 12 minutes",
            "done": True,
        },
        {
            "before": "Draft",
            "title": "what will happen, with whom, when and where",
            "href": "#d",
            "note": "Assignment · plan section 6 · Lucía is on it, 2 of 4 rows",
            "due": now + timedelta(days=5),
        },
        {
            "before": "Answer Dana’s question on",
            "title": "who could be wrongly flagged",
            "href": "#d",
            "note": "Comment from your facilitator, 3 days ago",
            "due": now - timedelta(days=1, hours=1),
        },
        {
            "title": "1:1 TA with Dana",
            "note": "Agenda: partner agreements",
            "due_text": "in 3 days",
        },
    ]


def thread(now):
    """A question and its answer."""
    return [
        {
            "author": "Dana (demo)",
            "role": "facilitator",
            "at": now - timedelta(days=3),
            "body": "What happens to a vendor who is refused: is there a desk, a number, a name?",
        },
        {
            "author": "Lucía (demo)",
            "at": now - timedelta(hours=2),
            "body": "A desk on Mondays.\n\nWe will add the number.",
        },
    ]
