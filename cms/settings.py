"""All settings, read from the environment (and from an `.env` beside manage.py).

They fail closed: outside DEBUG the site refuses to start without a secret key and host names. README has the table.
"""

import ipaddress
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured

from cms.operations import logs

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"  # what the site writes when nothing else is configured

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)


def required(name: str, why: str) -> str:
    """The value of an environment variable that has no safe default.

    Raises ImproperlyConfigured, saying why it is needed, where it is empty.
    """
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"Set {name} in the environment: {why}. With DEBUG=on a default is used.")
    return value


SECRET_KEY = "only-for-development" if DEBUG else required("SECRET_KEY", "it signs sessions and forms")  # noqa: S105
SECRET_KEY = env.str("SECRET_KEY", default=SECRET_KEY)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
if not DEBUG and not ALLOWED_HOSTS:
    required("ALLOWED_HOSTS", "the host names this site answers to, separated by commas")
if "*" in ALLOWED_HOSTS and not DEBUG:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts: '*' would let anybody forge our addresses.")

# --- Languages: what content is written in; with several, each has a prefix (/ru/…), with one it has none.
KNOWN_LANGUAGES = {
    "en": "English",
    "ru": "Русский",
    "fr": "Français",
    "es": "Español",
    "ar": "العربية",
    "zh-hans": "中文",
}
CONTENT_LANGUAGES = env.list("CONTENT_LANGUAGES", default=["en", "ru"])
if unknown := [code for code in CONTENT_LANGUAGES if code not in KNOWN_LANGUAGES]:
    raise ImproperlyConfigured(f"CONTENT_LANGUAGES: {', '.join(unknown)} is not among {', '.join(KNOWN_LANGUAGES)}.")
LANGUAGES = [(code, KNOWN_LANGUAGES[code]) for code in CONTENT_LANGUAGES]
LANGUAGE_CODE = CONTENT_LANGUAGES[0]
LOCALE_PATHS = [BASE_DIR / "cms" / "locale"]
USE_I18N = True
# What the ids in feeds and calendars are made of (RFC 4151): a host name of ours and a year in which it was. It stays
# as it is when the site moves: else every feed reader shows every item anew.
TAG_AUTHORITY = env.str(
    "TAG_AUTHORITY", default=f"{ALLOWED_HOSTS[0].strip('.*') if ALLOWED_HOSTS else 'localhost'},2026"
)
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="UTC")

