"""Code that reads strangers' files runs in a process of its own, with limits on memory, time and disk.

This is the parent's half; `confined` is the child's. What runs there is a module with a function
`answer(request: dict) -> dict` (both plain JSON). It must not need Django: settings, models and secrets stay out.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
ANSWER_BYTES = 4 * 1024 * 1024  # no honest answer comes near it

# -I leaves out the environment, the user's packages and the current folder; so the child is told where we are.
_BOOT = "import sys; sys.path.append(sys.argv[1]); from cms.media.confined import serve; serve(*sys.argv[2:])"
_TOO_MUCH = (-signal.SIGXCPU, -signal.SIGKILL)  # the limit on processor time; the system, short of memory
# Many uploads at once wait for one another here, so that neither memory nor the others' time runs out; and not for
# ever, because each that waits holds a thread of the server.
_places = threading.BoundedSemaphore(os.cpu_count() or 1)
PATIENCE = 20  # seconds


class Failed(Exception):
    """The child died, overran a limit or answered nonsense. `exhausted`: it took too much time or memory."""

    def __init__(self, why: str, *, exhausted: bool = False) -> None:
        self.exhausted = exhausted
        super().__init__(why)


class Busy(Exception):
    """Others had all the places for as long as this one could wait. Nothing is wrong with the file."""


def run(
    module: str, request: dict[str, Any], *, seconds: float, megabytes: int, patience: float | None = None
) -> dict[str, Any]:
    """What `module.answer(request)` returns in a child of its own.

    module: dotted name. request: JSON; paths in it must be absolute, for the child stands in an empty folder.
    seconds: of wall time, and as many of processor time. megabytes: MiB of address space, the interpreter's own
    (about 60) included. patience: seconds to wait for a place among the others (default: PATIENCE). Returns the
    answer, and under "used" what it cost: {"megabytes": peak of resident memory in MiB, "seconds": of processor time}.
    Raises Busy where no place came free, else Failed, whatever happens to the child. Safe in threads.
    """
    try:
        with (
            _place(PATIENCE if patience is None else patience),
            TemporaryDirectory(prefix="sandbox-", ignore_cleanup_errors=True) as folder,
            TemporaryFile() as question,
            TemporaryFile() as reply,
        ):
            question.write(json.dumps(request).encode())
            question.seek(0)
            status = _run(_command(module, seconds, megabytes), question, reply, folder, seconds)
            reply.seek(0)
            return _understood(status, reply.read(ANSWER_BYTES + 1))
    except OSError as error:  # no process, no space, no file handle to be had
        raise Failed(str(error)) from error


@contextmanager
def _place(patience: float) -> Iterator[None]:
    if not _places.acquire(timeout=patience):
        raise Busy
    try:
        yield
    finally:
        _places.release()


def _command(module: str, seconds: float, megabytes: int) -> list[str]:
    return [sys.executable, "-I", "-c", _BOOT, str(ROOT), module, str(seconds), str(megabytes)]


def _run(command: list[str], question: IO[bytes], reply: IO[bytes], folder: str, seconds: float) -> int:
    process = subprocess.Popen(  # noqa: S603  our own interpreter and module
        command,
        stdin=question,
        stdout=reply,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        # One arena: glibc reserves 64 MiB of address space for each more, and the limit counts it.
        env={"LANG": "C.UTF-8", "TMPDIR": folder, "MALLOC_ARENA_MAX": "1"},
        start_new_session=True,
    )
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise Failed(f"not ready after {seconds} s", exhausted=True) from error
    finally:
        if process.returncode is None:  # too late, or this thread is being ended itself
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _understood(status: int, reply: bytes) -> dict[str, Any]:
    if status:
        raise Failed(f"ended with {status}", exhausted=status in _TOO_MUCH)
    try:
        content = json.loads(reply)
        if "failed" in content:
            raise Failed(str(content["failed"]), exhausted=content["exhausted"])
        return {**content["answer"], "used": content["used"]}
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Failed("no answer that can be understood") from error
