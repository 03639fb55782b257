"""Markdown becomes HTML that can do nothing but be read."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sprint_portal.markdown import render

ALLOWED = {
    "p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "pre", "code", "h3", "h4",
}  # fmt: skip
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\nscript:alert(1))",
    "<a href='https://example.org' onclick='alert(1)'>x</a>",
    "![x](https://example.org/track.png)",
    "[x](https://example.org \"t' onmouseover='alert(1)\")",
    "<p style='position:fixed'>x</p>",
    "`<script>`",
    '<https://example.org/"onmouseover=alert(1)>',
    "[x][y]\n\n[y]: javascript:alert(1)",
]


class Reader(HTMLParser):
    """Collects what a browser would make of it."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes = set(), []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs


def assert_harmless(html):
    found = Reader(html)
    assert found.tags <= ALLOWED
    assert {name for name, _ in found.attributes} <= {"href", "rel", "title"}
    for name, value in found.attributes:
        if name == "href":
            scheme = value.split(":")[0].lower() if ":" in value.split("/")[0] else ""
            assert scheme in ("", "http", "https", "mailto", "tel")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_harmless(text):
    assert_harmless(render(text))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*HOSTILE, "> ", "* ", "\n", "\n\n", "`", "**", "a", "\x00", "#"])))
def test_any_mixture_is_harmless(pieces):
    assert_harmless(render("".join(pieces)))


def test_plain_marks_are_rendered():
    html = render("**Who** says *what*\nto whom\n\n1. one\n2. two\n\n> said")

    assert "<strong>Who</strong> says <em>what</em><br>" in html
    assert "<ol>" in html
    assert "<blockquote>" in html


def test_headings_begin_below_the_headings_of_the_page():
    assert render("# Aim\n\n## Means") == "<h3>Aim</h3>\n<h4>Means</h4>\n"


def test_links_neither_vouch_for_nor_tell_the_other_site():
    assert render("[x](https://example.org/)") == (
        '<p><a href="https://example.org/" rel="noopener nofollow">x</a></p>\n'
    )


def test_deep_nesting_ends():
    assert_harmless(render("> " * 5_000 + "deep"))
    assert_harmless(render("*" * 20_000))
