"""The site refuses to start unsafe, and says why."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SAFE = {
    "DEBUG": "off",
    "SECRET_KEY": "a-long-random-value-that-nobody-else-knows-0123456789abcdef",
    "ALLOWED_HOSTS": "press.example.org",
    "DATABASE_URL": "sqlite:////tmp/communique-settings-test.sqlite3",
}

in_a_process_of_its_own = pytest.mark.once  # and with a database of its own: always the same


def manage(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
    )


@in_a_process_of_its_own
@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_without_a_secret_or_hosts_it_does_not_start(missing):
    ended = manage("check", **{**SAFE, missing: ""})
    assert ended.returncode != 0
    assert f"Set {missing} in the environment" in ended.stderr


@in_a_process_of_its_own
def test_any_host_is_refused():
    assert "would let anybody forge" in manage("check", **{**SAFE, "ALLOWED_HOSTS": "*"}).stderr


@in_a_process_of_its_own
def test_a_language_nobody_knows_is_refused():
    assert "is not among" in manage("check", **{**SAFE, "CONTENT_LANGUAGES": "en,xx"}).stderr


@in_a_process_of_its_own
def test_the_deployment_check_has_nothing_to_say():
    ended = manage("check", "--deploy", "--fail-level", "WARNING", **SAFE)
    assert ended.returncode == 0, ended.stderr
    assert "no issues" in ended.stdout


@in_a_process_of_its_own
def test_demonstration_content_stays_away_from_production():
    assert "development machines" in manage("demo", **SAFE).stderr


def test_sqlite_is_durable_and_locks_at_once(db):
    from django.db import connection

    if connection.vendor != "sqlite":
        assert connection.settings_dict["CONN_HEALTH_CHECKS"]
        return
    with connection.cursor() as cursor:
        read = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert read == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert connection.transaction_mode == "IMMEDIATE"


@pytest.mark.redis
def test_a_redis_named_in_the_environment_is_the_cache():
    url = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
    code = (
        "import django; django.setup(); from django.core.cache import cache; "
        "cache.set('communique', 'here', 5); "
        "print(cache._cache.__class__.__name__, cache.get('communique'))"
    )
    patient = {"REDIS_PATIENCE_MS": "2000"}  # this machine runs other tests
    named = {"DJANGO_SETTINGS_MODULE": "cms.settings", "PATH": os.environ["PATH"]}
    environment = {**SAFE, **named, **patient, "REDIS_URL": url}
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ended.stdout.strip() == "RedisCacheClient here", ended.stderr
