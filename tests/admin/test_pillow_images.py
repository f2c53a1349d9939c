"""Pillow's own test images, crashers and bombs among them, each sent through the form as an editor would."""

from __future__ import annotations

import os
import re
from collections import Counter

import pytest

from cms.media import sandbox
from cms.models import Image, StoredFile

from .pillow_images import Unavailable, paths

# All of them take minutes: a run takes every one that was made to crash a reader, and of the rest every twelfth.
# PILLOW_IMAGES=all takes all.
HOSTILE = re.compile(
    "bomb|crash|timeout|oom|overflow|broken|corrupt|truncated|invalid|bad|decompression|huge|fuzz", re.I
)
MEGABYTES, SECONDS = 256, 2  # for one of them, of resident memory and of processor time

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _quiet(caplog):
    caplog.set_level("CRITICAL")  # hundreds are refused, as they should be


@pytest.fixture(scope="module")
def images():
    try:
        found = paths()
    except Unavailable as error:
        pytest.skip(f"Pillow's source distribution cannot be had: {error}")
    assert len(found) > 1000
    if os.environ.get("PILLOW_IMAGES") == "all":
        return found
    return [path for number, path in enumerate(found) if number % 12 == 0 or HOSTILE.search(path.name)]


def test_each_is_taken_or_refused_in_words_and_within_bounds(images, client, editor, monkeypatch):
    costs = []
    run = sandbox.run

    def watched(module, request, **limits):
        answer = run(module, request, **limits)
        costs.append((module, answer["used"]))
        return answer

    monkeypatch.setattr(sandbox, "run", watched)
    client.force_login(editor)
    outcomes = Counter()
    for path in images:
        with path.open("rb") as upload:
            response = client.post("/admin/cms/image/upload/", {"file": upload, "language": "en"})
        told = response.json()
        assert response.status_code in (200, 201, 400, 415), path
        assert bool(told.get("error")) is (response.status_code >= 400), path
        outcomes[told.get("error") or response.status_code] += 1

    print(*outcomes.most_common(), sep="\n")
    assert outcomes[201] > len(images) / 4
    decoded = sum(module == "cms.media.decoding" for module, _used in costs)
    assert decoded == sum(1 for path in images if path.stat().st_size)  # every child lived to answer
    assert [used for _module, used in costs if used["megabytes"] > MEGABYTES or used["seconds"] > SECONDS] == []
    # An image twice under two names is one file; whatever was taken can be shown.
    assert Image.objects.count() == outcomes[201]
    assert StoredFile.objects.filter(renditions__spec="base.jpg").count() == Image.objects.count()
