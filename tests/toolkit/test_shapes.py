import pytest

from toolkit import shapes
from toolkit.shapes import WrongShape


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\r\nb", "a\nb"),
        ("a\x00b", "ab"),
        ("e\u0301", "é"),
        ("\u202eevil", "evil"),
        ("\ud800x", "x"),
    ],
)
def test_clean_keeps_what_can_be_printed(given, kept):
    assert shapes.clean(given) == kept


def test_record_names_the_key_it_does_not_know():
    with pytest.raises(WrongShape, match=r"content: 'script' is not known"):
        shapes.record({"a": shapes.line(5)})({"a": "x", "script": 1}, "content")


def test_record_names_the_key_that_is_missing():
    with pytest.raises(WrongShape, match=r"'a' is missing"):
        shapes.record({"a": shapes.line(5)})({}, "content")


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (shapes.text(3), "four"),
        (shapes.text(9), 4),
        (shapes.whole(1, 4), 5),
        (shapes.whole(1, 4), True),
        (shapes.share, 1.2),
        (shapes.share, float("nan")),
        (shapes.day, "31 March"),
        (shapes.day, None),
        (shapes.web_address, "javascript:alert(1)"),
        (shapes.web_address, "https://"),
        (shapes.one_of("a"), ["a"]),
        (shapes.many(shapes.share, 2), [0, 0, 0]),
        (shapes.many(shapes.share, 2), "ab"),
        (shapes.by_type({"a": shapes.record({})}), {"type": "b"}),
        (shapes.by_type({"a": shapes.record({})}), []),
        (shapes.yes_or_no, 1),
    ],
)
def test_readers_refuse_what_does_not_fit(reader, value):
    with pytest.raises(WrongShape):
        reader(value, "here")
