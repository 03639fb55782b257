"""A draft, and people to act on it."""

import pytest

from tests.factories import StaffFactory, UserFactory, best_practice_content
from toolkit import checks, making, publishing


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
def unsent(monkeypatch):
    """The broker takes nothing: what is queued stays queued. Returns what would have been sent."""
    sent = []
    monkeypatch.setattr("toolkit.publishing.enqueue", lambda task, *args: sent.append(args))
    return sent


@pytest.fixture
def quick(monkeypatch):
    """No WeasyPrint: layout gives bytes at once, and they pass. Returns the HTML laid out."""
    laid_out = []

    def layout(html):
        laid_out.append(html)
        return b"%PDF-quick"

    monkeypatch.setattr("toolkit.rendering.layout", layout)
    monkeypatch.setattr("toolkit.rendering.tagged", lambda data: data)
    monkeypatch.setattr("toolkit.checks.report", lambda data: checks.Report((), 3))
    return laid_out


@pytest.fixture
def printed(draft, unsent, quick, staff):
    """A draft whose PDF is made."""
    render = publishing.queue_render(draft.latest, staff)
    making.make(render.pk, holder="task-1")
    return draft


@pytest.fixture
def published(printed, staff):
    """Published, with the file that everyone gets."""
    publishing.publish(printed, by=staff)
    making.make(printed.latest.renders.first().pk, holder="task-2")
    return printed
