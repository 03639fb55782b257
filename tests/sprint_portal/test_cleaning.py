"""Text fields: bounded, counted as browsers count, without control characters."""

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from sprint_portal.cleaning import LongText, TextLine, many_lines, one_line


class Letter(forms.Form):
    title = TextLine(max_length=10)
    text = LongText(max_length=20, required=False)


def sent(title="Parks", text=""):
    return Letter({"title": title, "text": text})


def test_text_as_long_as_allowed_passes_although_the_browser_sends_crlf():
    typed = "a\n" * 9 + "ab"  # 20 characters for the browser, 29 bytes on the wire
    form = sent(text=typed.replace("\n", "\r\n"))

    assert form.is_valid()
    assert form.cleaned_data["text"] == typed


def test_text_too_long_is_refused_with_both_numbers_and_kept():
    form = sent(text="x" * 21)

    assert form.errors["text"] == ["Shorten this to 20 characters: it has 21 now."]
    assert "x" * 21 in str(form["text"])


@pytest.mark.parametrize("field", ["title", "text"])
@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x7f", "\ud800"])
def test_control_characters_are_a_form_error_not_a_crash(field, sign):
    form = sent(**{"title": "Parks", field: f"a{sign}b"})

    assert list(form.errors) == [field]
    assert "cannot be shown" in form.errors[field][0]


@pytest.mark.parametrize(
    "sign", [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))]
)
def test_signs_that_turn_the_writing_round_are_left_out(sign):
    form = sent(title=f"a{sign}fdp", text=f"b{sign}c\nd{sign}")

    assert form.is_valid()
    assert form.cleaned_data == {"title": "afdp", "text": "bc\nd"}


def test_letters_written_from_right_to_left_stay():
    assert one_line("مدينة ליד\u200f") == "مدينة ליד\u200f"


def test_line_breaks_in_a_line_become_spaces():
    assert one_line(" Port\r\n\tAlder ") == "Port Alder"


def test_spaces_at_line_ends_are_kept_off_and_indents_kept():
    assert many_lines("one  \r\n  two\t\r\n\r\nthree \n") == "one\n  two\n\nthree"


def test_accents_typed_in_two_parts_become_one_letter():
    assert one_line("Bogota\u0301") == "Bogotá"


@pytest.mark.parametrize("blank", ["", "   ", "\r\n", "\t"])
def test_blank_line_counts_as_missing(blank):
    assert sent(title=blank).errors["title"] == ["This field is required."]


def test_no_control_cuts_a_paste_off():
    assert "maxlength" not in str(sent()["title"]) + str(sent()["text"])
    assert 'data-most="20"' in str(sent()["text"])


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"])))
def test_cleaning_twice_changes_nothing_more(text):
    once = many_lines(text)

    assert many_lines(once) == once
    assert one_line(one_line(text)) == one_line(text)
