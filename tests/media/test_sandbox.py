"""Whatever a child does, the site gets an answer or a Failed, in time, and nothing of the child is left."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cms.media import sandbox

MISBEHAVING = "tests.media.misbehaving"


def run(do, *, seconds=20, megabytes=256, module=MISBEHAVING, **request):
    return sandbox.run(module, {"do": do, **request}, seconds=seconds, megabytes=megabytes)


def test_a_child_answers_and_says_what_it_used():
    answer = run("echo", words="вода")
    assert answer["heard"] == "вода"
    assert 5 < answer["used"]["megabytes"] < 100
    assert 0 < answer["used"]["seconds"] < 20


def test_many_threads_may_ask_at_once():
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: run("echo", words=n), range(24)))
    assert [answer["heard"] for answer in answers] == list(range(24))


def test_a_child_is_told_no_secret_and_gets_no_open_file(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "a-secret")
    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        child = run("surroundings", below=str(tmp_path))
    assert child["open"] == []
    assert set(child["environment"]) <= {"LANG", "LC_CTYPE", "TMPDIR", "MALLOC_ARENA_MAX"}
    assert child["inside"] == []
    assert Path(child["folder"]) != Path.cwd()
    assert not Path(child["folder"]).exists()
    assert not {"django", "cms.settings", "cms.models"} & set(child["modules"])


@pytest.mark.parametrize(
    "do", ["raises", "crashes", "leaves", "writes_much", "answers_nonsense", "answers_much", "deepens"]
)
def test_a_child_that_fails_is_a_failure(do):
    with pytest.raises(sandbox.Failed) as failure:
        run(do)
    assert not failure.value.exhausted


def test_a_child_that_cannot_be_found_is_a_failure():
    with pytest.raises(sandbox.Failed):
        run("echo", module="tests.media.not_there")


def test_a_failure_says_what_was_raised():
    with pytest.raises(sandbox.Failed, match="LookupError: the file is odd"):
        run("raises")


@pytest.mark.parametrize(("do", "seconds"), [("overeats", 20), ("spins", 1)])
def test_a_child_that_takes_too_much_is_stopped(do, seconds):
    with pytest.raises(sandbox.Failed) as failure:
        run(do, seconds=seconds)
    assert failure.value.exhausted


def test_processor_time_is_limited_by_the_system_too(monkeypatch):
    """The child of a worker that was killed has nobody who watches it."""
    monkeypatch.setattr(sandbox, "_command", lambda module, seconds, megabytes: _COMMAND(module, 1, megabytes))
    with pytest.raises(sandbox.Failed, match="ended with -") as failure:
        run("spins", seconds=60)
    assert failure.value.exhausted


def test_a_child_that_is_too_slow_goes_with_everything_that_it_started(tmp_path):
    pid = tmp_path / "pid"
    with pytest.raises(sandbox.Failed, match="not ready") as failure:
        run("sleeps_with_a_child", seconds=2, pid=str(pid))
    assert failure.value.exhausted
    assert _is_gone(int(pid.read_text()))


_COMMAND = sandbox._command


def _is_gone(pid):
    """Killed, and perhaps not yet collected by whoever inherited it."""
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False
