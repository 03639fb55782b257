"""When the request being answered reached this machine, for deadlines that are instants.

In a rush a request waits, accepted by the system, until a worker is free to read it. Whoever sent
it in time would then be refused for our slowness. A grace of some seconds would take what was
sent late; a header that says when it was sent would have to be believed. So we ask the kernel,
which notes for every connection when its last data came in: nobody outside can set that back,
there is nothing to configure, and what arrives a second past a deadline is a second late.
Behind a proxy on another machine the way from there counts too; it is thousandths of a second.
"""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Protocol

from django.utils import timezone

# In Linux's `struct tcp_info`: milliseconds since the last data was received, 32 bits.
SINCE_LAST_DATA = 52
LONGEST = timedelta(minutes=5)  # whoever waited longer has given up; such a number is a mistake


class Connection(Protocol):
    """As much of a socket as is asked here."""

    def getsockopt(self, level: int, name: int, length: int, /) -> bytes: ...


_connection: ContextVar[Connection | None] = ContextVar("connection", default=None)


@contextmanager
def over(connection: Connection | None) -> Iterator[None]:
    """Answer what came over `connection`; None when the server does not tell which it was."""
    token = _connection.set(connection)
    try:
        yield
    finally:
        _connection.reset(token)


def moment() -> datetime:
    """When the last of the request arrived; the present outside of one, or if nobody knows.

    To be asked once the request is read, as it is in every view that takes a form.
    """
    return timezone.now() - _waited(_connection.get())


def _waited(connection: Connection | None) -> timedelta:
    if connection is None or not hasattr(socket, "TCP_INFO"):
        return timedelta()
    try:
        told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, SINCE_LAST_DATA + 4)
        (milliseconds,) = struct.unpack_from("=I", told, SINCE_LAST_DATA)
    except (OSError, struct.error):  # a local socket, or a system that keeps no such note
        return timedelta()
    waited = timedelta(milliseconds=milliseconds)
    return waited if waited <= LONGEST else timedelta()
