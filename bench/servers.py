"""Servers to be measured: each in a session of its own, with its processor time and its memory."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")
PATIENCE = 60  # seconds until a server answers


def free_port(host: str = "127.0.0.1") -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """command: with {port} where its port goes. host: an address of the loopback."""

    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1"

    def __enter__(self) -> Server:
        self.port = free_port(self.host)
        command = [part.format(port=self.port, host=self.host) for part in self.command]
        self.process = subprocess.Popen(  # noqa: S603
            command,
            cwd=ROOT,
            env={**os.environ, **self.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with suppress(OSError), socket.create_connection((self.host, self.port), timeout=1):
                return self
            time.sleep(0.05)
        raise RuntimeError(f"no answer from {command[0]}")

    def __exit__(self, *error: object) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    @property
    def origin(self) -> str:
        return f"http://{self.host}:{self.port}"

    def _processes(self) -> list[int]:
        """Its process and those that it started: all of its session."""
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(OSError, ValueError):
                if os.getsid(int(path.name)) == self.process.pid:
                    found.append(int(path.name))
        return found

    def seconds(self) -> float:
        """Processor time so far, of all its processes."""
        total = 0
        for pid in self._processes():
            with suppress(OSError):
                parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                total += int(parts[11]) + int(parts[12])
        return total / TICK

    def megabytes(self) -> float:
        """Memory of all its processes, what they share counted once (PSS)."""
        total = 0
        for pid in self._processes():
            with suppress(OSError):
                for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                    if line.startswith("Pss:"):
                        total += int(line.split()[1])
        return total / 1024


def granian(application: str, environment: dict[str, str], host: str = "127.0.0.1", workers: int = 2) -> Server:
    command = f"{sys.executable} -m granian --interface wsgi --host {{host}} --port {{port}} --workers {workers}"
    return Server([*command.split(), "--blocking-threads", "2", "--no-ws", application], environment, host)


def gunicorn(application: str, environment: dict[str, str]) -> Server:
    command = f"{sys.executable} -m gunicorn {application} --bind {{host}}:{{port}} --workers 2 --threads 4"
    more = "--worker-class gthread --preload --keep-alive 60 --no-control-socket --log-level critical"
    return Server([*command.split(), *more.split()], environment)


def nginx(folder: Path, locations: str) -> Server:
    """locations: what stands in its `server`."""
    folder.mkdir(exist_ok=True)
    temporary = " ".join(f"{name}_temp_path {folder}/{name};" for name in "proxy fastcgi uwsgi scgi".split())
    port = "{port}"
    configuration = f"""daemon off; worker_processes 2; pid {folder}/pid; error_log {folder}/log;
        events {{ worker_connections 1024; }}
        http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; {temporary}
          client_body_temp_path {folder}/body; default_type text/html;
          proxy_cache_path {folder}/cache keys_zone=pages:10m;
          server {{ listen 127.0.0.1:@PORT@; {locations} }} }}"""
    path = folder / "nginx.conf"
    path.write_text(configuration)
    # Its port is known when it starts: sed writes it, so that the file can be read afterwards.
    script = f"sed -i s/@PORT@/{port}/ {path} && exec {shutil.which('nginx')} -c {path} -p {folder}"
    return Server(["/bin/sh", "-c", script])
