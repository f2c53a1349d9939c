"""The site's settings without its middleware and addresses, for the bare view that everything is compared with."""

from cms.settings import *  # noqa: F403

MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.bare_urls"
