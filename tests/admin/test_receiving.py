"""No address reads a body of any length: what no form of ours could post is refused before it lands on the disk."""

import pytest

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("path", ["/en/", "/admin/login/", "/admin/news/newsitem/add/", "/media/nothing/x.jpg", "/x/"])
def test_a_body_longer_than_a_form_is_not_read(client, path, tmp_path, settings, monkeypatch):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = MEGABYTE
    from io import BytesIO

    client.handler.enforce_csrf_checks = True
    response = client.post(path, {"file": BytesIO(b"x" * 2 * MEGABYTE)})
    assert response.status_code in (400, 403, 404, 405, 413), path
    assert list(tmp_path.iterdir()) == []
