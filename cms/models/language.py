"""The column that says in which language something is written, and what a language is called."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _


class LanguageField(models.CharField):
    """A language code. The choices are the site's content languages, which no migration needs to know."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 10)
        kwargs.setdefault("verbose_name", _("language"))
        kwargs.setdefault("choices", settings.LANGUAGES)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("choices", None)
        return name, "django.db.models.CharField", args, kwargs


def language_name(code: str) -> str:
    """A language in the reader's words. English alone writes it with a capital where it stands in a line."""
    try:
        name = str(get_language_info(code)["name_translated"])
    except KeyError:
        return dict(settings.LANGUAGES).get(code, code)
    return name if (translation.get_language() or "en").startswith("en") else name.lower()
