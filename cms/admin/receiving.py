"""How uploads are received: each as a file that can be looked into, and none before its length was looked at."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class ReceivedFile(TemporaryFileUploadHandler):
    """Refuses a body that is longer than a form may be, unless the address takes files (`uploads.before_reading`).

    Django's own limit leaves files out, and its check against forged requests reads the body of any address: without
    this, anybody could fill the disk.
    """

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> Any:
        limit = getattr(self.request, "upload_limit", settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        if content_length > limit:
            raise RequestDataTooBig("The body is longer than a form may be.")
        return super().handle_raw_input(input_data, META, content_length, *args, **kwargs)