# --- The house
INSTALLED_APPS = [
    "cms.apps.CmsConfig",
    "news.apps.NewsConfig",
    "speeches.apps.SpeechesConfig",
    "cms.apps.PressAdminConfig",
    "ckeditor",
    "axes",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "cms.apps.PressStaticFilesConfig",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "cms.operations.observed.ViewNameMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cms.public.compression.CompressionMiddleware",
    "cms.public.headers.HeadersMiddleware",
    "cms.public.headers.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cms.accounts.SessionRenewal",
    "cms.public.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
APPEND_SLASH = False  # cms.public.finding redirects once, straight to the canonical address
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Data
# Whether a query that cannot be written beforehand is an error (cms/models/prepared.py): in tests, where nobody waits.
QUERIES_ARE_PROVEN = False
CHOSEN_DATABASE = "DATABASE_URL" in env.ENVIRON
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR / 'communique.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    VAR.mkdir(exist_ok=True)
    # IMMEDIATE takes the write lock at once, so that a transaction that reads and then writes cannot fail half-way.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    # A host that does not answer at all is given up soon: whoever waits for it holds a thread.
    wait = env.int("DATABASE_CONNECT_SECONDS", default=3)
    DATABASE_POOL = env.int("DATABASE_POOL", default=0)
    connecting: dict[str, Any] = {"connect_timeout": wait}
    # PostgreSQL would compile queries of lists for half a second that take milliseconds. Empty for a pooler that lets
    # no options through.
    if options := env.str("POSTGRES_OPTIONS", default="-c jit=off"):
        connecting["options"] = options
    if DATABASE_POOL:
        connecting["pool"] = {"min_size": 1, "max_size": DATABASE_POOL, "timeout": wait}
    if REPLICA_URL := env.str("REPLICA_URL", default=""):  # for public pages (cms/operations/replica.py)
        DATABASES["replica"] = env.db_url_config(REPLICA_URL)
        DATABASES["replica"]["TEST"] = {"MIRROR": "default"}
        DATABASE_ROUTERS = ["cms.operations.replica.Router"]
        MIDDLEWARE.append("cms.operations.replica.ReplicaMiddleware")
    for database in DATABASES.values():
        database["OPTIONS"] = {**connecting, **database.get("OPTIONS", {})}
        # A pool keeps connections itself, and lends them for a request.
        database["CONN_MAX_AGE"] = 0 if DATABASE_POOL else env.int("CONN_MAX_AGE", default=60)
        database["CONN_HEALTH_CHECKS"] = True

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    REDIS: dict[str, Any] = {
        "BACKEND": "cms.operations.cache.PatientRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"patience": env.int("REDIS_PATIENCE_MS", default=40) / 1000},
    }
    # The database has every session; Redis spares it the reading. A session that was ended while Redis was gone is
    # known there for a minute at most.
    CACHES = {
        "default": REDIS,
        "sessions": {**REDIS, "KEY_PREFIX": "session", "OPTIONS": {**REDIS["OPTIONS"], "longest": 60}},
    }
    SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
    SESSION_CACHE_ALIAS = "sessions"
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# PDF that took seconds to make: on the disk, shared by all processes of a machine. It may be emptied at any time.
CACHES["documents"] = {
    "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
    "LOCATION": env.str("DOCUMENTS_ROOT", default=str(VAR / "documents")),
    "OPTIONS": {"MAX_ENTRIES": 1000},
}

# Pages kept ready in the memory of each process, in front of Django (cms/public/kept). 0: none.
PAGE_CACHE_MB = env.int("PAGE_CACHE_MB", default=0 if DEBUG else 24)
PAGE_CACHE_SECONDS = 24 * 60 * 60  # the oldest that a page may be
# What stands in front of the site (a CDN, Varnish, nginx) may keep pages so long without asking; 0: never.
PAGE_SHARED_SECONDS = env.int("PAGE_SHARED_SECONDS", default=0)
# Caches that are told what has changed: ban+http://varnish:6081/ (method BAN), or https://cdn.example/purge (a POST).
PAGE_PURGE = env.list("PAGE_PURGE", default=[])
PAGE_PURGE_TOKEN = env.str("PAGE_PURGE_TOKEN", default="")

# --- People
AUTH_USER_MODEL = "cms.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "cms.accounts.PressBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
# Five wrong passwords lock one name from one address. Not the name alone: anybody could then lock out a moderator.
AXES_FAILURE_LIMIT = env.int("AXES_FAILURE_LIMIT", default=5)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "cms.admin.signin.client_address"
AXES_COOLOFF_TIME = env.float("AXES_COOLOFF_HOURS", default=0.25)
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
SESSION_COOKIE_AGE = 12 * 60 * 60  # a long working day; the form keeps its text when it ends (cms/admin/signin.py)

# --- Forms: a long text pasted from Word must arrive whole (the form itself refuses bodies over BODY_LIMIT).
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000  # a full gallery has some 700, and as many may have been taken out
BODY_LIMIT = 2_000_000  # characters of pasted HTML

# --- Transport. BEHIND_PROXY: a proxy of ours ends TLS and sets X-Forwarded-Proto and -For.
SECURE = env.bool("SECURE", default=not DEBUG)
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked by machines beside us, without TLS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if SECURE else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CSRF_FAILURE_VIEW = "cms.admin.signin.form_expired"
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"

# Public pages: nothing but our own stylesheet, script file and pictures. The admin and its edit pages replace this
# (cms/admin/site.py); inline script is allowed nowhere.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        # No script of ours asks for anything. Lighthouse asks for robots.txt from within the page, and must get it.
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
ADMIN_CONTENT_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "frame-src": [SELF],
}
# CKEditor 4 writes style attributes and style elements; only the pages that carry it get this.
EDITOR_CONTENT_SECURITY_POLICY = {**ADMIN_CONTENT_SECURITY_POLICY, "style-src": [SELF, UNSAFE_INLINE]}

