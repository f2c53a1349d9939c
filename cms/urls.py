"""Every address of the site. The last pattern takes what no other knows and leads old forms to their canonical one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path

from .operations import outage
from .operations.urls import urlpatterns as for_operators
from .public import errors, finding
from .public.urls import bare


def in_languages() -> list[Any]:
    """The public pages: with several languages each below its prefix, with one below none."""
    pages = path("", include("cms.public.urls"))
    if len(settings.LANGUAGES) == 1:
        return [pages]
    return [path("", finding.choose_language), *i18n_patterns(pages, prefix_default_language=True)]


urlpatterns = [
    path("admin/", admin.site.urls),
    *for_operators,
    *bare,
    *in_languages(),
    re_path("", finding.find),
]
handler404 = errors.not_found
handler500 = outage.failed
