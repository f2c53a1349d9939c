"""Stored files in an S3-compatible store: the same promises as of a folder, kept by a real server over HTTP."""

from __future__ import annotations

import hashlib
import random
import threading
import urllib.error
import urllib.request
from io import BytesIO
from itertools import count

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from moto.server import ThreadedMotoServer

from cms.media import storage
from cms.media.s3 import S3ContentStorage
from cms.media.storage import Stored, name_for, put

NAME = name_for("ab" * 32)
ACCOUNT = {"region_name": "eu-central-1", "access_key": "key", "secret_key": "secret"}
BUCKETS = (f"press-{number}" for number in count())


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def store(endpoint):
    store = S3ContentStorage(bucket_name="", endpoint_url=endpoint, location="media", **ACCOUNT)
    yield store
    client(store).close()


@pytest.fixture
def bucket(store):
    """A bucket of its own for each test."""
    store.bucket_name = next(BUCKETS)
    where = {"CreateBucketConfiguration": {"LocationConstraint": ACCOUNT["region_name"]}}
    client(store).create_bucket(Bucket=store.bucket_name, **where)
    return store


@pytest.fixture
def outage():
    """A store that nobody answers for."""
    return S3ContentStorage(bucket_name="press", endpoint_url="http://127.0.0.1:9", **ACCOUNT)


def client(bucket):
    return bucket.connection.meta.client


def overwrite(bucket, name, content):
    """As only somebody with the keys of the store could."""
    client(bucket).put_object(Bucket=bucket.bucket_name, Key=f"media/{name}", Body=content)


@pytest.fixture
def heard(store):
    """Give it an operation: a list that grows by what each call of it from now on was answered."""
    listening = []

    def listen(operation):
        answers = []
        listening.append((f"after-call.s3.{operation}", lambda parsed, **_: answers.append(parsed)))
        client(store).meta.events.register(*listening[-1])
        return answers

    yield listen
    for event, listener in listening:
        client(store).meta.events.unregister(event, listener)


def fetch(address, **headers):
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=10) as response:  # noqa: S310
        return response.status, response.headers, response.read()


def signed(bucket, name, **how):
    headers = {"media_type": "application/pdf", "disposition": "attachment", "cache_control": "no-store", **how}
    return bucket.signed_url(name, seconds=60, **headers)


# --- Storing


def test_a_content_lies_under_its_hash(bucket, tmp_path):
    content = random.randbytes(300_000)
    sha256 = hashlib.sha256(content).hexdigest()
    path = tmp_path / "upload"
    path.write_bytes(content)
    assert put(bucket, path) == Stored(sha256, 300_000, name_for(sha256))
    assert bucket.exists(name_for(sha256)) and bucket.size(name_for(sha256)) == 300_000
    with bucket.open(name_for(sha256)) as kept:
        assert kept.size == 300_000 and kept.read() == content
        kept.seek(299_999)
        assert kept.read() == content[-1:]


def test_what_is_there_is_kept(bucket, heard):
    stored, uploads = put(bucket, BytesIO(b"content")), heard("PutObject")
    assert put(bucket, BytesIO(b"content")) == stored and uploads == []


@pytest.mark.parametrize("torn", [b"", b"cont", b"CONTENT", b"content and more"])
def test_what_was_altered_is_healed_by_the_same_upload(bucket, heard, torn):
    """Of what others have written the store tells no SHA-256: it is read to be sure."""
    stored = put(bucket, BytesIO(b"content"))
    overwrite(bucket, stored.name, torn)
    assert storage.check(bucket, stored.name, stored.sha256) == "altered"
    uploads = heard("PutObject")
    put(bucket, BytesIO(b"content"))
    assert storage.check(bucket, stored.name, stored.sha256) == "ok" and len(uploads) == 1


def test_what_others_have_written_right_is_kept(bucket, heard):
    name = name_for(hashlib.sha256(b"content").hexdigest())
    overwrite(bucket, name, b"content")
    uploads = heard("PutObject")
    assert put(bucket, BytesIO(b"content")).name == name and uploads == []


def test_a_store_that_does_not_keep_what_it_is_given_is_an_error(bucket, monkeypatch):
    send = client(bucket).put_object
    monkeypatch.setattr(client(bucket), "put_object", lambda **how: send(**{**how, "Body": b"cont"}))
    with pytest.raises(OSError, match="did not keep"):
        put(bucket, BytesIO(b"content"))


def test_nothing_is_stored_under_the_name_of_another_content(bucket):
    with pytest.raises(OSError, match="not what its name says"):
        bucket.save(NAME, ContentFile(b"something else"))
    assert not bucket.exists(NAME)


