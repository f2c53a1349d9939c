"""Pictures, documents and recordings in the form of an edition: what is stored, what is refused, what reviewers see."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from cms.editorial import actions, library
from cms.models import AttachedFile, Picture, Recording, clock
from tests.admin.library_files import at
from tests.admin.library_files import posted as described
from tests.admin.test_edition_form import address, as_posted, filled, texts
from tests.factories import (
    attach,
    make_attachment,
    make_draft,
    make_image,
    make_live,
    make_next,
    make_section,
    make_stored,
    show,
    stored,
)

WORDS = ("alt", "caption", "credit", "place", "people", "terms")
LEAD, GALLERY, BODY = Picture.Role.LEAD, Picture.Role.GALLERY, Picture.Role.BODY


@pytest.fixture
def as_editor(client, editor):
    client.raise_request_exception = False
    client.force_login(editor)
    return client


def rows(sort, *of_rows):
    """What the form posts of a sort of rows, each a dict."""
    posted = {f"{sort}-TOTAL_FORMS": str(len(of_rows)), f"{sort}-INITIAL_FORMS": "0"}
    return posted | {f"{sort}-{i}-{name}": value for i, row in enumerate(of_rows) for name, value in row.items()}


def of_picture(row):
    """A stored or chosen picture as its row posts it."""
    posted = {"image": row.image_id if isinstance(row, Picture) else row.pk}
    posted |= {name: getattr(row, name) for name in WORDS}
    return posted | ({"decorative": "on"} if row.decorative else {})


def as_it_stands(edition, **fields):
    """What the form of a draft posts where nothing was changed, its rows included."""
    pictures = list(Picture.of(edition))
    files = [{"attachment": row.attachment_id, "title": row.title} for row in AttachedFile.of(edition)]
    recordings = [
        {"url": row.url, "title": row.title, "medium": row.medium, "language": row.language}
        | ({"captioned": "on"} if row.captioned else {})
        for row in Recording.of(edition)
    ]
    parts = {
        **rows("lead", *[of_picture(row) for row in pictures if row.role == LEAD]),
        **rows("gallery", *[of_picture(row) for row in pictures if row.role == GALLERY]),
        **rows("attachedfile_rows", *files),
        **rows("recording_rows", *recordings),
    }
    return as_posted(edition, **{**parts, **fields})


def shown(edition, role):
    return [row.image for row in Picture.of(edition).filter(role=role)]


def figure(image, alt="In the text", caption=""):
    return f'<figure><img alt="{alt}" data-image="{image.pk}"><figcaption>{caption}</figcaption></figure>'


def replaced(image):
    """The library has a newer file of it."""
    image.file = make_stored(f"newer {image.pk}".encode(), width=800, height=600, extension="jpg")
    image.save()
    return image


@pytest.fixture
def full(editor):
    """A draft with everything that can be shown."""
    lead, first, second, third = (make_image(editor) for _ in range(4))
    draft = make_draft(editor, body=f"<p>Before.</p>{figure(third, caption='A caption')}<p>After.</p>")
    show(draft, lead)
    for image in (first, second):
        show(draft, image, "gallery")
    attach(draft, make_attachment(editor))
    Recording.objects.create(edition=draft, url="https://video.example/1", title="The session", captioned=True)
    actions.settle(draft)
    return stored(draft).kind_edition


# --- Storing


def test_pictures_documents_and_recordings_are_stored_in_their_order(as_editor, editor):
    lead, first, second = (make_image(editor) for _ in range(3))
    report = make_attachment(editor, title="The report")
    posted = filled(make_section(), body=f"<p>Text.</p>{figure(second)}")
    posted |= rows("lead", of_picture(lead))
    posted |= rows(
        "gallery",
        {**of_picture(first), "caption": "Its own caption", "taken_on": "2025-05-19", "position": "1"},
        {**of_picture(second), "position": "0"},
    )
    posted |= rows("attachedfile_rows", {"attachment": report.code, "title": ""})
    video = {"url": "https://video.example/1", "title": "The session", "medium": "video", "minutes": "12"}
    posted |= rows("recording_rows", video, {"medium": "audio"})
    as_editor.post(reverse("admin:news_newsitem_add"), posted)
    draft = Picture.objects.first().edition
    assert shown(draft, LEAD) == [lead]
    assert shown(draft, GALLERY) == [second, first]
    assert shown(draft, BODY) == [second]
    assert Picture.of(draft).get(role=GALLERY, image=first).caption == "Its own caption"
    assert AttachedFile.of(draft).get().title == "The report"
    assert Recording.of(draft).get().minutes == 12
    assert draft.missing() == []
    assert [row["role"] for row in draft.media["pictures"]].count("gallery") == 2


def test_an_unchanged_form_stores_nothing(as_editor, full):
    response = as_editor.post(address(full), as_it_stands(full), follow=True)
    assert "Nothing was changed" in texts(response)
    assert stored(full).version == full.version


def test_what_is_in_the_textarea_is_what_is_stored(as_editor, full):
    image = shown(full, BODY)[0]
    form = as_editor.get(address(full)).context["adminform"].form
    body = form["body"].value()
    assert re.search(rf'src="/media/{image.file.key}/[\w.]+"', body)
    response = as_editor.post(address(full), as_it_stands(full, body=body), follow=True)
    assert "Nothing was changed" in texts(response)
    assert "src=" not in stored(full).body


def test_saving_one_sort_leaves_the_others_alone(as_editor, full):
    before = {role: shown(full, role) for role in (LEAD, BODY)}
    as_editor.post(address(full), as_it_stands(full, **rows("gallery")))
    assert shown(full, GALLERY) == []
    assert {role: shown(full, role) for role in (LEAD, BODY)} == before
    assert AttachedFile.of(full).count() == Recording.of(full).count() == 1


def test_rows_that_were_taken_out_and_blank_ones_are_not_stored(as_editor, full, editor):
    first, second = (of_picture(row) for row in Picture.of(full).filter(role=GALLERY))
    posted = rows("gallery", {**first, "gone": "on"}, second, {"image": "", "alt": ""}, {})
    as_editor.post(address(full), as_it_stands(full, **posted))
    assert [image.pk for image in shown(full, GALLERY)] == [second["image"]]


def test_a_row_that_was_taken_out_comes_back_as_such_with_an_error_elsewhere(as_editor, full):
    first, second = (of_picture(row) for row in Picture.of(full).filter(role=GALLERY))
    posted = rows("gallery", {**first, "gone": "on", "position": "1"}, {**second, "position": "0"})
    response = as_editor.post(address(full), as_it_stands(full, title="", **posted))
    gallery = response.context["inline_admin_formsets"][1].formset
    assert [(form["image"].value(), form.is_gone) for form in gallery.shown_forms] == [
        (str(second["image"]), False),
        (str(first["image"]), True),
    ]


def test_a_picture_named_by_its_number_alone_brings_the_words_of_the_library(as_editor, editor):
    known = make_image(editor, caption="From the library")
    foreign = make_image(editor, language="ru", alt="Зал", credit="Пресс-служба")
    draft = make_draft(editor)
    as_editor.post(address(draft), as_posted(draft, **rows("gallery", {"image": known.code}, {"image": foreign.pk})))
    assert list(Picture.of(draft).values_list("image", "alt", "caption", "credit")) == [
        (known.pk, known.alt, "From the library", known.credit),
        (foreign.pk, "", "", ""),
    ]


def test_words_are_stored_as_one_line(as_editor, editor):
    image, draft = make_image(editor), make_draft(editor)
    row = {**of_picture(image), "caption": "One line\r\n  and another"}
    as_editor.post(address(draft), as_posted(draft, **rows("lead", row)))
    assert Picture.of(draft).get().caption == "One line and another"


# --- The file stays until a newer one is taken


def test_a_newer_file_of_the_library_waits_until_it_is_taken(as_editor, full):
    before = sorted(row.sha256 for row in Picture.of(full))
    for role in (LEAD, GALLERY, BODY):
        replaced(shown(full, role)[0])
    attachment = AttachedFile.of(full).get().attachment
    attachment.file = make_stored(b"newer document", findings=[])
    attachment.save()
    page = as_editor.get(address(full)).content.decode()
    assert "The library has something newer" in page
    assert attachment.title in page
    as_editor.post(address(full), as_it_stands(full, title="Another title"))
    assert sorted(row.sha256 for row in Picture.of(full)) == before
    assert AttachedFile.of(full).get().sha256 != attachment.file.sha256

    full = stored(full)
    as_editor.post(address(full), as_it_stands(full, take_newer="on"))
    assert not any(row.is_behind for part in (Picture, AttachedFile) for row in part.of(full))
    assert stored(full).version == full.version + 1
    assert stored(full).missing() == []
    assert "The library has something newer" not in as_editor.get(address(full)).content.decode()


def test_what_is_taken_newer_keeps_the_words_of_the_edition(as_editor, editor):
    image, draft = make_image(editor), make_draft(editor)
    show(draft, image, caption="Written for this text")
    replaced(image)
    draft = stored(draft)
    as_editor.post(address(draft), as_it_stands(draft, take_newer="on"))
    row = Picture.of(draft).get()
    assert (row.caption, row.sha256) == ("Written for this text", image.file.sha256)


def test_what_is_corrected_of_a_document_in_the_library_reaches_the_texts_that_take_it(as_editor, editor):
    document, draft = make_attachment(editor, language="en"), make_draft(editor)
    attach(draft, document)
    draft = stored(draft).kind_edition
    assert "The library has something newer" not in as_editor.get(address(draft)).content.decode()
    words = {"language": "ru", "purpose": "text", "note": "The text above says the same."}
    as_editor.post(at(document), described(document, **words))
    as_editor.post(address(draft), as_it_stands(draft, title="Another title"))
    assert stored(draft).media["files"][0]["language"] == "en"
    assert "The library has something newer" in as_editor.get(address(draft)).content.decode()
    as_editor.post(address(draft), as_it_stands(stored(draft).kind_edition, take_newer="on"))
    assert words.items() <= stored(draft).media["files"][0].items()
    assert "The library has something newer" not in as_editor.get(address(draft)).content.decode()


def test_who_settled_a_document_in_the_library_is_told_to_take_the_newer_file(as_editor, editor):
    document, draft = make_attachment(editor, findings=[["tracked-changes", "3"]]), make_draft(editor)
    attach(draft, document)
    document.file = make_stored(b"cleaned", findings=[["tracked-changes", "3"]])
    document.save()
    assert "Look at it in the library" in " ".join(map(str, stored(draft).kind_edition.missing()))
    library.confirm(document, by=editor)
    (told,) = map(str, stored(draft).kind_edition.missing())
    assert "Take them with this save" in told and "Look at it in the library" not in told
    assert "Take the newer one with this save" in as_editor.get(address(draft)).content.decode()
    as_editor.post(address(draft), as_it_stands(stored(draft).kind_edition, take_newer="on"))
    assert stored(draft).kind_edition.missing() == []


def test_a_picture_that_moves_to_another_place_keeps_its_file(as_editor, full):
    row = Picture.of(full).filter(role=GALLERY).first()
    replaced(row.image)
    posted = {**rows("lead", of_picture(row)), **rows("gallery")}
    as_editor.post(address(full), as_it_stands(full, **posted))
    assert Picture.of(full).get(role=LEAD).sha256 == row.sha256


# --- What is refused


ODD = ["99999", "9" * 30, "0", "-1", "x", "\0", "é", "<b>", "17 OR 1=1", "1.5", "٣"]


@pytest.mark.parametrize("sort", ["lead", "gallery", "attachedfile_rows"])
def test_what_is_not_in_the_library_is_an_error_and_what_was_typed_comes_back(as_editor, full, sort):
    name = "attachment" if sort.startswith("attached") else "image"
    for odd in ODD:
        row = {name: odd, "alt": "Typed for an hour", "title": "Typed for an hour"}
        response = as_editor.post(address(full), as_it_stands(full, title="New title", **rows(sort, row)))
        assert response.status_code == 200, odd
        page = response.content.decode()
        assert "is not in the library (any more)" in page, odd
        assert "Typed for an hour" in page, odd
        assert "New title" in page, odd
        assert stored(full).version == full.version, odd


def test_a_row_with_words_and_without_a_picture_is_an_error(as_editor, full):
    response = as_editor.post(address(full), as_it_stands(full, **rows("gallery", {"image": "", "alt": "Typed"})))
    assert "Name an entry of the library" in response.content.decode()
    assert len(shown(full, GALLERY)) == 2


def test_the_same_picture_twice_in_a_gallery_is_an_error(as_editor, full):
    row = of_picture(Picture.of(full).filter(role=GALLERY).first())
    twice = rows("gallery", row, {**row, "image": f"00{row['image']}", "caption": "Typed again"})
    response = as_editor.post(address(full), as_it_stands(full, **twice))
    assert "stands here twice" in response.content.decode()
    assert "Typed again" in response.content.decode()
    assert len(shown(full, GALLERY)) == 2


def test_one_picture_may_stand_in_every_place(as_editor, editor):
    image = make_image(editor)
    draft = make_draft(editor, body=figure(image))
    posted = {**rows("lead", of_picture(image)), **rows("gallery", of_picture(image))}
    as_editor.post(address(draft), as_posted(stored(draft), **posted))
    assert sorted(Picture.of(draft).values_list("role", flat=True)) == ["body", "gallery", "lead"]


def test_two_lead_pictures_and_too_large_a_gallery_are_errors(as_editor, editor):
    draft = make_draft(editor)
    images = [make_image(editor, size=(100, 100)) for _ in range(2)]
    response = as_editor.post(address(draft), as_posted(draft, **rows("lead", *map(of_picture, images))))
    assert "At most 1 can stand here" in response.content.decode()
    many = rows("gallery", *[{"image": str(n), "alt": "x"} for n in range(61)])
    assert as_editor.post(address(draft), as_posted(draft, **many)).status_code == 200
    assert not Picture.of(draft).exists()


def test_what_was_put_away_stays_where_it_is_and_comes_nowhere_else(as_editor, editor, full):
    old, other = shown(full, GALLERY)
    old.put_away = True
    old.save()
    as_editor.post(address(full), as_it_stands(full, title="Stored with it"))
    assert stored(full).title == "Stored with it"
    draft = make_draft(editor)
    response = as_editor.post(address(draft), as_posted(draft, **rows("lead", of_picture(old))))
    assert "was put away" in response.content.decode()
    response = as_editor.post(address(draft), as_posted(draft, body=f"<p>x</p>{figure(old)}"))
    assert "was put away" in response.content.decode()
    assert not Picture.of(draft).exists()


def test_a_decorative_picture_with_an_alternative_text_is_an_error(as_editor, editor):
    draft, image = make_draft(editor), make_image(editor)
    row = {**of_picture(image), "decorative": "on", "alt": "Something"}
    response = as_editor.post(address(draft), as_posted(draft, **rows("lead", row)))
    assert "Choose one of the two" in response.content.decode()


@pytest.mark.parametrize(
    "row",
    [
        {"url": "javascript:alert(1)", "title": "x"},
        {"url": "ftp://example.org/a", "title": "x"},
        {"url": "https://example.org", "title": ""},
        {"url": "", "title": "x"},
        {"url": "https://example.org", "title": "x", "medium": "hologram"},
        {"url": "https://example.org", "title": "x", "seconds": "60"},
        {"url": "https://example.org", "title": "x", "minutes": "9" * 30},
        {"url": "https://example.org", "title": "\0"},
    ],
)
def test_a_recording_that_makes_no_sense_is_an_error(as_editor, editor, row):
    draft = make_draft(editor)
    posted = as_posted(draft, **rows("recording_rows", {"medium": "video", **row}))
    assert as_editor.post(address(draft), posted).status_code == 200
    assert not Recording.of(draft).exists()


def test_a_day_out_of_our_time_is_an_error(as_editor, editor):
    draft = make_draft(editor)
    row = {**of_picture(make_image(editor)), "taken_on": "0001-01-01"}
    response = as_editor.post(address(draft), as_posted(draft, **rows("lead", row)))
    assert "Choose a day between" in response.content.decode()


def test_forged_numbers_touch_no_row_of_another_edition(as_editor, editor, full):
    mine, row = make_draft(editor), Picture.of(full).filter(role=LEAD).get()
    forged = {**of_picture(row), "id": row.pk, "edition": full.pk, "role": "body", "sha256": "0" * 64, "file": 1}
    posted = {**rows("lead", forged), "lead-INITIAL_FORMS": "1"}
    as_editor.post(address(mine), as_posted(mine, **posted))
    assert Picture.of(full).get(pk=row.pk).edition_id == full.pk
    copy = Picture.of(mine).get()
    assert (copy.role, copy.sha256) == (LEAD, row.image.file.sha256)


# --- Pictures in the text


@pytest.mark.parametrize("number", [99, 2**63 - 1])
def test_a_text_with_an_unknown_picture_is_refused_in_words_and_kept(as_editor, editor, number):
    draft = make_draft(editor)
    body = f'<p>Typed for an hour.</p><figure><img alt="x" data-image="{number}"></figure>'
    response = as_editor.post(address(draft), as_posted(draft, body=body))
    assert f"Picture {number} is not in the library any more" in response.content.decode()
    assert response.context["adminform"].form["body"].value() == body
    assert stored(draft).version == 1


def test_a_picture_of_the_text_without_words_is_decorative_only_where_somebody_said_so(as_editor, editor):
    image = make_image(editor)
    draft = make_draft(editor)
    silent = f'<p>Text.</p><figure><img alt="" data-image="{image.pk}"><figcaption>Kept</figcaption></figure>'
    as_editor.post(address(draft), as_posted(draft, body=silent))
    row = Picture.of(draft).get()
    assert (row.alt, row.decorative, row.caption) == ("", False, "Kept")
    sent = as_editor.post(address(draft).replace("change/", "do/submit/"), {"comment": ""}).content.decode()
    assert "A picture (in the text) has no alternative text" in sent and stored(draft).state == "draft"
    said = silent.replace('alt=""', 'alt="" data-decorative=""')
    as_editor.post(address(draft), as_posted(stored(draft).kind_edition, body=said))
    assert Picture.of(draft).get().decorative and "data-decorative" in stored(draft).body
    as_editor.post(address(draft).replace("change/", "do/submit/"), {"comment": ""})
    assert stored(draft).state == "in_review"


def test_a_picture_from_elsewhere_is_taken_out_and_told(as_editor, editor):
    draft = make_draft(editor)
    body = draft.body + '<figure><img src="https://evil.example/x.png"><figcaption>Words stay</figcaption></figure>'
    response = as_editor.post(address(draft), as_posted(draft, body=body), follow=True)
    assert "evil.example" not in stored(draft).body
    assert "Words stay" in stored(draft).body
    assert len(response.context["messages"]) == 2


# --- Two people


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def chosen(response, **choices):
    posted = {"version": response.context["version"], "_merge": "1", **dict(response.context["typed"])}
    return {**posted, **{f"choice-{name}": value for name, value in choices.items()}}


@pytest.mark.parametrize("choice", ["theirs", "mine"])
def test_two_people_in_one_gallery_choose_between_rows_in_words(editor, other_editor, full, choice):
    mine, theirs = client_of(editor), client_of(other_editor)
    first, second = Picture.of(full).filter(role=GALLERY)
    their_rows = rows("gallery", {**of_picture(second), "caption": "Theirs"})
    my_rows = rows("gallery", of_picture(second), of_picture(first))
    assert theirs.post(address(full), as_it_stands(full, **their_rows)).status_code == 302
    response = mine.post(address(full), as_it_stands(full, **my_rows))
    assert response.status_code == 409
    assert [d.name for d in response.context["differences"]] == ["gallery"]
    difference = response.context["differences"][0]
    assert difference.theirs == f"{second.alt}, Theirs, {second.credit}"
    assert difference.mine.splitlines()[1].startswith(first.alt)
    assert mine.post(address(full), chosen(response, gallery=choice)).status_code == 302
    expected = [second.image] if choice == "theirs" else [second.image, first.image]
    assert shown(full, GALLERY) == expected


def test_what_they_ticked_stays_ticked_where_theirs_is_kept(editor, other_editor, full):
    mine, theirs = client_of(editor), client_of(other_editor)
    row = of_picture(Picture.of(full).get(role=LEAD))
    ticked = rows("lead", {**row, "alt": "", "decorative": "on"})
    assert theirs.post(address(full), as_it_stands(full, **ticked)).status_code == 302
    response = mine.post(address(full), as_it_stands(full, **rows("lead")))
    assert "Decorative" in response.context["differences"][0].theirs
    assert mine.post(address(full), chosen(response, lead="theirs")).status_code == 302
    assert Picture.of(full).get(role=LEAD).decorative
    assert Recording.of(full).get().captioned


def test_two_pictures_that_are_called_the_same_are_two(editor, other_editor):
    mine, theirs = client_of(editor), client_of(other_editor)
    one, two = (make_image(editor, alt="The hall", caption="", credit="") for _ in range(2))
    draft = make_draft(editor)
    assert theirs.post(address(draft), as_posted(draft, **rows("lead", of_picture(one)))).status_code == 302
    assert mine.post(address(draft), as_posted(draft, **rows("lead", of_picture(two)))).status_code == 409
    assert shown(draft, LEAD) == [one]


def test_a_text_with_pictures_is_compared_as_it_is_stored_and_shown_with_them(editor, other_editor, full):
    mine, theirs = client_of(editor), client_of(other_editor)
    body = mine.get(address(full)).context["adminform"].form["body"].value()
    assert theirs.post(address(full), as_it_stands(full, title="Theirs")).status_code == 302
    response = mine.post(address(full), as_it_stands(full, title="Mine", body=body))
    assert [d.name for d in response.context["differences"]] == ["title"]
    other = make_image(editor)
    response = mine.post(address(full), as_it_stands(full, title="Theirs", body=body + figure(other)))
    page = response.content.decode()
    assert [d.name for d in response.context["differences"]] == ["body"]
    assert f"/media/{other.file.key}/" in page
    assert f"/media/{shown(full, BODY)[0].file.key}/" in page
    assert mine.post(address(full), chosen(response, body="both")).status_code == 302
    assert "src=" not in stored(full).body
    assert other in shown(full, BODY)


def test_newer_files_are_no_difference_and_still_taken_after_a_conflict(editor, other_editor, full):
    mine, theirs = client_of(editor), client_of(other_editor)
    replaced(shown(full, LEAD)[0])
    assert theirs.post(address(full), as_it_stands(full, title="Theirs")).status_code == 302
    response = mine.post(address(full), as_it_stands(full, title="Mine", take_newer="on"))
    assert [d.name for d in response.context["differences"]] == ["title"]
    mine.post(address(full), chosen(response, title="mine"))
    assert not Picture.of(full).get(role=LEAD).is_behind


def test_who_comes_after_it_was_sent_sees_their_rows_in_words(editor, other_editor, full):
    posted = as_it_stands(full, **rows("lead", {**of_picture(make_image(editor)), "caption": "Typed for an hour"}))
    actions.submit(full, by=other_editor)
    response = client_of(editor).post(address(full), posted)
    assert response.status_code == 409
    assert "Typed for an hour" in response.content.decode()


# --- What a reviewer sees


def test_a_reviewer_sees_everything_and_who_confirmed_what_is_hidden(client, moderator, full, editor):
    attachment = make_attachment(editor, findings=[["author", "A. Writer"]])
    attachment.file.confirmed_at, attachment.file.confirmed_by_in_words = clock.now(), "Chloe Chief"
    attachment.file.save()
    attach(full, attachment)
    waiting = actions.submit(full, by=editor)
    client.force_login(moderator)
    for page in (address(waiting), reverse("admin:news_newsitem_do", args=[waiting.pk, "approve"])):
        content = client.get(page).content.decode()
        for row in Picture.of(full):
            assert row.alt in content
            assert f"/media/{row.file.key}/" in content
        for words in ("The session", "has captions", "A. Writer", "Chloe Chief confirmed"):
            assert words in content


def test_a_reviewer_sees_what_changed_among_pictures_and_files(client, editor, moderator):
    images = [make_image(editor) for _ in range(4)]
    draft = make_draft(editor, body=f"<p>x</p>{figure(images[3])}")
    show(draft, images[0])
    show(draft, images[1], "gallery")
    show(draft, images[2], "gallery")
    report = make_attachment(editor, title="The report")
    attach(draft, report)
    waiting = actions.submit(draft, by=editor)
    live = actions.approve(waiting, by=moderator, digest=waiting.compute_digest())
    following = make_next(live, by=editor).kind_edition
    replaced(images[1])
    replaced(images[3])
    new = make_image(editor, alt="A new lead")
    first, second = Picture.of(following).filter(role=GALLERY)
    posted = {
        **rows("lead", of_picture(new)),
        **rows("gallery", {**of_picture(second), "alt": "Other words"}, of_picture(first)),
        **rows("attachedfile_rows"),
        **rows("recording_rows", {"url": "https://video.example/2", "title": "A talk", "medium": "audio"}),
        "take_newer": "on",
        "change": "update",
    }
    client.force_login(editor)
    assert client.post(address(following), as_it_stands(following, **posted)).status_code == 302
    waiting = actions.submit(stored(following), by=editor)
    client.force_login(moderator)
    shifts = client.get(address(waiting)).context["shifts"]
    assert {(shift.where, shift.what, shift.after) for shift in shifts} == {
        ("lead picture", "another picture", "A new lead"),
        ("gallery", "replaced by a newer file", images[1].alt),
        ("gallery: “Other words”", "alternative text", "Other words"),
        ("gallery", "put in another order", ""),
        ("in the text", "replaced by a newer file", "In the text"),
        ("documents", "taken out", ""),
        ("recordings", "new", "A talk"),
    }
    assert "Nothing: text, facts and files are the same" not in client.get(address(waiting)).content.decode()


def test_an_edition_that_shows_the_same_says_that_nothing_changed(client, editor, moderator, full):
    waiting = actions.submit(full, by=editor)
    live = actions.approve(waiting, by=moderator, digest=waiting.compute_digest())
    waiting = actions.submit(make_next(live, by=editor), by=editor)
    client.force_login(moderator)
    page = client.get(address(waiting))
    assert page.context["shifts"] == []
    assert "Nothing: text, facts and files are the same" in page.content.decode()


# --- What it costs


def with_rows(editor, number):
    draft = make_draft(editor, body="".join(figure(make_image(editor)) for _ in range(number)))
    show(draft, make_image(editor))
    for _ in range(number):
        show(draft, make_image(editor), "gallery")
        attach(draft, make_attachment(editor))
        Recording.objects.create(edition=draft, url=f"https://video.example/{_}", title="x", position=_)
    actions.settle(draft)
    return stored(draft).kind_edition


def test_ten_rows_cost_as_many_queries_as_two(as_editor, editor, moderator, django_assert_max_num_queries):
    two, ten = with_rows(editor, 2), with_rows(editor, 10)
    as_editor.get(address(two))
    costs = []
    for draft in (two, ten):
        with django_assert_max_num_queries(45) as reading:
            as_editor.get(address(draft))
        rows_of = [of_picture(row) for row in Picture.of(draft).filter(role=GALLERY)]
        posted = as_it_stands(draft, **rows("gallery", *reversed(rows_of)))
        with django_assert_max_num_queries(500) as storing:
            assert as_editor.post(address(draft), posted).status_code == 302
        actions.submit(stored(draft), by=editor)
        with django_assert_max_num_queries(45) as reviewing:
            as_editor.get(address(draft))
        costs.append([len(captured) for captured in (reading, storing, reviewing)])
    assert costs[0] == costs[1]


def test_a_new_row_costs_no_query_of_its_own(as_editor, editor, django_assert_max_num_queries):
    costs = []
    for number in (2, 10):
        draft = make_draft(editor)
        new = [of_picture(make_image(editor)) for _ in range(number)]
        with django_assert_max_num_queries(500) as captured:
            assert as_editor.post(address(draft), as_posted(draft, **rows("gallery", *new))).status_code == 302
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_a_live_edition_keeps_what_it_shows_whatever_is_stored_in_the_next(as_editor, editor, moderator):
    live = make_live(editor, moderator)
    following = make_next(live, by=editor)
    as_editor.post(address(following), as_posted(following, **rows("lead", of_picture(make_image(editor)))))
    assert Picture.of(following).exists()
    assert not Picture.of(live).exists()


def test_the_text_of_a_section_shows_a_picture_and_a_document(as_editor, editor, moderator, client):
    section, image, document = make_section("council"), make_image(editor), make_attachment(editor)
    parts = {**rows("lead", of_picture(image)), **rows("attachedfile_rows", {"attachment": document.pk, "title": ""})}
    as_editor.post(f"{reverse('admin:cms_page_add')}?section={section.pk}", filled(section, **parts))
    draft = section.text.editions.get()
    waiting = actions.submit(draft, by=editor)
    actions.approve(waiting, by=moderator, digest=waiting.compute_digest())
    page = Client().get(section.get_absolute_url()).content.decode()
    assert image.file.key in page and document.file.key in page
    for address_of in (f"/media/{image.file.key}/w640.jpg", f"/media/{document.file.key}/"):
        assert address_of in page
