"""The web server and the worker as one thing to start and stop, for the embedded mode.

Each child leads a session of its own, so that Ctrl-C reaches only us and we stop them in order;
what a child started itself is stopped with it. Worker and clock that fall are started again, a
little later each time, for as long as the pages stand: what they would have done is in the
database and waits. When the web server falls, all is stopped.
"""

import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import structlog

log = structlog.get_logger(__name__)

LONGEST_PAUSE = 64  # seconds before a new start, however often a child fell
FORGIVEN = 600  # seconds after which a fall no longer counts
PATIENCE = 20  # seconds that a child may take to finish what it is doing
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CannotStart(Exception):
    """`str()` is one line for the person at the terminal."""


def commands(port: int) -> dict[str, list[str]]:
    """What runs, by name, in the order of starting."""
    # Sync workers: measured nearly three times as quick as threads. No control socket: it would
    # be a file in the home folder.
    web = ["gunicorn", "--no-control-socket", f"--bind=127.0.0.1:{port}", "--log-level=warning"]
    web += ["--limit-request-line=8190"]  # longer than we take, so that our own page can say so
    web += [f"--workers={os.environ.get('WEB_CONCURRENCY', '2')}", "sprint_portal.wsgi"]
    worker = ["celery", "--app=sprint_portal", "--quiet", "worker", "--loglevel=WARNING"]
    worker += ["--without-gossip", "--without-mingle"]
    # Apart from the worker, whose own clock would fall unnoticed.
    clock = ["celery", "--app=sprint_portal", "--quiet", "beat", "--loglevel=WARNING", "--pidfile="]
    return {"web server": web, "worker": worker, "clock": clock}


def claim(folder: Path) -> IO[str]:
    """The lock of `folder`, held while the returned file is open; two portals would fight."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "serve.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise CannotStart("The portal is already running from this folder.") from None
    return lock


def require_free(port: int) -> None:
    """Raise CannotStart if something else listens on `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            hint = f"Choose another: PORT={port + 123} make run"
            raise CannotStart(f"Port {port} is taken. {hint}") from None


def ask(port: int) -> dict[str, Any]:
    """What /readyz says on this machine, and {} when nobody answers or it cannot serve."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/readyz", headers={"Host": "localhost"})
        answer = connection.getresponse()
        state: dict[str, Any] = json.loads(answer.read()) if answer.status == 200 else {}
    except (OSError, http.client.HTTPException):
        return {}
    finally:
        connection.close()
    return state


def is_ready(port: int) -> bool:
    """Whether pages can be served."""
    return bool(ask(port))


class Falls:
    """How often one child fell of late."""

    def __init__(self) -> None:
        self.moments: list[float] = []

    def pause(self, *, now: float) -> float:
        """Note a fall at `now`; seconds to wait before the next start."""
        self.moments = [moment for moment in self.moments if now - moment < FORGIVEN]
        self.moments.append(now)
        return min(2.0 ** (len(self.moments) - 1), LONGEST_PAUSE)


class Crew:
    """The children, while they run. Those named in `again` are started again when they fall."""

    def __init__(
        self,
        programs: dict[str, list[str]],
        folder: Path,
        environment: dict[str, str],
        *,
        again: Iterable[str] = (),
    ):
        self.programs, self.folder, self.environment = programs, folder, environment
        self.falls = {name: Falls() for name in again}
        self.due: dict[str, float] = {}  # when the fallen ones start again
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.asked_to_stop = threading.Event()

    def run(self, *, ready: Callable[[], bool], on_ready: Callable[[], object]) -> str:
        """Run until asked to stop (gives ""), or until one falls that no other follows (its name).

        on_ready() is called once, as soon as ready() is true.
        """
        for number in STOPPING:
            signal.signal(number, lambda *_: self.asked_to_stop.set())
        try:
            for name, program in self.programs.items():
                self.children[name] = self._start(program)
            return self._watch(ready, on_ready)
        finally:
            self._stop()

    def _start(self, program: list[str]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603  our own programs, never a person's words
            [sys.executable, "-m", *program],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _watch(self, ready: Callable[[], bool], on_ready: Callable[[], object]) -> str:
        said = False
        while not self.asked_to_stop.wait(0.2):
            for name in self.programs:
                if not self._keeps_up(name):
                    return name
            if not said and ready():
                on_ready()
                said = True
        return ""

    def _keeps_up(self, name: str) -> bool:
        """Whether the child runs or will run again; starts it when its time has come."""
        if name in self.due:
            if self._now() >= self.due[name]:
                del self.due[name]
                self.children[name] = self._start(self.programs[name])
            return True
        child = self.children[name]
        if child.poll() is None:
            return True
        if name not in self.falls:
            return False
        pause = self.falls[name].pause(now=self._now())
        log.error("child_fell", child=name, status=child.returncode, again_in=pause)
        _kill_session(child)  # what it had started must not go on beside its successor's
        self.due[name] = self._now() + pause
        return True

    def _now(self) -> float:
        return time.monotonic()

    def _stop(self) -> None:
        """Ask each to finish, web server first; insist when it does not."""
        for child in self.children.values():
            child.terminate()
        until = time.monotonic() + PATIENCE
        for child in self.children.values():
            # What a late one was doing is in the database: a sweep takes it up again.
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=max(0.1, until - time.monotonic()))
            _kill_session(child)
            child.wait()


def _kill_session(child: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):  # nobody left: it stopped with all it had started
        os.killpg(child.pid, signal.SIGKILL)
