import gzip
import json
import sys
import unicodedata
import zoneinfo
from collections import Counter
from dataclasses import FrozenInstanceError

import pytest
from django.core.management.base import CommandError
from hypothesis import given
from hypothesis import strategies as st

from cohorts import cities
from cohorts.management.commands import build_cities
from cohorts.management.commands.build_cities import City

EVERYWHERE = list(cities.everywhere())
places = st.sampled_from(EVERYWHERE)


def labels(text, **narrowed):
    return [place.label for place in cities.search(text, **narrowed)]


# Folding


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Bogotá", "bogota"),
        ("ŁÓDŹ", "lodz"),
        ("Tromsø", "tromso"),
        ("Gießen", "giessen"),
        ("İstanbul", "istanbul"),
        ("Diyarbakır", "diyarbakir"),
        ("  Saint-Denis,\tD.F. ", "saint denis d f"),
        ("Nuku‘alofa", "nuku alofa"),
        ("Medell\u0069\u0301n", "medellin"),
        ("a\0b", "a b"),
        ("", ""),
    ],
)
def test_fold_leaves_plain_small_letters(text, folded):
    assert cities.fold(text) == folded


@given(st.text())
def test_fold_twice_is_fold(text):
    assert cities.fold(cities.fold(text)) == cities.fold(text)


def test_fold_twice_is_fold_for_every_character():
    every = (chr(code) for code in range(sys.maxunicode + 1))
    folded = {cities.fold(f"a{char}b") for char in every if unicodedata.category(char) != "Cn"}
    assert [text for text in folded if cities.fold(text) != text] == []


@given(st.text())
def test_fold_does_not_care_for_capitals(text):
    assert cities.fold(text.casefold()) == cities.fold(text)


# Search


@pytest.mark.parametrize("typed", ["bogota", "BOGOTA", "Bogotá", " bogo\u0301tá "])
def test_search_ignores_accents_and_capitals(typed):
    assert cities.search(typed) == cities.search("Bogotá")
    first = cities.search(typed)[0]
    assert (first.id, first.country, first.zone) == (3688689, "CO", "America/Bogota")
    assert first.population > 7_000_000


@given(places)
def test_search_finds_every_place_by_its_folded_name(place):
    assert place in cities.search(cities.fold(place.name), limit=1000)


@given(places)
def test_search_finds_every_place_by_a_beginning_of_its_name(place):
    begun = cities.fold(place.name)[:4]
    assert place in cities.search(begun, country=place.country, limit=10_000)


def test_search_finds_every_place_first_by_its_label():
    lost = [place.label for place in EVERYWHERE if cities.search(place.label, limit=1) != [place]]
    assert lost == []


def test_search_tells_both_kansas_cities_apart():
    assert labels("kansas city") == [
        "Kansas City, Missouri, United States",
        "Kansas City, Kansas, United States",
    ]


def test_search_finds_three_meridas_of_three_zones():
    found = [place for place in cities.search("merida") if place.name == "Mérida"]

    assert [(place.country, place.zone) for place in found] == [
        ("MX", "America/Merida"),
        ("VE", "America/Caracas"),
        ("ES", "Europe/Madrid"),
    ]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("münchen", "Munich"),
        ("ciudad de mex", "Mexico City"),
        ("cidade do méxico", "Mexico City"),
        ("nueva york", "New York City"),
        ("roma, italy", "Rome"),
        ("coeur dalene", "Coeur d'Alene"),
    ],
)
def test_search_knows_other_names(typed, name):
    assert cities.search(typed)[0].name == name


def test_search_finds_later_words_below_first_words():
    names = [place.name for place in cities.search("paulo", limit=40)]

    assert names[0].startswith("Paulo")
    assert "São Paulo" in names
    assert names.index("São Paulo") > names.index("Paulo Afonso")
    assert cities.search("janeiro")[0].name == "Rio de Janeiro"


def test_search_puts_the_exact_name_before_larger_beginnings():
    found = cities.search("san juan")
    exact = [cities.fold(place.name) == "san juan" for place in found]

    assert exact == sorted(exact, reverse=True)
    sizes = [place.population for place, whole in zip(found, exact, strict=True) if whole]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("typed", ["s", "sa", "san ", "lim"])
def test_search_names_a_place_once_and_keeps_to_the_limit(typed):
    found = cities.search(typed, limit=30)
    assert len(found) == len(set(found)) == 30
    assert cities.search(typed, limit=5) == found[:5]


@pytest.mark.parametrize("limit", [0, -1])
def test_search_for_nothing_finds_nothing(limit):
    assert cities.search("bogota", limit=limit) == []


@pytest.mark.parametrize("country", ["MX", "mx"])
def test_search_keeps_to_a_country(country):
    found = cities.search("san", country=country)
    assert {place.country for place in found} == {"MX"}
    assert len(found) == 12


@pytest.mark.parametrize(
    "typed",
    ["Kansas City, mis", "kansas city, United States, missouri", "Kansas City (MISSOURI)"],
)
def test_search_narrows_by_what_follows_the_comma(typed):
    assert labels(typed) == ["Kansas City, Missouri, United States"]


