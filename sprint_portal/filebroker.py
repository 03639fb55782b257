"""The broker made of files, for one machine: kombu's own, with every write whole or not at all.

kombu writes a message into the file that readers look for, so that a reader now and then takes
half of one, and a worker that reads half a message stops for good. Here a file gets its name once
it is complete, a message belongs to whoever removes its file, and what cannot be read is set
aside in `unreadable/` beside the queue. A message lost with its process is found again by the
sweep of the app that owns its row.
"""

import fcntl
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty
from typing import Any

import structlog
from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

log = structlog.get_logger(__name__)

Rows = list[filesystem.exchange_queue_t]
UNREADABLE = (OSError, ValueError, RecursionError, TypeError)  # ValueError: JSON and UTF-8


def unfinished(name: str) -> str:
    """The name of a file while it is written: no reader takes it for a message."""
    return f".{name}.tmp"


def write_whole(path: Path, content: Any) -> None:
    """`content` as JSON under `path`: all of it or nothing. Raises ChannelError."""
    draft = path.with_name(unfinished(path.name))
    try:
        draft.write_text(dumps(content), encoding="utf-8")
        os.replace(draft, path)
    except OSError as fault:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise ChannelError(f"Cannot write {path}") from fault


class Channel(filesystem.Channel):
    """Messages and exchange tables, each in a file of its own."""

    @property
    def queue_folder(self) -> Path:
        return Path(self.data_folder_in)

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        # Readers go by name: the clock first, so that what came first is first.
        name = f"{time.time_ns():020}_{uuid.uuid4()}.{queue}.msg"
        write_whole(Path(self.data_folder_out) / name, payload)

    def _get(self, queue: str) -> Any:
        for name in sorted(os.listdir(self.queue_folder)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            path = self.queue_folder / name
            try:
                message = loads(path.read_text(encoding="utf-8"))
                path.unlink()
            except FileNotFoundError:  # another reader was quicker: it is theirs
                continue
            except UNREADABLE as fault:
                self._set_aside(path, fault)
                continue
            return message
        raise Empty

    def _set_aside(self, path: Path, fault: Exception) -> None:
        """Out of everybody's way, and kept for whoever wants to know what it was."""
        log.error("broker_file_unreadable", file=path.name, fault=type(fault).__name__)
        aside = self.queue_folder.parent / "unreadable"
        with suppress(OSError):
            aside.mkdir(exist_ok=True)
            os.replace(path, aside / path.name)

    def get_table(self, exchange: str) -> Rows:
        path = self._exchange_file(exchange)
        try:
            rows = loads(path.read_text(encoding="utf-8"))
            return [filesystem.exchange_queue_t(*row) for row in rows]
        except FileNotFoundError:
            return []
        except UNREADABLE as fault:
            self._set_aside(path, fault)
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        row = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        self._change_table(exchange, lambda rows: rows if row in rows else [row, *rows])

    def _queue_unbind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        row = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        self._change_table(exchange, lambda rows: [one for one in rows if one != row])

    def _delete(
        self, queue: str, exchange: str, routing_key: str, pattern: str, *args: Any, **kwargs: Any
    ) -> None:
        self._purge(queue)
        self._queue_unbind(exchange, routing_key, pattern, queue)

    def _change_table(self, exchange: str, change: Callable[[Rows], Rows]) -> None:
        path = self._exchange_file(exchange)
        with self._alone():
            before = self.get_table(exchange)
            after = change(before)
            if after != before:
                write_whole(path, after)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time changes a table; readers need not wait."""
        self.control_folder.mkdir(parents=True, exist_ok=True)
        with (self.control_folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    """kombu's, with our channel."""

    Channel = Channel
