"""Text by people, as safe HTML."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "pre", "code", "h3", "h4"}


def _lower_headings(state: StateCore) -> None:
    """A page has its own first and second headings: those of the text begin at the third."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h3" if token.tag == "h1" else "h4"


def _reader() -> MarkdownIt:
    # maxNesting guards against quotes and lists nested until a renderer recurses too deep.
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 12})
    reader.disable("image")  # "![what](where)" stays as typed: nothing is fetched
    reader.core.ruler.push("lower_headings", _lower_headings)
    return reader


_markdown = _reader()


def render(text: str) -> SafeString:
    """`text` (Markdown) as sanitised HTML: paragraphs, headings, emphasis, lists, quotes, links."""
    html = _markdown.render(text.replace("\x00", ""))
    return mark_safe(  # noqa: S308  nh3 has just decided what may stay
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel="noopener nofollow",
        )
    )
