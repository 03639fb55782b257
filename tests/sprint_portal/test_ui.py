"""The frame of every page, its components, and the promise that nothing comes from elsewhere."""

import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, Engine, Library, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone
from django.utils.html import format_html
from lxml import html

from tests.factories import UserFactory

TEMPLATES = sorted((settings.ROOT / "templates").rglob("*.html"))
STYLES = sorted((settings.ROOT / "static" / "css").glob("*.css"))
MOMENT = datetime(2030, 10, 8, 16, 0, tzinfo=UTC)


def draw(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


def text_of(markup):
    return " ".join(html.fromstring(f"<div>{markup}</div>").text_content().split())


# --- times -------------------------------------------------------------------------
def test_when_names_the_readers_zone():
    with timezone.override("America/Bogota"):
        drawn = draw("{% when moment %}", moment=MOMENT)

    assert 'datetime="2030-10-08T16:00:00+00:00"' in drawn
    assert text_of(drawn) == "Tuesday 8 October 2030, 11:00 Bogotá time (GMT−5)"


def test_when_adds_the_offerings_zone_only_where_clocks_differ():
    with timezone.override("America/Bogota"):
        drawn = text_of(draw('{% when moment also="America/New_York" %}', moment=MOMENT))
        same = text_of(draw('{% when moment also="America/Lima" %}', moment=MOMENT))

    assert drawn.endswith("Bogotá time (GMT−5) · 12:00 in New York")
    assert same.endswith("Bogotá time (GMT−5)")


def test_a_deadline_says_by_then_its_zone_and_what_is_left():
    soon = timezone.now() + timedelta(days=5)
    with timezone.override("America/Bogota"):
        drawn = text_of(draw('{% by m also="Asia/Tokyo" %}', m=soon))
        year = text_of(draw("{% when m year=True %}", m=soon))

    assert drawn.startswith("By ")
    assert drawn.index("Bogotá time") < drawn.index("in Tokyo") < drawn.index("5 days left")
    assert f" {timezone.localtime(soon).year}, " in year


def test_span_and_day_and_zone_label():
    with timezone.override("America/Bogota"):
        end = MOMENT + timedelta(hours=2)
        assert "11:00 – 13:00" in draw("{% span a b zone=False %}", a=MOMENT, b=end)
        assert text_of(draw("{% day m %}", m=MOMENT)) == "Tuesday 8 October 2030"
        assert draw("{% zone_label %}") == "Bogotá time"


@pytest.mark.parametrize("tag", ["when x", "by x", "day x", "countdown x", "span x x"])
def test_times_that_are_not_set_show_nothing(tag):
    assert draw("{% " + tag + " %}", x=None) == ""


def test_overdue_deadline_is_marked():
    late = draw("{% countdown m deadline=True %}", m=timezone.now() - timedelta(days=2))
    early = draw("{% countdown m deadline=True %}", m=timezone.now() + timedelta(days=2))

    assert "countdown--late" in late
    assert "countdown--late" not in early


def test_what_is_left_goes_on_counting_only_until_it_is_over():
    hour = timedelta(hours=1)
    ahead, behind, plain = (
        draw("{% countdown m deadline=True %}", m=timezone.now() + hour),
        draw("{% countdown m deadline=True %}", m=timezone.now() - hour),
        draw("{% countdown m %}", m=timezone.now() + hour),
    )

    assert "%d minutes left|the time is over" in ahead
    assert "data-left" not in behind + plain


# --- boxes -------------------------------------------------------------------------
@pytest.mark.parametrize(
    "source",
    [
        "{% badge nasty nasty %}",
        "{% callout nasty nasty %}x{% endcallout %}",
        "{% card nasty %}x{% endcard %}",
        "{% button_form nasty nasty nasty blockers=listed %}",
        "{% button_form nasty nasty hidden=kept %}",
        "{% line stops label=nasty %}",
        "{% transit_map lines nasty reading=nasty %}",
    ],
)
def test_boxes_escape_what_people_typed(source):
    nasty = '"><script>alert(1)</script>'
    stop = {"label": nasty, "note": nasty, "href": nasty, "state": nasty, "kind": nasty}
    drawn = draw(
        source,
        nasty=nasty,
        listed=[nasty],
        kept={nasty: nasty},
        stops=[stop],
        lines=[{"name": nasty, "letter": nasty, "colour": nasty, "note": nasty, "stops": [stop]}],
    )

    assert "<script" not in drawn
    assert "alert(1)" in drawn


def test_line_tells_listeners_where_they_are():
    states = [("One", "done"), ("Two", "now"), ("Three", "ahead")]
    drawn = draw(
        '{% line stops label="Your sprint" %}',
        stops=[{"label": label, "state": state} for label, state in states],
    )
    page = html.fromstring(drawn)

    assert page.get("aria-label") == "Your sprint"
    (present,) = page.xpath('//li[@aria-current="step"]')
    assert " ".join(present.text_content().split()) == "Two (now)"


def test_map_says_the_same_in_a_table():
    stops = [{"label": "Week 1", "state": "done"}, {"label": "Week 2", "state": "ahead"}]
    lines = [{"name": "Port Alder (demo)", "letter": "A", "colour": 1, "stops": stops}]

    drawn = html.fromstring(
        draw('{% transit_map lines "Cohort" reading="All well." %}', lines=lines)
    )

    assert drawn.xpath("string(.//svg/@aria-label)") == "All well."
    cells = [" ".join(cell.text_content().split()) for cell in drawn.xpath(".//tbody/tr/*")]
    assert cells == ["A Port Alder (demo)", "1 of 2", "–"]


def test_map_marks_the_readers_own_city_in_words():
    stops = [{"label": "Focus: complete", "state": "done", "mark": 1, "word": "Focus"}]
    lines = [
        {"name": "Port Alder", "letter": "A", "stops": stops, "share": "45 %", "own": True},
        {"name": "Marrow Bay", "letter": "B", "stops": stops},
    ]

    drawn = html.fromstring(draw("{% transit_map lines %}", lines=lines))

    rows = [" ".join(row.text_content().split()) for row in drawn.xpath(".//tbody/tr")]
    assert rows == ["A Port Alder · your city 1 of 1 45 % –", "B Marrow Bay 1 of 1 – –"]
    names = [one.text for one in drawn.xpath('.//svg//text[@class="transit__name"]')]
    assert names == ["Port Alder", "Marrow Bay"]
    assert drawn.xpath('.//svg//text[@class="transit__yours"]/text()') == ["your city"]
    assert " ".join(drawn.xpath('string(.//p[@class="transit__key"])').split()) == "1 Focus"


def test_blocked_button_says_why_and_posts_nothing():
    drawn = html.fromstring(
        draw('{% button_form "/x/" "Submit" blockers=why %}', why=["Too early."])
    )

    assert drawn.xpath(".//form") == []
    assert drawn.xpath(".//button/@disabled")
    assert "Too early." in drawn.text_content()


def test_button_form_carries_the_token_and_its_hidden_values():
    source = '{% load ui %}{% button_form "/x/" "Go" hidden=kept name="to" value="done" %}'
    drawn = html.fromstring(
        Template(source).render(Context({"kept": {"round": 2}, "csrf_token": "abc"}))
    )

    assert drawn.xpath('.//input[@name="csrfmiddlewaretoken"]/@value') == ["abc"]
    assert drawn.xpath('.//input[@name="round"]/@value') == ["2"]
    assert drawn.xpath('.//button[@name="to"]/@value') == ["done"]


def test_pagination_keeps_the_rest_of_the_query():
    request = RequestFactory().get("/?q=water&page=2")
    page = Paginator(range(30), 10).get_page(2)

    drawn = render_to_string("components/pagination.html", {"page_obj": page}, request=request)

    assert "?q=water&amp;page=3" in drawn
    assert "Page 2 of 3" in drawn


def test_pagination_of_one_page_is_silent():
    page = Paginator(range(3), 10).get_page(1)

    assert "<nav" not in render_to_string("components/pagination.html", {"page_obj": page})


def test_table_cell_names_its_column():
    context = {"caption": "People", "columns": ["Group", "Count"], "rows": [["Renters", "12"]]}

    drawn = html.fromstring(render_to_string("components/table.html", context))

    assert drawn.xpath(".//td/@data-label") == ["Count"]


# --- forms -------------------------------------------------------------------------
class Sample(forms.Form):
    city = forms.CharField(label="City")
    format = forms.ChoiceField(label="Format", choices=[("a", "A")], widget=forms.RadioSelect)
    secret = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("Something <b>else</b>.")


def summary(form):
    return html.fromstring(
        "<div>" + render_to_string("components/error_summary.html", {"form": form}) + "</div>"
    )


def test_error_summary_links_to_each_control():
    form = Sample({})
    drawn = summary(form)
    rendered = html.fromstring(f"<form>{form.as_p()}</form>")

    assert drawn.xpath('.//*[@role="alert"]/@tabindex') == ["-1"]
    targets = drawn.xpath(".//a/@href")
    assert targets == ["#id_city", "#id_format_0"]
    assert all(rendered.xpath(f'.//*[@id="{target[1:]}"]') for target in targets)


def test_error_summary_escapes_and_says_what_concerns_no_field():
    assert "Something <b>else</b>." in summary(Sample({})).text_content()
    assert summary(Sample({})).xpath(".//b") == []


def test_error_summary_is_silent_when_there_is_nothing_to_say():
    assert summary(Sample()).xpath(".//ul") == []


def test_error_summary_reads_formsets():
    formset = forms.formset_factory(Sample, extra=0, min_num=2, validate_min=True)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0"}
    )

    drawn = summary(formset)

    assert "#id_form-0-city" in drawn.xpath(".//a/@href")
    assert len(drawn.xpath(".//li")) >= 4


