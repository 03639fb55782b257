"""The crew of the embedded mode: a fallen worker is started again, within bounds."""

import os
import signal
import threading

import pytest
from django.conf import settings
from django.core.management import call_command

from sprint_portal import serving
from sprint_portal.management.commands import serve

STEADY = ["http.server", "0", "--bind=127.0.0.1"]  # runs until it is stopped
FALLS = ["this_module_does_not_exist"]


class Counted(serving.Crew):
    """A crew that notes what it starts, and does not wait between the starts."""

    def __init__(self, programs, folder, **options):
        super().__init__(programs, folder, dict(os.environ), **options)
        self.started = []
        self.pauses = []
        self.clock = 0.0

    def _start(self, program):
        self.started.append(program[0])
        return super()._start(program)

    def _now(self):
        return self.clock

    def _watch(self, ready, on_ready):
        wait = self.asked_to_stop.wait

        def hurried(seconds):  # the clock of the crew runs a hundred times as fast
            self.clock += seconds * 100
            return wait(seconds / 10)

        self.asked_to_stop.wait = hurried
        return super()._watch(ready, on_ready)


@pytest.fixture(autouse=True)
def _signals_as_they_were():
    before = {number: signal.getsignal(number) for number in serving.STOPPING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def never():
    return False


@pytest.mark.timeout(60)
def test_worker_that_falls_again_and_again_takes_no_page_down(tmp_path):
    crew = Counted({"web server": STEADY, "worker": FALLS}, tmp_path, again={"worker"})

    def ready():
        if crew.started.count(FALLS[0]) == 8:
            crew.asked_to_stop.set()
        return False

    assert crew.run(ready=ready, on_ready=print) == ""
    assert crew.started.count(STEADY[0]) == 1


@pytest.mark.timeout(60)
def test_web_server_that_falls_ends_the_crew_at_once(tmp_path):
    crew = Counted({"web server": FALLS, "worker": STEADY}, tmp_path, again={"worker"})

    assert crew.run(ready=never, on_ready=print) == "web server"
    assert crew.started == [FALLS[0], STEADY[0]]


@pytest.mark.timeout(60)
def test_killed_worker_is_replaced_while_the_web_server_goes_on(tmp_path):
    crew = Counted({"web server": STEADY, "worker": STEADY}, tmp_path, again={"worker"})
    killed = threading.Event()

    def ready():
        if not killed.is_set():
            killed.set()
            web, first = crew.children["web server"].pid, crew.children["worker"].pid
            crew.were = web, first
            os.killpg(first, signal.SIGKILL)
        elif crew.children["worker"].pid != crew.were[1]:
            crew.asked_to_stop.set()
        return False

    assert crew.run(ready=ready, on_ready=print) == ""
    assert crew.children["web server"].pid == crew.were[0]
    assert len(crew.started) == 3


def test_falls_long_ago_are_forgiven():
    falls = serving.Falls()
    pauses = [falls.pause(now=minute * 300.0) for minute in range(20)]

    assert max(pauses) == 2


def test_pauses_grow_from_fall_to_fall_up_to_a_minute():
    falls = serving.Falls()

    pauses = [falls.pause(now=float(second)) for second in range(9)]

    assert pauses == [1, 2, 4, 8, 16, 32, 64, 64, 64]


def test_the_clock_is_a_child_of_its_own():
    """A worker's own clock can be killed without the worker noticing."""
    programs = serving.commands(8000)

    assert "beat" in programs["clock"]
    assert "--beat" not in programs["worker"]


def test_another_port_begins_anew_so_that_every_link_names_it(monkeypatch):
    """Settings make the portal's address from PORT, which is read before the command's option."""
    begun = []

    def execve(program, arguments, environment):
        begun.append(environment["PORT"])
        raise SystemExit

    monkeypatch.setattr(serve.os, "execve", execve)
    with pytest.raises(SystemExit):
        call_command("serve", port=settings.PORT + 1)

    assert begun == [str(settings.PORT + 1)]


def test_web_server_lets_us_answer_long_addresses(tmp_path):
    assert "--limit-request-line=8190" in serving.commands(8000)["web server"]
