"""Django's cache in Redis, for a site that goes on without it: while Redis is gone, slow or hangs, the cache is empty.

The first request that notices waits REDIS_PATIENCE_MS at most; then nobody asks for a while, and one asks again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

REST = 2.0  # seconds in which Redis is not asked after it failed
logger = logging.getLogger(__name__)


class Circuit:
    """Whether Redis may be asked at this moment. One for each Redis in a process, whatever the thread."""

    def __init__(self, rest: float = REST) -> None:
        self.rest = rest
        self.broken = 0  # how often
        self._asks_again_at = 0.0
        self._is_open = False
        self._changing = threading.Lock()

    def lets_through(self) -> bool:
        """While it is open, one caller in each `rest` may try."""
        if not self._is_open:
            return True
        with self._changing:
            now = time.monotonic()
            if now < self._asks_again_at:
                return False
            self._asks_again_at = now + self.rest
            return True

    def broke(self, why: object) -> None:
        with self._changing:
            self._asks_again_at = time.monotonic() + self.rest
            was_open, self._is_open = self._is_open, True
            self.broken += 1
        if not was_open:
            logger.warning("Redis is not asked for now: %s", why)

    def answered(self) -> None:
        if self._is_open:
            with self._changing:
                self._is_open = False
            logger.warning("Redis answers again")


circuits: defaultdict[str, Circuit] = defaultdict(Circuit)


class PatientRedisCache(RedisCache):
    """OPTIONS: `patience`, seconds that one question may take; `longest`, seconds that anything is kept at most."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        options = dict(params.get("OPTIONS", {}))
        self.patience: float = options.pop("patience", 0.04)
        self.longest: int | None = options.pop("longest", None)
        each = self.patience / 2  # to connect, and to answer
        # Protocol 2 and no names: a new connection then costs one round trip and not four.
        quick = {"socket_connect_timeout": each, "socket_timeout": each, "protocol": 2, "driver_info": None}
        super().__init__(server, {**params, "OPTIONS": {**quick, "retry": Retry(NoBackoff(), 0), **options}})
        self.circuit = circuits[str(server)]

    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> Any:
        found = super().get_backend_timeout(timeout)
        if self.longest is None:
            return found
        return self.longest if found is None else min(found, self.longest)

    def _ask(self, otherwise: Any, question: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What Redis says, or what an empty cache would have said."""
        if not self.circuit.lets_through():
            return otherwise
        began = time.monotonic()
        try:
            answer = question(*args, **kwargs)
        except (RedisError, OSError) as error:
            self.circuit.broke(error)
            return otherwise
        # An answer that came in time, but so late that a second one would be too much.
        if time.monotonic() - began > self.patience / 2:
            self.circuit.broke("it is slow")
        else:
            self.circuit.answered()
        return answer

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask(True, super().add, key, value, *args, **kwargs))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._ask(default, super().get, key, default, version)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        self._ask(None, super().set, key, value, *args, **kwargs)

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask(False, super().touch, key, *args, **kwargs))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._ask(False, super().delete, key, version))

    def get_many(self, keys: Any, version: int | None = None) -> Any:
        return self._ask({}, super().get_many, keys, version)

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return bool(self._ask(False, super().has_key, key, version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Raises ValueError where the key is not there, as every cache does."""
        found = self._ask(None, super().incr, key, delta, version)
        if found is None:
            raise ValueError(f"Key {key!r} not found.")
        return int(found)

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        return self._ask(list(data), super().set_many, data, *args, **kwargs)

    def delete_many(self, keys: Any, version: int | None = None) -> None:
        self._ask(None, super().delete_many, keys, version)

    def clear(self) -> None:
        self._ask(None, super().clear)
