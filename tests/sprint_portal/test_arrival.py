"""Waiting for a free worker makes nobody late, and nobody can pretend to have waited."""

import select
import socket
import struct
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from sprint_portal import arrival

NOW = datetime(2026, 7, 26, 21, 0, tzinfo=UTC)


class Waited:
    """A connection whose last data came in so many milliseconds ago."""

    def __init__(self, milliseconds: int):
        self.told = bytes(arrival.SINCE_LAST_DATA) + struct.pack("=I", milliseconds)

    def getsockopt(self, level, name, length):
        assert (level, name) == (socket.IPPROTO_TCP, socket.TCP_INFO)
        return self.told[:length]


class Mute:
    """A connection of a kind that keeps no such note."""

    def getsockopt(self, level, name, length):
        raise OSError("not supported")


def early(connection) -> timedelta:
    """How long before the present the request counts as arrived."""
    with time_machine.travel(NOW, tick=False), arrival.over(connection):
        return NOW - arrival.moment()


def test_what_waited_counts_from_its_arrival():
    assert early(Waited(1_500)) == timedelta(seconds=1.5)


@pytest.mark.parametrize(
    "connection", [None, Mute(), Waited(0), Waited(2**32 - 1)], ids=["none", "mute", "0", "absurd"]
)
def test_what_nobody_knows_counts_from_now(connection):
    assert early(connection) == timedelta()


def test_a_system_without_the_note_counts_from_now(monkeypatch):
    monkeypatch.delattr(socket, "TCP_INFO")

    assert early(Mute()) == timedelta()


def test_outside_of_a_request_it_is_now():
    with arrival.over(Waited(90_000)):
        pass

    assert early(None) == timedelta()


@pytest.mark.skipif(not hasattr(socket, "TCP_INFO"), reason="no such note on this system")
def test_the_kernel_knows_when_a_waiting_request_came():
    """Sent while nobody accepts, as in the queue before busy workers."""
    slack = timedelta(milliseconds=100)  # the kernel's ticks, and a busy machine
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as browser,
    ):
        before = timezone.now()
        browser.sendall(b"POST")
        sent = timezone.now()
        select.select([browser], [], [], 0.5)  # nobody answers for so long
        taken, _address = server.accept()
        with taken, arrival.over(taken):
            assert before - slack <= arrival.moment() <= sent + slack
            browser.sendall(b" / HTTP/1.1")  # the rest, held back
            last = timezone.now()
            taken.recv(99)
            assert arrival.moment() >= last - slack
