"""What the pages of another instant have in common: their mark, their headers, and that their links stay at it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.encoding import escape_uri_path
from django.utils.html import escape
from django.utils.http import escape_leading_slashes, http_date, urlencode

from ..models import AsOf
from .instant import PARAMETER, as_of

# What has no other instants: files and styles go by their content, the desk is always at its own.
TIMELESS = ("/media/", "/static/", "/identity/", "/admin/", "/preview/")
_LINK = re.compile(r'(<a\b(?![^>]*\sdata-present\b)[^>]*?\shref=")([^"]*)(")')
_FORM = re.compile(r"(<form\b[^>]*>)(.*?)(?=</form>)", re.DOTALL)


@dataclass(frozen=True)
class Look:
    """The instant of a page. asked: as it stands in the address. path: of the page as it is now."""

    at: AsOf
    asked: str
    path: str

    @classmethod
    def of(cls, request: HttpRequest) -> Look | None:
        """None for a page of now."""
        at = as_of(request)
        return Look(at, request.GET[PARAMETER].strip(), _present(request)) if at else None

    @property
    def is_future(self) -> bool:
        return not self.at.is_past

    @property
    def local(self) -> datetime:
        """At the press office, as a form's field takes it."""
        return self.at.astimezone(ZoneInfo(settings.TIME_ZONE)).replace(microsecond=0)


def _present(request: HttpRequest) -> str:
    """The same address without the instant."""
    query = request.GET.copy()
    del query[PARAMETER]
    path = escape_leading_slashes(escape_uri_path(request.path))
    return f"{path}?{query.urlencode()}" if query else path


def keep_instant(html: str, asked: str) -> str:
    """A page whose links to pages of this site, and whose forms, keep the instant that it is of.

    asked: as it stands in the address. A link with the attribute `data-present` leads to the page of now.
    """

    def link(found: re.Match[str]) -> str:
        before, address, after = found.groups()
        return f"{before}{at_instant(address, asked, '&amp;')}{after}"

    def form(found: re.Match[str]) -> str:
        start, inside = found.groups()
        if f'name="{PARAMETER}"' in inside or 'method="post"' in start:
            return found.group()
        return f'{start}<input type="hidden" name="{PARAMETER}" value="{escape(asked)}">{inside}'

    return _FORM.sub(form, _LINK.sub(link, html))


def at_instant(address: str, asked: str, ampersand: str = "&") -> str:
    """An address of a page of this site with the instant in its query; any other address as it is.

    ampersand: as it is written where the address stands.
    """
    path, mark, fragment = address.partition("#")
    is_page = path.startswith(("/", "?")) and not path.startswith(("//", *TIMELESS))
    if not is_page or re.search(rf"[?&;]{PARAMETER}=", path):
        return address
    joint = ampersand if "?" in path else "?"
    return f"{path}{joint}{urlencode({PARAMETER: asked})}{mark}{fragment}"


def mark(request: HttpRequest, response: HttpResponseBase) -> None:
    """The headers of an answer for another instant: kept nowhere, not indexed, and its redirects stay at it.

    Memento-Datetime and rel="original": RFC 7089, section 2.
    """
    look = Look.of(request)
    if look is None:
        return
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    if 300 <= response.status_code < 400 and "Location" in response.headers:
        response.headers["Location"] = at_instant(response.headers["Location"], look.asked)
    elif response.status_code == 200 and not look.is_future:
        response.headers["Memento-Datetime"] = http_date(look.at.timestamp())
        response.headers["Link"] = f'<{look.path}>; rel="original"'
