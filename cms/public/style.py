"""The look of a page, written into it: who comes for the first time reads after one answer, without waiting for a file
(`bench/first_visit.py` measures it)."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils.safestring import SafeString, mark_safe

SHEET = settings.BASE_DIR / "static/cms/site.css"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_AROUND_SIGNS = re.compile(r" ?([{};]) ?")


@dataclass(frozen=True)
class Style:
    """text: of a style element, as it stands between its tags."""

    text: SafeString

    @cached_property
    def source(self) -> str:
        """What a Content-Security-Policy calls it (CSP Level 3, section 2.3.1, hash-source)."""
        return f"'sha256-{base64.b64encode(hashlib.sha256(self.text.encode()).digest()).decode()}'"

    @cached_property
    def policy(self) -> str:
        """The Content-Security-Policy of a page that has it."""
        return build_policy(update={"style-src": [self.source]})

    def allow(self, response: HttpResponseBase) -> None:
        """Let browsers apply it in this answer: no other style within a page is."""
        response.headers[HEADER] = self.policy


def without_blanks(sheet: str) -> str:
    """A stylesheet without comments and without the blanks that mean nothing.

    It knows no strings: one with a comment's sign, with two blanks or with a bracket or semicolon beside a blank would
    be changed. A test compares what is left of our own with what was there.
    """
    return _AROUND_SIGNS.sub(r"\1", " ".join(_COMMENT.sub(" ", sheet).split()))


@lru_cache(maxsize=64)
def style_with(accent: str = "") -> Style:
    """The style of a page. accent: a colour, "#0b4f6c"; whatever else it says leaves that of the stylesheet."""
    own = accent_rule(accent) if re.fullmatch("#[0-9a-fA-F]{6}", accent) else ""
    return Style(mark_safe(_sheet() + own))  # noqa: S308  (our own file, and a number)


def accent_rule(colour: str) -> str:
    """What sets the accent colour after the stylesheet. colour: "#0b4f6c", looked at before."""
    return f":root{{--accent:{colour}}}"


@cache
def _sheet() -> str:
    return without_blanks(SHEET.read_text(encoding="utf-8"))
