"""Pillow's own test images, crashers and bombs among them, each looked at as an upload is."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from cms.media import pictures, sandbox
from cms.media.refused import Refused

from .pillow_images import Unavailable, paths

MEGABYTES, SECONDS = 256, 2  # for one of them, of resident memory and of processor time
THREADS = 4


@pytest.fixture(scope="module")
def images():
    try:
        return paths()
    except Unavailable as error:
        pytest.skip(f"Pillow's source distribution cannot be had: {error}")


def test_each_is_taken_or_refused_within_bounds(images, tmp_path, monkeypatch):
    costs = []
    run = sandbox.run

    def watched(module, request, **limits):
        answer = run(module, request, **limits)
        costs.append((request["path"], answer["used"]))
        return answer

    def outcome(numbered):
        number, path = numbered
        try:
            return pictures.inspect(path, tmp_path / f"{number}.jpg").format
        except Refused as refused:
            return str(refused.reason)

    monkeypatch.setattr(sandbox, "run", watched)
    with ThreadPoolExecutor(THREADS) as threads:
        outcomes = list(threads.map(outcome, enumerate(images)))

    print(*Counter(outcomes).most_common(), sep="\n")
    print("at most", max(used["megabytes"] for _, used in costs), "MiB", max(used["seconds"] for _, used in costs), "s")
    assert len(images) > 1000
    assert len(costs) == sum(1 for path in images if path.stat().st_size)  # every child lived to answer
    assert [(p, used) for p, used in costs if used["megabytes"] > MEGABYTES or used["seconds"] > SECONDS] == []
    assert Counter(outcomes)["JPEG"] > 40
