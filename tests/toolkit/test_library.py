import pytest
from django.contrib.auth.models import AnonymousUser

from toolkit import content, library
from toolkit.folding import fold, words
from toolkit.library import Wish
from toolkit.models import Resource

VISITOR = AnonymousUser()


@pytest.fixture
def loaded(db):
    content.load()


def slugs(**wish):
    return [row.slug for row in library.search(Wish(**wish), user=VISITOR)]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Montréal", " montreal "),
        ("São-Paulo/Água", " sao paulo agua "),
        ("Straße ŁÓDŹ", " strasse łodz "),
        ("ﬁne “quoted”", " fine quoted "),
        ("", "  "),
    ],
)
def test_fold_drops_case_accents_and_signs(text, folded):
    assert fold(text) == folded


def test_words_are_different_and_few():
    assert words("Data data DÁTA " + "w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12 w13") == [
        "data",
        *(f"w{n}" for n in range(1, 12)),
    ]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("montreal", "future-scenario-workshop"),
        ("MONTRÉAL", "future-scenario-workshop"),
        ("juries explainability", "citizens-jury-ai"),
        ("citiz jur", "citizens-jury-ai"),
    ],
)
def test_search_finds_words_by_their_beginning_without_accents(loaded, q, found):
    assert found in slugs(q=q)


def test_search_wants_every_word(loaded):
    assert slugs(q="jury zebra") == []


def test_search_does_not_find_the_middle_of_a_word(loaded):
    assert slugs(q="ontreal") == []


@pytest.mark.parametrize("q", ["%", "_", "'", '"; --', "()", "…"])
def test_search_for_signs_finds_nothing(loaded, q):
    assert slugs(q=q) == []


def test_search_for_nothing_finds_all(loaded):
    assert len(slugs()) == len(slugs(q="  ")) == 30


def test_search_puts_titles_first(loaded):
    found = slugs(q="public")

    titled = [slug for slug in found if "public" in Resource.objects.get(slug=slug).title.lower()]
    assert len(titled) < len(found)
    assert found[: len(titled)] == titled


@pytest.mark.parametrize(
    ("wish", "test"),
    [
        ({"kind": "policy"}, lambda row: row.kind == "policy"),
        ({"effort": "high"}, lambda row: row.effort == "high"),
        ({"stage": "staffing"}, lambda row: "staffing" in row.content["ai_stages"]),
        ({"level": "empower"}, lambda row: "empower" in row.content["iap2_levels"]),
        ({"section": "rights"}, lambda row: "rights" in row.content["plan_sections"]),
        ({"language": "en"}, lambda row: row.language == "en"),
    ],
)
def test_each_filter_keeps_what_it_names_and_nothing_else(loaded, wish, test):
    wanted = {row.slug for row in Resource.objects.all() if test(row)}

    assert set(slugs(**wish)) == wanted
    assert wanted


def test_filters_and_words_together(loaded):
    found = library.search(Wish(q="residents", kind="method", effort="high"), user=VISITOR)

    assert found
    assert all(row.kind == "method" and row.effort == "high" for row in found)


def test_search_takes_one_query(loaded, django_assert_num_queries):
    with django_assert_num_queries(1):
        slugs(q="ai", kind="method", stage="designing")


def test_hidden_resources_are_for_staff(loaded, staff):
    Resource.objects.filter(slug="data-walk").update(published=False)

    assert "data-walk" not in slugs()
    assert "data-walk" in [row.slug for row in library.search(Wish(), user=staff)]


def test_suggested_is_easy_and_of_different_kinds(loaded):
    found = library.suggested(user=VISITOR)

    assert len(found) == 3
    assert {row.effort for row in found} == {"low"}
    assert len({row.kind for row in found}) == 3


def test_kin_shares_sections_and_is_not_itself(loaded):
    row = Resource.objects.get(slug="citizens-jury-ai")
    found = library.kin(row, user=VISITOR)

    assert row not in found
    assert all(
        set(other.content["plan_sections"]) & set(row.content["plan_sections"]) for other in found
    )


def test_best_practices_are_the_published_ones(published):
    assert library.best_practices(Wish(), user=VISITOR) == [published]
    assert library.best_practices(Wish(q="aporto asked"), user=VISITOR) == [published]
    assert library.best_practices(Wish(q="zebra"), user=VISITOR) == []
    assert library.best_practices(Wish(kind="method"), user=VISITOR) == []


def test_drafts_are_no_best_practices_yet(printed, staff):
    assert library.best_practices(Wish(), user=staff) == []
