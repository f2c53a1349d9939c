"""The folder of stored files: what is acknowledged is there, whole, and stays as it is; whatever happens meanwhile."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import threading
import time
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from cms.media import storage
from cms.media.storage import DurableStorage, Stored, name_for, put

ROOT = Path(__file__).parent.parent.parent
NAME = name_for("ab" * 32)

# Stores contents made of the numbers that it is given, and tells each that is acknowledged.
CHILD = """
import io, resource, sys
from django.conf import settings
settings.configure()
from cms.media.storage import DurableStorage, put
folder, size, limit, *numbers = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
storage = DurableStorage(folder)
for number in numbers:
    try:
        print(put(storage, io.BytesIO((f"{number} " * int(size))[: int(size)].encode())).name, flush=True)
    except OSError as error:
        print("OSError:", error, flush=True)
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "media"


@pytest.fixture
def durable(folder):
    return DurableStorage(folder)


def child(folder, numbers, *, size, limit=-1):
    arguments = [sys.executable, "-c", CHILD, str(folder), str(size), str(limit), *map(str, numbers)]
    return subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def sha256_of(content):
    return hashlib.sha256(content).hexdigest()


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def being_written(folder):
    return os.listdir(folder / "incoming")


def damage(folder, name, content):
    (folder / name).write_bytes(content)


# --- Storing


def test_a_content_lies_under_its_hash(durable, folder, tmp_path):
    content = random.randbytes(200_000)
    sha256 = sha256_of(content)
    wanted = Stored(sha256, 200_000, f"{sha256[:2]}/{sha256[2:4]}/{sha256}")
    path = tmp_path / "upload"
    path.write_bytes(content)
    half_read = BytesIO(content)
    half_read.seek(99)
    assert put(durable, path) == put(durable, half_read) == wanted
    assert files(folder) == [wanted.name]
    with durable.open(wanted.name) as kept:
        assert kept.read() == content


def test_an_empty_content_is_a_content(durable):
    stored = put(durable, BytesIO())
    assert (stored.size, storage.check(durable, stored.name, stored.sha256)) == (0, "ok")
    assert list(storage.open_range(durable, stored.name, 0, 0)) == []


def test_what_is_there_is_kept(durable, folder):
    stored = put(durable, BytesIO(b"content"))
    before = (folder / stored.name).stat()
    assert put(durable, BytesIO(b"content")) == stored
    after = (folder / stored.name).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize("torn", [b"", b"cont", b"CONTENT", b"content and more"])
def test_a_damaged_file_is_healed_by_the_same_upload_and_said(durable, folder, torn, caplog):
    stored = put(durable, BytesIO(b"content"))
    damage(folder, stored.name, torn)
    put(durable, BytesIO(b"content"))
    assert (folder / stored.name).read_bytes() == b"content"
    assert "damaged" in caplog.text and stored.name in caplog.text


def test_nothing_is_stored_under_the_name_of_another_content(durable, folder):
    with pytest.raises(OSError, match="not what its name says"):
        durable.save(NAME, ContentFile(b"something else"))
    assert files(folder) == []


def test_files_and_folders_are_for_this_account_alone_unless_told(tmp_path):
    for modes, wanted in (({}, (0o600, 0o700)), ({"file_permissions_mode": 0o640}, (0o640, 0o700))):
        for umask in (0o000, 0o077):
            folder = tmp_path / f"{wanted[0]}-{umask}"
            before = os.umask(umask)
            try:
                put(DurableStorage(folder, **modes), BytesIO(b"content"))
            finally:
                os.umask(before)
            found = {path.is_dir(): path.stat().st_mode & 0o777 for path in [folder, *folder.rglob("*")]}
            assert (found[False], found[True]) == wanted
            assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_dir()} == {wanted[1]}


def test_the_folder_must_not_be_one_that_is_served(settings, tmp_path):
    settings.STATIC_ROOT = str(tmp_path / "static")
    with pytest.raises(ImproperlyConfigured, match="served"):
        DurableStorage(tmp_path / "static" / "media")
    DurableStorage(tmp_path / "static-media")
    settings.STATICFILES_DIRS = [tmp_path / "more"]
    with pytest.raises(ImproperlyConfigured, match="served"):
        DurableStorage(tmp_path / "more" / ".." / "more")


def test_only_our_storages_hold_files(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="FileSystemStorage"):
        storage.names(FileSystemStorage(tmp_path))


# --- Names

TRICKS = [
    ".",
    "..",
    "../secret",
    "/etc/passwd",
    NAME.upper(),
    NAME[:-1],
    f"{NAME}a",
    f"{NAME}\n",
    f"{NAME}/../../../../etc/passwd",
    f"../media/{NAME}",
    f"./{NAME}",
    f"cd/ab/{'ab' * 32}",  # the wrong folder
    "ab/ab/x.svg",
    "incoming/../../secret",
    "incoming/a/b",
    "incoming/",
    NAME.replace("/", "\\"),
    f"{NAME}\0",
]


