"""How long a render takes beside bare WeasyPrint on the same HTML: for the bench, not a test.

`measure()` returns CPU seconds. Bare: WeasyPrint's own path with the same styles and variant.
Ours: template, layout, tagging and checks, which is all that a worker does before storage.
"""

import json
import time

from toolkit import checks, demo, editorial, rendering
from toolkit.rendering import Issue

ISSUE = Issue(1, "2026-06-01", "https://portal.example/best-practices/larkhaven/")


def demo_content(name: str = demo.FILES[0]) -> dict:
    """The content of a demo best practice."""
    return editorial.validated(json.loads((demo.DATA / name).read_text(encoding="utf-8")))


def bare(html: str) -> bytes:
    """WeasyPrint alone."""
    return rendering.layout(html)


def ours(content: dict) -> checks.Report:
    """All that a worker does before it stores the file."""
    return checks.report(rendering.pdf(content, ISSUE))


def measure(rounds: int = 5) -> dict[str, float]:
    """{"bare", "ours": the least CPU seconds of `rounds`, "ratio": ours to bare}."""
    content = demo_content()
    html = rendering.page_html(content, ISSUE)
    ours(content), bare(html)  # warm
    times = {"bare": [], "ours": []}
    for _round in range(rounds):
        times["bare"].append(_spent(bare, html))
        times["ours"].append(_spent(ours, content))
    least = {name: min(found) for name, found in times.items()}
    return least | {"ratio": least["ours"] / least["bare"]}


def _spent(work, argument) -> float:
    start = time.process_time()
    work(argument)
    return time.process_time() - start


def render() -> dict[str, float]:
    """For the bench: see `measure`."""
    return measure()