def test_field_shows_help_and_error_before_the_control():
    drawn = draw("{% load crispy_forms_filters %}{{ form|crispy }}", form=Sample({}))
    field = html.fromstring(drawn).xpath('//*[@id="div_id_city"]')[0]

    assert [child.tag for child in field] == ["label", "div", "input"]
    assert field.xpath("./input/@aria-describedby") == field.xpath("./div/@id")


@pytest.mark.parametrize(
    ("needed", "unmarked", "said"),
    [(True, False, True), (False, False, False), (True, True, False)],
)
def test_optional_is_said_only_where_something_else_is_required(needed, unmarked, said):
    class Mixed(forms.Form):
        optional_unmarked = unmarked
        city = forms.CharField(required=needed)
        note = forms.CharField(required=False)

    drawn = draw("{% load crispy_forms_filters %}{{ form|crispy }}", form=Mixed())

    assert ("(optional)" in drawn) is said


# --- pages -------------------------------------------------------------------------
@pytest.mark.django_db
def test_home_has_one_heading_and_marks_itself(client):
    client.force_login(UserFactory())

    page = html.fromstring(client.get("/").content)

    assert len(page.xpath("//h1")) == 1
    assert page.xpath('//nav//a[@aria-current="page"]/@href') == ["/"]


def test_home_card_keeps_what_an_app_draws_as_it_was_drawn():
    library = Library()
    library.simple_tag(lambda: format_html("<p>{}</p>", "<b>"), name="x_home")
    source = (
        '{% load home_cards %}{% home_card "x_home" as part %}[{{ part }}]{% home_card "x_home" %}'
    )
    engine = Engine(libraries={"home_cards": "sprint_portal.templatetags.home_cards"})
    engine.template_libraries["x_home"] = library

    assert engine.from_string(source).render(Context()) == "[<p>&lt;b&gt;</p>]<p>&lt;b&gt;</p>"


