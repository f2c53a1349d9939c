"""Renditions by a worker: the upload is answered before they are made, and a worker of its own makes them."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult
from PIL import Image as Pixels

from cms.editorial import library, renditions
from tests.editorial.test_races import _groups  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def with_worker(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def work():
    call_command("db_worker", "--batch", "--interval", "0", "--no-startup-delay", "--worker-id", "tests", verbosity=0)


def test_a_worker_makes_what_the_upload_left(with_worker, editor, tmp_path):
    path = tmp_path / "a.png"
    Pixels.new("RGB", (64, 48), "navy").save(path)
    file = library.add_image(path, "a.png", by=editor, language="en").row.file
    assert renditions.missing(file) and DBTaskResult.objects.ready().count() == 1
    assert file.renditions.get().spec == "base.jpg"  # enough to show something
    work()
    assert renditions.missing(file) == []
