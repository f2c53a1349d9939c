"""What every process needs sooner or later, made before a server forks: then its processes share it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation

# Packages that requests import for the first time.
LATER = ("cms.public.urls", "cms.search.index", "snowballstemmer", "lxml.html", "brotli")


def warm() -> None:
    """Addresses, words of all languages, and the templates of the public pages. No database is asked."""
    for name in LATER:
        import_module(name)
    resolver = get_resolver()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("News")
            resolver._populate()  # what `reverse` does first
    for path in sorted(Path(settings.BASE_DIR, "templates", "public").glob("*.html")):
        get_template(f"public/{path.name}")
