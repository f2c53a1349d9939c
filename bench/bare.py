"""What everything else is compared with: a WSGI function that does nothing, and a bare Django view.

`bench.bare:function` sends BENCH_BYTES bytes. `bench.bare:django` has no middleware, makes one query and renders one
template to as many bytes as BENCH_BYTES says: a list of twenty rows of what the database holds.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

SIZE = int(os.environ.get("BENCH_BYTES", "12000"))
BODY = b"x" * SIZE
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(SIZE))]
TEMPLATE = """<!doctype html><title>News</title><ol>
{% for row in rows %}<li>
<h2><a href="/{{ row.slug }}/">{{ row.title }}</a></h2>
<p>{{ row.dated_on|date:"j F Y" }} {{ row.place }} {{ row.byline }}</p>
<p>{{ row.summary }}</p>
</li>{% endfor %}
</ol>"""


def function(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", HEADERS)
    return [BODY]


def django_application() -> Callable[..., Any]:
    """The bare view on the site's own database and table, in Django without any middleware."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.bare_settings")
    from django.core.wsgi import get_wsgi_application

    application: Callable[..., Any] = get_wsgi_application()
    return application


if os.environ.get("BENCH_DJANGO"):
    django = django_application()
