"""What this process knows of what has changed (cms/models/touched.py), and whether a kept page still stands.

It reads the rows of changes a few times a second, and at once after a change that was made here. Instants that lie
ahead are known beforehand: at 14:00:00.0 no page stands that was made before it and shows what begins or ends then.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import math
import os
import threading
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Protocol

from django.conf import settings
from django.db import DatabaseError, connection

from ...models import Touched, clock
from .purging import send_due

EVERY_SECONDS = 0.2  # how often changes are read
PURGE_EACH = 3  # times that changes are read: caches in front are told what has changed
LATE = 0.5  # seconds after which it is not known any more whether something changed
A_MOMENT = 0.02  # seconds that a reader waits while changes are read
RECENT = 20_000  # rows that are read at the start, so that what others keep can be judged
MOST_NAMES = 100_000  # that are remembered; beyond, everything kept is made anew once
logger = logging.getLogger(__name__)


class Made(Protocol):
    """What was made: `page.Page` says of what, and when. `stand` writes `checked` and `ends`."""

    names: frozenset[str]
    n: int
    made: float
    until: float
    ends: float
    checked: int


class Versions:
    """n: the last change that is known. serial: one more whenever something was learned or an instant has passed.

    due: the next instant that is known to come. read_at: when changes were last read. Seconds since the epoch by the
    database's clock.
    """

    def __init__(self) -> None:
        self._reading = threading.Lock()
        self._waiting = threading.Lock()
        self._forget(0)
        self.serial = 0
        self.read_at = -math.inf
        self._began = self._is_away = False
        self._born = -math.inf  # what was made before is out of date

    def _forget(self, n: int) -> None:
        """Know nothing of what came before a change: whatever was made before it is out of date."""
        self._changed: dict[str, int] = {}
        self._passed: dict[str, float] = {}
        self._coming: list[tuple[float, int, str]] = []
        self.due = math.inf
        self.floor = self.n = n

    @staticmethod
    def now() -> float:
        return clock.seconds()

    # --- Learning

    def refresh(self, *, insist: bool = True) -> bool:
        """Read what has changed. Returns whether the database answered.

        insist: ask it even if it did not answer the last time. Readers need not wait for that one after the other.
        """
        if self._is_away and not insist:
            return False
        if not self._reading.acquire(timeout=-1 if insist else A_MOMENT):
            return False  # somebody asks already, and is waiting for an answer
        try:
            return self._read()
        finally:
            self._reading.release()

    def _read(self) -> bool:
        try:
            rows = self._rows()
        except DatabaseError as error:
            logger.warning("Changes could not be read: %s", error)
            connection.close()
            self._is_away = True
            return False
        self._is_away = False
        self._learn(rows)
        self.read_at = self.now()
        return True

    def _rows(self) -> list[tuple[int, str, float]]:
        columns = ("pk", "name", "at")
        now = clock.now()
        if self._began:
            # The last one that is known is read again: where it is gone, this is not the database that it was.
            found = list(Touched.objects.filter(pk__gte=self.n).order_by("pk").values_list(*columns))
            if self.n == 0 or (found and found[0][0] == self.n):
                return [(pk, name, at.timestamp()) for pk, name, at in found if pk > self.n]
        if self._began:
            self._born = self.now()
        newest = Touched.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self._forget(max(0, newest - RECENT))
        self.serial += 1
        self._began = True
        recent = Touched.objects.filter(pk__gt=self.floor).order_by("pk").values_list(*columns)
        # Of older changes, those whose instants lie ahead, or passed while pages were kept that knew of them.
        kept_since = now - timedelta(seconds=settings.PAGE_CACHE_SECONDS)
        ahead = Touched.objects.filter(pk__lte=self.floor, at__gt=kept_since).order_by("pk").values_list(*columns)
        return [(pk, name, at.timestamp()) for pk, name, at in itertools.chain(ahead, recent)]

    def _learn(self, rows: list[tuple[int, str, float]]) -> None:
        if not rows:
            return
        now = self.now()
        with self._waiting:
            for n, name, at in rows:
                if at > now:
                    heapq.heappush(self._coming, (at, n, name))
                else:
                    self._changed[name] = n
                    self._passed[name] = max(at, self._passed.get(name, at))
                self.n = max(self.n, n)
            self.due = self._coming[0][0] if self._coming else math.inf
            if len(self._changed) > MOST_NAMES:
                self._changed, self._passed, self.floor = {}, {}, self.n
            self.serial += 1

    def _pass(self, now: float) -> None:
        """Take in the instants that have passed."""
        with self._waiting:
            while self._coming and self._coming[0][0] <= now:
                at, n, name = heapq.heappop(self._coming)
                self._changed[name] = max(n, self._changed.get(name, 0))
                self._passed[name] = max(at, self._passed.get(name, at))
            self.due = self._coming[0][0] if self._coming else math.inf
            self.serial += 1

    # --- Judging

    def stand(self, page: Made, now: float) -> bool:
        """Whether a page that was kept is what would be made at this instant, as far as is known."""
        if now >= self.due:
            self._pass(now)
        if now >= page.until:
            return False
        serial = self.serial
        if page.checked == serial:
            return True
        if not self.floor <= page.n <= self.n or page.made < self._born:
            return False
        changed, passed = self._changed, self._passed
        for name in page.names:
            # A page that knew of a scheduled change and was made before its instant is out of date after it.
            if changed.get(name, 0) > page.n or passed.get(name, 0.0) > page.made:
                return False
        page.ends = min(page.until, self.next_of(page.names))
        page.checked = serial
        return True

    def next_of(self, names: Iterable[str]) -> float:
        """The next instant known at which one of these changes; infinity where none is."""
        with self._waiting:
            mine = frozenset(names)
            return min((at for at, _n, name in self._coming if name in mine), default=math.inf)

    def are_late(self, now: float) -> bool:
        """Whether it is not known any more if something has changed since."""
        return now - self.read_at > LATE


class Watch:
    """Reads what has changed a few times a second, in a thread of its own, from the first page on.

    A server that forks after it loaded the application has one in each of its processes.
    """

    def __init__(self, versions: Versions) -> None:
        self.versions = versions
        self._pid = self._turn = 0
        self._starting = threading.Lock()

    def begin(self) -> None:
        """Start it where it does not run in this process yet."""
        if self._pid == os.getpid():
            return
        with self._starting:
            if self._pid != os.getpid():
                self._pid = os.getpid()
                self.versions.refresh()
                threading.Thread(target=self._go_on, name="changes", daemon=True).start()

    def _go_on(self) -> None:
        while True:
            time.sleep(EVERY_SECONDS)
            try:
                self.versions.refresh()
                self._turn += 1
                if settings.PAGE_PURGE and self._turn % PURGE_EACH == 0:
                    send_due()
            except Exception:
                logger.exception("Changes could not be read")
                connection.close()
