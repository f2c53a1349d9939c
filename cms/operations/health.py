"""Whether this process can do its work, part by part. It says nothing of hosts, names or errors: anybody may ask."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from dataclasses import dataclass
from datetime import timedelta
from functools import cache as once

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import Storage, storages
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from ..media.storage import name_for, takes_files
from ..models import StoredFile, clock
from . import work

OK, SLOW, FAILED, UNKNOWN, DEGRADED = "ok", "slow", "failed", "unknown", "degraded"
SLOW_AFTER = 0.5  # seconds
STORAGE_PATIENCE = 2.0  # seconds
CLOCK_LIMIT = timedelta(seconds=2)
HELD = 1.0  # seconds for which an answer stands: whoever asks more often learns nothing, and costs nothing
NOWHERE = name_for("0" * 64)
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """name: for machines. check: whether it is well; raises what it likes. is_needed: nothing goes without it.

    asks_database: what it says is not known without one, and nobody waits for that one twice.
    """

    name: str
    check: Callable[[], bool]
    is_needed: bool = False
    asks_database: bool = False


@dataclass(frozen=True)
class Found:
    state: str
    ms: float
    is_needed: bool


@dataclass(frozen=True)
class Health:
    """parts: by name. at: seconds of the monotonic clock."""

    parts: dict[str, Found]
    at: float

    @property
    def is_ready(self) -> bool:
        return not any(part.is_needed and part.state == FAILED for part in self.parts.values())

    @property
    def state(self) -> str:
        if not self.is_ready:
            return FAILED
        return OK if all(part.state == OK for part in self.parts.values()) else DEGRADED


@once
def _newest_migrations() -> frozenset[tuple[str, str]]:
    """Of this code. It is read from the disk once: the code of a process does not change."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())


def database() -> bool:
    """It answers, and has at least the tables that this code needs; those of newer code do no harm."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    applied = MigrationRecorder(connection).migration_qs.values_list("app", "name")
    return _newest_migrations() <= set(applied)


def kept_values() -> bool:
    """What the cache is given, it gives back."""
    given = secrets.token_hex(4)
    cache.set("readyz", given, 10)
    return bool(cache.get("readyz") == given)


_asking_storage = ThreadPoolExecutor(max_workers=1, thread_name_prefix="storage")
_asked: Future[bool] | None = None


def storage() -> bool:
    """The storage of pictures and files has the newest of them, and takes others.

    One that hangs is waited for once, not each time.
    """
    global _asked
    if _asked is not None and not _asked.done():
        return False
    newest = StoredFile.objects.order_by("-pk").values_list("sha256", flat=True).first()
    _asked = _asking_storage.submit(_serves, storages["media"], newest)
    try:
        return _asked.result(STORAGE_PATIENCE)
    except TimeoutError:
        return False


def _serves(where: Storage, newest: str | None) -> bool:
    """newest: the SHA-256 of what it must have. Without any, it is asked for all the same: it may not answer."""
    is_there = where.exists(name_for(newest) if newest else NOWHERE)
    return takes_files(where) and (is_there or newest is None)


def tasks() -> bool:
    """The worker is not behind. Without one nothing waits."""
    return not settings.WORKER or not work.queue().is_overdue


def clocks() -> bool:
    """This machine's clock and the database's agree. The site corrects for it; logs and certificates do not."""
    return abs(clock.measure()) <= CLOCK_LIMIT


PARTS = (
    Part("database", database, is_needed=True),
    Part("cache", kept_values),
    Part("storage", storage, asks_database=True),
    Part("tasks", tasks, asks_database=True),
    Part("clock", clocks, asks_database=True),
)


def _look_at(part: Part) -> Found:
    began = time.perf_counter()
    try:
        is_well = part.check()
    except Exception:
        logger.warning("The part '%s' cannot be asked", part.name, exc_info=True)
        is_well = False
    took = time.perf_counter() - began
    state = FAILED if not is_well else SLOW if took > SLOW_AFTER else OK
    return Found(state, round(took * 1000, 1), part.is_needed)


_looking = threading.Lock()
_last: Health | None = None


def health() -> Health:
    """How this process is, at most HELD seconds old."""
    global _last
    with _looking:
        if _last is None or time.monotonic() - _last.at > HELD:
            _last = Health(_look(), time.monotonic())
        return _last


def _look() -> dict[str, Found]:
    found: dict[str, Found] = {}
    for part in PARTS:
        is_away = part.asks_database and found["database"].state == FAILED
        found[part.name] = Found(UNKNOWN, 0.0, part.is_needed) if is_away else _look_at(part)
    return found


def forget() -> None:
    """Look anew when asked next."""
    global _last
    with _looking:
        _last = None
