"""Answers of a child that does what it must not. Run by `cms.media.sandbox`; see test_sandbox.py."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def answer(request):
    return globals()[request["do"]](request)


def echo(request):
    print("words that a library prints")
    return {"heard": request["words"]}


def surroundings(request):
    open_files = {os.path.realpath(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")}
    return {
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "inside": os.listdir(),
        "open": sorted(name for name in open_files if name.startswith(request["below"])),
        "modules": sorted(sys.modules),
    }


def raises(request):
    raise LookupError("the file is odd")


def overeats(request):
    return {"length": len(bytearray(1024 * 1024 * 1024))}


def spins(request):
    while True:
        pass


def sleeps_with_a_child(request):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    Path(request["pid"]).write_text(str(child.pid))
    time.sleep(60)


def crashes(request):
    os.kill(os.getpid(), signal.SIGSEGV)


def leaves(request):
    os._exit(0)


def writes_much(request):
    with open("much", "wb") as file:
        for _ in range(600):
            file.write(bytes(1024 * 1024))
    return {}


def answers_nonsense(request):
    return ["no", "dictionary"]


def answers_much(request):
    return {"words": "x" * 5_000_000}


def deepens(request):
    def deeper():
        deeper()

    deeper()
