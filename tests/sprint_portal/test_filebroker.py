"""The broker made of files: nothing is lost, nothing is read half-written, rubbish is passed by."""

import subprocess
import sys
import threading
from queue import Empty

import pytest
from kombu import Connection
from kombu.transport import filesystem

import sprint_portal.celery  # noqa: F401  names our transport
from sprint_portal import filebroker

WRITERS, EACH = 2, 1_500  # processes, messages
BULK = "x" * 3_000  # so that a write takes a while
TORN = f"{0:020}_torn.jobs.msg"  # before any other

WRITER = """
import sys
from kombu import Connection
import sprint_portal.filebroker
from tests.sprint_portal.test_filebroker import BULK, options
folder, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
with Connection("filesystem://", transport_options=options(folder)) as connection:
    channel = connection.channel()
    for number in range(count):
        channel._put("jobs", {"from": name, "number": number, "bulk": BULK})
"""


def options(folder):
    return {
        "data_folder_in": f"{folder}/queue",
        "data_folder_out": f"{folder}/queue",
        "control_folder": f"{folder}/control",
    }


@pytest.fixture
def folder(tmp_path):
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def channel(folder):
    with Connection("filesystem://", transport_options=options(folder)) as connection:
        yield connection.channel()


def taken(channel, until=lambda: False):
    """Every message there is, until `until()` and the queue is empty."""
    found = []
    while True:
        finished = until()
        try:
            found.append(channel._get("jobs"))
        except Empty:
            if finished:
                return found


def test_portal_speaks_to_files_through_its_own_transport(channel):
    assert isinstance(channel, filebroker.Channel)


def test_message_comes_out_as_it_went_in_and_once(channel):
    channel._put("jobs", {"body": "Ünïcode", "list": [1, None]})

    assert channel._size("jobs") == 1
    assert channel._get("jobs") == {"body": "Ünïcode", "list": [1, None]}
    with pytest.raises(Empty):
        channel._get("jobs")


def test_messages_come_out_in_the_order_of_their_arrival(channel):
    for number in range(30):
        channel._put("jobs", {"number": number})

    got = [message["number"] for message in taken(channel, until=lambda: True)]
    assert got == list(range(30))


def test_message_under_way_is_left_alone(channel, folder):
    channel._put("jobs", {"number": 1})
    whole = next((folder / "queue").iterdir())
    (folder / "queue" / filebroker.unfinished(whole.name)).write_bytes(b'{"num')

    assert [one["number"] for one in taken(channel, until=lambda: True)] == [1]
    assert channel._size("jobs") == 0


@pytest.mark.parametrize("rubbish", [b"", b'{"num', b"\xff\xfe", b"[" * 100_000])
def test_unreadable_message_is_set_aside_and_the_next_one_read(channel, folder, rubbish):
    (folder / "queue" / TORN).write_bytes(rubbish)
    channel._put("jobs", {"number": 2})

    assert channel._get("jobs") == {"number": 2}
    assert [path.name for path in (folder / "unreadable").iterdir()] == [TORN]


def test_folder_named_like_a_message_stops_nobody(channel, folder):
    (folder / "queue" / TORN).mkdir()
    channel._put("jobs", {"number": 2})

    assert channel._get("jobs") == {"number": 2}


def test_torn_table_of_an_exchange_is_begun_anew(channel, folder):
    (folder / "control" / "celery.exchange").write_bytes(b'[["jo')

    assert channel.get_table("celery") == []
    channel._queue_bind("celery", "jobs", "", "jobs")
    assert [row.queue for row in channel.get_table("celery")] == ["jobs"]


def test_shorter_table_leaves_no_tail_of_the_longer_one(channel):
    channel._queue_bind("celery", "jobs", "", "jobs")
    channel._queue_bind("celery", "a-long-routing-key", "", "another-queue")
    channel._queue_unbind("celery", "a-long-routing-key", "", "another-queue")

    assert [row.queue for row in channel.get_table("celery")] == ["jobs"]


def test_binding_in_many_threads_forgets_no_queue(folder):
    def bind(number):
        with Connection("filesystem://", transport_options=options(folder)) as connection:
            connection.channel()._queue_bind("celery", f"q{number}", "", f"q{number}")

    threads = [threading.Thread(target=bind, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with Connection("filesystem://", transport_options=options(folder)) as connection:
        bound = {row.queue for row in connection.channel().get_table("celery")}
    assert bound == {f"q{number}" for number in range(16)}


def test_full_disk_is_said_as_kombu_says_it(channel, folder, monkeypatch):
    def full(*_given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(filebroker.os, "replace", full)

    with pytest.raises(filesystem.ChannelError):
        channel._put("jobs", {"number": 1})
    assert list((folder / "queue").iterdir()) == []


@pytest.mark.timeout(20)
def test_thousands_of_messages_from_two_processes_to_two_readers_all_arrive_whole(folder):
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(folder), str(name), str(EACH)])
        for name in range(WRITERS)
    ]

    def written():
        return all(writer.poll() is not None for writer in writers)

    halves = [[], []]

    def read(half):
        with Connection("filesystem://", transport_options=options(folder)) as connection:
            half += taken(connection.channel(), until=written)

    readers = [threading.Thread(target=read, args=(half,)) for half in halves]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()

    assert [writer.returncode for writer in writers] == [0] * WRITERS
    got = [(one["from"], one["number"]) for half in halves for one in half]
    assert len(got) == WRITERS * EACH
    assert set(got) == {(str(w), number) for w in range(WRITERS) for number in range(EACH)}
    assert all(one["bulk"] == BULK for half in halves for one in half)
    assert not (folder / "unreadable").exists()
