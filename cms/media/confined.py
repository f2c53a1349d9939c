"""The child's half of `sandbox`: it shuts itself in, then answers one question. Only the standard library."""

from __future__ import annotations

import json
import math
import os
import resource
import sys
from importlib import import_module
from typing import Any

MEBIBYTE = 1024 * 1024
FILE_BYTES = 256 * MEBIBYTE  # of one file that the child writes
OPEN_FILES = 64


def serve(module: str, seconds: str, megabytes: str) -> None:
    """Read a question from stdin, write `module.answer` of it to stdout, as JSON.

    The reply is {"answer": …, "used": …} or {"failed": words, "exhausted": whether for want of memory, "used": …}.
    """
    _shut_in(float(seconds), int(megabytes))
    reply = _take_stdout()
    try:
        content: dict[str, Any] = {"answer": import_module(module).answer(json.load(sys.stdin))}
    except Exception as error:  # noqa: BLE001  it goes to the parent, in words
        content = {"failed": f"{type(error).__name__}: {error}"[:500], "exhausted": isinstance(error, MemoryError)}
    os.write(reply, json.dumps({**content, "used": _used()}).encode())


def _shut_in(seconds: float, megabytes: int) -> None:
    """setrlimit(2). What a system knows no limit for (macOS: address space) is left to the parent's clock."""
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_AS: megabytes * MEBIBYTE,
        resource.RLIMIT_CPU: math.ceil(seconds),
        resource.RLIMIT_FSIZE: FILE_BYTES,
        resource.RLIMIT_NOFILE: OPEN_FILES,
    }
    for limit, most in limits.items():
        try:
            resource.setrlimit(limit, (most, most))
        except (ValueError, OSError):
            continue


def _take_stdout() -> int:
    """A descriptor for the reply alone: what a library prints goes where errors go."""
    reply = os.dup(1)
    os.dup2(2, 1)
    return reply


def _used() -> dict[str, float]:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {"megabytes": round(_peak(usage.ru_maxrss), 1), "seconds": round(usage.ru_utime + usage.ru_stime, 3)}


def _peak(maxrss: int) -> float:
    """Peak of resident memory in MiB. On Linux ru_maxrss begins with the parent's size, so the kernel is asked."""
    try:
        with open("/proc/self/status") as status:
            kibibytes = next(line.split()[1] for line in status if line.startswith("VmHWM:"))
        return int(kibibytes) / 1024
    except (OSError, StopIteration):
        return maxrss / (MEBIBYTE if sys.platform == "darwin" else 1024)
