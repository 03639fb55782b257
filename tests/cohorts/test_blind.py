"""What a blind review leaves out."""

import pytest

from cohorts import blind

ANSWERS = {
    "lead_name": "María José Peña",
    "lead_email": "mj.pena@portalder.gov",
    "department": "Port Alder Data Office",
    "sponsor": "Ana Ruiz, deputy mayor",
}
WORDS = blind.secrets(city="Bogotá", region="Cundinamarca", country="Colombia", answers=ANSWERS)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Bogotá asks", "[hidden] asks"),
        ("BOGOTA asks", "[hidden] asks"),
        ("Bogota\u0301 asks", "[hidden] asks"),
        ("in Cundinamarca, Colombia.", "in [hidden], [hidden]."),
        ("ask Maria Jose  Peña", "ask [hidden]"),
        ("Peña’s team and Ruiz", "[hidden]’s team and [hidden]"),
        ("write to x.y@else.org or https://bogota.gov.co/ai", "write to [hidden] or [hidden]"),
        ("the Port Alder Data Office", "the [hidden]"),
        ("Anaconda stays, ruizlike stays", "Anaconda stays, ruizlike stays"),
        ("<b>Bogotá</b>", "<b>[hidden]</b>"),
        ("", ""),
    ],
)
def test_blot_hides_names_whatever_their_accents(text, shown):
    assert blind.blot(text, WORDS) == shown


def test_blot_hides_accented_text_for_a_plain_name():
    words = blind.secrets(city="Sao Paulo", region="", country="", answers={})

    assert blind.blot("São Paulo and SÃO PAULO", words) == "[hidden] and [hidden]"


@pytest.mark.parametrize(
    "sponsor", ["City manager", "Deputy Mayor of the Data Office", "Chief of Staff"]
)
def test_a_sponsors_title_hides_no_ordinary_words(sponsor):
    words = blind.secrets(city="Lumiar", region="", country="", answers={"sponsor": sponsor})
    text = "Our city has a mayor, a chief, a manager, data and staff of the office."

    assert blind.blot(text, words) == text


def test_a_sponsors_name_is_hidden_without_the_title():
    given = {"sponsor": "Mayor Ana Ruiz of the city"}
    words = blind.secrets(city="Lumiar", region="", country="", answers=given)

    assert blind.blot("Ruiz asks the mayor", words) == "[hidden] asks the mayor"


def test_blot_leaves_text_alone_when_nothing_is_secret():
    assert blind.blot("We of the hills", []) == "We of the hills"


def test_blot_takes_names_with_signs_for_words():
    words = blind.secrets(city="St. John's (a+b)", region="", country="", answers={})

    assert blind.blot("In St. John's (a+b) we", words) == "In [hidden] we"


@pytest.mark.parametrize(
    ("population", "said"),
    [
        (None, "not known"),
        (0, "not known"),
        (49_999, "under 50,000 people"),
        (50_000, "50,000 to 100,000 people"),
        (700_000, "500,000 to 1,000,000 people"),
        (8_000_000, "5,000,000 people or more"),
    ],
)
def test_band_gives_a_size_and_not_a_city(population, said):
    assert blind.band(population) == said
