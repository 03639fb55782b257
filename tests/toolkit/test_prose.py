import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit import prose

ALLOWED = {"p", "br", "strong", "em", "ul", "ol", "li", "a"}


def tags(html):
    return {name.lower() for name in re.findall(r"</?([a-zA-Z][\w-]*)", html)}


def test_html_knows_paragraphs_lists_emphasis_and_links():
    found = prose.html("One *two*\n\n- a\n- b\n\n[see](https://example.org)")

    assert found == (
        "<p>One <em>two</em></p><ul><li>a</li><li>b</li></ul>"
        '<p><a href="https://example.org">see</a></p>'
    )


def test_html_lays_nested_lists_flat():
    assert prose.html("- a\n  - b\n- c") == "<ul><li>a</li><li>b</li><li>c</li></ul>"


def test_html_nests_nothing_in_a_link():
    assert prose.html("[**a** b](https://e.org)") == '<p><a href="https://e.org">a b</a></p>'


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=file:///etc/passwd>",
        "![x](http://evil.example/x.png)",
        "[x](javascript:alert(1))",
        "# Heading\n\n> quote\n\n```\ncode\n```",
        "<table><td colspan=100000>",
        "<div>" * 300,
        "> " * 300 + "deep",
        "- " * 300 + "deep",
        "*" * 5_000,
        "[" * 5_000,
    ],
)
def test_html_shows_all_else_as_text(text):
    assert tags(prose.html(text)) <= ALLOWED


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="<>&\"'*_[]()#`- \nahref:javscipt/!1.", max_size=200))
def test_html_never_lets_a_tag_through(text):
    found = prose.html(text)

    assert tags(found) <= ALLOWED
    assert not re.search(r"<a[^>]*(javascript|data):", found)


def test_lines_keeps_breaks_and_escapes():
    assert prose.lines("a <b>\nc") == "a &lt;b&gt;<br>c"


def test_plain_drops_the_marks():
    assert prose.plain("**a**\n\n- [b](https://e.org)") == "a b"
