"""Text by people, as safe HTML."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_reader = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True})
# Depth guards against text that nests quotes and lists until a renderer recurses too deep.
_reader.options["maxNesting"] = 12

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "code", "h3", "h4"}


def render(text: str) -> SafeString:
    """`text` (Markdown) as sanitised HTML: paragraphs, emphasis, lists, quotes, links."""
    html = _reader.render(text.replace("\x00", ""))
    return mark_safe(  # noqa: S308  nh3 has just decided what may stay
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel="noopener nofollow",
        )
    )
