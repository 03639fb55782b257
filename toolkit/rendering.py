"""From the content of an edition to the bytes of its PDF. Pure: storage is the caller's.

One semantic HTML (`templates/pdf/best_practice.html`), laid out by WeasyPrint as PDF/A-3a, then
`tagging.finish` makes PDF/UA-1 of it as well. The same content gives the same bytes, in any
process. WeasyPrint is not thread-safe: call this from processes only, never from a thread pool.
"""

import warnings
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from toolkit import drawing, editorial, pictures, prose, showing, tagging
from toolkit.assets import STYLES, OwnAssets, own_file

VARIANT = "pdf/a-3a"
# Part of the name under which a finished file may be used again: raise it with the design.
DESIGN = 3
PRINT_INK, PRINT_SECOND, PRINT_RULE = "#16202E", "#4A5568", "#DDD6C6"


@dataclass(frozen=True)
class Issue:
    """What the document says of itself. number: of the edition. day: "YYYY-MM-DD".

    A draft has no address: nobody would find it there.
    """

    number: int
    day: str
    address: str = ""
    is_draft: bool = False


def print_palette(accent: str) -> drawing.Palette:
    """Fixed colours for paper. accent: a key of `editorial.ACCENTS`."""
    colour = editorial.ACCENTS[accent]
    return drawing.Palette(
        accent=colour,
        wash="#F1EDE3",
        ink=PRINT_INK,
        second=PRINT_SECOND,
        rule=PRINT_RULE,
        paper="#FFFFFF",
        font="Atkinson Print, DejaVu Sans, Noto Sans, sans-serif",
    )


def page_html(content: dict, issue: Issue) -> str:
    """The document as HTML. content: as `editorial.validated` returns it."""
    with translation.override(content["language"]):
        shown = showing.document(content, print_palette(content["accent"]))
        words = _("Edition %(number)d, %(day)s") % {
            "number": issue.number,
            "day": pictures.day_name(issue.day),
        }
        return render_to_string(
            "pdf/best_practice.html",
            {
                "shown": shown,
                "facts": [(fact["label"], prose.lines(fact["value"])) for fact in content["facts"]],
                "edition_words": words,
                "dated": issue.day,
                "address": issue.address,
                "is_draft": issue.is_draft,
            },
        )


def layout(html: str) -> bytes:
    """`html` as PDF/A-3a, with our own styles and fonts and nothing fetched from elsewhere."""
    fetcher, fonts = OwnAssets(), FontConfiguration()
    styles = CSS(
        string=own_file(STYLES).decode(), url_fetcher=fetcher, font_config=fonts, base_url="asset:"
    )
    with warnings.catch_warnings():
        # WeasyPrint leaves the colour profile it embeds to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        return HTML(string=html, url_fetcher=fetcher, base_url="asset:").write_pdf(
            stylesheets=[styles], font_config=fonts, pdf_variant=VARIANT
        )


def tagged(data: bytes) -> bytes:
    """The laid-out file with what PDF/UA-1 asks on top."""
    return tagging.finish(data)


def pdf(content: dict, issue: Issue) -> bytes:
    """The finished file, not yet checked (see `checks.report`)."""
    return tagged(layout(page_html(content, issue)))
