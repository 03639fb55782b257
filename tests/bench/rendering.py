"""What our documents cost on top of the library that lays them out."""

from weasyprint import CSS, HTML

from tests.bench.measuring import Row, medians
from toolkit import assets, checks, rendering
from toolkit.models import BestPractice

ROUNDS = 5


def rows() -> list[Row]:
    content = BestPractice.objects.filter(state="published").first().latest.content
    issue = rendering.Issue(1, "2026-01-31")
    html = rendering.page_html(content, issue)
    taken = medians(
        {
            "bare": lambda: _bare(html, rendering.VARIANT),
            "plain": lambda: _bare(html, None),
            "ours": lambda: rendering.pdf(content, issue),
            "checked": lambda: checks.report(rendering.pdf(content, issue)),
        },
        ROUNDS,
    )
    same, plain = "bare WeasyPrint, same HTML", "bare WeasyPrint, neither tags nor PDF/A"
    return [
        Row("render_best_practice", taken["ours"], "ms CPU", same, taken["ours"] / taken["bare"]),
        Row("render_over_plain", taken["ours"], "ms CPU", plain, taken["ours"] / taken["plain"]),
        Row("render_and_check", taken["checked"], "ms CPU", same, taken["checked"] / taken["bare"]),
    ]


def _bare(html, variant) -> bytes:
    fetcher = assets.OwnAssets()
    style = CSS(
        string=assets.own_file(rendering.STYLES).decode(), url_fetcher=fetcher, base_url="asset:"
    )
    document = HTML(string=html, url_fetcher=fetcher, base_url="asset:")
    return document.write_pdf(stylesheets=[style], pdf_variant=variant)
