"""The WSGI application that a server such as gunicorn loads."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
django_application = get_wsgi_application()  # before what needs the models

from cms.operations.observed import timed, with_observation  # noqa: E402
from cms.public.kept.application import KeptPages, with_kept_pages  # noqa: E402

# What was loaded stays: the collector need not look through it again and again, and forked processes go on sharing it.
gc.collect()
gc.freeze()
pages = with_kept_pages(timed(django_application))
application = with_observation(pages, pages if isinstance(pages, KeptPages) else None)
