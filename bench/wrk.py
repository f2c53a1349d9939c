"""wrk (Debian's package), asked by a program."""

from __future__ import annotations

import re
import statistics
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from .servers import Server

CONNECTIONS = 4


@dataclass(frozen=True)
class Load:
    """What is asked for. headers: of each request."""

    server: Server
    path: str
    headers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rate:
    """requests a second, and milliseconds of the server's processor time for each."""

    requests: float
    milliseconds: float


def measure(load: Load, seconds: int) -> Rate:
    """Raises RuntimeError where anything but 2xx was answered."""
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s"]
    for header in load.headers:
        command += ["-H", header]
    before = load.server.seconds()
    done = subprocess.run(  # noqa: S603
        [*command, load.server.origin + load.path], capture_output=True, text=True, check=True
    ).stdout
    spent = load.server.seconds() - before
    if "Non-2xx" in done:
        raise RuntimeError(f"{load.path}: {done}")
    total = int(re.search(r"(\d+) requests in", done)[1])  # type: ignore[index]
    return Rate(float(re.search(r"Requests/sec:\s+([\d.]+)", done)[1]), 1000 * spent / max(1, total))  # type: ignore[index]


def in_turn(loads: Mapping[str, Load], rounds: int, seconds: int) -> dict[str, Rate]:
    """The middle of several rounds, in each of which every load is measured once: a busy moment hits all alike."""
    found: dict[str, list[Rate]] = {name: [] for name in loads}
    for turn in range(rounds):
        for name, load in loads.items():
            if turn == 0:
                measure(load, 1)  # so that everything is warm
            found[name].append(measure(load, seconds))
    return {
        name: Rate(
            statistics.median(rate.requests for rate in rates), statistics.median(rate.milliseconds for rate in rates)
        )
        for name, rates in found.items()
    }
