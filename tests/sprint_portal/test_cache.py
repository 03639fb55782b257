"""A cache that is away for a moment stops nobody."""

import socket
import uuid

import pytest
from redis.exceptions import ConnectionError as Away

from sprint_portal import cache as ours


@pytest.fixture
def cache():
    """A cache whose Redis is down: the port is held, and nobody listens there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"redis://127.0.0.1:{taken.getsockname()[1]}/0"
        yield ours.RedisOrMemory(address, {"KEY_PREFIX": uuid.uuid4().hex})


def test_every_method_goes_on_in_memory(cache):
    cache.set("a", 1)
    assert cache.add("a", 5) is False
    assert cache.incr("a") == 2
    assert cache.decr("a") == 1
    assert cache.get_or_set("b", 7) == 7
    cache.set_many({"c": 3, "d": 4})
    assert cache.get_many(["a", "c", "d"]) == {"a": 1, "c": 3, "d": 4}
    assert "c" in cache
    assert cache.touch("c", 60) is True
    assert cache.delete("c") is True
    cache.delete_many(["d"])
    assert cache.get("d", "none") == "none"
    cache.clear()
    assert cache.get("a") is None


def test_redis_is_asked_again_only_after_a_pause(cache, monkeypatch):
    asked = []

    def refuse(self, *args, **kwargs):
        asked.append(args)
        raise Away

    monkeypatch.setattr(ours.RedisCache, "get", refuse)
    now = 1000.0
    monkeypatch.setattr(ours.time, "monotonic", lambda: now)

    cache.get("a")
    cache.get("a")
    assert len(asked) == 1

    now += ours.PAUSE
    cache.get("a")
    assert len(asked) == 2
