"""Which index answers: the database's own. Another engine would be chosen here."""

from __future__ import annotations

from django.db import connection

from .engine import Engine
from .postgresql import PostgreSQL
from .sqlite import SQLite


def engine() -> Engine:
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()
