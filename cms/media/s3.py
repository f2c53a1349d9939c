"""Where the bytes of pictures and files lie on more than one machine: a private bucket of an S3-compatible store.

As in `storage`: named by content, never overwritten, acknowledged when the store has them. An object of S3 is there
whole or not at all, so that nothing half-written is ever left behind.
"""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]
from django.core.files.base import File
from storages.backends.s3 import S3Storage  # type: ignore[import-untyped]

from .storage import CONTENT, Chunks, ContentStorage, copy_content, digest, name_of_content, reading_only

# A store that hangs must not hold every worker. Checksums are ours (SHA-256), because not every S3-compatible store
# knows those that botocore would add by itself.
CONFIG = Config(
    signature_version="s3v4",
    connect_timeout=3,  # seconds
    read_timeout=10,  # seconds
    retries={"mode": "standard", "total_max_attempts": 3},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
GONE = (404, 416)  # what is not there, and what has fewer bytes than were asked for


class S3ContentStorage(ContentStorage, S3Storage):
    """A private bucket. Options are those of django-storages; none of them can open an object to anybody.

    addressing_style: "path" for stores that do not know a bucket by a host name of its own, "virtual", or "auto".

    The account needs s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket (without the last S3 says 403, not
    404, of what is missing). Whatever the store cannot do is an OSError.
    """

    def __init__(self, *, addressing_style: str = "auto", **options: Any) -> None:
        config = CONFIG.merge(Config(s3={"addressing_style": addressing_style}))
        super().__init__(**{**options, "client_config": config})

    def open_range(self, name: str, start: int, length: int) -> Chunks:
        if not length:
            self._head(name)
            return Chunks(bytes, lambda: None, 0)
        with _as_os_errors(name):
            found = self._client.get_object(**self._object(name), Range=f"bytes={start}-{start + length - 1}")
        body = found["Body"]
        if found["ContentLength"] != length:
            body.close()
            raise FileNotFoundError(f"Shorter than its content: {name}")

        def read(size: int) -> bytes:
            with _as_os_errors(name):
                chunk: bytes = body.read(size)
                return chunk

        return Chunks(read, body.close, length)

    def names(self) -> Iterator[tuple[str, int, datetime]]:
        prefix = f"{self.location.rstrip('/')}/" if self.location else ""
        with _as_os_errors(prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket_name, Prefix=prefix)
            for page in pages:
                for found in page.get("Contents", ()):
                    name = found["Key"].removeprefix(prefix)
                    if CONTENT.fullmatch(name):
                        yield name, found["Size"], found["LastModified"]

    def leftovers(self) -> Iterator[str]:
        return iter(())

    def signed_url(self, name: str, *, seconds: int, media_type: str, disposition: str, cache_control: str) -> str:
        """An address at which anybody can GET a file for so many seconds, with these headers."""
        headers = {
            "ResponseContentType": media_type,
            "ResponseContentDisposition": disposition,
            "ResponseCacheControl": cache_control,
        }
        with _as_os_errors(name):
            address: str = self._client.generate_presigned_url(
                "get_object", Params={**self._object(name), **headers}, ExpiresIn=seconds
            )
        return address

    def exists(self, name: str) -> bool:
        try:
            self._head(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        return int(self._head(name)["ContentLength"])

    def get_modified_time(self, name: str) -> datetime:
        modified: datetime = self._head(name)["LastModified"]
        return modified

    def delete(self, name: str) -> None:
        with _as_os_errors(name):
            self._client.delete_object(**self._object(name))

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        """A copy on this machine: S3File would hold it in memory, and fail in its own ways while it is read."""
        reading_only(mode)
        copy = tempfile.TemporaryFile()  # noqa: SIM115  # closed with what is returned
        try:
            for chunk in self.open_range(name, 0, self.size(name)):
                copy.write(chunk)
        except BaseException:
            copy.close()
            raise
        copy.seek(0)
        return File(copy, name)

    def _save(self, name: str, content: File[Any]) -> str:
        sha256 = name.rpartition("/")[2]
        with tempfile.TemporaryFile() as copy:
            size = copy_content(content, copy, sha256=sha256)
            if self._holds(name, size):
                return name
            copy.seek(0)
            with _as_os_errors(name):
                self._client.put_object(
                    **self._object(name),
                    Body=copy,
                    ContentType="application/octet-stream",  # inert, should the bucket ever be opened by mistake
                    ChecksumAlgorithm="SHA256",
                    ChecksumSHA256=_in_base64(sha256),  # the store refuses what arrives as anything else
                )
        if not self._holds(name, size):
            raise OSError(f"The store did not keep what it was given: {name}")
        return name

    def _holds(self, name: str, size: int) -> bool:
        """Whether the store has what belongs under a name. A store that tells no SHA-256 is read to be sure."""
        sha256 = name.rpartition("/")[2]
        try:
            found = self._head(name)
            if found["ContentLength"] != size:
                return False
            if told := found.get("ChecksumSHA256"):
                return bool(told == _in_base64(sha256))
            return digest(self.open_range(name, 0, size))[0] == sha256
        except FileNotFoundError:
            return False

    def _head(self, name: str) -> dict[str, Any]:
        with _as_os_errors(name):
            found: dict[str, Any] = self._client.head_object(**self._object(name), ChecksumMode="ENABLED")
        return found

    def _object(self, name: str) -> dict[str, str]:
        return {"Bucket": self.bucket_name, "Key": self._normalize_name(name_of_content(name))}

    @property
    def _client(self) -> Any:
        return self.connection.meta.client  # one a thread


def _in_base64(sha256: str) -> str:
    return base64.b64encode(bytes.fromhex(sha256)).decode()


@contextmanager
def _as_os_errors(name: str) -> Iterator[None]:
    """What goes wrong between us and the store, as a disk would say it."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if status in GONE and error.response.get("Error", {}).get("Code") != "NoSuchBucket":
            raise FileNotFoundError(f"Not in the store: {name}") from error
        raise OSError(f"The store refused: {error}") from error
    except BotoCoreError as error:
        raise OSError(f"The store does not answer: {error}") from error
