"""The WSGI application with kept pages in front of Django.

A page is kept where its view says that it may be (`public_page(kept=True)`): then it is the same for everybody, and has
said what it is made of. Whatever else is asked for goes through untouched.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings

from ...models.signals import things_touched
from .asking import canonical, key_of
from .lifetime import cache_control
from .making import SLOT, Slot
from .page import Headers, Page
from .remembered import Memory, use
from .store import Key, Store
from .versions import Versions, Watch

if TYPE_CHECKING:
    from .shared import Shared

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
PATIENCE = 3.0  # seconds that a request waits for another one that makes the same page
LOOKED_FOR = 0.02  # seconds between two looks whether another process has made it
MOST_ASKED_ONCE = 10_000
MOST_PATHS = 100_000  # of which is remembered which queries count
ASK_EACH_TIME = ("Cache-Control", "no-cache")
STALE = ("Warning", '110 - "Response is Stale"')  # it is not known whether something has changed
Start = Callable[..., Any]  # WSGI's start_response


class KeptPages:
    """store: the pages of this process. versions: what has changed. watch: reads that, where nobody else does.

    shared: the pages of all processes, if they have a place. hits, misses: how many were sent so far, ready and made.
    """

    def __init__(
        self,
        application: Application,
        store: Store,
        versions: Versions,
        watch: Watch | None = None,
        shared: Shared | None = None,
    ) -> None:
        self.application, self.store, self.versions = application, store, versions
        self.watch, self.shared = watch, shared
        self.hits = self.misses = 0
        # Settings are looked up once: it takes as long as the rest of an answer.
        self._session, self._behind_proxy = settings.SESSION_COOKIE_NAME, settings.BEHIND_PROXY
        self._shared_seconds = settings.PAGE_SHARED_SECONDS
        self._known: dict[tuple[str, str, str], tuple[str, ...]] = {}
        self._making: dict[Key, threading.Event] = {}
        self._turns = threading.Lock()
        self._asked_once: OrderedDict[Key, None] = OrderedDict()

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        key = key_of(environ, self._session, self._behind_proxy)
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
        now = self.versions.now()
        page = self._kept(key, now)
        if page is None:
            return self._make_in_turn(key, environ, start_response)
        return self._send(key, page, now, environ, start_response)

    def _kept(self, key: Key, now: float) -> Page | None:
        """A page of the store that stands."""
        page = self.store.get(key)
        if page is None:
            return None
        if self.versions.are_late(now):
            self.versions.refresh(insist=self.watch is None)
        if self.versions.stand(page, now):
            return page
        self.store.drop(key)
        return None

    def _send(self, key: Key, page: Page, now: float, environ: dict[str, Any], start_response: Start) -> Any:
        self.hits += 1
        more = [("Cache-Control", cache_control(now, page.ends))] if self._shared_seconds else [ASK_EACH_TIME]
        if self.versions.are_late(now) and self.versions.are_late(self.versions.now()):
            more.append(STALE)
        body = page.answer(environ, start_response, *more)
        if page.grown:
            page.grown = False
            self.store.measure(key)
        return body

    # --- Making

    def _make_in_turn(self, key: Key, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """One request makes a page that is not there, and those that ask for the same wait for it a little."""
        with self._turns:
            other = self._making.get(key)
            mine = None if other else self._making.setdefault(key, threading.Event())
        if mine is None:
            assert other is not None
            other.wait(PATIENCE)
            now = self.versions.now()
            page = self._kept(key, now)
            if page is not None:
                return self._send(key, page, now, environ, start_response)
            return self._make(key, environ, start_response)
        try:
            return self._fetch(key, environ, start_response)
        finally:
            with self._turns:
                self._making.pop(key, None)
            mine.set()

    def _fetch(self, key: Key, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """From where all processes keep their pages, else made: by one of them while the others look out for it."""
        if self.shared is None:
            return self._make(key, environ, start_response)
        page = self._shared(key)
        if page is None and key[:3] not in self._known:
            return self._make(key, environ, start_response)  # nobody knows yet whether it is one to be kept
        is_mine = page is not None or self.shared.take_turn(key)
        end = time.monotonic() + PATIENCE
        while page is None and not is_mine and time.monotonic() < end:
            time.sleep(LOOKED_FOR)
            page = self._shared(key)
        if page is None:
            try:
                return self._make(key, environ, start_response)
            finally:
                if is_mine:
                    self.shared.end_turn(key)
        self.store.put(key, page)
        self._remember(key, page.keeps)
        return self._send(key, page, self.versions.now(), environ, start_response)

    def _shared(self, key: Key) -> Page | None:
        page = self.shared.get(key) if self.shared is not None else None
        return page if page is not None and self.versions.stand(page, self.versions.now()) else None

    def _make(self, key: Key, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Ask Django, and keep what it says where that may be kept."""
        n, began, slot = self.versions.n, self.versions.now(), Slot()
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
        until = began + settings.PAGE_CACHE_SECONDS
        if slot.made.until is not None:
            until = min(until, slot.made.until.timestamp())
        names = slot.made.names
        if settings.PAGE_PURGE:
            headers = [*headers, ("Surrogate-Key", " ".join(sorted(names)))]
        page = Page(status, headers, body, names=names, n=n, made=began, until=until, keeps=slot.keeps)
        self.misses += 1
        key = (*key[:3], slot.query)
        self._remember(key, page.keeps)
        return self._keep(key, page, environ, start_response)

    def _keep(self, key: Key, page: Page, environ: dict[str, Any], start_response: Start) -> Any:
        """Store a page that was just made, where it still stands, and send it."""
        now = self.versions.now()
        stands = self.versions.stand(page, now)
        sent = page.answer(environ, start_response, ("Cache-Control", cache_control(now, page.ends if stands else now)))
        if stands and self._is_wanted(key):
            page.grown = False
            self.store.put(key, page)
            if self.shared is not None:
                self.shared.put(key, page)
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
    use(Memory(versions))
    store = Store(settings.PAGE_CACHE_MB * 1024 * 1024)
    return KeptPages(application, store, versions, Watch(versions), _shared() if settings.REDIS_URL else None)


def _shared() -> Shared:
    from .shared import Shared, release  # its client takes 7 MB, which a site without Redis does not pay for

    return Shared(settings.REDIS_URL, release())