@pytest.mark.parametrize("name", TRICKS)
def test_other_names_lead_nowhere(durable, folder, name):
    put(durable, BytesIO(b"content"))
    before = files(folder.parent)
    for ask in (durable.open, durable.exists, durable.size, durable.delete, durable.path):
        with pytest.raises(SuspiciousFileOperation):
            ask(name)
    with pytest.raises(SuspiciousFileOperation):
        durable.save(name, ContentFile(b"x", name="x"))
    with pytest.raises(SuspiciousFileOperation):
        storage.open_range(durable, name, 0, 1)
    assert files(folder.parent) == before


def test_what_is_being_written_has_no_name_to_save_under(durable):
    with pytest.raises(SuspiciousFileOperation):
        durable.save("incoming/abc", ContentFile(b"x"))


@pytest.mark.parametrize("mode", ["wb", "ab", "r+b", "xb", "r"])
def test_a_stored_file_is_never_opened_to_be_written(durable, mode):
    stored = put(durable, BytesIO(b"content"))
    with pytest.raises(ValueError, match="never written"):
        durable.open(stored.name, mode)


def test_a_stored_file_has_no_address(durable):
    with pytest.raises(NotImplementedError, match=r"cms\.public\.media"):
        durable.url(NAME)


# --- Durability


class Disk:
    """What of it would be there after a power failure: contents that were synced, in folders synced since."""

    def __init__(self, monkeypatch):
        self.synced_files: set[Path] = set()
        self.entries: set[Path] = set()  # names made and not synced yet
        self._replace, self._mkdir, self._fsync = os.replace, os.mkdir, os.fsync
        monkeypatch.setattr(os, "fsync", self.fsync)
        monkeypatch.setattr(os, "replace", self.replace)
        monkeypatch.setattr(os, "mkdir", self.mkdir)

    def fsync(self, descriptor):
        path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        if path.is_dir():
            self.entries = {entry for entry in self.entries if entry.parent != path}
        else:
            self.synced_files.add(path)
        self._fsync(descriptor)

    def mkdir(self, path, *rest):
        self.entries.add(Path(path))
        self._mkdir(path, *rest)

    def replace(self, source, target):
        assert Path(source) in self.synced_files, "moved before its content was on the disk"
        self._replace(source, target)
        self.entries.add(Path(target))
        self.synced_files.add(Path(target))

    def has(self, path):
        return path in self.synced_files and not self.entries & {path, *path.parents}


def test_what_is_acknowledged_survives_a_power_failure(tmp_path, monkeypatch):
    folder = tmp_path / "made" / "by" / "the first upload"
    disk = Disk(monkeypatch)
    for content in (b"one", b"two", b"three"):
        assert disk.has(folder / put(DurableStorage(folder), BytesIO(content)).name)


def test_so_does_what_another_was_just_storing(durable, folder, monkeypatch):
    """The other has moved it to its name, and has not synced the folders yet."""
    stored = put(durable, BytesIO(b"content"))
    disk = Disk(monkeypatch)
    path = folder / stored.name
    disk.entries = {path, path.parent, path.parent.parent}
    put(durable, BytesIO(b"content"))
    assert disk.has(path)


@pytest.mark.parametrize("fails_at", [1, 2, 3, 4, 5, 6, 7])
def test_a_disk_that_cannot_keep_it_is_an_error_and_never_a_torn_file(durable, folder, monkeypatch, fails_at):
    calls = []

    def failing(descriptor):
        calls.append(descriptor)
        if len(calls) == fails_at:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OSError, match="Input/output"):
        put(durable, BytesIO(b"content"))
    assert files(folder) in ([], [name_for(sha256_of(b"content"))])
    monkeypatch.undo()
    assert storage.check(durable, put(durable, BytesIO(b"content")).name, sha256_of(b"content")) == "ok"


def test_a_process_killed_while_it_stores_leaves_no_torn_file(folder):
    """In the middle of writing, again and again: what has a name is whole, and what was acknowledged is there."""
    acknowledged = []
    for turn in range(12):
        storing = child(folder, range(turn * 1_000 + 1, turn * 1_000 + 900), size=3_000_000)
        acknowledged.append(storing.stdout.readline().strip())
        left = len(being_written(folder))
        while len(being_written(folder)) == left:
            assert storing.poll() is None
        time.sleep(random.random() / 200)
        storing.kill()
        acknowledged += [line.strip() for line in storing.stdout if line.endswith("\n")]
        storing.stdout.close()
        storing.wait()
    kept = [name for name in files(folder) if not name.startswith("incoming/")]
    assert all(sha256_of((folder / name).read_bytes()) == name.rpartition("/")[2] for name in kept)
    assert set(acknowledged) <= set(kept) and len(acknowledged) >= 12
    assert being_written(folder), "no turn was killed in the middle"


