"""Pillow's own test images: about 1,060 files of every kind, crashers and bombs among them.

They come with its source distribution, of the locked version, which pip is asked for once; `python -m
tests.admin.pillow_images` fetches them by hand.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
CACHE = ROOT / "var" / "pillow-images"
SECONDS = 240


class Unavailable(Exception):
    """The images are not here and pip could not get them."""


def paths() -> list[Path]:
    """Every one of the images, in the order of their names. Raises Unavailable."""
    requirement = _locked()
    version = requirement.partition("==")[2].split()[0]
    folder = CACHE / version
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=CACHE) as scratch:
            _fetch(requirement, Path(scratch))
            _unpack(next(Path(scratch).glob("*.tar.gz")), Path(scratch, "images"))
            _put(Path(scratch, "images"), folder)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _locked() -> str:
    """The lines of the lock file that name Pillow's version and the hashes of its distributions."""
    match = re.search(r"^pillow==.*(?:\n +--hash=.*)+", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert match, "Pillow is not in requirements.txt"
    return match[0]


def _fetch(requirement: str, scratch: Path) -> None:
    wanted = scratch / "wanted.txt"
    wanted.write_text(requirement + "\n")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    options = ["--no-deps", "--no-binary", "pillow", "--dest", str(scratch), "--requirement", str(wanted)]
    try:
        subprocess.run([*pip, *options], check=True, capture_output=True, text=True, timeout=SECONDS)
    except (subprocess.SubprocessError, OSError) as error:
        raise Unavailable(f"{error} {getattr(error, 'stderr', '')}") from error


def _unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as tar:
        for member in tar:
            inside = PurePosixPath(member.name).parts[1:]
            if member.isfile() and inside[:2] == ("Tests", "images") and ".." not in inside:
                target = folder.joinpath(*inside[2:])
                target.parent.mkdir(parents=True, exist_ok=True)
                with tar.extractfile(member) as source, target.open("wb") as out:
                    shutil.copyfileobj(source, out)


def _put(images: Path, folder: Path) -> None:
    """In one step, for another process may be doing the same."""
    try:
        os.replace(images, folder)
    except OSError:
        if not folder.exists():
            raise


if __name__ == "__main__":
    print(len(paths()), "images in", CACHE)
