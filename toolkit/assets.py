"""What a render may fetch: our own named files, and `data:` addresses; nothing else.

WeasyPrint's own fetcher reads files, follows redirects and calls out. This one knows no
protocol but two: `data:` (what the document holds itself) and `asset:NAME` for a name in ASSETS.
"""

from pathlib import Path

from django.contrib.staticfiles import finders
from weasyprint.urls import URLFetcher, URLFetcherResponse

FONTS = "vendor/atkinson-hyperlegible-next"
ASSETS = {
    "asset:regular.ttf": f"{FONTS}/regular.ttf",
    "asset:bold.ttf": f"{FONTS}/bold.ttf",
    "asset:italic.ttf": f"{FONTS}/italic.ttf",
    "asset:bold-italic.ttf": f"{FONTS}/bold-italic.ttf",
}
STYLES = "css/pdf.css"


def own_file(name: str) -> bytes:
    """The bytes of one of our static files. Raises FileNotFoundError."""
    found = finders.find(name)
    if not found:
        raise FileNotFoundError(name)
    return Path(found).read_bytes()


class OwnAssets(URLFetcher):
    """Serves `data:` and ASSETS. All else is refused, and remembered in `refused`."""

    def __init__(self):
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self.refused: list[str] = []

    def fetch(self, url, headers=None):
        if url in ASSETS:
            return URLFetcherResponse(url, own_file(ASSETS[url]), {"Content-Type": "font/ttf"})
        if url.startswith("data:"):
            return super().fetch(url, headers)
        self.refused.append(url[:200])
        raise ValueError("Only our own assets may be fetched.")