def test_home_card_of_an_app_that_brings_none_is_empty():
    assert draw('{% load home_cards %}{% home_card "nobody_home" as part %}[{{ part }}]') == "[]"


@pytest.mark.django_db
def test_visitor_home_says_what_a_sprint_is(client):
    page = html.fromstring(client.get("/").content)

    assert len(page.xpath("//h1")) == 1
    assert page.xpath('//ol[contains(@class, "line")]')
    assert page.xpath("//html/@lang") == ["en"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("flags", "answer"), [({}, 404), ({"is_facilitator": True}, 404), ({"is_staff": True}, 200)]
)
def test_components_are_shown_to_staff_only(client, settings, flags, answer):
    settings.DEBUG = settings.DEMO = settings.SECOND_FACTOR_REQUIRED = False
    client.force_login(UserFactory(**flags))

    assert client.get("/developers/components/").status_code == answer


@pytest.mark.django_db
@pytest.mark.parametrize(("demo", "answer"), [(True, 200), (False, 404)])
def test_components_are_open_in_the_demo(client, settings, demo, answer):
    settings.DEBUG = False
    settings.DEMO = demo

    response = client.get("/developers/components/")

    assert response.status_code == answer
    assert ("made up" in response.content.decode()) is demo


@pytest.mark.django_db
def test_missing_page_offers_the_way_in(client):
    response = client.get("/nowhere/")

    assert response.status_code == 404
    assert "/accounts/login/" in response.content.decode()


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "413.html", "500.html"])
def test_pages_for_what_is_broken_need_neither_request_nor_database(name):
    page = html.fromstring(render_to_string(name))

    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//a[@href='/']")


