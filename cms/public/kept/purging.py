"""Telling shared caches what has changed: the rows of changes are the outbox, and each cache has its place in it.

A cache that does not answer is told later, all that it missed at once. Whichever process comes first sends; the row of
the cache is locked meanwhile.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from datetime import timedelta
from urllib.error import URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from ...models import PurgeTarget, Touched, clock

PATIENCE = 3.0  # seconds that a cache has to answer
MOST = 500  # names told at once
LONGEST_WAIT = timedelta(minutes=5)
logger = logging.getLogger(__name__)


class _Staying(HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


_opener = build_opener(_Staying)


def send_due() -> int:
    """Tell each cache of PAGE_PURGE what has changed since it was told. Returns how many were told something."""
    return sum(_tell(address) for address in settings.PAGE_PURGE)


@transaction.atomic
def _tell(address: str) -> bool:
    PurgeTarget.objects.get_or_create(address=address, defaults={"n": _newest(), "told_at": clock.now()})
    now = clock.now()
    target = PurgeTarget.objects.select_for_update(skip_locked=True).filter(address=address).first()
    if target is None or (target.not_before is not None and target.not_before > now):
        return False
    due = Touched.objects.filter(Q(pk__gt=target.n, at__lte=now) | Q(at__gt=target.told_at, at__lte=now))
    rows = list(due.order_by("pk").values_list("pk", "name")[:MOST])
    if not rows:
        return False
    try:
        _send(address, sorted({name for _n, name in rows}))
    except (OSError, URLError) as error:
        target.failed += 1
        target.not_before = now + min(LONGEST_WAIT, timedelta(seconds=2**target.failed))
        logger.warning("The cache at %s was not told what changed (%s times now): %s", address, target.failed, error)
    else:
        target.n = max(target.n, *(n for n, _name in rows))
        target.failed, target.not_before = 0, None
        if len(rows) < MOST:
            target.told_at = now
    target.save()
    return target.failed == 0


def _newest() -> int:
    return Touched.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _send(address: str, names: Iterable[str]) -> None:
    """`ban+http://…`: one BAN with the names and a pattern of them; anything else: a POST of `{"keys": […]}`.

    Raises OSError where it is not taken.
    """
    names = list(names)
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
