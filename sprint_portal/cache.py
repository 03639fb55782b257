"""The cache: Redis, and this process's memory for a moment when Redis is away."""

import time

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

PAUSE = 5  # seconds before Redis is asked again


class RedisOrMemory(RedisCache):
    """Sign-in and its limits go on per process while Redis is down."""

    def __init__(self, server, params):
        super().__init__(server, params)
        self._memory = LocMemCache("while-redis-is-away", params)
        self._away_until = 0.0

    def _try(self, name, *args, **kwargs):
        if time.monotonic() >= self._away_until:
            try:
                return getattr(super(), name)(*args, **kwargs)
            except RedisError:
                self._away_until = time.monotonic() + PAUSE
        return getattr(self._memory, name)(*args, **kwargs)


def _with_fallback(name):
    def method(self, *args, **kwargs):
        return self._try(name, *args, **kwargs)

    method.__name__ = name
    return method


for _name in ("add", "get", "set", "touch", "delete", "get_many", "set_many", "delete_many",
              "has_key", "incr", "clear"):
    setattr(RedisOrMemory, _name, _with_fallback(_name))
