"""The pages that a process keeps in its memory: those that were asked for last, up to a number of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict

from .page import Page

Key = tuple[str, str, str, str]  # scheme, host, path, query in canonical order
MOST_OF_ALL = 16  # parts of the store that one page may take


class Store:
    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._sizes: dict[Key, int] = {}
        self._changing = threading.Lock()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: Key) -> Page | None:
        found = self._pages.get(key)
        if found is not None:
            try:
                self._pages.move_to_end(key)
            except KeyError:  # another thread has just let it go
                return None
        return found

    def put(self, key: Key, page: Page) -> None:
        size = page.size
        with self._changing:
            self._drop(key)
            if size > self.most_bytes // MOST_OF_ALL:
                return
            self._pages[key], self._sizes[key] = page, size
            self.bytes += size
            while self.bytes > self.most_bytes:
                self._drop(next(iter(self._pages)))

    def measure(self, key: Key) -> None:
        """A page has grown by another encoding."""
        with self._changing:
            page = self._pages.get(key)
            if page is not None:
                self.bytes += page.size - self._sizes[key]
                self._sizes[key] = page.size

    def drop(self, key: Key) -> None:
        with self._changing:
            self._drop(key)

    def clear(self) -> None:
        with self._changing:
            self._pages.clear()
            self._sizes.clear()
            self.bytes = 0

    def _drop(self, key: Key) -> None:
        if self._pages.pop(key, None) is not None:
            self.bytes -= self._sizes.pop(key)
