"""The WSGI application with kept pages in front of Django.

A page is kept where its view says that it may be (`public_page(kept=True)`): then it is the same for everybody, and has
said what it is made of. Whatever else is asked for goes through untouched.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from ...models.signals import things_touched
from .asking import canonical, key_of
from .making import SLOT, Slot
from .page import Headers, Page
from .store import Key, Store
from .versions import Versions, Watch

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
PATIENCE = 3.0  # seconds that a request waits for another one that makes the same page
MOST_ASKED_ONCE = 10_000
MOST_PATHS = 100_000  # of which is remembered which queries count
STALE = ("Warning", '110 - "Response is Stale"')  # it is not known whether something has changed


class KeptPages:
    """pages: those of this process. versions: what has changed. shared: those of all processes, if there is a place."""

    def __init__(
        self, application: Application, store: Store, versions: Versions, watch: Watch | None = None, shared: Any = None
    ) -> None:
        self.application, self.store, self.versions, self.shared = application, store, versions, shared
        self.watch = watch
        self.hits = self.misses = 0
        self._known: dict[tuple[str, str, str], tuple[str, ...]] = {}
        self._making: dict[Key, threading.Event] = {}
        self._turns = threading.Lock()
        self._asked_once: OrderedDict[Key, None] = OrderedDict()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        key = key_of(environ)
        if key is None:
            return self.application(environ, start_response)
        if self.watch is not None:
            self.watch.begin()
        if key[3]:
            known = self._known.get(key[:3])
            if known is None:  # nothing of this path is kept
                return self._make(key, environ, start_response)
            query = canonical(key[3], known)
            if query is None:
                return self.application(environ, start_response)
            key = (*key[:3], query)
        page = self._kept(key)
        if page is None:
            return self._make_in_turn(key, environ, start_response)
        self.hits += 1
        return self._answer(key, page, environ, start_response)

    def _kept(self, key: Key) -> Page | None:
        """A page of the store that stands."""
        page = self.store.get(key)
        if page is None:
            return None
        now = self.versions.now()
        if self.versions.are_late(now):
            self.versions.refresh()
        if self.versions.stand(page, now):
            return page
        self.store.drop(key)
        return None

    def _answer(self, key: Key, page: Page, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        more = (STALE,) if self.versions.are_late(self.versions.now()) else ()
        size = page.size
        body = page.answer(environ, start_response, *more)
        if page.size != size:
            self.store.measure(key)
        return body

    # --- Making

    def _make_in_turn(self, key: Key, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """One request makes a page that is not there, and those that ask for the same wait for it a little."""
        with self._turns:
            other = self._making.get(key)
            mine = None if other else self._making.setdefault(key, threading.Event())
        if other is not None:
            other.wait(PATIENCE)
            page = self._kept(key)
            if page is not None:
                self.hits += 1
                return self._answer(key, page, environ, start_response)
            return self._make(key, environ, start_response)
        try:
            return self._make(key, environ, start_response)
        finally:
            if mine is not None:
                with self._turns:
                    self._making.pop(key, None)
                mine.set()

    def _make(self, key: Key, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Ask Django, and keep what it says where that may be kept."""
        began, slot = self.versions.now(), Slot()
        n = self.versions.n
        environ[SLOT], environ["HTTP_HOST"] = slot, key[1]
        caught: list[Any] = []

        def catch(status: str, headers: Headers, exc_info: Any = None) -> Any:
            caught[:] = [status, headers, exc_info]
            return lambda _data: None  # write(), which Django does not use

        answer = self.application(environ, catch)
        status, headers, exc_info = caught
        if slot.made is None or not _may_be_kept(headers):
            start_response(status, headers, *([exc_info] if exc_info else []))
            return answer
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        until = slot.made.until.timestamp() if slot.made.until else began + settings.PAGE_CACHE_SECONDS
        page = Page(status, headers, body, names=slot.made.names, n=n, made=began, until=until)
        self.misses += 1
        key = (*key[:3], slot.query)
        self._remember(key, slot.keeps)
        sent = page.answer(environ, start_response)
        if self._is_wanted(key) and self.versions.stand(page, self.versions.now()):
            self.store.put(key, page)
        return sent

    def _is_wanted(self, key: Key) -> bool:
        """A page with a query is kept when it is asked for again: of those there are as many as anybody can write."""
        if not key[3] or key in self._asked_once:
            return True
        with self._turns:
            self._asked_once[key] = None
            while len(self._asked_once) > MOST_ASKED_ONCE:
                self._asked_once.popitem(last=False)
        return False

    def _remember(self, key: Key, keeps: tuple[str, ...]) -> None:
        if len(self._known) >= MOST_PATHS:
            self._known.clear()
        self._known[key[:3]] = keeps


def _may_be_kept(headers: Headers) -> bool:
    """Not what sets a cookie, may not be stored, is packed already, or differs by what the key does not hold."""
    for name, value in headers:
        lower = name.lower()
        if lower in ("set-cookie", "content-encoding"):
            return False
        if lower == "cache-control" and ("no-store" in value or "private" in value):
            return False
        if lower == "vary" and any(part.strip().lower() != "accept-encoding" for part in value.split(",")):
            return False
    return True


def with_kept_pages(application: Application) -> Application:
    """The application that servers load: with kept pages where PAGE_CACHE_MB gives them room."""
    if not settings.PAGE_CACHE_MB:
        return application
    versions = Versions()

    def look(**kwargs: Any) -> None:  # at once in the process that changed something
        versions.refresh()

    things_touched.connect(look, weak=False, dispatch_uid="cms.kept")
    return KeptPages(application, Store(settings.PAGE_CACHE_MB * 1024 * 1024), versions, Watch(versions))