ENTRANCE = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]
ACCOUNT = [
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/sessions/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ENTRANCE + ACCOUNT)
def test_account_pages_have_our_frame_and_one_heading(client, address):
    if address in ACCOUNT:
        client.force_login(UserFactory())

    page = html.fromstring(client.get(address).content)

    assert len(page.xpath("//h1")) == 1
    assert page.xpath('//main[@id="main"]')
    assert page.xpath('//header//a[@class="brand"]')


# --- nothing inline, nothing from elsewhere ------------------------------------------
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_has_no_inline_style_or_script(path):
    source = re.sub(r"{#.*?#}|{%.*?%}", "", path.read_text(encoding="utf-8"))

    assert not re.search(r"\sstyle=|<style\b", source)
    assert not re.search(r"\son[a-z]+=", source)
    for script in re.findall(r"<script\b[^>]*>", source):
        assert "src=" in script or 'type="application/json"' in script
    assert not re.search(
        r"""(?:src|href)=["'](?:https?:)?//""", source.replace("http://www.w3.org", "")
    )


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_style_sheet_names_only_files_of_the_house(path):
    for address in re.findall(r"url\([\"']?([^\"')]+)", path.read_text(encoding="utf-8")):
        if address.startswith("asset:"):  # the print shop's own names for vendored files
            continue
        assert (path.parent / address).resolve().is_file()


@pytest.mark.parametrize("folder", ["static/vendor", "tests/vendor"])
def test_vendored_files_are_those_of_the_table(folder):
    root = settings.ROOT / folder
    rows = re.findall(
        r"^\| ([\w./-]+) \|.*?\b([0-9a-f]{64})\b", (root / "README.md").read_text(), re.M
    )
    listed = dict(rows)
    papers = {"README.md", "LICENSE", "OFL.txt"}
    found = {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file() and path.name not in papers
    }

    assert found == listed


def test_every_text_colour_is_legible_on_its_ground():
    """WCAG 1.4.3 and 1.4.11, in light and in dark."""
    source = (settings.ROOT / "static/css/tokens.css").read_text()
    light, dark = source.split("@media (prefers-color-scheme: dark)")
    for tokens in (colours(light), {**colours(light), **colours(dark)}):
        for least, pairs in ((4.5, LEGIBLE), (3, SEEN)):
            for ink, grounds in pairs.items():
                for ground in grounds.split():
                    assert contrast(tokens[ink], tokens[ground]) >= least, (ink, ground)


# Which ink stands on which grounds, and which edge is seen against them.
LEGIBLE = {
    "ink": "paper card soft next-wash line-wash bad-wash good-wash",
    "ink-2": "paper card soft next-wash",
    "line-deep": "paper card soft line-wash next-wash",
    "bad": "paper card bad-wash",
    "good": "paper good-wash",
    "on-line": "line",
    "on-next": "next",
    "on-bad": "bad",
    "on-city": "city-1 city-2 city-3 city-4 city-5 city-6",
}
SEEN = {
    "edge": "paper card soft",
    "line": "paper card soft",
    "bad": "card",
    **{f"city-{n}": "paper card" for n in range(1, 7)},
}


def colours(source):
    return dict(re.findall(r"--([\w-]+): (#[0-9A-Fa-f]{6})", source))


def contrast(one, other):
    """WCAG 2 contrast ratio of two #rrggbb colours."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
