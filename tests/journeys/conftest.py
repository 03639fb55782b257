"""A real browser for the journeys: each test gets contexts of its own, watched for faults.

A journey fails when the page's console shows an error (a breach of our Content-Security-Policy
is one), when a script fails, or when anything asks another host.
"""

import os
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import expect, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
AXE = Path(__file__).parent.parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Chromium asks nothing of the outside by itself.
QUIET = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--no-first-run",
    "--no-pings",
]
PATIENCE = 15_000  # milliseconds for a page or a wording to come, on a machine with much to do
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all journeys of this process."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def _people_with_roles_come_in(settings):
    """The second factor has journeys of its own, which switch this back on."""
    settings.SECOND_FACTOR_REQUIRED = False


class Watch:
    """Collects what goes wrong in a test's pages."""

    def __init__(self, site: str):
        self.site = site
        self.faults: list[str] = []
        self.forgiven: list[str] = []

    def forgive(self, words: str):
        """Faults that contain `words` are meant to happen in this journey."""
        self.forgiven.append(words)

    def follow(self, page):
        page.on("console", lambda line: line.type == "error" and self._note(line.text))
        page.on("pageerror", lambda fault: self._note(str(fault)))
        page.on("request", self._stays_here)

    def _stays_here(self, request):
        if not request.url.startswith((self.site, "data:", "blob:", "about:")):
            self._note(f"asked another host: {request.url}")

    def _note(self, words):
        self.faults.append(words)

    def unforgiven(self) -> list[str]:
        return [
            fault for fault in self.faults if not any(words in fault for words in self.forgiven)
        ]


@pytest.fixture
def watch(live_server):
    """Faults of this test's pages; `watch.forgive("status of 403")` where one is meant."""
    watching = Watch(live_server.url)
    yield watching
    assert watching.unforgiven() == []


@pytest.fixture
def new_context(browser, live_server, watch):
    """new_context(width=1280, javascript=True, **more) gives a browser context, closed at the end.

    more: as for Playwright's `browser.new_context`.
    """
    opened = []

    def make(*, width=1280, javascript=True, **more):
        context = browser.new_context(
            **{
                "base_url": live_server.url,
                "viewport": {"width": width, "height": 900},
                "java_script_enabled": javascript,
                "timezone_id": "America/Bogota",
                "locale": "en-GB",
                "reduced_motion": "reduce",
                **more,
            }
        )
        context.set_default_timeout(PATIENCE)
        context.on("page", watch.follow)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def visitor(new_context):
    """visitor(**as new_context) gives a page of someone not signed in."""
    return lambda **options: new_context(**options).new_page()


@pytest.fixture
def page_as(new_context, live_server, settings):
    """page_as(user, **as new_context) gives a page of `user`, signed in already."""

    def make(user, **options):
        client = Client()
        client.force_login(user)
        context = new_context(**options)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )
        return context.new_page()

    return make


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def javascript(request):
    """The journey runs twice: with JavaScript and without."""
    return request.param


@pytest.fixture
def axe():
    """axe(page) fails with every accessibility rule that the page breaks; needs JavaScript."""
    source = AXE.read_text(encoding="utf-8")

    def look(page, *, leave_out=()):
        page.evaluate(source)  # a script tag would be refused by our own policy
        result = page.evaluate(
            "([tags, out]) => axe.run({exclude: out}, {runOnly: {type: 'tag', values: tags}})",
            [RULES, list(leave_out)],
        )
        broken = [
            f"{rule['id']}: {rule['help']} at {[node['target'] for node in rule['nodes']][:5]}"
            for rule in result["violations"]
        ]
        assert broken == [], page.url

    return look
