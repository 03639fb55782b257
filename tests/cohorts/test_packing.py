"""The decision pack: what it holds, for whom, and its file."""

import io
import subprocess

import pytest
from django.urls import reverse
from django.utils.html import escape
from pikepdf import Array, Dictionary, Name, Pdf
from weasyprint import CSS, HTML

from cohorts import composing, packing, rounds
from cohorts.management.commands.print_pack import STYLES, layout
from cohorts.models import Application, Review, Revision
from sprint_portal.audit import AuditEvent
from tests.cohorts.review_factories import (
    EligibleFactory,
    HandedInFactory,
    RecusalFactory,
    ScenarioFactory,
)
from tests.factories import CityFactory, OfferingFactory, UserFactory
from toolkit.assets import OwnAssets, own_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def decider(client):
    person = UserFactory(is_decider=True, name="Noor Haddad")
    client.force_login(person)
    return person


@pytest.fixture
def offering(decider):
    """Two candidates, one of them in the chosen set."""
    offering = OfferingFactory(slug="autumn")
    first = EligibleFactory(offering=offering, city=CityFactory(name="Tulsa"))
    second = EligibleFactory(offering=offering, city=CityFactory(name="Bogotá"))
    HandedInFactory(application=first, score=3, note="Solid.")
    HandedInFactory(application=second, score=5, note="Strong.")
    RecusalFactory(city=second.city, reviewer__name="Rui Tavares")
    kept = ScenarioFactory(offering=offering, name="Mix")
    kept.applications.add(second)
    composing.choose(scenario=kept, by=decider, rationale="It is well mixed.")
    return offering


def url(name):
    return reverse(f"cohorts:{name}", kwargs={"slug": "autumn"})


def test_gather_ranks_and_names_those_aside(offering, decider):
    pack = packing.gather(offering, decider)

    assert [str(one.city) for one in pack.ranked] == ["Bogotá", "Tulsa"]
    assert [one.aside for one in pack.ranked] == [["Rui Tavares"], []]
    assert [str(one.city) for one in pack.members] == ["Bogotá"]
    assert pack.blend.mean == 5.0
    assert pack.kept_back == 0


def test_gather_keeps_a_conflict_back(offering, decider):
    RecusalFactory(reviewer=decider, city=offering.applications.first().city)

    pack = packing.gather(offering, decider)

    assert len(pack.ranked) == 1
    assert pack.kept_back == 1


def test_page_holds_everything_that_is_signed(client, offering):
    text = client.get(url("pack")).content.decode()

    for said in (
        "It is well mixed.",
        "chosen by Noor Haddad",
        "1. Bogotá",
        "Strong.",
        "Rui Tavares",
        "Met: Rules for AI",
        "Community benefit and inclusion (25)",
        "Name, signature, date",
    ):
        assert said in text, said


def test_page_claims_nothing_of_blindness_that_is_not_on_record(client, offering):
    offering.review_round.blind = True  # after the reviews came in
    offering.review_round.save()

    assert "0 of 2 reviews that count" in client.get(url("pack")).content.decode()


def test_page_says_how_many_were_read_without_names(client, offering):
    Review.objects.filter(note="Strong.").update(is_blind=True)

    text = client.get(url("pack")).content.decode()

    assert "1 of 2 reviews that count" in text
    assert text.count("(without names)") == 1


def test_equal_averages_share_a_place_and_no_average_has_none(offering, decider):
    third = EligibleFactory(offering=offering, city=CityFactory(name="Zaragoza"))
    HandedInFactory(application=third, score=5)
    EligibleFactory(offering=offering, city=CityFactory(name="Adrar"))

    pack = packing.gather(offering, decider)

    ranking = [(pack.place_of(one), str(one.city)) for one in pack.ranked]
    assert ranking == [(1, "Bogotá"), (1, "Zaragoza"), (3, "Tulsa"), (None, "Adrar")]


def test_page_prints_every_rubric_that_a_review_was_scored_with(client, offering, decider):
    staff = UserFactory(is_staff=True)
    rounds.reweigh(offering=offering, weights={"need": 31}, by=staff)
    HandedInFactory(application=Application.objects.get(city__name="Tulsa"), note="Later.")

    text = client.get(url("pack")).content.decode()

    assert text.index("Version 2 of the rubric: 1 review") < text.index(
        "Version 1 of the rubric: 2"
    )
    assert "Need and stage (31)" in text
    assert "Need and stage (25)" in text


def test_page_prints_the_citys_own_sentence_beside_what_staff_went_by(client, offering):
    text = client.get(url("pack")).content.decode()

    own = Revision.objects.filter(application__city__name="Tulsa").last().answers
    assert own["evidence_governance"]
    assert f'<q class="prewrap">{escape(own["evidence_governance"])}</q>' in text


def test_page_of_an_empty_offering_says_so(client, decider):
    OfferingFactory(slug="autumn")

    text = client.get(url("pack")).content.decode()

    assert "No set is chosen yet." in text
    assert "No city is found eligible yet." in text


