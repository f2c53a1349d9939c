"""Public pages may come from a replica of the database, and never show less than what is known to have changed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connection

from cms.models import Contact
from cms.operations.replica import Known, Router, _has
from tests.factories import make_past
from tests.project.test_database_gone import gunicorn
from tests.project.test_deploy import ask, free_port
from tests.settings import POSTGRES_URL

BINARIES = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))
pytestmark = [pytest.mark.postgresql]


class Cluster:
    """A PostgreSQL of our own. It refuses to run as root."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/site"

    def run(self, program, *arguments):
        command = [str(BINARIES / program), *map(str, arguments)]
        if os.geteuid() == 0:
            command = [shutil.which("runuser"), "-u", "postgres", "--", *command]
        ended = subprocess.run(
            command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        assert ended.returncode == 0, ended.stderr

    def start(self):
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c fsync=off -c unix_socket_directories= "
        self.run("pg_ctl", "-D", self.folder, "-o", options, "-l", f"{self.folder}.log", "-w", "start")

    def stop(self):
        self.run("pg_ctl", "-D", self.folder, "-m", "immediate", "-w", "stop")

    def do(self, *statements, name="site"):
        with psycopg.connect(self.url.replace("/site", f"/{name}"), autocommit=True) as connected:
            return [connected.execute(statement) for statement in statements]


@pytest.fixture
def clusters(transactional_db, editor):
    """A primary with a copy of the test's database, and its streaming replica."""
    make_past(editor, title="Grain", dated_on=date(2025, 5, 1))
    make_past(editor, title="Harvest", body="<p>Of grain.</p>", dated_on=date(2025, 5, 2))
    Contact.objects.create(language="en", name="Name One", mail="desk@example.org")
    with ExitStack() as ends:
        folder = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="communique-replica-")))
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        primary, replica = Cluster(folder / "primary"), Cluster(folder / "replica")
        primary.run("initdb", "-D", primary.folder, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8")
        primary.start()
        ends.callback(primary.stop)
        primary.do("CREATE DATABASE site", name="postgres")
        tests_own = f"{POSTGRES_URL.rsplit('/', 1)[0]}/{connection.settings_dict['NAME']}"
        dumped = subprocess.run([BINARIES / "pg_dump", tests_own], stdout=subprocess.PIPE, check=True).stdout
        subprocess.run(
            [BINARIES / "psql", "-q", primary.url], input=dumped, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        source = f"postgres://postgres@127.0.0.1:{primary.port}/"
        primary.run("pg_basebackup", "-d", source, "-D", replica.folder, "-R", "-X", "stream", "-c", "fast", "-N")
        replica.start()
        ends.callback(replica.stop)
        yield primary, replica


def page(port, at, path="/en/contacts/", **headers):
    """The list of contacts, made anew: no two hosts share a kept page."""
    status, _headers, body = ask(port, path, Host=f"{at}.example.org", **headers)
    assert status == 200
    return body.decode()


def test_a_replica_that_is_behind_is_not_asked(clusters, tmp_path):
    primary, replica = clusters
    changed = "INSERT INTO cms_touched (name, at) VALUES ('frame', now() - interval '1 second')"
    primary.do(changed)
    with gunicorn(tmp_path, DATABASE_URL=primary.url, REPLICA_URL=replica.url, ALLOWED_HOSTS=".example.org") as port:
        assert "Name One" in page(port, "first")

        # What the primary alone has, and nobody was told of, is not seen: the page comes from the replica.
        replica.do("SELECT pg_wal_replay_pause()")
        primary.do("UPDATE cms_contact SET name = 'Name Two'")
        assert "Name One" in page(port, "reader")
        # Whoever has a session may just have written.
        assert "Name Two" in page(port, "writer", Cookie="sessionid=x")

        # Once the change is known, the replica is behind, and the primary is asked.
        primary.do(changed)
        time.sleep(0.5)
        assert "Name Two" in page(port, "reader")
        assert "Name Two" in page(port, "later")

        # It has caught up, and is asked again.
        replica.do("SELECT pg_wal_replay_resume()")
        assert _comes_to_have(replica, "Name Two")
        replica.do("SELECT pg_wal_replay_pause()")
        primary.do("UPDATE cms_contact SET name = 'Name Three'")
        assert "Name Two" in page(port, "after")

        # Without it the site goes on.
        replica.stop()
        assert "Name Three" in page(port, "without")
        assert "Name Three" in page(port, "resting")
        replica.start()


def test_all_of_a_search_is_asked_of_the_replica(clusters, tmp_path):
    """The index as well as the texts: it is the dearest of the public pages."""
    primary, replica = clusters
    replica.do("SELECT pg_wal_replay_pause()")
    primary.do("DELETE FROM cms_search_index")  # nobody is told
    with gunicorn(tmp_path, DATABASE_URL=primary.url, REPLICA_URL=replica.url, ALLOWED_HOSTS=".example.org") as port:

        def titles(at, query, **headers):
            written = page(port, at, f"/en/search/?{query}", **headers)
            return re.findall(r'class="p-name u-url" [^>]*>(.*?)</a>', written)

        assert titles("reader", "q=grain") == ["Harvest", "<mark>Grain</mark>"]
        assert titles("reader", "q=grain&order=best") == ["<mark>Grain</mark>", "Harvest"]
        assert titles("writer", "q=grain", Cookie="sessionid=x") == []
        assert "?q=grain" in page(port, "reader", "/en/search/?q=graim")


def _comes_to_have(cluster, name):
    for _ in range(100):
        if cluster.do("SELECT name FROM cms_contact")[0].fetchone()[0] == name:
            return True
        time.sleep(0.05)
    return False


def test_what_is_learned_while_a_page_is_made_sends_the_rest_to_the_primary():
    """Else what the replica gave would be remembered as made of a change that it had not."""
    versions = SimpleNamespace(n=5)
    router, token = Router(), _has.set(Known(versions, 5))
    try:
        assert router.db_for_read(Contact) == "replica"
        versions.n = 6
        assert router.db_for_read(Contact) == "default"
        assert router.db_for_write(Contact) == "default"
    finally:
        _has.reset(token)
    assert router.db_for_read(Contact) == "default"


def test_a_page_that_the_replica_fails_to_give_is_made_from_the_primary(clusters, tmp_path):
    primary, replica = clusters
    primary.do("CREATE ROLE reader LOGIN", "GRANT SELECT ON cms_touched TO reader")
    url = replica.url.replace("postgres@", "reader@")
    with gunicorn(tmp_path, DATABASE_URL=primary.url, REPLICA_URL=url, LOG_LEVEL="WARNING") as port:
        assert "Name One" in ask(port, "/en/contacts/")[2].decode()
        assert [ask(port, path)[0] for path in ("/en/people/", "/en/events/", "/en/nothing/")] == [200, 200, 404]
    told = (tmp_path / "log").read_text()
    assert "The replica is not asked for now: permission denied" in told
    assert "Traceback" not in told
