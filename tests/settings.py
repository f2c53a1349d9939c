"""The project's settings as the tests run them.

TEST_DATABASE=postgresql takes the PostgreSQL at TEST_POSTGRES_URL (default: the one on this machine) instead of SQLite.
"""

import os
from pathlib import Path

POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/communique")
SQLITE = os.environ.get("TEST_SQLITE", str(Path(__file__).parent.parent / "var" / "tests.sqlite3"))
# A folder for each process that tests; a site that a test starts shares its test's. tests/conftest.py empties it.
MEDIA = os.environ.get("TEST_MEDIA") or f"{SQLITE}.media-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{os.getpid()}"
ON_POSTGRESQL = os.environ.get("TEST_DATABASE") == "postgresql"

os.environ.update(
    DEBUG="off",
    SECRET_KEY="only-for-tests-only-for-tests-only-for-tests-0123456789",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    CONTENT_LANGUAGES=os.environ.get("TEST_LANGUAGES", "en,ru"),
    TIME_ZONE="Asia/Almaty",
    SECURE="off",
    EMAIL_URL="dummymail://",
    REDIS_URL="",
    LOG_LEVEL="ERROR",
    PAGE_CACHE_MB="0",
    MEDIA_ROOT=MEDIA,
    MEDIA_S3_BUCKET="",
    WORKER="off",
    DATABASE_URL=POSTGRES_URL if ON_POSTGRESQL else f"sqlite:///{SQLITE}",
)

from cms.settings import *  # noqa: E402, F403
from cms.settings import CACHES, DATABASES, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # hundreds of sign-ins
AXES_ENABLED = False
QUERIES_ARE_PROVEN = True
CACHES = {**CACHES, "documents": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "documents"}}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
DATABASES["default"]["CONN_MAX_AGE"] = 0
# Browsers talk to a server in another thread: a file, not memory, is what the site itself runs on.
if not ON_POSTGRESQL:
    DATABASES["default"]["TEST"] = {"NAME": f"{SQLITE}.test"}

STATIC_ROOT = Path(SQLITE).parent / "test-static"  # WhiteNoise wants the folder to be there
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
