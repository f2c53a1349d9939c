"""Files made to harm: whoever reads them, whoever downloads them, or the site. Each is refused with one clear line."""

import random
import struct
import zlib
from pathlib import Path
from zipfile import ZIP_LZMA, ZipFile, ZipInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from cms.media.documents import BYTES, FINDINGS, inspect
from cms.media.formats import FORMATS, REASONS
from cms.media.reading import documents as child
from cms.media.refused import Refused

from .made_documents import odt, office, office_members, pdf, with_names, zipped

ZEROS = 1024 * 1024


def reason(path: Path, name: str = "") -> str:
    with pytest.raises(Refused) as refused:
        inspect(path, name or path.name)
    return str(refused.value.reason)


def refused_as(code: str, detail: str = "") -> str:
    return str(REASONS[code]).format(detail=detail)


def made(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def deflated_zeros(mebibytes: int) -> bytes:
    """A stream that unpacks to so many MiB of zeros, made without packing them all."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(bytes(ZEROS)) + packer.flush(zlib.Z_FULL_FLUSH)
    return piece * mebibytes + packer.flush()


def raw_zip(
    name: bytes, packed: bytes, size: int, checksum: int = 0, members: int = 1, said: int | None = None
) -> bytes:
    """A ZIP with whatever it says of itself. size: unpacked, as stated. said: members, as stated at the end."""
    stated = min(size, 0xFFFFFFFF)
    more = struct.pack("<HHQ", 1, 8, size) if size > 0xFFFFFFFE else b""
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 45, 0, 8, 0, 0, checksum, len(packed), stated, len(name), 0) + name
    entry = (
        struct.pack("<4s6H3I5H2I", b"PK\1\2", 45, 45, 0, 8, 0, 0, checksum, len(packed), stated, len(name), len(more),
                    0, 0, 0, 0, 0) + name + more
    )  # fmt: skip
    body = (local + packed) * members
    directory = b"".join(
        entry[:20] + entry[20:42] + struct.pack("<I", number * (len(local) + len(packed))) + entry[46:]
        for number in range(members)
    )
    count = members if said is None else said
    return body + directory + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(directory), len(body), 0)


# --- archives --------------------------------------------------------------------------------------------------


def test_a_member_of_ten_gigabytes_is_a_bomb(tmp_path):
    content = raw_zip(b"a.txt", deflated_zeros(10 * 1024), 10 * 1024**3)
    assert len(content) < 12 * 1024**2
    assert reason(made(tmp_path, "a.zip", content)) == refused_as("bomb")


def test_a_member_that_is_larger_than_it_says_is_a_bomb(tmp_path):
    assert reason(made(tmp_path, "a.zip", raw_zip(b"a.txt", deflated_zeros(10 * 1024), 1000))) == refused_as("bomb")


def test_many_members_that_unpack_to_much_are_a_bomb(tmp_path):
    content = deflated_zeros(30)
    size, checksum = 30 * ZEROS, zlib.crc32(bytes(30 * ZEROS))
    assert reason(made(tmp_path, "a.zip", raw_zip(b"a.txt", content, size, checksum))) == refused_as("bomb")


def test_an_office_file_that_is_a_bomb_is_none_the_less(tmp_path):
    path = office(tmp_path / "a.docx", "docx", parts={"word/media/zeros.bin": bytes(60 * ZEROS)})
    assert reason(path) == refused_as("bomb")


def test_archives_in_an_archive_are_not_looked_into(tmp_path):
    inner = zipped(tmp_path / "inner.zip", {f"{n}.txt": bytes(ZEROS) for n in range(20)}).read_bytes()
    path = zipped(tmp_path / "a.zip", {f"{n}.zip": inner for n in range(16)})
    assert reason(path) == refused_as("archive-inside", "0.zip")
    path = zipped(tmp_path / "b.zip", {"a.txt": b"7z\xbc\xaf\x27\x1c"})
    assert reason(path) == refused_as("archive-inside", "a.txt")


def test_a_hundred_thousand_members_are_too_many_whatever_the_archive_says(tmp_path):
    packed = zlib.compress(b"", 9)[2:-4]
    with ZipFile(tmp_path / "a.zip", "w") as archive:
        for number in range(100_000):
            archive.writestr(ZipInfo(str(number)), b"")
    assert reason(tmp_path / "a.zip") == refused_as("too-many")
    lying = raw_zip(b"a", packed, 0, members=100_000, said=1)
    assert reason(made(tmp_path, "b.zip", lying)) == refused_as("too-many")


@pytest.mark.parametrize(
    "name",
    [
        "../a.txt",
        "a/../../b.txt",
        "/etc/passwd",
        "C:/a",
        "a\\..\\b.txt",
        "a//b.txt",
        "a/./b",
        "x\u202etxt.b",
        "a\nb.txt",
    ],
)
def test_names_that_lead_out_of_the_folder_or_deceive_are_refused(tmp_path, name):
    path = zipped(tmp_path / "a.zip", {"fine.txt": "x", name: "x"})
    assert reason(path).startswith("The archive holds a file with a dangerous name (")


def test_links_in_an_archive_are_refused(tmp_path):
    link = ZipInfo("report.txt")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert reason(tmp_path / "a.zip") == refused_as("link", "report.txt")


def test_an_encrypted_archive_is_refused(tmp_path):
    content = bytearray(zipped(tmp_path / "a.zip", {"a.txt": "x"}).read_bytes())
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    assert reason(made(tmp_path, "a.zip", bytes(content))) == refused_as("password")


def test_an_encrypted_opendocument_text_is_refused(tmp_path):
    manifest = '<m:manifest xmlns:m="urn:x"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    assert reason(odt(tmp_path / "a.odt", **{"META-INF/manifest.xml": manifest})) == refused_as("password")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_name_twice_is_refused(tmp_path):
    with ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", "what a scanner sees")
        archive.writestr("a.txt", "what a reader gets")
    assert reason(tmp_path / "a.zip") == refused_as("twice")


def test_parts_of_an_office_file_that_differ_in_case_alone_are_refused(tmp_path):
    assert reason(office(tmp_path / "a.docx", "docx", parts={"word/Document.xml": "<x/>"})) == refused_as("twice")


def test_two_members_that_share_their_bytes_are_a_bomb(tmp_path):
    content = bytearray(raw_zip(b"a", zlib.compress(b"x" * 50)[2:-4], 50, zlib.crc32(b"x" * 50), members=2))
    second = content.rindex(b"PK\1\2")
    content[second + 42 : second + 46] = bytes(4)
    content[second + 46] = ord("b")
    assert reason(made(tmp_path, "a.zip", bytes(content))) == refused_as("bomb")


def test_compression_that_we_cannot_look_into_is_refused(tmp_path):
    with ZipFile(tmp_path / "a.zip", "w", ZIP_LZMA) as archive:
        archive.writestr("a.txt", "x")
    assert reason(tmp_path / "a.zip") == refused_as("method", "a.txt")


# --- XML -------------------------------------------------------------------------------------------------------

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    "part",
    [
        f"{LAUGHS}<x><creator>&j;</creator></x>",
        f'{LAUGHS}<x><creator a="&j;"/></x>',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x><creator>&e;</creator></x>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]><x/>',
        (" " * 300_000).join(("<!-- -->", "<!DOCTYPE x><x/>")),
        "\ufeff<!DOCTYPE x><x/>".encode("utf-16-le"),
    ],
    ids=["laughs", "laughs in a value", "a file", "a document type elsewhere", "a parameter entity", "late", "UTF-16"],
)
def test_document_types_and_their_entities_are_refused(tmp_path, part):
    what = with_names("docx", "", "", "", {}, "")
    what["parts"]["docProps/core.xml"] = part
    assert reason(office(tmp_path / "a.docx", "docx", **what)) == refused_as("doctype")


@pytest.mark.parametrize("part", ["<x>", "", "<x>" * 100_000, "<x>&nothing;</x>", "<x/><x/>", "PK\x03\x04"])
def test_damaged_xml_is_refused(tmp_path, part):
    what = with_names("docx", "", "", "", {}, "")
    what["parts"]["docProps/core.xml"] = part
    assert reason(office(tmp_path / "a.docx", "docx", **what)) == refused_as("broken")


# --- PDF -------------------------------------------------------------------------------------------------------


def handmade_pdf(*objects: bytes, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A PDF of these objects, numbered from 1, with a table that is right."""
    content, places = b"%PDF-1.7\n", []
    for number, thing in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n" % number + thing + b"\nendobj\n"
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size %d %s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, len(content))
    return content + table + end