# --- Static files
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = False  # the same files, from the same place, with DEBUG and without
WHITENOISE_USE_FINDERS = False

# --- Pictures and files: private, below a name made of their content; cms/public/media.py is their only way out.
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(VAR / "media"))
MEDIA_ACCEL = env.str("MEDIA_ACCEL", default="")  # a location of nginx that only X-Accel-Redirect reaches
MEDIA_REDIRECT = env.bool("MEDIA_REDIRECT", default=False)  # documents straight from the S3 store, by signed addresses
if MEDIA_S3_BUCKET := env.str("MEDIA_S3_BUCKET", default=""):
    STORAGES["media"] = {
        "BACKEND": "cms.media.s3.S3ContentStorage",
        "OPTIONS": {
            "bucket_name": MEDIA_S3_BUCKET,
            "endpoint_url": env.str("MEDIA_S3_ENDPOINT", default="") or None,  # empty: Amazon's own
            "region_name": env.str("MEDIA_S3_REGION", default="us-east-1"),
            "access_key": env.str("MEDIA_S3_KEY", default="") or None,  # empty: the machine's role
            "secret_key": env.str("MEDIA_S3_SECRET", default="") or None,
            "location": env.str("MEDIA_S3_PREFIX", default=""),
            "addressing_style": env.str("MEDIA_S3_ADDRESSING", default="auto"),  # "path" for most others
        },
    }
else:
    STORAGES["media"] = {
        "BACKEND": "cms.media.storage.DurableStorage",
        "OPTIONS": {
            "location": MEDIA_ROOT,
            "file_permissions_mode": 0o640 if MEDIA_ACCEL else 0o600,  # nginx reads by its group
            "directory_permissions_mode": 0o750 if MEDIA_ACCEL else 0o700,
        },
    }
FILE_UPLOAD_HANDLERS = ["cms.admin.receiving.ReceivedFile"]
# What can wait until after the answer: done by `manage.py db_worker` where WORKER says that one runs, else at once.
WORKER = env.bool("WORKER", default=False)
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend" if WORKER else "django_tasks.backends.immediate.ImmediateBackend"
    }
}

# --- Mail and logs
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="press@localhost")
LOG_FORMAT = env.str("LOG_FORMAT", default=logs.PLAIN)
if LOG_FORMAT not in logs.FORMS:
    raise ImproperlyConfigured(f"LOG_FORMAT: {LOG_FORMAT} is not among {', '.join(logs.FORMS)}.")
LOGGING = logs.configuration(LOG_FORMAT, env.str("LOG_LEVEL", default="INFO"))
LOG_REQUESTS = env.bool("LOG_REQUESTS", default=False)  # a line for each request (cms/operations/observed.py)

# --- What monitoring reads (cms/operations). The token or the address opens it; for all others it is not there.
METRICS = env.bool("METRICS", default=False)
METRICS_FOLDER = env.str("METRICS_FOLDER", default="")  # in which processes add up (deploy/gunicorn.conf.py)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
try:
    METRICS_ALLOW = [
        ipaddress.ip_network(given) for given in env.list("METRICS_ALLOW", default=["127.0.0.0/8", "::1/128"])
    ]
except ValueError as error:
    raise ImproperlyConfigured(f"METRICS_ALLOW: {error}.")

# ckeditor.W001 says that CKEditor 4.22.1 gets no more fixes. It is silenced because each known fault is taken away:
#   CVE-2024-24815 (CDATA, full page editing): fullPage off, explicit allowedContent, texts cleaned before the editor
#                                              gets them, CSP without inline script -> tests/admin/test_editor.py
#   CVE-2024-24816, CVE-2023-4771 (samples):   not collected into the static files -> tests/admin/test_editor.py
#   CVE-2024-43407 (GeSHi):                    plug-in not collected -> tests/admin/test_editor.py
#   CVE-2024-43411 (version check):            versionCheck off, connect-src 'self' -> tests/admin/test_editor.py
SILENCED_SYSTEM_CHECKS = ["ckeditor.W001"]
