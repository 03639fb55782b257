"""Sets of cities: what they amount to, keeping them, choosing one, selecting its cities."""

from datetime import date

import pytest
from django.urls import reverse

from cohorts import composing, portraits
from cohorts.models import Application, Scenario
from cohorts.review_forms import ScenarioForm
from sprint_portal.audit import AuditEvent
from sprint_portal.refusals import MoveRefused, NotPermitted, Refusal
from tests.cohorts.review_factories import (
    ANSWERS,
    EligibleFactory,
    HandedInFactory,
    RecusalFactory,
    ScenarioFactory,
)
from tests.factories import CityFactory, OfferingFactory, UserFactory

pytestmark = pytest.mark.django_db
DAYS = [date(2024, 9, 2), date(2024, 11, 18)]


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def offering():
    return OfferingFactory(slug="autumn", capacity=2)


@pytest.fixture
def decider(client):
    person = UserFactory(is_decider=True)
    client.force_login(person)
    return person


def eligible(offering, name, country="CO", zone="America/Bogota", population=300_000, **other):
    city = CityFactory(name=name, country=country, zone=zone, population=population)
    return EligibleFactory(offering=offering, city=city, **other)


def blend(*rows):
    return composing.blend(portraits.portraits(rows, UserFactory()), days=DAYS, minutes=120)


# --- what a set amounts to ---------------------------------------------------------------
def test_blend_tallies_what_the_cities_bring(offering):
    one = eligible(offering, "Bogotá")
    two = eligible(
        offering,
        "Tulsa",
        "US",
        "America/Los_Angeles",
        90_000,
        answers=ANSWERS | {"languages": ["en"], "area": "housing"},
    )
    HandedInFactory(application=one, score=5)

    mixed = blend(one, two)

    assert mixed.count == 2
    assert mixed.continents == [("North and Central America", 1), ("South America", 1)]
    assert mixed.sizes == [("100,000 to 500,000", 1), ("under 100,000", 1)]
    assert mixed.areas == [("City services and permits", 1), ("Housing", 1)]
    assert mixed.languages == [("English", 2), ("Spanish", 1)]
    assert mixed.shared_languages == ["English"]
    assert mixed.stages == [("Rules for AI", 2)]
    assert (mixed.overlap.hours, mixed.mean, mixed.unscored) == (5, 5.0, 1)
    assert mixed.hours_words == "5 hours in common; 7 starts fit."


def test_blend_says_when_no_session_fits(offering):
    far = blend(eligible(offering, "Bogotá"), eligible(offering, "Pune", "IN", "Asia/Kolkata"))

    assert "no session fits into office hours" in far.hours_words


def test_blend_of_nothing_is_empty():
    empty = composing.blend([], days=DAYS, minutes=120)

    assert (empty.count, empty.mean, empty.shared_languages) == (0, None, [])


@pytest.mark.parametrize(
    ("people", "words"),
    [
        (None, "size not known"),
        (99_999, "under 100,000"),
        (100_000, "100,000 to 500,000"),
        (500_000, "500,000 or more"),
    ],
)
def test_size_in_words(people, words):
    assert composing.size_of(people) == words


# --- keeping -------------------------------------------------------------------------------
def test_save_keeps_a_set_with_its_name_and_author(offering, decider):
    rows = [eligible(offering, "Bogotá"), eligible(offering, "Tulsa")]

    composing.save(
        offering=offering, name="  First  idea ", note="Why", applications=rows, by=decider
    )

    kept = Scenario.objects.get()
    assert (kept.name, kept.by, kept.applications.count()) == ("First idea", decider, 2)
    assert AuditEvent.objects.filter(verb="save_scenario", by=decider).exists()


@pytest.mark.parametrize(
    ("name", "count", "why"),
    [("", 1, "name"), ("Set", 0, "at least one"), ("Set", 3, "untick 1 city")],
)
def test_save_refuses_the_nameless_the_empty_and_the_overfull(offering, decider, name, count, why):
    rows = [eligible(offering, f"Town {n}") for n in range(count)]

    with pytest.raises(Refusal, match=why):
        composing.save(offering=offering, name=name, note="", applications=rows, by=decider)

    assert not Scenario.objects.exists()


