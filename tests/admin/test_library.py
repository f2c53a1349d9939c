"""The library: who may do what, what its lists show and find, and what it offers to the form of an edition."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.test.utils import CaptureQueriesContext

from cms.editorial import actions, library
from cms.models import Attachment, Image
from cms.models.shown import words_for, words_for_all
from tests.admin.library_files import at, fresh, photo, posted, upload
from tests.factories import (
    attach,
    make_attachment,
    make_draft,
    make_image,
    make_live,
    make_section,
    show,
)

PICTURES, DOCUMENTS = "/admin/cms/image/", "/admin/cms/attachment/"
AUTHOR = [["author", "Anna Author"]]


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    client.raise_request_exception = False
    return client


def rows(response):
    return list(response.context["cl"].result_list)


# --- Who may


def test_who_reads_sees_the_library_and_who_writes_changes_it(client, editor, moderator, administrator, outsider):
    image, document = make_image(editor), make_attachment(editor)
    for user, sees, writes in (
        (editor, 200, 200),
        (moderator, 200, 200),
        (administrator, 200, 403),
        (outsider, 403, 403),
    ):
        client.force_login(user)
        for row, shelf in ((image, PICTURES), (document, DOCUMENTS)):
            assert [client.get(page).status_code for page in (shelf, at(row), f"{shelf}choose/")] == [sees] * 3
            assert [client.get(f"{shelf}{page}").status_code for page in ("add/", f"describe/?ids={row.pk}")] == [
                writes
            ] * 2
            assert client.get(at(row, "delete")).status_code == 403
        if writes == 403:
            before = fresh(image)
            pages = [(at(image), posted(image, alt="Mine")), (at(image, "replace"), {"file": upload("a.jpg", photo())})]
            pages += [(at(document, page), {"version": 1}) for page in ("confirm", "clean")]
            pages += [(f"{PICTURES}describe/?ids={image.pk}", {f"{image.pk}-version": 1, f"{image.pk}-alt": "Mine"})]
            assert [client.post(page, data).status_code for page, data in pages] == [403] * 5
            assert fresh(image).alt == before.alt


def test_those_who_only_read_are_offered_nothing_to_press(client, editor, administrator):
    image = make_image(editor)
    client.force_login(administrator)
    for page in (PICTURES, at(image)):
        answer = client.get(page).content.decode()
        assert 'type="file"' not in answer
        assert image.alt in answer


# --- Lists


def test_search_and_filters_of_pictures(as_editor, editor, moderator):
    used = make_image(editor, alt="Delegates at a round table", people="Аигерим Садыкова", place="Bishkek")
    show(make_draft(editor), used)
    bare = make_image(moderator, alt="", caption="", credit="", language="ru")
    flags = make_image(editor, alt="", decorative=True, caption="Flags", put_away=True)
    Image.objects.filter(pk=bare.pk).update(file_name="DSC_0042.jpg")

    def found(**asked):
        return {row.pk for row in rows(as_editor.get(PICTURES, asked))}

    assert found() == {used.pk, bare.pk}
    assert found(q="TABLE round") == found(q="садыкова") == found(q="bishkek") == {used.pk}
    assert found(q="dsc_0042") == {bare.pk}
    assert found(q="round nothing") == set()
    assert found(described="no") == {bare.pk}
    assert (found(used="yes"), found(used="no")) == ({used.pk}, {bare.pk})
    assert found(put_away="yes") == {flags.pk}
    assert found(mine="yes") == {used.pk}
    assert found(language="ru") == {bare.pk}
    assert found(language="ru", used="forged") == {bare.pk}


def test_search_and_filters_of_documents(as_editor, editor, moderator):
    hidden = make_attachment(editor, title="Final report", findings=AUTHOR)
    plain = make_attachment(moderator, title="Agenda", language="ru", file_name="Povestka.pdf")
    draft = make_draft(editor, title="The session begins")
    attach(draft, hidden)

    def found(**asked):
        return {row.pk for row in rows(as_editor.get(DOCUMENTS, asked))}

    assert found(q="report") == found(settled="no") == found(used="yes") == found(mine="yes") == {hidden.pk}
    assert found(q="povestka") == found(language="ru") == found(used="no") == {plain.pk}
    library.confirm(hidden, by=editor)
    assert (found(settled="no"), found(settled="confirmed")) == (set(), {hidden.pk})
    page = as_editor.get(DOCUMENTS).content.decode()
    for words in ("Final report", "PDF", "3 pages", "Anna Author", "confirmed", "The session begins", "used nowhere"):
        assert words in page


def test_newest_first_and_used_in_how_many_texts(as_editor, editor, moderator):
    older, newer = make_image(editor), make_image(editor)
    live = make_live(editor, moderator)
    show(actions.next_edition(live, by=editor), older)
    show(make_draft(editor), older)
    show(make_draft(editor), older, role="gallery")
    assert [(row.pk, row.usage.texts) for row in rows(as_editor.get(PICTURES))] == [(newer.pk, 0), (older.pk, 3)]


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def fill(editor, many):
    for _ in range(many):
        draft = make_draft(editor)
        show(draft, make_image(editor, language="ru"))
        attach(draft, make_attachment(editor, findings=AUTHOR))


def test_pages_cost_the_same_however_much_there_is(as_editor, editor):
    def costs():
        image, document = Image.objects.first(), Attachment.objects.first()
        ids = ",".join(str(pk) for pk in Image.objects.values_list("pk", flat=True))
        pages = {
            "pictures": f"{PICTURES}?q=picture&used=yes",
            "documents": DOCUMENTS,
            "picture": at(image),
            "document": at(document),
            "describe": f"{PICTURES}describe/?ids={ids}",
            "choose": f"{PICTURES}choose/?language=en",
            "choose document": f"{DOCUMENTS}choose/",
        }
        return {name: queries(as_editor, address) for name, address in pages.items()}

    fill(editor, 2)
    few = costs()
    fill(editor, 30)
    for _ in range(30):
        draft = make_draft(editor)
        show(draft, Image.objects.first())
        attach(draft, Attachment.objects.first())
    assert costs() == few
    assert few == {
        "pictures": 8,
        "documents": 8,
        "picture": 12,
        "document": 8,
        "describe": 5,
        "choose": 5,
        "choose document": 4,
    }


def test_nothing_is_counted_in_full(as_editor, editor, monkeypatch):
    monkeypatch.setattr("cms.admin.paginator.FAR", 50)
    monkeypatch.setattr("cms.admin.changelist.FAR", 50)
    for _ in range(51):
        make_image(editor)
    with CaptureQueriesContext(connection) as captured:
        page = as_editor.get(PICTURES)
    counts = [q["sql"] for q in captured if "COUNT(*)" in q["sql"]]
    assert counts
    assert all("LIMIT" in sql for sql in counts)
    assert "There are more than" in page.content.decode()


@pytest.mark.parametrize(
    "odd", ["q=%00", "language=%00", "file__key=x", "uploaded_by=1", "p=99999999999999999999", "%00=1"]
)
def test_odd_parameters_lead_to_the_plain_list(as_editor, editor, odd):
    for _ in range(49 if odd.startswith("p=") else 1):
        make_image(editor)
    assert as_editor.get(f"{PICTURES}?{odd}").headers["Location"] == f"{PICTURES}?e=1"


@pytest.mark.parametrize("number", ["0", "9" * 26, "x", "%00", "-1"])
def test_rows_that_are_not_there(as_editor, number):
    for page in (f"{number}/change/", f"{number}/replace/", f"{number}/history/"):
        assert as_editor.get(f"{PICTURES}{page}").status_code in (302, 404)
        assert as_editor.post(f"{PICTURES}{page}", {"version": 1}).status_code in (302, 403, 404)
    for page in ("confirm/", "clean/"):
        assert as_editor.post(f"{DOCUMENTS}{number}/{page}").status_code in (302, 404)
    assert as_editor.get(f"{PICTURES}describe/?ids={number}").status_code == 302


# --- Choosing


def test_the_chooser_offers_pages_and_finds_words(as_editor, editor):
    images = [make_image(editor, credit="Nadia" if n == 3 else "") for n in range(25)]
    make_image(editor, put_away=True)

    def asked(**parameters):
        answer = as_editor.get(f"{PICTURES}choose/", parameters).json()
        return [found["id"] for found in answer["results"]], answer["more"]

    newest = [image.pk for image in reversed(images)]
    assert asked() == asked(page="x") == (newest[:24], True)
    assert asked(page=2) == (newest[24:], False)
    assert asked(q="nadia") == ([images[3].pk], False)
    assert asked(ids=f"{images[5].pk},{images[2].pk},x,0") == ([images[5].pk, images[2].pk], False)
    assert asked(q="\0") == asked()


def test_the_chooser_speaks_the_language_of_the_edition(as_editor, editor):
    image = make_image(editor, alt="A table", caption="Words", taken_on=date(2025, 5, 19))
    other = make_image(editor, alt="Flags")
    russian = make_draft(editor, language="ru", section=make_section("novosti", "ru"))
    show(russian, image, alt="Стол", caption="Слова")

    def alt(language):
        results = as_editor.get(f"{PICTURES}choose/", {"language": language, "q": ""}).json()["results"]
        return {found["id"]: (found["alt"], found["caption"], found["taken_on"]) for found in results}

    assert alt("en")[image.pk] == ("A table", "Words", "2025-05-19")
    assert alt("ru") == {image.pk: ("Стол", "Слова", "2025-05-19"), other.pk: ("", "", "")}
    for language in ("en", "ru", "fr"):
        expected = {row.pk: words_for(row, language) for row in (image, other)}
        assert words_for_all([image, other], language) == expected


def test_the_chooser_of_documents(as_editor, editor):
    document = make_attachment(editor, findings=AUTHOR)
    assert as_editor.get(f"{DOCUMENTS}choose/?q=document").json() == {
        "results": [
            {
                "id": document.pk,
                "title": document.title,
                "file_name": document.file_name,
                "format": "PDF",
                "size": document.file.size,
                "size_in_words": filesizeformat(document.file.size),
                "pages": 3,
                "language": "en",
                "settled": False,
            }
        ],
        "more": False,
    }
