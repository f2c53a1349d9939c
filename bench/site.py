"""A site to measure: demonstration content and Arabic translations in a folder of its own, served as in production.

`with served() as origin:` makes it, which takes a minute or two; SITE_ORIGIN names one that runs already.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "ru", "ar")
PATIENCE = 30  # seconds until the server answers


@contextmanager
def served() -> Iterator[str]:
    """The origin of a running site, as in http://127.0.0.1:8640. Raises CalledProcessError where it cannot be made."""
    if running := os.environ.get("SITE_ORIGIN"):
        yield running.rstrip("/")
        return
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(Path(folder))
        _fill({**environment, "DEBUG": "on"})
        port = _free_port()
        gunicorn = "cms.wsgi --workers 2 --threads 4 --worker-class gthread --no-control-socket --log-level warning"
        command = [str(Path(sys.executable).with_name("gunicorn")), *gunicorn.split(), "--bind", f"127.0.0.1:{port}"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: S603
        try:
            yield _answering(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
            server.wait()


def _environment(folder: Path) -> dict[str, str]:
    """As in production, but for the transport: no certificate is at hand."""
    own = {
        "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
        "MEDIA_ROOT": f"{folder}/media",
        "DOCUMENTS_ROOT": f"{folder}/documents",
        "CONTENT_LANGUAGES": ",".join(LANGUAGES),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "127.0.0.1",
        "DEBUG": "off",
        "SECURE": "off",
    }
    return {**os.environ, **own}


def _fill(environment: dict[str, str]) -> None:
    for words in (
        "manage.py migrate --verbosity 0",
        "manage.py collectstatic --noinput --verbosity 0",
        "manage.py demo",
        "-m bench.arabic",
        "manage.py search rebuild",
        "manage.py counts rebuild",
    ):
        command = [sys.executable, *words.split()]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _answering(origin: str) -> str:
    """The origin, once it answers. Raises TimeoutError."""
    for _ in range(PATIENCE * 10):
        try:
            urlopen(origin + "/robots.txt", timeout=5).close()  # noqa: S310
            return origin
        except URLError:
            time.sleep(0.1)
    raise TimeoutError(f"{origin} does not answer")
