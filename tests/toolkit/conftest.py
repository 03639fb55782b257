"""A draft, and people to act on it."""

import pytest

from tests.factories import StaffFactory, UserFactory, best_practice_content
from toolkit import publishing


@pytest.fixture
def staff(db):
    return StaffFactory()


@pytest.fixture
def reader(db):
    return UserFactory()


@pytest.fixture
def content():
    return best_practice_content()


@pytest.fixture
def draft(db, content, staff):
    return publishing.draft_from(
        content=content, city_name="Áporto (demo)", country="PT", source="plan:1", by=staff
    )


@pytest.fixture
def unmade(monkeypatch):
    """Renders are queued but no worker takes them. Returns what was sent."""
    sent = []
    monkeypatch.setattr("toolkit.publishing.enqueue", lambda task, *args: sent.append(args))
    return sent


@pytest.fixture
def quick(monkeypatch):
    """Layout takes no time: the bytes of a file that passes, without WeasyPrint."""
    monkeypatch.setattr("toolkit.rendering.layout", lambda html: html.encode())
    monkeypatch.setattr("toolkit.rendering.tagging.finish", lambda data: b"%PDF-" + data)
    monkeypatch.setattr(
        "toolkit.checks.report", lambda data: __import__("toolkit").checks.Report((), 3)
    )