def test_save_refuses_a_name_twice(offering, decider):
    rows = [eligible(offering, "Bogotá")]
    ScenarioFactory(offering=offering, name="Mix")

    with pytest.raises(Refusal, match="this name already"):
        composing.save(offering=offering, name="Mix", note="", applications=rows, by=decider)


@pytest.mark.parametrize("role", ["is_staff", "is_reviewer", "is_facilitator"])
def test_saving_and_choosing_are_for_deciders(offering, role):
    person = UserFactory(**{role: True})
    kept = ScenarioFactory(offering=offering)

    with pytest.raises(NotPermitted):
        composing.save(offering=offering, name="x", note="", applications=[], by=person)
    with pytest.raises(NotPermitted):
        composing.choose(scenario=kept, by=person, rationale="Because.")
    with pytest.raises(NotPermitted):
        composing.discard(scenario=kept, by=person)


# --- choosing --------------------------------------------------------------------------------
def test_choose_marks_one_and_is_on_record(offering, decider):
    kept = ScenarioFactory(offering=offering, name="Mix")

    composing.choose(scenario=kept, by=decider, rationale="It is mixed.")

    kept.refresh_from_db()
    assert (kept.is_chosen, kept.chosen_by, kept.rationale) == (True, decider, "It is mixed.")
    record = AuditEvent.objects.get(verb="choose_scenario")
    assert (record.to, record.reason) == ("Mix", "It is mixed.")


def test_choose_needs_a_rationale(offering, decider):
    with pytest.raises(Refusal, match="Say why"):
        composing.choose(scenario=ScenarioFactory(offering=offering), by=decider, rationale=" ")


def test_choose_from_a_stale_page_tells_who_was_quicker(offering, decider):
    first, second = (
        ScenarioFactory(offering=offering, name="One"),
        ScenarioFactory(offering=offering),
    )
    other = UserFactory(is_decider=True, name="Noor")
    composing.choose(scenario=first, by=other, rationale="First.")

    with pytest.raises(MoveRefused, match="Noor chose “One”"):
        composing.choose(scenario=second, by=decider, rationale="Second.")

    assert Scenario.objects.get(chosen_at__isnull=False) == first


def test_choose_instead_of_the_present_one(offering, decider):
    first, second = ScenarioFactory(offering=offering), ScenarioFactory(offering=offering)
    composing.choose(scenario=first, by=decider, rationale="First.")

    composing.choose(scenario=second, by=decider, rationale="Better.", instead_of=str(first.uid))

    assert Scenario.objects.get(chosen_at__isnull=False) == second


def test_choose_hears_that_the_choice_is_gone(offering, decider):
    with pytest.raises(MoveRefused, match="was changed"):
        composing.choose(
            scenario=ScenarioFactory(offering=offering),
            by=decider,
            rationale="Why.",
            instead_of="00000000-0000-4000-8000-000000000000",
        )


def test_discard_spares_the_chosen_one(offering, decider):
    chosen, spare = ScenarioFactory(offering=offering), ScenarioFactory(offering=offering)
    composing.choose(scenario=chosen, by=decider, rationale="Why.")

    composing.discard(scenario=spare, by=decider)
    with pytest.raises(Refusal, match="chosen one"):
        composing.discard(scenario=chosen, by=decider)

    assert list(Scenario.objects.all()) == [chosen]


# --- pages -------------------------------------------------------------------------------------
def page_url(name="composition", **kwargs):
    return reverse(f"cohorts:{name}", kwargs=kwargs or {"slug": "autumn"})


def test_page_compares_up_to_three_sets(client, offering, decider):
    row = eligible(offering, "Bogotá")
    kept = ScenarioFactory.create_batch(4, offering=offering)
    for one in kept:
        one.applications.add(row)

    page = client.get(page_url(), {"set": [str(one.uid) for one in kept]})

    assert len(page.context["shown"]) == 3


