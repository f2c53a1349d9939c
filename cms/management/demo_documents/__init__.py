"""The documents of the demonstration, made on the spot: a communiqué (PDF), a form (DOCX) and a table (CSV).

All that they say is invented. The form names who wrote it, so that an editor is told so and asked what to do.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO

from .application import application
from .communique import communique
from .document import Document

__all__ = ["Document", "application", "communique", "documents", "glaciers"]


def documents() -> dict[str, Callable[[], Document]]:
    """What makes each document, by the name that demo/media.toml has for it."""
    return {"communique": communique, "application": application, "glaciers": glaciers}


def glaciers() -> Document:
    """What the expedition measured on five glaciers: RFC 4180, in UTF-8 with a mark at its beginning for Excel."""
    rows = [
        ("Glacier", "Lowest point (m)", "Stakes", "Radar profiles (km)", "Loss by July (m)", "Loss for the year (m)"),
        ("Ak-Shyirak No. 1", 3910, 7, "9.4", "0.66", "0.57"),
        ("Ak-Shyirak No. 2", 3860, 8, "10.6", "0.74", "0.65"),
        ("Ak-Shyirak No. 3", 3840, 9, "11.2", "0.79", "0.70"),
        ("Ak-Shyirak No. 4", 3770, 9, "12.3", "0.86", "0.78"),
        ("Ak-Shyirak No. 5", 3700, 11, "13.5", "0.95", "0.85"),
        ("All five", 3700, 44, "57.0", "0.80", "0.71"),
    ]
    text = StringIO(newline="")
    csv.writer(text).writerows(rows)
    title = "“White Ridge” 2024: ice lost by five glaciers"
    return Document("white-ridge-2024.csv", text.getvalue().encode("utf-8-sig"), title, "en", "document")
