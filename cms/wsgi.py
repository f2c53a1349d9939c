"""The WSGI application that a server such as gunicorn loads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
django_application = get_wsgi_application()  # before what needs the models

from cms.public.kept.application import with_kept_pages  # noqa: E402

application = with_kept_pages(django_application)
