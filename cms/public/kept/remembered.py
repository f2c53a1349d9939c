"""What many pages have in common, kept ready in the process as pages are: the frame, and the entries of lists.

It works only where it is known what has changed (`use`): without kept pages everything is read and made each time.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, TypeVar

from .versions import Versions

T = TypeVar("T")
MOST = 3_000  # things


class Fact:
    """Something that was made, and what of: judged as a page is (versions.Versions.stand)."""

    __slots__ = ("checked", "ends", "made", "n", "names", "until", "value")

    def __init__(self, value: Any, names: frozenset[str], n: int, made: float) -> None:
        self.value, self.names, self.n, self.made = value, names, n, made
        self.until = self.ends = math.inf
        self.checked = -1


class Memory:
    """versions: what has changed."""

    def __init__(self, versions: Versions) -> None:
        self.versions = versions
        self._facts: OrderedDict[Hashable, Fact] = OrderedDict()
        self._changing = threading.Lock()

    def get(self, key: Hashable, names: frozenset[str], make: Callable[[], T]) -> T:
        versions, began = self.versions, _began.get()
        now = versions.now()
        if began is None or versions.are_late(now):
            return make()
        found = self._facts.get(key)
        if found is not None and versions.stand(found, now):
            value: T = found.value
            with suppress(KeyError):
                self._facts.move_to_end(key)
            return value
        fact = Fact(make(), names, *began)
        with self._changing:
            self._facts[key] = fact
            self._facts.move_to_end(key)
            while len(self._facts) > MOST:
                self._facts.popitem(last=False)
        made: T = fact.value
        return made


_memory: Memory | None = None
# What was known when the page that is being made was begun: (the last change, the instant in seconds).
_began: ContextVar[tuple[int, float] | None] = ContextVar("began", default=None)


@contextmanager
def beginning() -> Iterator[None]:
    """Around the making of a page, from before it asks what time it is: what is made for it is made as of then, however
    long it takes. Nothing is remembered outside."""
    memory = _memory
    token = _began.set((memory.versions.n, memory.versions.now()) if memory is not None else None)
    try:
        yield
    finally:
        _began.reset(token)


def use(memory: Memory | None) -> None:
    """Remember from now on what is asked for by `remembered`, in this process; None: no more."""
    global _memory
    _memory = memory


def remembered(key: Hashable, names: frozenset[str], make: Callable[[], T]) -> T:
    """What `make` gives, or what it gave when it was asked last, if nothing of these names has changed since.

    It is shared by all requests: nobody may change it.
    """
    memory = _memory
    return make() if memory is None else memory.get(key, names, make)
