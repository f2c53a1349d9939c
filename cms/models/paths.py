"""Addresses by their names: each is worked out once, for a page asks for the same ones again and again."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.urls import get_resolver, get_script_prefix, get_urlconf, reverse
from django.utils import translation

MOST = 5_000  # addresses that are remembered


def path_to(name: str, *args: object, language: str = "") -> str:
    """The path of a named address. args: text and numbers. language: that of the address; default: the active one.

    Raises NoReverseMatch.
    """
    # Django makes another resolver where the addresses themselves are others: what was known is no more asked for.
    there = get_resolver(get_urlconf()), get_script_prefix()
    return _path(there, name, args, language or translation.get_language() or "")


@lru_cache(maxsize=MOST)
def _path(there: Any, name: str, args: tuple[object, ...], language: str) -> str:
    if not language:
        return reverse(name, args=args)
    with translation.override(language):
        return reverse(name, args=args)
