"""How a file goes out: answers to conditions and ranges, held against RFC 9110, and the headers that come along."""

from __future__ import annotations

import os
import random
import re
import urllib.request
from io import BytesIO

import pytest
from django.test import RequestFactory
from hypothesis import HealthCheck, example, given
from hypothesis import settings as budget
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer

from cms.media.s3 import S3ContentStorage
from cms.media.storage import CHUNK, DurableStorage, Stored, name_for, put
from cms.public import sending
from cms.public.sending import PRIVATE, PUBLIC, content_disposition, send

pytestmark = pytest.mark.django_db  # an answer that is closed looks after the connection to the database
SIZES = (0, 1, 10, 1_000, CHUNK, 200_000)
CONTENTS = {size: random.Random(size).randbytes(size) for size in SIZES}
DATE = "Tue, 24 Nov 2026 02:53:48 GMT"
HUGE = 10**25
ODD_NUMBERS = "9" * 5_000  # more digits than Python turns into a number
DISPOSITION = content_disposition("attachment", "Договор.pdf")
enough = budget(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    storage = DurableStorage(tmp_path_factory.mktemp("media"))
    return storage, {size: put(storage, BytesIO(CONTENTS[size])) for size in SIZES}


@pytest.fixture(scope="module")
def bucket():
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    account = {"region_name": "us-east-1", "access_key": "key", "secret_key": "secret"}
    storage = S3ContentStorage(bucket_name="press", endpoint_url=f"http://{host}:{port}", **account)
    client = storage.connection.meta.client
    client.create_bucket(Bucket="press")
    yield storage, {size: put(storage, BytesIO(CONTENTS[size])) for size in SIZES}
    client.close()
    server.stop()


def ask(where, which, method="GET", *, keep=False, disposition=DISPOSITION, cache_control=PUBLIC, **headers):
    """The answer and its body, which is read to the end, unless it is to be kept for later.

    where: a storage, and what is stored in it, by its size. which: one of those.
    """
    storage, contents = where
    stored = contents[which]
    request = RequestFactory().generic(method, "/", headers={k.replace("_", "-"): v for k, v in headers.items() if v})
    response = send(
        request,
        storage=storage,
        name=stored.name,
        sha256=stored.sha256,
        size=stored.size,
        media_type="application/pdf",
        disposition=disposition,
        cache_control=cache_control,
    )
    if keep:
        return response
    body = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    return response, body


def etag_of(where, size):
    return f'"{where[1][size].sha256[:32]}"'


# --- The model. Headers are made from what they mean, so that nothing is parsed here.

OURS, WEAK, OTHER = "ours", "weak", "other"
numbers = st.one_of(st.integers(0, 20), st.sampled_from([999, 1_000, CHUNK - 1, CHUNK, 199_999, 200_000, HUGE]))
tags = st.lists(st.sampled_from([OURS, WEAK, OTHER, "other weak", "with, comma"]), min_size=1, max_size=4)
some_tags = st.one_of(st.none(), st.just("*"), tags)
ranges = st.one_of(
    st.none(),
    st.tuples(st.just("between"), numbers, numbers),
    st.tuples(st.just("from"), numbers),
    st.tuples(st.just("last"), numbers),
    st.tuples(st.just("several"), numbers, numbers),
    st.tuples(st.just("no range"), st.sampled_from(["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1-2x"])),
    st.tuples(st.just("no range"), st.sampled_from(["lines=0-1", "bytes 0-1", "bytes=--1", "bytes=+1-2", "bytes=١-٢"])),
    st.tuples(st.just("no range"), st.just(f"bytes=0-{ODD_NUMBERS}")),
)


def written_tag(tag, etag):
    """A tag as it is written in a header."""
    known = {OURS: etag, WEAK: f"W/{etag}", OTHER: f'"{"0" * 32}"', "other weak": 'W/"x"', "with, comma": '"a,b"'}
    return known[tag]


def written_tags(meant, etag):
    if meant is None or meant == "*":
        return meant
    return ", ".join(written_tag(tag, etag) for tag in meant)


def written_range(meant):
    if meant is None:
        return None
    kind, *values = meant
    forms = {"between": "bytes={}-{}", "from": "Bytes={}-", "last": "bytes=-{}", "several": "bytes={}-, -{}"}
    return forms[kind].format(*values) if kind in forms else values[0]


def span(meant, size):
    """RFC 9110, 14.1.2 and 14.2: (first, last), "unsatisfiable", or None where the whole is sent."""
    kind, *values = meant or (None,)
    if kind == "between" and values[0] <= values[1]:
        first, last = values[0], min(values[1], size - 1)
    elif kind == "from":
        first, last = values[0], size - 1
    elif kind == "last" and size:
        first, last = max(0, size - values[0]), size - 1
    else:
        return None
    return (first, last) if first <= last else "unsatisfiable"


def right_answer(method, size, if_match, if_none_match, if_range, asked):
    """Status and body, in the order of RFC 9110, 13.2.2."""
    if if_match not in (None, "*") and OURS not in if_match:
        return 412, b""
    if if_none_match == "*" or {OURS, WEAK} & set(if_none_match or ()):
        return 304, b""
    content = CONTENTS[size]
    whole = 200, b"" if method == "HEAD" else content
    if method == "HEAD" or if_range not in (None, OURS):
        return whole
    wanted = span(asked, size)
    if wanted is None:
        return whole
    if wanted == "unsatisfiable":
        return 416, b""
    return 206, content[wanted[0] : wanted[1] + 1]


questions = {
    "method": st.sampled_from(["GET", "GET", "GET", "HEAD"]),
    "size": st.sampled_from(SIZES),
    "if_match": st.one_of(st.none(), some_tags),
    "if_none_match": st.one_of(st.none(), some_tags),
    "if_range": st.sampled_from([None, None, OURS, OURS, WEAK, OTHER, DATE, "garbage"]),
    "asked": ranges,
}


def answered_right(where, method, size, if_match, if_none_match, if_range, asked):
    """Ask, and hold the answer against the model; it is returned with its body."""
    etag = etag_of(where, size)
    response, body = ask(
        where,
        size,
        method,
        If_Match=written_tags(if_match, etag),
        If_None_Match=written_tags(if_none_match, etag),
        If_Range=written_tag(if_range, etag) if if_range in (OURS, WEAK, OTHER) else if_range,
        Range=written_range(asked),
        If_Modified_Since=DATE,  # there are no dates of ours: these two say nothing
        If_Unmodified_Since=DATE,
    )
    assert (response.status_code, body) == right_answer(method, size, if_match, if_none_match, if_range, asked)
    return response, body


@enough
@given(**questions)
@example(method="GET", size=0, if_match=None, if_none_match=None, if_range=None, asked=("last", 5))
@example(method="GET", size=10, if_match=None, if_none_match=None, if_range=None, asked=("last", 0))
@example(method="GET", size=10, if_match=None, if_none_match=None, if_range=WEAK, asked=("from", 0))
@example(method="HEAD", size=10, if_match=None, if_none_match=None, if_range=None, asked=("from", 99))
def test_conditions_and_ranges_are_answered_as_rfc_9110_says(folder, **question):
    response, body = answered_right(folder, **question)
    headers, size = response.headers, question["size"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    if response.status_code in (200, 206, 304):
        assert (headers["ETag"], headers["Cache-Control"]) == (etag_of(folder, size), PUBLIC)
    else:
        assert headers["Cache-Control"] == "no-store" and body == b""
    if response.status_code in (200, 206):
        assert (headers["Accept-Ranges"], headers["Content-Disposition"]) == ("bytes", DISPOSITION)
        assert headers["Content-Type"] == "application/pdf"
        assert int(headers["Content-Length"]) == (size if question["method"] == "HEAD" else len(body))
    if response.status_code == 304:
        assert int(headers["Content-Length"]) == size
    if response.status_code == 206:
        first, last, of = map(int, re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", headers["Content-Range"]).groups())
        assert (CONTENTS[size][first : last + 1], size) == (body, of)
    elif response.status_code == 416:
        assert headers["Content-Range"] == f"bytes */{size}"
    else:
        assert "Content-Range" not in headers


@budget(max_examples=40, deadline=None)
@given(**questions)
def test_an_s3_compatible_store_makes_no_difference(bucket, folder, **question):
    from_store, from_folder = answered_right(bucket, **question)[0], answered_right(folder, **question)[0]
    assert sorted(from_store.headers.items()) == sorted(from_folder.headers.items())


header_text = st.text(
    st.sampled_from(list('bytes=-0123456789, "*W/\t')) | st.characters(max_codepoint=255), max_size=40
)


@enough
@given(size=st.sampled_from(SIZES), if_match=header_text, if_none_match=header_text, asked=header_text)
def test_whatever_a_header_says_the_answer_fits_itself(folder, size, if_match, if_none_match, asked):
    response, body = ask(folder, size, If_Match=if_match, If_None_Match=if_none_match, Range=asked, If_Range=asked)
    assert response.status_code in (200, 206, 304, 412, 416)
    if response.status_code in (200, 206):
        assert body in CONTENTS[size] and int(response.headers["Content-Length"]) == len(body)


# --- Headers


def test_head_has_the_headers_of_get(folder):
    got, head = ask(folder, 1_000)[0], ask(folder, 1_000, "HEAD")[0]
    assert dict(got.headers) == dict(head.headers)


@pytest.mark.parametrize("condition", [{}, {"If_None_Match": "*"}, {"If_Match": '"x"'}, {"Range": "bytes=99999-"}])
def test_what_is_not_for_everybody_for_good_is_neither_embedded_elsewhere_nor_found(folder, condition):
    public = ask(folder, 1_000, **condition)[0]
    assert public.headers["Cross-Origin-Resource-Policy"] == "cross-origin" and "X-Robots-Tag" not in public.headers
    for cache_control in (PRIVATE, "no-store"):
        private = ask(folder, 1_000, cache_control=cache_control, **condition)[0]
        assert private.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert private.headers["X-Robots-Tag"] == "noindex"
        assert "no-store" in private.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("report.pdf", 'attachment; filename="report.pdf"'),
        ("Отчёт за май.pdf", "attachment; filename*=utf-8''%D0%9E%D1%82%D1%87%D1%91%D1%82%20%D0%B7%D0%B0%20%D0%BC"),
        ('a"b;c.pdf', 'attachment; filename="a-b;c.pdf"'),
        ("a\r\nSet-Cookie: x=1.pdf", 'attachment; filename="a'),
        ("../../etc/passwd.pdf", 'attachment; filename="passwd.pdf"'),
        ("cod\u202efdp.exe", 'attachment; filename="codfdp.exe"'),
        ("\udc80.pdf", 'attachment; filename="file.pdf"'),
        ("", 'attachment; filename="file.bin"'),
    ],
)
def test_a_file_is_called_what_people_call_it(name, wanted):
    assert content_disposition("attachment", name).startswith(wanted)
    assert content_disposition("inline", name).startswith(wanted.replace("attachment", "inline"))


@given(st.text(max_size=400))
@example("Ж" * 5_000 + ".pdf")
def test_any_name_fits_into_a_header(name):
    header = content_disposition("attachment", name)
    assert header.isascii() and header.isprintable() and len(header) < 1_000


# --- What is not there


def test_what_is_lost_or_torn_is_told_before_anything_is_sent(folder, bucket, settings):
    for where in (folder, bucket):
        storage = where[0]
        lost = {"lost": put(storage, BytesIO(b"lost" * 100))}
        storage.delete(lost["lost"].name)
        for delivery in ("", "/protected/"):
            settings.MEDIA_ACCEL, settings.MEDIA_REDIRECT = delivery, bool(delivery)
            for method in ("GET", "HEAD"):
                with pytest.raises(FileNotFoundError):
                    ask((storage, lost), "lost", method)
    storage = folder[0]
    torn = {"torn": put(storage, BytesIO(b"torn in the middle"))}
    with open(storage.path(torn["torn"].name), "wb") as file:
        file.write(b"torn")
    for delivery in ("", "/protected/"):
        settings.MEDIA_ACCEL = delivery
        for method in ("GET", "HEAD"):
            with pytest.raises(FileNotFoundError):
                ask((storage, torn), "torn", method)


def test_an_outage_of_the_store_is_told_before_anything_is_sent(folder, settings):
    outage = S3ContentStorage(bucket_name="press", endpoint_url="http://127.0.0.1:9", access_key="k", secret_key="s")
    for redirect in (False, True):
        settings.MEDIA_REDIRECT = redirect
        for method in ("GET", "HEAD"):
            with pytest.raises(OSError, match="does not answer"):
                ask((outage, folder[1]), 1_000, method)


# --- By whom it is carried


def test_a_file_is_never_in_memory_as_a_whole_and_is_given_back_unread(folder):
    def is_open():
        open_files = {os.path.realpath(f"/proc/self/fd/{descriptor}") for descriptor in os.listdir("/proc/self/fd")}
        return folder[0].path(folder[1][200_000].name) in open_files

    response = ask(folder, 200_000, keep=True)
    assert is_open() and max(map(len, response.streaming_content)) <= CHUNK and not is_open()
    response.close()
    response = ask(folder, 200_000, keep=True)
    assert is_open()
    response.close()
    assert not is_open()


def test_a_proxy_is_told_where_the_file_lies_and_keeps_no_error_of_its_own(folder, settings):
    settings.MEDIA_ACCEL = "/protected/"
    name = folder[1][1_000].name
    for method in ("GET", "HEAD"):
        response, body = ask(folder, 1_000, method, Range="bytes=0-1")
        assert (response.status_code, body, response.headers["X-Accel-Redirect"]) == (200, b"", f"/protected/{name}")
        assert response.headers["Content-Type"] == "application/pdf"
        assert response.headers["Content-Disposition"] == DISPOSITION
        assert response.headers["ETag"] == etag_of(folder, 1_000)
        assert response.headers["X-Media-Cache-Control"] == PUBLIC
        assert not {"Cache-Control", "Content-Length", "Accept-Ranges", "Content-Range"} & set(response.headers)
    private = ask(folder, 1_000, cache_control=PRIVATE)[0]
    assert private.headers["Cache-Control"] == PRIVATE and "X-Media-Cache-Control" not in private.headers


def test_a_proxy_is_not_asked_what_it_cannot_know(folder, settings):
    settings.MEDIA_ACCEL = "/protected"  # with a slash at the end or without
    assert ask(folder, 1_000)[0].headers["X-Accel-Redirect"] == f"/protected/{folder[1][1_000].name}"
    etag = etag_of(folder, 1_000)
    assert ask(folder, 1_000, If_None_Match=etag)[0].status_code == 304
    assert ask(folder, 1_000, Range="bytes=5000-")[0].status_code == 416
    assert ask(folder, 1_000, If_Match='"x"')[0].status_code == 412
    assert ask(folder, 1_000, If_Match=etag)[1] == CONTENTS[1_000]


def test_a_document_is_redirected_to_the_store_and_nobody_may_keep_the_way(bucket, settings):
    settings.MEDIA_REDIRECT, settings.MEDIA_ACCEL = True, "/protected/"  # a proxy has no folder to take it from
    disposition = content_disposition("attachment", f"{'Ж' * 110}.pdf")
    for cache_control in (PUBLIC, PRIVATE):
        response = ask(bucket, 1_000, disposition=disposition, cache_control=cache_control)[0]
        assert (response.status_code, response.headers["Cache-Control"]) == (302, "private, no-store")
        assert "ETag" not in response.headers and f"X-Amz-Expires={sending.SIGNED_FOR}" in response.headers["Location"]
        with urllib.request.urlopen(response.headers["Location"], timeout=10) as sent:
            assert sent.read() == CONTENTS[1_000]
            assert sent.headers["Content-Disposition"] == disposition
            assert sent.headers["Content-Type"] == "application/pdf"
            assert sent.headers["Cache-Control"] == cache_control


def test_pictures_and_head_are_answered_here(bucket, folder, settings):
    settings.MEDIA_REDIRECT = True
    inline = content_disposition("inline", "hall.avif")
    assert ask(bucket, 1_000, disposition=inline)[1] == CONTENTS[1_000]
    assert ask(bucket, 1_000, "HEAD")[0].headers["Content-Length"] == "1000"
    assert ask(folder, 1_000)[1] == CONTENTS[1_000]


def test_a_name_is_asked_of_the_storage_only_once_the_conditions_hold(folder):
    """Who has the content already need not wait for the storage."""
    nowhere = {1: Stored("ab" * 32, 1, name_for("ab" * 32))}
    assert ask((folder[0], nowhere), 1, If_None_Match=f'"{"ab" * 16}"')[0].status_code == 304