def test_search_takes_the_words_after_the_comma_in_order_first():
    assert labels("bluefield, virginia") == [
        "Bluefield, Virginia, United States",
        "Bluefield, West Virginia, United States",
    ]


def test_search_puts_a_place_of_this_name_before_one_once_called_so():
    assert [place.name for place in cities.search("roma", limit=2)] == ["Roma", "Rome"]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        ",",
        ", Brazil",
        "(",
        "\0",
        "\0" * 50,
        "🏙️",
        "القاهرة",
        "ירושלים",
        "\u202eatogob",
        "\ud800",
        "%_'\";--",
        "\U0010ffff",
        "bogota" * 1000,
        "x" * 10_000_000,
        "bogota, nowhere",
        "zzzzzz",
    ],
    ids=lambda typed: ascii(typed[:12]),
)
def test_search_answers_odd_input_with_nothing(typed):
    assert cities.search(typed) == []


@given(st.text(), st.text(max_size=3), st.integers(-2, 20))
def test_search_never_fails(text, country, limit):
    found = cities.search(text, country=country, limit=limit)
    assert len(found) <= max(limit, 0)


def test_longest_label_can_be_searched():
    assert max(len(place.label) for place in EVERYWHERE) < cities.LONGEST_SEARCH


# One place


@given(places)
def test_place_is_found_by_its_id(place):
    assert cities.by_id(place.id) == place


@pytest.mark.parametrize("id_", [0, -1, 10**30])
def test_place_unknown_is_refused(id_):
    with pytest.raises(cities.UnknownPlace, match=str(id_)):
        cities.by_id(id_)


def test_place_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        cities.by_id(3688689).name = "Santa Fe"


def test_place_label_leaves_out_what_is_missing():
    place = cities.Place(1, "Port Alder", "", "UY", "America/Montevideo", 9000, "near Rocha")
    assert place.label == "Port Alder (near Rocha), Uruguay"


# Countries


@pytest.mark.parametrize(
    ("code", "name", "continent"),
    [
        ("US", "United States", "NA"),
        ("CR", "Costa Rica", "NA"),
        ("BR", "Brazil", "SA"),
        ("NA", "Namibia", "AF"),
        ("DE", "Germany", "EU"),
        ("??", "??", ""),
        ("", "", ""),
    ],
)
def test_country_has_name_and_continent(code, name, continent):
    assert (cities.country_name(code), cities.continent(code)) == (name, continent)


def test_americas_reach_from_north_to_south():
    inside = [cities.continent(code) in cities.AMERICAS for code in ("CA", "JM", "CL", "ES", "")]
    assert inside == [True, True, True, False, False]


# The whole table


def test_table_holds_the_places_promised():
    assert len(EVERYWHERE) > 40_000
    for place in EVERYWHERE:
        in_americas = cities.continent(place.country) in cities.AMERICAS
        assert place.population >= (5_000 if in_americas else 15_000), place


def test_table_has_no_two_places_that_read_alike():
    read = Counter(cities.fold(place.label) for place in EVERYWHERE)
    assert [label for label, times in read.items() if times > 1] == []


def test_table_names_only_zones_that_exist():
    assert {place.zone for place in EVERYWHERE} <= zoneinfo.available_timezones()


def test_table_names_only_known_countries():
    codes = {place.country for place in EVERYWHERE}
    assert [code for code in codes if not cities.continent(code)] == []


def test_table_names_the_region_of_nearly_every_place():
    unnamed = [place for place in EVERYWHERE if not place.region]
    assert len(unnamed) < 200
    assert not {place.country for place in unnamed} & {"US", "CA", "MX", "BR", "AR", "CO", "PE"}


def test_table_can_be_typed_on_a_plain_keyboard():
    assert [place for place in EVERYWHERE if not cities.fold(place.name).isascii()] == []


def test_table_keys_are_the_folded_names():
    lines = gzip.decompress(cities.CITIES.read_bytes()).decode().splitlines()
    assert tuple(lines[0].split("\t")) == cities.COLUMNS
    for line in lines[1:]:
        _, name, key, *_, alternates = line.split("\t")
        assert (key or name.lower()) == cities.fold(name)
        assert all(other == cities.fold(other) != "" for other in alternates.split("|") if other)


def test_table_is_small():
    assert cities.CITIES.stat().st_size < 1_000_000


def test_table_credits_its_source():
    readme = (cities.DATA / "README.md").read_text("utf-8")
    for credit in (readme, cities.CREDIT):
        assert "GeoNames" in credit
        assert "CC BY 4.0" in credit
    assert "https://creativecommons.org/licenses/by/4.0/" in readme


# Building it (made-up places)


def made_up(id_, name, *, population=20_000, at=(0.0, 0.0), region="Coast", **more):
    told = {"country": "BR", "continent": "SA", "zone": "America/Bahia", "others": (), **more}
    return City(
        id=id_,
        name=name,
        region=region,
        population=population,
        latitude=at[0],
        longitude=at[1],
        **told,
    )