def test_file_is_a_tagged_pdf_and_is_on_record(client, offering, decider):
    answer = client.get(url("pack_pdf"))

    assert answer["Content-Type"] == "application/pdf"
    assert "decision-pack-autumn-" in answer["Content-Disposition"]
    with Pdf.open(io.BytesIO(answer.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"
        assert "Decision pack" in str(pdf.docinfo.Title)
    assert AuditEvent.objects.get(verb="export_applications").facts == {"kind": "pack"}


def test_file_breaks_no_heading_of_the_ranking_inside_a_word():
    words = ["Place", "State", "Average", "Spread", "Reviews", "Stepped"]
    head = "".join(f'<th class="number">{word}</th>' for word in words)
    cells = f"<td>Not selected</td>{'<td>4.5</td>' * 3}<td>{'Rui Tavares, ' * 9}</td>"
    html = f"""<table class="ranking"><thead><tr>{head}</tr></thead>
      <tbody><tr><th>1. San Martín de los Andes</th>{cells}</tr></tbody></table>"""
    styles = CSS(string=own_file(STYLES).decode(), url_fetcher=OwnAssets(), base_url="asset:")

    page = HTML(string=html).render(stylesheets=[styles]).pages[0]

    texts = {getattr(box, "text", "") for box in page._page_box.descendants()}
    assert set(words) <= texts


def test_file_fetches_nothing_from_elsewhere(tmp_path):
    canary = tmp_path / "canary.png"
    canary.write_bytes(b"not a picture: WHISTLE")
    html = f"""<html lang="en"><title>x</title><body><p>x</p>
      <img src="file://{canary}" alt=""><link rel="attachment" href="file://{canary}">
      <img src="http://127.0.0.1:1/x.png" alt=""></body></html>"""

    assert b"WHISTLE" not in layout(html)


@pytest.mark.parametrize(
    "fault",
    [
        subprocess.TimeoutExpired("x", 1),
        subprocess.CalledProcessError(1, "x"),
        OSError("no memory"),
    ],
)
def test_file_that_cannot_be_made_is_said_and_the_page_remains(
    client, offering, monkeypatch, fault
):
    def fail(*args, **options):
        raise fault

    monkeypatch.setattr(packing.subprocess, "run", fail)

    answer = client.get(url("pack_pdf"), follow=True)

    assert "Print this page instead." in answer.content.decode()
    assert not AuditEvent.objects.filter(verb="export_applications").exists()


@pytest.mark.parametrize("role", ["is_reviewer", "is_facilitator"])
def test_pack_is_closed_to_others(client, offering, role):
    client.force_login(UserFactory(**{role: True}))

    assert client.get(url("pack")).status_code == 403
    assert client.get(url("pack_pdf")).status_code == 403


# --- on paper ----------------------------------------------------------------------------------
def a_pack(cities):
    """The file of a pack with this many cities of one size."""
    rows = "<tr><th scope='row'>Topic</th><td>Words</td></tr>" * 6
    table = f"<table><tbody>{rows}</tbody></table>"
    evidence = f"<article class='evidence'><h3>City</h3>{table}</article>" * cities
    scored = f"<section class='scoring'><h2>Scored</h2>{table}</section>"
    line = "<div class='signature'><p class='signature__line'>&nbsp;</p><p>Name</p></div>"
    signed = f"<section class='signing'><h2>Agreed</h2>{line * 3}</section>"
    body = f"<body><p class='sprint'>A</p><h1>Pack</h1>{evidence}{scored}{signed}</body>"
    return layout(f"<!doctype html><html lang='en'><title>A pack</title>{body}</html>")


def pages_under(element, page=None):
    """On which pages a piece of the document stands."""
    page = element.get("/Pg", page)
    kids = element.get("/K")
    found = set()
    for kid in [] if kids is None else kids if isinstance(kids, Array) else [kids]:
        if isinstance(kid, Dictionary):
            found |= pages_under(kid, page)
        else:
            found.add(page.objgen)
    return found


def pieces(element, kind):
    """Every piece of one kind, in reading order."""
    if element.get("/S") == kind:
        return [element]
    kids = element.get("/K")
    kids = [] if kids is None else kids if isinstance(kids, Array) else [kids]
    return [one for kid in kids if isinstance(kid, Dictionary) for one in pieces(kid, kind)]


@pytest.mark.parametrize("cities", [3, 4, 5, 7, 9])
def test_no_city_breaks_over_pages_and_no_page_holds_signatures_alone(cities):
    with Pdf.open(io.BytesIO(a_pack(cities))) as pdf:
        tables = [pages_under(one) for one in pieces(pdf.Root.StructTreeRoot, Name.Table)]
        agreed = pages_under(pieces(pdf.Root.StructTreeRoot, Name.H2)[-1])

    assert len(tables) == cities + 1
    assert all(len(pages) == 1 for pages in tables)
    assert tables[-1] == agreed


def test_file_says_which_standards_it_keeps(client, offering, decider):
    with Pdf.open(io.BytesIO(client.get(url("pack_pdf")).content)) as pdf:
        said = pdf.open_metadata()
        assert said["pdfaid:part"] == "3"
        assert said["pdfuaid:part"] == "1"
