"""The addresses of a site with one content language (cms/urls.py reads the settings when it is imported)."""

from django.conf import settings
from django.test import override_settings

with override_settings(LANGUAGES=settings.LANGUAGES[:1]):
    from importlib import util

    spec = util.find_spec("cms.urls")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)

urlpatterns, handler404, handler500 = module.urlpatterns, module.handler404, module.handler500