ROOT = b"<</Type /Catalog /Pages 2 0 R>>"
PAGES = b"<</Type /Pages /Kids [3 0 R] /Count 1>>"
PAGE = b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]>>"


def stream(packed: bytes, what: bytes) -> bytes:
    return b"<<%s /Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream" % (what, len(packed), packed)


def test_the_handmade_pdf_is_good_where_nothing_is_wrong_with_it(tmp_path):
    facts = inspect(made(tmp_path, "a.pdf", handmade_pdf(ROOT, PAGES, PAGE)), "a.pdf")
    assert (facts.pages, facts.findings) == (1, ())


BOMB = b"x\xda" + deflated_zeros(1024) + b"\0\0\0\0"


@pytest.mark.parametrize(
    "content",
    [
        handmade_pdf(ROOT, b"<</Type /Pages /Kids [2 0 R 2 0 R] /Count 2>>"),
        handmade_pdf(ROOT, PAGES, PAGE, b"[" * 100_000),
        handmade_pdf(b"1 0 R", PAGES, PAGE),
        handmade_pdf(ROOT, b"<</Type /Pages /Kids [] /Count 1000000000>>"),
        handmade_pdf(ROOT, PAGES, PAGE).replace(b"startxref", b"startxxxx"),
        handmade_pdf(ROOT, PAGES, PAGE)[:-40],
        handmade_pdf(ROOT, PAGES, PAGE).rstrip() [:-5],
        handmade_pdf(ROOT, PAGES, PAGE) + b" " * 5000,
        b"%PDF-1.7\n%%EOF\n",
    ],
    ids=["pages in pages", "deep lists", "a root that is itself", "a thousand million pages",
         "no table", "cut off", "no end", "far behind the end", "nothing"],
)  # fmt: skip
def test_damaged_and_deceiving_pdfs_are_refused(tmp_path, content):
    assert reason(made(tmp_path, "a.pdf", content)) in (refused_as("broken"), refused_as("too-large"))


