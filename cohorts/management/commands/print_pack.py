"""Lay out one decision pack: HTML on standard input, PDF on standard output.

Called by `cohorts.packing.pdf` as a process of its own.
"""

import sys
import warnings

from django.core.management.base import BaseCommand
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from toolkit import rendering
from toolkit.assets import OwnAssets, own_file

STYLES = "css/pack.css"


class Command(BaseCommand):
    help = "Reads a decision pack as HTML and writes it as PDF."
    requires_system_checks: list[str] = []

    def handle(self, *args, **options):
        sys.stdout.buffer.write(layout(sys.stdin.buffer.read().decode("utf-8")))


def layout(html: str) -> bytes:
    """`html` as PDF/A-3a and PDF/UA-1, in which nothing was fetched from elsewhere."""
    fetcher, fonts = OwnAssets(), FontConfiguration()
    styles = CSS(
        string=own_file(STYLES).decode(), url_fetcher=fetcher, font_config=fonts, base_url="asset:"
    )
    with warnings.catch_warnings():
        # WeasyPrint leaves the colour profile it embeds to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        laid_out = HTML(string=html, url_fetcher=fetcher, base_url="asset:").write_pdf(
            stylesheets=[styles], font_config=fonts, pdf_variant=rendering.VARIANT
        )
    return rendering.tagged(laid_out)
