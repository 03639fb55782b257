"""The register entry: its fields, and what the plan offers for them."""

from engagement_plans import guide, register
from engagement_plans.reference import shipped

GUIDE = guide.read(shipped("plan_template.json"))
VECTOR = shipped("aia_lite.json")["test_vectors"][1]["answers"]


def offers(values):
    return register.suggestions(GUIDE, {"focus_type": "use_case", **values}, city="Port Alder")


def test_register_has_28_fields_in_groups():
    assert len(register.fields()) == 28
    assert sum(len(fields) for _label, fields in register.grouped()) == 28


def test_every_source_is_a_prompt_of_the_template():
    named = {key for one in register.fields() for key in one.sources if not key.startswith("@")}

    assert named <= set(GUIDE.prompts)


def test_register_offers_the_plans_own_words():
    found = offers({"focus_summary": "A chat assistant."})

    assert [one.text for one in found["short_description"]] == ["A chat assistant."]
    assert found["organization"][0].text == "Port Alder"
    assert found["lawful_basis"] == []


def test_register_offers_no_names_of_people():
    row = {"role": "Director", "name": "Ana Example", "task": "decides", "hours": 2}

    assert "Ana" not in offers({"partners_team": [row]})["department"][0].text


def test_register_offers_no_name_of_a_kind_as_a_name():
    assert offers({})["name"] == []


def test_register_offers_of_a_row_what_the_field_asks_for():
    team = {"role": "Answers to council", "name": "Ana", "task": "signs", "hours": 1}
    harm = {"harm": "A wrong refusal", "who": "vendors", "mitigation": "a desk", "owner": "Ben"}
    found = offers({"partners_team": [team, {}], "rights_harms": [harm]})

    assert found["department"][0].text == "Answers to council"
    assert found["risks"][0].text == "A wrong refusal: vendors; a desk"


def test_columns_that_serve_a_field_are_of_the_template():
    for key, columns in register.COLUMNS.items():
        assert set(columns) <= {column.key for column in GUIDE.prompts[key].columns}


def test_register_offers_the_impact_level_only_when_it_stands():
    some = {"answers": {"R1": "yes"}, "notes": {}}

    assert offers({"rights_aia": some})["risk_level"] == []
    assert offers({"rights_aia": {"answers": VECTOR}})["risk_level"][0].text == "II · Moderate"


def test_register_offers_both_states_that_a_stage_may_mean():
    assert offers({"focus_stage": "deploying"})["status"][0].text == "Pilot or In use"


def test_register_misses_required_fields_only():
    everything = {one.key: "x" for one in register.fields() if one.required}

    assert register.missing(everything) == []
    assert len(register.missing(None)) == len(everything)
