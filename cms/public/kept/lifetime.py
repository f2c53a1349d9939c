"""How long a CDN or a proxy may keep a page without asking: never past the next instant at which it changes.

RFC 9111 (s-maxage), RFC 5861 (stale-while-revalidate, stale-if-error).
"""

from __future__ import annotations

from django.conf import settings

MEANWHILE = 10  # seconds in which a shared cache may send the old page while it asks for the new one
IN_TROUBLE = 3_600  # seconds in which it may where we do not answer at all


def cache_control(now: float, ends: float) -> str:
    """The header's value. now, ends: seconds since the epoch; `ends` is when the page is known to change, or infinity.

    Browsers ask each time: what they keep cannot be purged.
    """
    seconds = settings.PAGE_SHARED_SECONDS
    left = int(min(seconds, max(0.0, ends - now)))
    if left < 1:
        return "no-cache"
    parts = ["public", "max-age=0", f"s-maxage={left}"]
    if ends - now > seconds + MEANWHILE:
        parts.append(f"stale-while-revalidate={MEANWHILE}")
    if ends - now > seconds + IN_TROUBLE and settings.PAGE_PURGE:
        parts.append(f"stale-if-error={IN_TROUBLE}")  # what is taken down meanwhile is purged
    return ", ".join(parts)