def test_build_keeps_the_larger_of_two_records_of_one_place():
    large, small = made_up(1, "Alder"), made_up(2, "Álder", population=9_000, at=(0.05, 0.0))
    assert build_cities.one_of_each([small, large]) == [large]


def test_build_keeps_namesakes_that_are_apart_or_elsewhere():
    kept = [made_up(1, "Alder"), made_up(2, "Alder", at=(1, 1)), made_up(3, "Alder", region="Hill")]
    assert sorted(city.id for city in build_cities.one_of_each(kept)) == [1, 2, 3]


def test_build_tells_namesakes_apart_by_the_nearest_larger_city():
    found = build_cities.told_apart(
        [
            made_up(1, "Alder", at=(0, 0)),
            made_up(2, "Alder", at=(9, 9)),
            made_up(3, "Port Low", population=90_000, at=(0, 1)),
            made_up(4, "Port High", population=90_000, at=(9, 8)),
        ]
    )
    assert [city.hint for city in found] == ["near Port Low", "near Port High", "", ""]


def test_build_adds_distance_and_way_when_both_are_near_the_same_city():
    found = build_cities.told_apart(
        [
            made_up(1, "Alder", at=(1, 0)),
            made_up(2, "Alder", at=(0, 2)),
            made_up(3, "Port Low", population=90_000),
        ]
    )
    assert [city.hint for city in found] == [
        "111 km north of Port Low",
        "222 km east of Port Low",
        "",
    ]


def test_build_refuses_places_that_stay_alike():
    twins = [made_up(1, "Alder", at=(1, 0)), made_up(2, "Alder", at=(5, 5))]
    with pytest.raises(CommandError, match="read alike"):
        build_cities.told_apart(twins)


@pytest.mark.parametrize(
    ("others", "kept"),
    [
        (("Port Alder", "porto arudaru", "ALD", "Алдер"), ["port alder"]),
        (("Aldr", "Aldř"), []),
        (("Ald", "Alder"), []),
        (("Vila Nova", "Vila Nova de Alder"), ["vila nova de alder"]),
    ],
)
def test_build_keeps_other_names_that_people_may_type(others, kept):
    assert build_cities.alternates(made_up(1, "Alder", others=others)) == kept


def test_build_leaves_out_other_names_of_small_towns_abroad():
    town = made_up(1, "Alder", others=("Old Elm",), country="US", continent="NA")
    assert build_cities.alternates(town) == []
    assert build_cities.alternates(made_up(2, "O'Elm", country="US", continent="NA")) == ["oelm"]


def test_build_packs_the_same_bytes_in_any_order():
    rows = [made_up(id_, f"Alder {id_}") for id_ in range(9)]
    assert build_cities.packed(rows) == build_cities.packed(rows[::-1])


@pytest.fixture
def source(tmp_path):
    def record(id_, name, **told):
        return {
            "geonameid": id_,
            "name": name,
            "countrycode": "BR",
            "admin1code": "05",
            "timezone": "America/Bahia",
            "population": 9_000,
            "latitude": 0.0,
            "longitude": float(id_),
            "alternatenames": [],
            **told,
        }

    lands = {
        "BR": {"name": "Brazil", "continentcode": "SA"},
        "ES": {"name": "Spain", "continentcode": "EU"},
    }
    small = [record(1, "Alder"), record(2, "Elm", population=4_999)]
    large = [
        record(3, "Oak", countrycode="ES", population=15_000),
        record(4, "Ash", countrycode="ES"),
    ]
    (tmp_path / "countries.json").write_text(json.dumps(lands))
    for name, rows in (("cities5000.json", small + large), ("cities15000.json", large)):
        (tmp_path / name).write_text(json.dumps({str(row["geonameid"]): row for row in rows}))
    (tmp_path / "regions.tsv").write_text("Bahia\tBR-BA\tBR.05\nPonto\t\tBR.05.01\n", "utf-8")
    return tmp_path


def build(source):
    made = {"cities": source / "made.tsv.gz", "countries": source / "made.tsv"}
    build_cities.Command().handle(source=source, regions=source / "regions.tsv", **made)
    return made


def test_build_writes_both_tables(source, capsys):
    made = build(source)

    rows = gzip.decompress(made["cities"].read_bytes()).decode().splitlines()
    assert rows[1:] == [
        "1\tAlder\t\tBahia\tBR\tAmerica/Bahia\t9000\t\t",
        "3\tOak\t\t\tES\tAmerica/Bahia\t15000\t\t",
    ]
    assert made["countries"].read_text().splitlines() == [
        "code\tname\tcontinent",
        "BR\tBrazil\tSA",
        "ES\tSpain\tEU",
    ]
    assert capsys.readouterr().out.startswith("2 cities, ")


def test_build_says_what_cannot_be_read(source):
    (source / "cities5000.json").unlink()
    with pytest.raises(CommandError, match=r"cannot be read.*cities5000\.json"):
        build(source)
    assert not (source / "made.tsv.gz").exists()
