"""Real servers for a test: a PostgreSQL and a Redis of its own, web processes on addresses of the loopback, nginx."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from glob import glob
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 40.0  # seconds that a server may take to start, on a busy machine


def binaries():
    """The folder of initdb and pg_ctl, or "" where there is none."""
    found = sorted(glob("/usr/lib/postgresql/*/bin/initdb")) or [shutil.which("initdb") or ""]
    return os.path.dirname(found[-1])


def missing():
    """What is not installed of what this needs, in words."""
    needed = {"PostgreSQL's initdb": binaries(), "Redis": shutil.which("redis-server"), "nginx": shutil.which("nginx")}
    return [name for name, there in needed.items() if not there]


def free_port(host="127.0.0.1"):
    with socket.socket() as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


def wait_for(host, port):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection((host, port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens at {host}:{port}")


class PostgreSQL:
    def __init__(self, folder):
        self.folder, self.port = Path(folder), free_port()
        self.folder.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
            for above in self.folder.parents:  # pytest's folders are for their owner alone
                if above.is_relative_to("/tmp/") and above != Path("/tmp"):
                    above.chmod(above.stat().st_mode | 0o011)
        self._run("initdb", "-A", "trust", "-U", "postgres", "--no-sync", "-D", self.data)
        self.start()

    @property
    def data(self):
        return str(self.folder / "data")

    @property
    def url(self):
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def start(self):
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        self._run("pg_ctl", "-w", "-t", "180", "-D", self.data, "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self):
        self._run("pg_ctl", "-w", "-t", "180", "-m", "immediate", "-D", self.data, "stop")

    def _run(self, program, *arguments):
        command = [os.path.join(binaries(), program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/")


class Process:
    """A program that is started, stopped and started again."""

    def __init__(self, command, host, port, environment=None, log=os.devnull):
        self.command, self.host, self.port, self.environment = command, host, port, environment
        self.log = log
        self.start()

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        if self.port:
            wait_for(self.host, self.port)

    def kill(self, how=signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, how)
        self.process.wait()


class Redis(Process):
    def __init__(self, folder):
        port = free_port()
        options = ["--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        super().__init__(["redis-server", "--port", str(port), *options], "127.0.0.1", port)
        self.url = f"redis://127.0.0.1:{port}/0"


class Node(Process):
    """One web process of the site. name: for its log."""

    def __init__(self, host, environment, folder, name):
        port = free_port(host)
        command = [sys.executable, "-m", "gunicorn", "cms.wsgi", "--bind", f"{host}:{port}", "--workers", "1"]
        command += ["--threads", "4", "--worker-class", "gthread", "--no-control-socket", "--log-level", "warning"]
        super().__init__(command, host, port, environment, str(Path(folder) / f"{name}.log"))


class Nginx(Process):
    def __init__(self, folder, nodes):
        self.folder, port = Path(folder), free_port()
        upstream = "".join(f"server {node.host}:{node.port} max_fails=0;" for node in nodes)
        (self.folder / "nginx.conf").write_text(
            f"""daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 1;
            events {{ worker_connections 256; }}
            http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
              fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
              upstream site {{ {upstream} }}
              server {{ listen 127.0.0.1:{port}; location / {{
                proxy_pass http://site; proxy_set_header Host {HOST}; proxy_connect_timeout 2s;
                proxy_next_upstream error timeout http_502 http_503; }} }} }}"""
        )
        super().__init__(["nginx", "-c", str(self.folder / "nginx.conf"), "-p", str(folder)], "127.0.0.1", port)


HOST = "press.example.org"


class Answer:
    def __init__(self, response):
        self.status, self.headers = response.status, response.headers
        self.text = response.read().decode()

    def __contains__(self, words):
        return words in self.text


def get(node, path, cookies=""):
    return ask(node, "GET", path, cookies=cookies)


def ask(node, method, path, fields=None, cookies=""):
    """One request with a connection of its own. Raises OSError or HTTPException where nobody answers."""
    connection = HTTPConnection(node.host, node.port, timeout=20)
    headers = {"Host": HOST, "Cookie": cookies} if cookies else {"Host": HOST}
    body = urlencode(fields) if fields is not None else None
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request(method, path, body, headers)
        return Answer(connection.getresponse())
    finally:
        connection.close()


class Staff:
    """A person at the admin of one node."""

    def __init__(self, node, name, password):
        self.node, self.cookies = node, SimpleCookie()
        self.get("/admin/login/")
        answer = self.post("/admin/login/", {"username": name, "password": password, "next": "/admin/"})
        assert answer.status == 302, answer.text[:2000]

    def get(self, path):
        return self._taken(get(self.node, path, self._sent()))

    def post(self, path, fields):
        token = {"csrfmiddlewaretoken": self.cookies["csrftoken"].value}
        return self._taken(ask(self.node, "POST", path, {**token, **fields}, self._sent()))

    def _sent(self):
        return "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())

    def _taken(self, answer):
        for value in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.load(value)
        return answer

    def approve(self, pk, at=""):
        """at: as the form takes it; now, if empty."""
        path = f"/admin/news/newsitem/{pk}/do/approve/"
        form = self.get(path)
        digest = re.search(r'name="digest" value="([0-9a-f]{64})"', form.text)
        assert digest, form.text[-3000:]
        when = {"when": "at", "at": at} if at else {"when": "now"}
        answer = self.post(path, {"digest": digest[1], "comment": "", **when})
        assert answer.status == 302, answer.text[-3000:]


__all__ = ["HTTPException"]
