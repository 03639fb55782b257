from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.storage import default_storage
from django.utils import timezone

from toolkit import checks, making, publishing, tasks
from toolkit.models import Render


@pytest.fixture
def render(draft, unsent, staff):
    return publishing.queue_render(draft.latest, staff)


def stored(render):
    with default_storage.open(render.file.name) as file:
        return file.read()


def set_back(render, **fields):
    Render.objects.filter(pk=render.pk).update(**fields)


def test_make_stores_the_file_under_a_random_name(render, quick):
    making.make(render.pk, holder="a")

    render.refresh_from_db()
    assert (render.state, render.pages, render.size) == ("done", 3, len(b"%PDF-quick"))
    assert stored(render) == b"%PDF-quick"
    assert "aporto" not in render.file.name
    assert making.finished(render.edition) == render


def test_make_twice_makes_one_file(render, quick):
    for holder in ("a", "b"):
        making.make(render.pk, holder=holder)

    assert len(quick) == 1


def test_only_one_worker_gets_the_lease(render, quick, monkeypatch):
    """While one worker lays out, the same message reaches another."""
    inner = making.rendering.page_html

    def meanwhile(*args):
        monkeypatch.setattr("toolkit.rendering.page_html", inner)
        making.make(render.pk, holder="b")
        render.refresh_from_db()
        assert (render.state, render.holder) == ("running", "a")
        return inner(*args)

    monkeypatch.setattr("toolkit.rendering.page_html", meanwhile)
    making.make(render.pk, holder="a")

    render.refresh_from_db()
    assert (render.state, render.attempts, len(quick)) == ("done", 1, 1)


def test_steps_are_said_in_order(render, quick, monkeypatch):
    said = []
    inner = making._step
    monkeypatch.setattr(making, "_step", lambda r, step: (said.append(step), inner(r, step)))

    making.make(render.pk, holder="a")

    assert said == ["layout", "checks", "storage"]


def test_same_digest_reuses_the_file(render, quick, staff):
    making.make(render.pk, holder="a")
    second = render.edition.renders.create()

    making.make(second.pk, holder="b")

    second.refresh_from_db()
    render.refresh_from_db()
    assert second.state == "done"
    assert second.file.name == render.file.name
    assert len(quick) == 1


def test_a_lost_file_is_made_again(render, quick):
    making.make(render.pk, holder="a")
    render.refresh_from_db()
    default_storage.delete(render.file.name)
    second = render.edition.renders.create()

    making.make(second.pk, holder="b")

    assert len(quick) == 2
    assert stored(second.edition.renders.first()) == b"%PDF-quick"


def test_another_text_is_another_digest(render, quick, staff, draft):
    before = making.print_digest(draft.latest)
    publishing.edit(draft, changes={"summary": "x"}, digest=draft.latest.digest, by=staff)

    assert making.print_digest(draft.latest) != before


def failing(monkeypatch, fault):
    def layout(html):
        raise fault

    monkeypatch.setattr("toolkit.rendering.layout", layout)


def test_too_slow_a_document_fails_at_once_with_the_reason(render, monkeypatch):
    failing(monkeypatch, SoftTimeLimitExceeded())

    making.make(render.pk, holder="a")

    render.refresh_from_db()
    assert (render.state, render.reason) == (
        "failed",
        "Making the file took longer than 45 seconds.",
    )


@pytest.mark.parametrize("fault", [RecursionError(), MemoryError(), ValueError("x")])
def test_what_cannot_be_laid_out_fails_with_the_reason(render, monkeypatch, fault):
    failing(monkeypatch, fault)

    making.make(render.pk, holder="a")

    render.refresh_from_db()
    assert render.state == "failed"
    assert type(fault).__name__ in render.reason