def read_or_refused(path: Path) -> None:
    try:
        assert inspect(path, path.name).pages == 1
    except Refused as refused:
        assert str(refused.reason) in (refused_as("broken"), refused_as("too-large"))


def test_a_table_that_leads_to_itself_does_no_harm(tmp_path):
    content = handmade_pdf(ROOT, PAGES, PAGE)
    looping = content.replace(b"/Root", b"/Prev %d /Root" % content.index(b"xref\n"))
    read_or_refused(made(tmp_path, "a.pdf", looping))


def test_dictionaries_in_dictionaries_without_end_do_no_harm(tmp_path):
    read_or_refused(made(tmp_path, "a.pdf", handmade_pdf(ROOT, PAGES, PAGE, b"<</A " * 20_000)))


def test_streams_that_unpack_to_a_gigabyte_do_no_harm(tmp_path):
    assert len(BOMB) < 2 * ZEROS
    metadata = b"<</Type /Catalog /Pages 2 0 R /Metadata 4 0 R>>"
    packet, objects = stream(BOMB, b"/Type /Metadata /Subtype /XML"), stream(BOMB, b"/Type /ObjStm /N 9 /First 9")
    read_or_refused(made(tmp_path, "packet.pdf", handmade_pdf(metadata, PAGES, PAGE, packet)))
    read_or_refused(made(tmp_path, "objects.pdf", handmade_pdf(ROOT, PAGES, PAGE, objects)))


def test_an_object_stream_that_unpacks_to_a_gigabyte_is_refused(tmp_path):
    """The table says that the page lies in the stream, so it has to be unpacked."""
    content = b"%PDF-1.7\n"
    places = {}
    for number, thing in ((1, ROOT), (2, PAGES), (4, stream(BOMB, b"/Type /ObjStm /N 1 /First 9"))):
        places[number] = len(content)
        content += b"%d 0 obj\n" % number + thing + b"\nendobj\n"
    rows = [b"\0" * 6, b"\1" + struct.pack(">I", places[1]) + b"\0", b"\1" + struct.pack(">I", places[2]) + b"\0",
            b"\2" + struct.pack(">I", 4) + b"\0", b"\1" + struct.pack(">I", places[4]) + b"\0"]  # fmt: skip
    start = len(content)
    table = stream(zlib.compress(b"".join(rows)), b"/Type /XRef /Size 5 /W [1 4 1] /Root 1 0 R")
    content += b"5 0 obj\n" + table + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
    assert reason(made(tmp_path, "a.pdf", content)) in (refused_as("broken"), refused_as("too-large"))


# --- two formats at once, and disguises ------------------------------------------------------------------------


