import json

import pytest

from toolkit import content, forms
from toolkit.models import Resource
from toolkit.shapes import WrongShape


def test_the_file_holds_thirty_resources():
    assert len(content.read()) == 30


@pytest.mark.django_db
def test_load_twice_changes_nothing_the_second_time(django_assert_num_queries):
    assert content.load() == 30
    with django_assert_num_queries(1):
        assert content.load() == 0


@pytest.mark.django_db
def test_load_mends_what_differs_and_leaves_what_staff_hid():
    content.load()
    Resource.objects.filter(slug="citizens-jury-ai").update(title="Old", published=False)

    assert content.load() == 1

    row = Resource.objects.get(slug="citizens-jury-ai")
    assert (row.title, row.published) == ("Citizens' jury on an AI trade-off", False)


@pytest.mark.parametrize(
    ("key", "value"),
    [("kind", "toy"), ("effort", "none"), ("steps", []), ("plan_sections", ["x"]), ("extra", 1)],
)
def test_read_refuses_what_is_not_well_formed(tmp_path, key, value):
    resource = json.loads(content.FILE.read_text(encoding="utf-8"))["resources"][0]
    file = tmp_path / "resources.json"
    file.write_text(json.dumps({"resources": [resource | {key: value}]}))

    with pytest.raises(WrongShape, match=r"resources\[0\]"):
        content.read(file)


def test_the_filters_offer_what_the_content_may_hold():
    assert [code for code, _name in forms.KINDS] == list(content.KINDS)
    assert [code for code, _name in forms.EFFORTS] == list(content.EFFORTS)
    assert [code for code, _name in forms.STAGES] == list(content.STAGES)
    assert [code for code, _name in forms.SECTIONS] == list(content.SECTIONS)
    assert [code for code, _name in forms.LEVELS] == list(content.editorial.LEVELS)