def test_threads_that_store_the_same_do_not_disturb_each_other(bucket):
    done = []

    def store():
        try:
            done.append(put(bucket, BytesIO(b"content" * 10_000)))
        finally:
            client(bucket).close()

    threads = [threading.Thread(target=store) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 4 and len(set(done)) == 1
    assert storage.check(bucket, done[0].name, done[0].sha256) == "ok"


# --- Private


def test_an_object_is_private_whatever_the_options_say(endpoint, bucket):
    careless = {"default_acl": "public-read", "object_parameters": {"ACL": "public-read"}, "querystring_auth": False}
    named = {"bucket_name": bucket.bucket_name, "endpoint_url": endpoint, "location": "media"}
    opened = S3ContentStorage(**named, **careless, **ACCOUNT)
    stored = put(opened, BytesIO(b"content"))
    key = f"media/{stored.name}"
    grants = client(bucket).get_object_acl(Bucket=bucket.bucket_name, Key=key)["Grants"]
    assert [grant["Grantee"]["Type"] for grant in grants] == ["CanonicalUser"]
    with pytest.raises(urllib.error.HTTPError, match="403") as refused:
        fetch(f"{endpoint}/{bucket.bucket_name}/{key}")
    refused.value.close()
    assert "Signature" in signed(opened, stored.name)
    client(opened).close()


def test_a_stored_file_has_no_address(bucket):
    with pytest.raises(NotImplementedError, match=r"cms\.public\.media"):
        bucket.url(NAME)


def test_a_signed_address_gives_the_file_with_our_headers(bucket):
    stored = put(bucket, BytesIO(b"content"))
    disposition = "attachment; filename*=utf-8''%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D0%BE%D1%80.pdf"
    address = signed(bucket, stored.name, disposition=disposition)
    assert "X-Amz-Expires=60" in address
    status, headers, body = fetch(address)
    assert (status, body, headers["Content-Type"]) == (200, b"content", "application/pdf")
    assert (headers["Content-Disposition"], headers["Cache-Control"]) == (disposition, "no-store")
    assert fetch(address, Range="bytes=2-3")[::2] == (206, b"nt")


@pytest.mark.parametrize(
    "name", ["../x", "/x", NAME.upper(), f"{NAME}/../x", f"../media/{NAME}", "x.svg", "incoming/a"]
)
def test_other_names_lead_nowhere(bucket, name):
    for ask in (bucket.open, bucket.exists, bucket.size, bucket.delete, lambda name: signed(bucket, name)):
        with pytest.raises(SuspiciousFileOperation):
            ask(name)
    with pytest.raises(SuspiciousFileOperation):
        bucket.save(name, ContentFile(b"x", name="x"))
    with pytest.raises(SuspiciousFileOperation):
        storage.open_range(bucket, name, 0, 1)


# --- Reading


@pytest.mark.parametrize(("start", "length"), [(0, 200_000), (0, 1), (199_999, 1), (65_535, 2), (7, 150_000), (5, 0)])
def test_a_stretch_of_a_file_is_given_in_chunks_and_no_more_is_fetched(bucket, heard, start, length):
    content = random.randbytes(200_000)
    name, fetched = put(bucket, BytesIO(content)).name, heard("GetObject")
    chunks = list(storage.open_range(bucket, name, start, length))
    assert (
        b"".join(chunks) == content[start : start + length]
        and sum(answer["ContentLength"] for answer in fetched) == length
    )
    assert max(map(len, chunks), default=0) <= storage.CHUNK


def test_what_is_not_there_is_told_before_it_is_begun(bucket):
    stored = put(bucket, BytesIO(b"content"))
    for name, start, length in ((stored.name, 0, 8), (stored.name, 7, 1), (NAME, 0, 1), (NAME, 0, 0)):
        with pytest.raises(FileNotFoundError):
            storage.open_range(bucket, name, start, length)
    for ask in (bucket.open, bucket.size):
        with pytest.raises(FileNotFoundError):
            ask(NAME)
    assert not bucket.exists(NAME)
    with pytest.raises(ValueError, match="never written"):
        bucket.open(stored.name, "wb")


def test_closing_gives_the_connection_back_unread(bucket):
    stored = put(bucket, BytesIO(bytes(1_000_000)))
    for _ in range(30):  # more than a pool holds
        storage.open_range(bucket, stored.name, 0, stored.size).close()
    assert bucket.size(stored.name) == stored.size


# --- Taking stock


def test_a_deleted_file_is_missing(bucket):
    stored = put(bucket, BytesIO(b"content"))
    assert storage.check(bucket, stored.name, stored.sha256) == "ok"
    bucket.delete(stored.name)
    bucket.delete(stored.name)
    assert storage.check(bucket, stored.name, stored.sha256) == "missing"


def test_names_are_those_of_stored_files_alone(bucket):
    stored = {put(bucket, BytesIO(content)).name: len(content) for content in (b"one", b"three")}
    overwrite(bucket, "not-ours.txt", b"x")
    client(bucket).put_object(Bucket=bucket.bucket_name, Key=f"media-2/{NAME}", Body=b"x")
    found = list(storage.names(bucket))
    assert {name: size for name, size, _modified in found} == stored
    assert all(modified == bucket.get_modified_time(name) and modified.tzinfo for name, _size, modified in found)
    assert list(storage.leftovers(bucket)) == []


# --- Outages


def test_a_store_that_does_not_answer_is_an_error_of_the_disk_and_no_missing_file(outage):
    asked = [
        lambda: put(outage, BytesIO(b"content")),
        lambda: outage.exists(NAME),
        lambda: outage.size(NAME),
        lambda: outage.open(NAME),
        lambda: outage.delete(NAME),
        lambda: storage.open_range(outage, NAME, 0, 1),
        lambda: storage.check(outage, NAME, "ab" * 32),
        lambda: list(storage.names(outage)),
    ]
    for ask in asked:
        with pytest.raises(OSError, match="does not answer") as error:
            ask()
        assert not isinstance(error.value, FileNotFoundError)


def test_a_bucket_that_is_not_there_is_no_missing_file(endpoint):
    nowhere = S3ContentStorage(bucket_name="nowhere", endpoint_url=endpoint, **ACCOUNT)
    for ask in (lambda: storage.open_range(nowhere, NAME, 0, 1), lambda: list(storage.names(nowhere))):
        with pytest.raises(OSError, match="NoSuchBucket") as error:
            ask()
        assert not isinstance(error.value, FileNotFoundError)
    client(nowhere).close()