def with_bytes_between(hidden: bytes) -> bytes:
    """A ZIP of two members; between them lie other bytes, of which its entries do not tell."""
    packed = zlib.compress(b"x")[2:-4]
    content = raw_zip(b"a", packed + hidden, 1, zlib.crc32(b"x"), members=2)
    content = content.replace(struct.pack("<I", len(packed + hidden)), struct.pack("<I", len(packed)))
    last = content.rindex(packed + hidden) + len(packed)
    directory = struct.pack("<I", last)
    content = content[:last] + content[last + len(hidden) : -6] + directory + content[-2:]
    renamed = bytearray(content)
    renamed[content.rindex(b"PK\3\4") + 30] = renamed[content.rindex(b"PK\1\2") + 46] = ord("b")
    return bytes(renamed)


def test_an_archive_made_like_that_is_good_where_nothing_lies_between(tmp_path):
    assert inspect(made(tmp_path, "a.zip", with_bytes_between(b"")), "a.zip").format == "zip"


def test_files_that_are_two_things_at_once_are_refused(tmp_path):
    page = pdf(tmp_path / "page.pdf").read_bytes()
    archive = zipped(tmp_path / "x.zip", {"a.txt": "x"}).read_bytes()
    script = b"<script>alert(1)</script>"
    with_comment = bytearray(archive)
    with_comment[-2:] = struct.pack("<H", len(script))
    for name, content in {
        "pdf-and-zip.pdf": page + archive,
        "late.pdf": b"x\n" + page,
        "html.pdf": page[:9] + b"<!DOCTYPE html><script>alert(1)</script>\n" + page[9:],
        "before.zip": b"#" + archive,
        "after.zip": archive + b"more",
        "first.zip": archive + zipped(tmp_path / "y.zip", {"b.txt": "y"}).read_bytes(),
        "comment.zip": bytes(with_comment) + script,
        "between.zip": with_bytes_between(b"<script>alert(1)</script>"),
        "after.docx": office(tmp_path / "z.docx", "docx").read_bytes() + page,
        "text.txt": b"Words and then\n%PDF-1.4 more",
        "text-and-zip.txt": b"Words and then\n" + archive,
    }.items():
        assert reason(made(tmp_path, name, content)) in (refused_as("polyglot"), refused_as("unknown")), name
    assert reason(tmp_path / "pdf-and-zip.pdf") == refused_as("polyglot")
    assert reason(tmp_path / "first.zip") == refused_as("polyglot")
    assert reason(tmp_path / "between.zip") == refused_as("polyglot")


@pytest.mark.parametrize(
    ("name", "content", "code", "detail"),
    [
        ("a.txt", b"<!DOCTYPE html><p>x", "markup", ""),
        ("a.txt", b"\xef\xbb\xbf \r\n\t<ScRiPt>alert(1)</script>", "markup", ""),
        ("a.txt", "\ufeff<html>".encode("utf-16"), "markup", ""),
        ("a.csv", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "markup", ""),
        ("a.csv", b'<?xml version="1.0"?><x/>', "markup", ""),
        ("a.txt", b"<!-- x --><b>", "markup", ""),
        ("a.txt", b"#!/bin/sh\nrm -rf /", "program", ""),
        ("a.pdf", b"MZ\x90\x00\x03" + bytes(100), "program", ""),
        ("a.txt", b"\x7fELF\x02\x01\x01" + bytes(100), "program", ""),
        ("a.pdf", b"GIF89a/*<script>*/=1;alert(1)", "picture", "GIF"),
        ("a.txt", b"GIF89a<html><script>alert(1)</script>", "picture", "GIF"),
        ("a.pdf", b"\xff\xd8\xff\xe0 JFIF", "picture", "JPEG"),
        ("a.zip", b"Rar!\x1a\x07\x01\x00", "unknown", ""),
        ("a.txt", b"{\\rtf1 x}", "unknown", ""),
        ("a.txt", b"", "empty", ""),
        ("a.pdf", b"", "empty", ""),
        ("a.txt", b"a\x00b", "unknown", ""),
        ("a.txt", bytes(1000), "unknown", ""),
        ("a.txt", b"\x1b]0;x\x07", "unknown", ""),
        ("a.txt", "Доброе утро".encode("utf-16-le"), "unknown", ""),
        ("a.txt", "Good morning".encode("utf-16-be"), "unknown", ""),
        ("a.txt", b"\xff\xfe" + "x".encode("utf-32-le"), "unknown", ""),
        ("a.txt", b"\xff\xfex", "unknown", ""),
        ("a.csv", b"a,b\n" + b"x" * 5_000_000, "csv", ""),
        ("a.csv", b'a,"' + b"x,\n" * 1_000_000, "csv", ""),
    ],
)  # fmt: skip
def test_disguises_are_seen_through(tmp_path, name, content, code, detail):
    assert reason(made(tmp_path, name, content)) == refused_as(code, detail)


