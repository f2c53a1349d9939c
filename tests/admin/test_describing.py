"""Describing what was just uploaded: what is right is stored, and the rest stays on the page."""

from __future__ import annotations

from datetime import date

import pytest

from tests.admin.library_files import fresh, said
from tests.factories import (
    make_attachment,
    make_image,
)

PICTURES, DOCUMENTS = "/admin/cms/image/", "/admin/cms/attachment/"
AUTHOR = [["author", "Anna Author"]]


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    client.raise_request_exception = False
    return client


def described(*images, **words):
    data = {}
    for image in images:
        data |= {f"{image.pk}-version": image.version}
        data |= {f"{image.pk}-{name}": "" for name in "alt caption credit people place taken_on terms".split()}
        data |= {f"{image.pk}-{name}": value for name, value in words.items()}
    return data


def ids(*images):
    return f"{PICTURES}describe/?ids={','.join(str(image.pk) for image in images)}"


def bare_images(editor, many):
    return [make_image(editor, alt="", caption="", credit="") for _ in range(many)]


def test_what_is_right_is_stored_and_the_rest_stays_on_the_page(as_editor, editor):
    one, two, three = bare_images(editor, 3)
    data = described(one, two, three, credit="Press office")
    data |= {
        f"{one.pk}-alt": "A table",
        f"{two.pk}-alt": "Both",
        f"{two.pk}-decorative": "on",
        f"{two.pk}-place": "Osh",
    }
    data |= {f"{three.pk}-taken_on": "3000-01-01", f"{three.pk}-people": "A, B"}
    response = as_editor.post(ids(one, two, three), data)
    forms = {form.instance.pk: form for form in response.context["forms"]}
    assert {pk: set(form.errors) for pk, form in forms.items()} == {two.pk: {"alt"}, three.pk: {"taken_on"}}
    assert (forms[two.pk]["place"].value(), forms[three.pk]["people"].value()) == ("Osh", "A, B")
    assert response.context["action"] == ids(two, three)
    assert [(fresh(image).alt, fresh(image).version) for image in (one, two)] == [("A table", 2), ("", 1)]
    data |= {f"{two.pk}-decorative": "", f"{three.pk}-taken_on": "2025-05-19"}
    response = as_editor.post(ids(two, three), data, follow=True)
    assert response.redirect_chain == [(PICTURES, 302)]
    assert said(response)[0] == "Stored: 2 entries."
    assert said(response)[1].startswith("1 picture has no alternative text yet.")
    assert [fresh(image).credit for image in (one, two, three)] == ["Press office"] * 3


def test_without_a_script_the_same_words_go_to_all_that_say_nothing_else(as_editor, editor):
    one, two = bare_images(editor, 2)
    data = described(one, two) | {f"{two.pk}-place": "Osh", "all-place": "Bishkek", "all-taken_on": "2025-05-19"}
    assert as_editor.post(ids(one, two), data).status_code == 302
    assert [(fresh(i).place, fresh(i).taken_on) for i in (one, two)] == [
        ("Bishkek", date(2025, 5, 19)),
        ("Osh", date(2025, 5, 19)),
    ]


def test_more_than_a_page_of_them_come_one_page_after_the_other(as_editor, editor, monkeypatch):
    monkeypatch.setattr("cms.admin.describing.A_PAGE", 2)
    one, two, three = bare_images(editor, 3)
    page = as_editor.get(ids(one, two, three))
    assert [form.instance.pk for form in page.context["forms"]] == [one.pk, two.pk]
    assert "1 more comes after these." in page.content.decode()
    both = described(one, two, alt="A table") | {f"{two.pk}-taken_on": "3000-01-01"}
    assert as_editor.post(ids(one, two, three), both).context["action"] == ids(two, three)
    response = as_editor.post(ids(two, three), described(two, alt="A table"))
    assert response.headers["Location"] == PICTURES
    response = as_editor.post(ids(one, two, three), described(fresh(one), fresh(two), alt="Two tables"))
    assert response.headers["Location"] == ids(three)


def test_somebody_else_described_one_of_them_meanwhile(as_editor, editor, other_editor, client):
    one, two = bare_images(editor, 2)
    client.force_login(other_editor)
    client.post(ids(one), described(one, alt="Otto’s words"))
    client.force_login(editor)
    response = client.post(ids(one, two), described(one, two, alt="Edith’s words"))
    assert [form.instance.pk for form in response.context["forms"]] == [one.pk]
    page = response.content.decode()
    assert "Otto’s words" in page
    assert "Edith’s words" in page
    assert (fresh(one).alt, fresh(two).alt) == ("Otto’s words", "Edith’s words")


def test_documents_are_described_too(as_editor, editor):
    document = make_attachment(editor, findings=AUTHOR)
    page = f"{DOCUMENTS}describe/?ids={document.pk}"
    assert "Anna Author" in as_editor.get(page).content.decode()
    typed = {"title": "Final report", "language": "ru", "purpose": "text", "note": "The text above.", "version": 1}
    as_editor.post(page, {f"{document.pk}-{name}": value for name, value in typed.items()})
    now = fresh(document)
    assert (now.title, now.language, now.purpose, now.note) == ("Final report", "ru", "text", "The text above.")
