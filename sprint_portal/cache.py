"""The cache: Redis, and this process's memory for a moment when Redis is away."""

import time

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

PAUSE = 5  # seconds before Redis is asked again


class RedisOrMemory(RedisCache):
    """Sign-in and its limits go on, per process, while Redis is down.

    Everything else of a cache (get_or_set, decr, …) is made of the methods below.
    """

    def __init__(self, server, params):
        super().__init__(server, params)
        self._memory = LocMemCache("while-redis-is-away", params)
        self._away_until = 0.0

    def _ask(self, name, *args, **kwargs):
        if time.monotonic() >= self._away_until:
            try:
                return getattr(super(), name)(*args, **kwargs)
            except RedisError:
                self._away_until = time.monotonic() + PAUSE
        return getattr(self._memory, name)(*args, **kwargs)

    def add(self, *args, **kwargs):
        return self._ask("add", *args, **kwargs)

    def get(self, *args, **kwargs):
        return self._ask("get", *args, **kwargs)

    def set(self, *args, **kwargs):
        return self._ask("set", *args, **kwargs)

    def touch(self, *args, **kwargs):
        return self._ask("touch", *args, **kwargs)

    def delete(self, *args, **kwargs):
        return self._ask("delete", *args, **kwargs)

    def get_many(self, *args, **kwargs):
        return self._ask("get_many", *args, **kwargs)

    def set_many(self, *args, **kwargs):
        return self._ask("set_many", *args, **kwargs)

    def delete_many(self, *args, **kwargs):
        return self._ask("delete_many", *args, **kwargs)

    def has_key(self, *args, **kwargs):
        return self._ask("has_key", *args, **kwargs)

    def incr(self, *args, **kwargs):
        return self._ask("incr", *args, **kwargs)

    def clear(self):
        return self._ask("clear")
