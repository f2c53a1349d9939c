"""Telling shared caches what has changed: the rows of changes are the outbox, and each cache has its place in it.

A cache that does not answer is told later, all that it missed at once. Whichever process comes first sends; the row of
the cache is locked meanwhile.
"""

from __future__ import annotations

import json
import logging
import time
from collections import deque
from collections.abc import Iterable
from datetime import timedelta
from http.client import HTTPException
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.db import transaction

from ...models import PurgeTarget, Touched, clock

PATIENCE = 3.0  # seconds that a cache has to answer
MOST = 500  # changes looked at in one turn
AT_ONCE = 80  # names in one request: Varnish takes 8 kB for a header
ONCE_MORE = 2.0  # seconds after which a cache is told again: then every process knows
FAILURES = (OSError, HTTPException, ValueError)
LONGEST_WAIT = timedelta(minutes=5)
logger = logging.getLogger(__name__)
_again: deque[tuple[float, str, list[str]]] = deque()  # told by this process; one that dies leaves the first telling


class _Staying(HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


_opener = build_opener(_Staying)


def send_due() -> int:
    """Tell each cache of PAGE_PURGE what has changed since it was told. Returns how many were told something.

    Each is told again a moment later: another process, which had not read of the change yet, may have given it the old
    page meanwhile.
    """
    _tell_again()
    return sum(_tell(address) for address in settings.PAGE_PURGE)


def _tell_again() -> None:
    now = time.monotonic()
    while _again and _again[0][0] <= now:
        _due, address, names = _again.popleft()
        try:
            _send(address, names)
        except FAILURES as error:
            logger.warning("The cache at %s was not told a second time what changed: %s", address, error)


@transaction.atomic
def _tell(address: str) -> bool:
    PurgeTarget.objects.get_or_create(address=address, defaults={"n": _newest(), "told_at": clock.now()})
    now = clock.now()
    target = PurgeTarget.objects.select_for_update(skip_locked=True).filter(address=address).first()
    if target is None or (target.not_before is not None and target.not_before > now):
        return False
    columns = ("pk", "name", "at")
    new = list(Touched.objects.filter(pk__gt=target.n).order_by("pk").values_list(*columns)[:MOST])
    # What was known before and has come to pass since.
    due = Touched.objects.filter(pk__lte=target.n, at__gt=target.told_at, at__lte=now)
    passed = list(due.order_by("at", "pk").values_list(*columns)[:MOST])
    names = sorted({name for _n, name, at in (*new, *passed) if at <= now})
    target.n = max([target.n, *(n for n, _name, _at in new)])
    # As far as what had passed was looked at; what is new and passed while it was on its way may be told twice.
    told_at = passed[-1][2] if len(passed) == MOST else now
    if not names:
        if new:
            target.told_at = told_at
            target.save()
        return False
    try:
        _send(address, names)
    except FAILURES as error:
        failed = target.failed + 1
        wait = now + min(LONGEST_WAIT, timedelta(seconds=2**failed))
        PurgeTarget.objects.filter(pk=target.pk).update(failed=failed, not_before=wait)
        logger.warning("The cache at %s was not told what changed (%s times now): %s", address, failed, error)
        return False
    target.failed, target.not_before, target.told_at = 0, None, told_at
    target.save()
    _again.append((time.monotonic() + ONCE_MORE, address, names))
    return True


def _newest() -> int:
    return Touched.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _send(address: str, names: Iterable[str]) -> None:
    """`ban+http://…`: one BAN with the names and a pattern of them; anything else: a POST of `{"keys": […]}`.

    Raises one of FAILURES where it is not taken.
    """
    names = list(names)
    for first in range(0, len(names), AT_ONCE):
        _send_some(address, names[first : first + AT_ONCE])


def _send_some(address: str, names: list[str]) -> None:
    if address.startswith("ban+"):
        pattern = f"(^| )({'|'.join(names)})( |$)"
        headers = {"Surrogate-Key": " ".join(names), "Surrogate-Key-Pattern": pattern}
        request = Request(address.removeprefix("ban+"), method="BAN", headers=headers)  # noqa: S310
    else:
        headers = {"Content-Type": "application/json"}
        if settings.PAGE_PURGE_TOKEN:
            headers["Authorization"] = f"Bearer {settings.PAGE_PURGE_TOKEN}"
        request = Request(address, json.dumps({"keys": names}).encode(), headers)  # noqa: S310
    with _opener.open(request, timeout=PATIENCE):
        pass