def test_a_full_disk_is_an_error_and_nothing_stays_of_it(folder):
    with child(folder, [1, 2], size=2_000_000, limit=1_000_000) as storing:
        told = storing.stdout.read().splitlines()
    assert len(told) == 2 and all(line.startswith("OSError: [Errno 27]") for line in told)
    assert files(folder) == []
    with child(folder, [1], size=900_000, limit=1_000_000) as storing:
        told = storing.stdout.read().splitlines()
    assert files(folder) == told != []


# --- Many at once


def test_threads_that_store_the_same_do_not_disturb_each_other(durable, folder):
    contents = [bytes([n]) * 300_000 for n in range(5)]
    together, done = threading.Barrier(6), []

    def store():
        together.wait()
        done.append([put(durable, BytesIO(content)) for content in contents])

    threads = [threading.Thread(target=store) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 6 and all(one == done[0] for one in done)
    assert files(folder) == sorted(stored.name for stored in done[0])
    assert all(storage.check(durable, stored.name, stored.sha256) == "ok" for stored in done[0])


def test_so_do_processes(durable, folder):
    storing = [child(folder, range(1, 30), size=100_000) for _ in range(4)]
    told = [one.communicate()[0].splitlines() for one in storing]
    assert len(told[0]) == 29 and all(one == told[0] for one in told)
    assert files(folder) == sorted(told[0])
    assert all(storage.check(durable, name, name.rpartition("/")[2]) == "ok" for name in told[0])


# --- Reading


@pytest.mark.parametrize(
    ("start", "length"), [(0, 200_000), (0, 1), (199_999, 1), (65_535, 2), (65_536, 65_536), (7, 150_000), (5, 0)]
)
def test_a_stretch_of_a_file_is_given_in_chunks(durable, start, length):
    content = random.randbytes(200_000)
    chunks = list(storage.open_range(durable, put(durable, BytesIO(content)).name, start, length))
    assert b"".join(chunks) == content[start : start + length]
    assert max(map(len, chunks), default=0) <= storage.CHUNK


def test_a_stretch_that_is_not_there_is_told_before_it_is_begun(durable):
    stored = put(durable, BytesIO(b"content"))
    for name, start, length in ((stored.name, 0, 8), (stored.name, 7, 1), (stored.name, 9, 9), (NAME, 0, 1)):
        with pytest.raises(FileNotFoundError):
            storage.open_range(durable, name, start, length)


def test_a_file_cut_off_while_it_is_read_is_an_error_and_no_shorter_file(durable, folder):
    stored = put(durable, BytesIO(bytes(1_000_000)))
    chunks = storage.open_range(durable, stored.name, 0, stored.size)
    next(chunks)
    os.truncate(folder / stored.name, 500_000)
    with pytest.raises(OSError, match="broke off"):
        list(chunks)


def test_closing_gives_the_file_back_unread(durable):
    path = durable.path(put(durable, BytesIO(b"content")).name)

    def is_open():
        return path in {os.path.realpath(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")}

    for give_back in (lambda chunks: chunks.close(), list):
        chunks = storage.open_range(durable, path[-70:], 0, 7)
        assert is_open()
        give_back(chunks)
        assert not is_open()


# --- Taking stock


def test_a_file_is_what_it_was_or_missing_or_altered(durable, folder):
    stored = put(durable, BytesIO(b"content"))
    assert storage.check(durable, stored.name, stored.sha256) == "ok"
    for torn in (b"CONTENT", b"cont", b""):
        damage(folder, stored.name, torn)
        assert storage.check(durable, stored.name, stored.sha256) == "altered"
    durable.delete(stored.name)
    assert storage.check(durable, stored.name, stored.sha256) == "missing"


def test_names_are_those_of_stored_files_alone(durable, folder):
    assert list(storage.names(durable)) == []
    stored = {put(durable, BytesIO(content)).name: len(content) for content in (b"one", b"three")}
    (folder / "ab").mkdir(exist_ok=True)
    (folder / "ab" / "README").write_text("not ours")
    (folder / "ab" / "cd").mkdir()
    (folder / "ab" / "cd" / "x").write_text("not ours")
    (folder / "incoming" / "tmpabc").write_text("being written")
    found = list(storage.names(durable))
    assert {name: size for name, size, _modified in found} == stored
    assert all(abs(modified.timestamp() - time.time()) < 3_600 for _name, _size, modified in found)


def test_leftovers_are_told_after_a_day_and_can_be_deleted(durable, folder):
    put(durable, BytesIO(b"content"))
    for name, days in (("tmp_old1", 1.1), ("tmp_new", 0.9)):
        path = folder / "incoming" / name
        path.write_bytes(b"torn")
        then = time.time() - days * 86_400
        os.utime(path, (then, then))
    assert list(storage.leftovers(durable)) == ["incoming/tmp_old1"]
    assert durable.exists("incoming/tmp_old1")
    durable.delete("incoming/tmp_old1")
    assert list(storage.leftovers(durable)) == []
    assert (folder / "incoming" / "tmp_new").exists()