def test_page_ranks_no_city_without_a_score(client, offering, decider):
    rows = {name: eligible(offering, name) for name in ("Zaria", "Arica", "Minsk")}
    HandedInFactory(application=rows["Zaria"], score=2)
    page = client.get(page_url())
    shown = page.content.decode()

    assert [str(one.city) for one in page.context["drawn"]] == ["Zaria", "Arica", "Minsk"]
    unscored = shown.index("No score to show yet, by name")
    assert shown.index("Zaria") < unscored < shown.index("Arica")


def test_page_says_when_no_city_has_a_score(client, offering, decider):
    eligible(offering, "Bogotá")
    shown = client.get(page_url()).content.decode()

    assert "Candidates, by name: no score to show yet" in shown
    assert "best score first" not in shown


def test_page_tries_what_is_ticked_without_script(client, offering, decider):
    row = eligible(offering, "Bogotá")

    sent = client.post(
        page_url("composition_save", slug="autumn"), {"do": "try", "city": [str(row.uid)]}
    )
    page = client.get(sent.url)

    assert "csrf" not in sent.url
    assert [side.title for side in page.context["shown"]] == ["Ticked now"]
    assert not Scenario.objects.exists()


def test_page_keeps_what_was_typed_when_a_set_is_refused(client, offering, decider):
    rows = [eligible(offering, f"Town {n}") for n in range(3)]

    page = client.post(
        page_url("composition_save", slug="autumn"),
        {"do": "keep", "city": [str(row.uid) for row in rows], "name": "Too big", "note": "But"},
    )

    text = page.content.decode()
    assert page.status_code == 422
    assert "untick 1 city" in text
    assert 'value="Too big"' in text
    assert text.count(" checked") == 3


def test_page_keeps_the_rationale_when_another_was_quicker(client, offering, decider):
    first, second = (
        ScenarioFactory(offering=offering, name="One"),
        ScenarioFactory(offering=offering),
    )
    composing.choose(scenario=first, by=UserFactory(is_decider=True), rationale="First.")

    page = client.post(
        page_url("composition_choose", uid=second.uid),
        {"rationale": "My long thought", "instead_of": ""},
    )

    assert page.status_code == 409
    assert "My long thought" in page.content.decode()
    assert str(first.uid) in page.content.decode()  # the next try stands for what is shown


def test_select_these_answers_city_by_city(client, offering, decider):
    rows = [eligible(offering, "Bogotá"), eligible(offering, "Gone", state="confirmed")]
    kept = ScenarioFactory(offering=offering)
    kept.applications.set(rows)
    composing.choose(scenario=kept, by=decider, rationale="Why.")

    page = client.post(page_url("composition_select", uid=kept.uid), {"reason": "Together."})

    assert [one.done for one in page.context["results"]] == [True, False]
    assert Application.objects.filter(state="selected").count() == 1


def test_select_these_needs_the_choice_first(client, offering, decider):
    kept = ScenarioFactory(offering=offering)
    kept.applications.add(eligible(offering, "Bogotá"))

    client.post(page_url("composition_select", uid=kept.uid), {"reason": "Together."})

    assert not Application.objects.filter(state="selected").exists()


def test_staff_look_and_do_not_touch(client, offering):
    client.force_login(UserFactory(is_staff=True))
    kept = ScenarioFactory(offering=offering)
    kept.applications.add(eligible(offering, "Bogotá"))

    page = client.get(page_url())

    assert b"Keep this set" not in page.content
    assert client.post(page_url("composition_save", slug="autumn")).status_code == 403
    for name in ("choose", "select", "discard"):
        assert client.post(page_url(f"composition_{name}", uid=kept.uid)).status_code == 403


def test_a_conflict_hides_the_city_inside_a_set(client, offering, decider):
    secret = eligible(offering, "Canaryville")
    kept = ScenarioFactory(offering=offering)
    kept.applications.add(secret)
    RecusalFactory(reviewer=decider, city=secret.city)

    page = client.get(page_url(), {"set": [str(kept.uid)]})

    assert b"Canaryville" not in page.content
    assert page.context["shown"][0].hidden == 1


def test_what_no_set_may_be_called():
    assert not ScenarioForm({"name": "x" * 81}).is_valid()
    assert not ScenarioForm({"name": "a\x00b"}).is_valid()