def test_a_file_with_problems_is_not_given_out(render, quick, monkeypatch):
    monkeypatch.setattr("toolkit.checks.report", lambda d: checks.Report(("No title.",), 3))

    making.make(render.pk, holder="a")

    render.refresh_from_db()
    assert (render.state, render.reason, render.file.name) == ("failed", "No title.", "")


def test_storage_that_fails_is_tried_again_and_then_given_up(render, quick, monkeypatch):
    def full(*args):
        raise OSError

    monkeypatch.setattr(default_storage, "save", full)
    states = []
    for holder in "abc":
        making.make(render.pk, holder=holder)
        render.refresh_from_db()
        states.append(render.state)

    assert states == ["queued", "queued", "failed"]


def test_a_failed_render_can_be_asked_for_again(render, monkeypatch, staff, draft, quick):
    failing(monkeypatch, ValueError())
    making.make(render.pk, holder="a")

    again = publishing.queue_render(draft.latest, staff)

    assert again != render
    assert again.state == "queued"


# --- workers that die --------------------------------------------------------------
def test_the_same_task_handed_out_again_takes_its_own_lease(render, quick):
    set_back(render, state="running", holder="a", attempts=1, leased_until=timezone.now())

    making.make(render.pk, holder="b")
    assert Render.objects.get().state == "running"

    making.make(render.pk, holder="a")
    assert Render.objects.get().state == "done"


def test_a_task_without_a_name_takes_no_lease_that_is_held(render, quick):
    set_back(render, state="running", holder="", attempts=1, leased_until=timezone.now())

    making.make(render.pk, holder="")

    assert Render.objects.get().state == "running"


def test_sweep_queues_again_what_lost_its_worker(render):
    past = timezone.now() - timedelta(seconds=1)
    set_back(render, state="running", step="layout", attempts=1, leased_until=past)

    assert making.sweep() == [render.pk]

    render.refresh_from_db()
    assert (render.state, render.step) == ("queued", "")


def test_sweep_leaves_a_living_worker_alone(render):
    set_back(render, state="running", leased_until=timezone.now() + timedelta(seconds=30))

    assert making.sweep() == []


def test_third_death_is_the_last(render):
    past = timezone.now() - timedelta(seconds=1)
    set_back(render, state="running", attempts=3, leased_until=past)

    assert making.sweep() == []

    render.refresh_from_db()
    assert render.state == "failed"
    assert "stopped 3 times" in render.reason


def test_third_death_is_the_last_for_a_task_that_is_handed_out_again(render, quick):
    set_back(render, state="running", holder="a", attempts=3)

    making.make(render.pk, holder="a")

    assert Render.objects.get().state == "failed"
    assert quick == []


def test_sweep_sends_again_what_never_reached_the_queue(render):
    set_back(render, sent_at=timezone.now() - timedelta(minutes=2))

    assert making.sweep() == [render.pk]
    assert making.sweep() == []  # just sent


def test_a_worker_that_lost_its_lease_cannot_finish(render, quick, monkeypatch):
    def taken_over(html):
        set_back(render, attempts=2, holder="b")
        return b"%PDF-late"

    monkeypatch.setattr("toolkit.rendering.layout", taken_over)

    making.make(render.pk, holder="a")

    render.refresh_from_db()
    assert (render.state, render.holder, render.file.name) == ("running", "b", "")


# --- doors -------------------------------------------------------------------------
def test_the_door_makes_the_file(render, quick):
    tasks.render.delay(render.pk)

    assert Render.objects.get().state == "done"


def test_the_sweep_makes_what_waited(render, quick, django_capture_on_commit_callbacks):
    set_back(render, sent_at=timezone.now() - timedelta(minutes=2))

    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_renders.delay()

    assert Render.objects.get().state == "done"


def test_the_lease_outlives_the_hard_limit():
    assert making.SOFT_LIMIT < making.HARD_LIMIT < making.LEASE.total_seconds()


@pytest.mark.django_db
def test_a_render_that_is_gone_is_no_fault():
    making.make(987_654, holder="a")
