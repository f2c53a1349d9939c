"""What is asked for, as far as it makes a difference to a kept page: host, scheme, path and the queries that count."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from .store import Key

MOST_FIELDS, LONGEST_QUERY = 30, 300
NEVER = ("/admin/", "/static/", "/media/", "/preview/")  # so that they cost nothing here
LOOKS_BACK = "at"  # a page as of another instant is made for one reader


def key_of(environ: dict[str, Any], session: str, behind_proxy: bool) -> Key | None:
    """The key of a request with its query as it came; None for one that no kept page answers.

    session: the name of the session's cookie. behind_proxy: whether a proxy of ours says what the scheme is.

    Whoever has a session gets what Django says; so does a host with a port that this server does not listen on.
    """
    path = environ.get("PATH_INFO", "")
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or path.startswith(NEVER):
        return None
    cookies = environ.get("HTTP_COOKIE")
    if cookies and (session in cookies or "messages" in cookies):
        return None
    host = environ.get("HTTP_HOST", "").lower()
    name, colon, port = host.rpartition(":")
    if colon and name and not host.endswith("]") and port != environ.get("SERVER_PORT"):
        return None
    if behind_proxy:
        told = environ.get("HTTP_X_FORWARDED_PROTO", "").partition(",")[0].strip()  # as Django reads it
        scheme = "https" if told == "https" else "http"
    else:
        scheme = environ["wsgi.url_scheme"]
    return scheme, host, path, environ.get("QUERY_STRING", "")


def canonical(query: str, known: Iterable[str]) -> str | None:
    """A query without what means nothing to the page, in one order; None where it is for Django to look at."""
    query = query.encode("latin-1", "replace").decode("utf-8", "replace")  # WSGI's bytes, dressed as text (PEP 3333)
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    if any(name == LOOKS_BACK for name, _value in pairs):
        return None
    found = urlencode(sorted(((name, value) for name, value in pairs if name in known), key=lambda pair: pair[0]))
    return found if len(found) <= LONGEST_QUERY else None