def test_one_line_of_five_megabytes_is_a_text_and_a_table_all_the_same(tmp_path):
    content = b"word, " * 900_000
    assert inspect(made(tmp_path, "a.txt", content), "a.txt").format == "txt"
    assert inspect(made(tmp_path, "a.csv", content), "a.csv").findings == ()


def test_a_file_above_the_limit_is_refused_unread(tmp_path):
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(BYTES + 1)
    assert reason(tmp_path / "a.txt") == "The file is larger than 100 MB."


# --- whatever comes --------------------------------------------------------------------------------------------


def valid_files(folder: Path) -> dict[str, bytes]:
    what = {
        kind: with_names(kind, "Anna", "Boris", "Acme", {"Case": "17"}, "C:\\x\\y") for kind in ("docx", "xlsx", "pptx")
    }
    files = {f"a.{kind}": office(folder / f"a.{kind}", kind, **parts).read_bytes() for kind, parts in what.items()}
    files["a.pdf"] = pdf(folder / "a.pdf", "one", "two", author="Anna").read_bytes()
    files["a.odt"] = odt(folder / "a.odt", meta="<meta:initial-creator>Anna</meta:initial-creator>").read_bytes()
    files["a.csv"] = "имя;=1\n".encode("cp1251") * 20
    return files


@pytest.fixture(scope="module")
def valid(tmp_path_factory):
    return valid_files(tmp_path_factory.mktemp("valid"))


def cut(content: bytes, share: float) -> bytes:
    return content[: int(len(content) * share)]


def test_files_that_were_cut_off_are_refused(tmp_path, valid):
    for name, content in valid.items():
        if name == "a.csv":
            continue
        for share in (0.1, 0.5, 0.9, 0.999):
            assert reason(made(tmp_path, name, cut(content, share))) in (
                refused_as("broken"), refused_as("too-large"), refused_as("unknown"), refused_as("polyglot"),
            )  # fmt: skip


def in_this_process(path: Path, do: str = "inspect") -> None:
    """The child's own code, without the walls round it: hundreds of files a second."""
    reply = child.answer({"do": do, "path": str(path), "extension": path.suffix[1:]})
    if "unfit" in reply:
        assert reply["unfit"] in REASONS
    else:
        assert reply["format"] in FORMATS
        assert all(code in FINDINGS and isinstance(detail, str) for code, detail in reply["findings"])


@budget(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf"]), st.binary(max_size=2000),
       st.sampled_from(["txt", "csv", "pdf", "zip"]))  # fmt: skip
def test_random_bytes_are_a_document_or_refused(tmp_path, beginning, content, extension):
    in_this_process(made(tmp_path, f"a.{extension}", beginning + content))


@budget(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_changed_bytes_in_a_valid_file_are_a_document_or_refused(tmp_path, valid, data):
    name = data.draw(st.sampled_from(sorted(valid)))
    in_this_process(made(tmp_path, name, mutated(valid[name], data)))


def mutated(content: bytes, data) -> bytes:
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(changed) - 1))
        piece = data.draw(st.binary(min_size=1, max_size=6))
        if data.draw(st.booleans()):
            changed[at : at + len(piece)] = piece
        else:
            changed[at:at] = piece
    return bytes(changed)


@budget(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_changed_parts_in_a_whole_archive_are_a_document_or_refused(tmp_path, data):
    """Behind the checksums, where single bytes never get."""
    kind = data.draw(st.sampled_from(["docx", "xlsx", "pptx"]))
    members = office_members(kind, **with_names(kind, "Anna", "Boris", "Acme", {"Case": "17"}, "C:\\x\\y"))
    part = data.draw(st.sampled_from(sorted(members)))
    content = members[part]
    members[part] = mutated(content.encode() if isinstance(content, str) else content, data)
    in_this_process(zipped(tmp_path / f"a.{kind}", members))


def test_the_same_goes_for_the_real_child(tmp_path, valid):
    random_ = random.Random(17)
    for number in range(12):
        name = random_.choice(sorted(valid))
        content = bytearray(valid[name])
        for _ in range(5):
            content[random_.randrange(len(content))] = random_.randrange(256)
        path = made(tmp_path, f"{number}-{name}", bytes(content))
        try:
            assert inspect(path, path.name).format in FORMATS
        except Refused as refused:
            assert str(refused.reason)
