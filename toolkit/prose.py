"""Text by people as HTML that is safe on screen and well-tagged in print.

The ground's Markdown reader serves pages. Print asks for more: no headings that break the order of
levels, no blocks inside list items, nothing nested in a link. So this reader knows paragraphs,
flat lists, emphasis and links only, and shows all else as the text it is.
"""

import re

import nh3
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_reader = MarkdownIt("zero", {"html": False, "breaks": True, "maxNesting": 8}).enable(
    ["list", "emphasis", "link", "newline", "escape", "entity", "backticks"]
)
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a"}
_LINK = re.compile(r"https?://|mailto:|tel:", re.IGNORECASE)


def html(text: str) -> SafeString:
    """Markdown `text` as sanitised HTML: p, ul, ol, li, strong, em, br and a only."""
    body = "".join(_blocks(_reader.parse(text.replace("\x00", ""))))
    return mark_safe(  # noqa: S308  nh3 has just decided what may stay
        nh3.clean(
            body,
            tags=_TAGS,
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel=None,
        )
    )


def plain(text: str) -> str:
    """Markdown `text` without its marks, on one line."""
    words = [
        _words(token.children or []) for token in _reader.parse(text) if token.type == "inline"
    ]
    return " ".join(" ".join(words).split())


def lines(text: str) -> SafeString:
    """Plain text with its line breaks kept, escaped."""
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in text.split("\n")))


def _blocks(tokens):
    """Paragraphs, and lists laid flat: what nests deeper becomes entries of the outermost list."""
    depth, kind, entries = 0, "", []
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
            if depth == 1:
                kind, entries = token.tag, []
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
            if depth == 0:
                yield f"<{kind}>" + "".join(f"<li>{e}</li>" for e in entries if e) + f"</{kind}>"
        elif token.type == "list_item_open":
            entries.append("")
        elif token.type == "inline":
            words = _inline(token.children or [])
            if not depth:
                yield f"<p>{words}</p>"
            elif words:
                entries[-1] += ("<br>" if entries[-1] else "") + words


_MARKS = {
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "em_open": "<em>",
    "em_close": "</em>",
    "softbreak": "<br>",
    "hardbreak": "<br>",
}


def _inline(children) -> str:
    """The HTML of one run of text; a link holds its words only."""
    out, link = [], None
    for token in children:
        if token.type == "link_open":
            link = ([], token.attrGet("href") or "")
        elif token.type == "link_close" and link:
            words, href = escape("".join(link[0])), link[1]
            out.append(f'<a href="{escape(href)}">{words}</a>' if _is_link(href, words) else words)
            link = None
        elif link is not None:
            link[0].append(" " if token.type.endswith("break") else token.content)
        else:
            out.append(_MARKS.get(token.type) or escape(token.content))
    return "".join(out)


def _is_link(href, words):
    return bool(_LINK.match(href)) and bool(words.strip())


def _words(children) -> str:
    return "".join(" " if child.type.endswith("break") else child.content for child in children)
