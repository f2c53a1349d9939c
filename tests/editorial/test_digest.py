"""The digest covers everything that the public gets: change any of it and it is another."""

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from cms.editorial import actions
from cms.models import Edition, Part, Recording, Related
from tests.factories import (
    attach,
    make_attachment,
    make_draft,
    make_event,
    make_image,
    make_past,
    make_person,
    make_section,
    show,
    stored,
)

MODELS = [model for model in apps.get_models() if issubclass(model, (Edition, Part))]


def content_of(model):
    """The columns of its own that are content."""
    aside = Edition.NOT_CONTENT | {"edition", "kind"}
    return [field for field in model._meta.local_concrete_fields if field.name not in aside]


def other_value(field, by):
    if isinstance(field, models.ForeignKey):
        return {
            "section": lambda: make_section("elsewhere").pk,
            "event": lambda: make_event("Other event").pk,
            "person": lambda: make_person("Other Person").pk,
            "image": lambda: make_image(by).pk,
            "attachment": lambda: make_attachment(by).pk,
            "file": lambda: make_image(by).file_id,
            "translated_from": lambda: make_past(by).pk,
        }[field.name]()
    if field.name == "role":
        return "gallery"
    if isinstance(field, models.DateField):
        return "1999-01-01"
    if isinstance(field, models.TimeField):
        return "01:01:00"
    if isinstance(field, models.JSONField):
        return '{"other": 1}'
    if isinstance(field, models.BooleanField):
        return True
    return 77 if isinstance(field, models.IntegerField) else "changed"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_column_of_content_is_in_the_digest(model, editor):
    kind = getattr(model, "KIND", "") or "speech"
    text_of = make_section() if kind == "page" else None
    draft = make_draft(editor, kind=kind, text_of=text_of)
    Related.objects.create(edition=draft, publication=make_past(editor).publication, title="Related")
    show(draft, make_image(editor))
    attach(draft, make_attachment(editor))
    Recording.objects.create(edition=draft, title="Recording", url="https://video.example.org/1")
    actions.settle(draft)
    before = stored(draft).compute_digest()
    row = "edition_id" if issubclass(model, Part) else model._meta.pk.column
    left_out = []
    for field in content_of(model):
        value = make_past(editor).publication_id if field.name == "publication" else other_value(field, editor)
        with transaction.atomic():
            with connection.cursor() as cursor:
                table = model._meta.db_table
                cursor.execute(f'UPDATE {table} SET "{field.column}" = %s WHERE {row} = %s', [value, draft.pk])
            if stored(draft).compute_digest() == before:
                left_out.append(field.name)
            transaction.set_rollback(True)
    assert left_out == []
    assert stored(draft).compute_digest() == before


def test_the_digest_does_not_depend_on_the_desks_notes(editor, other_editor):
    draft = make_draft(editor)
    before = stored(draft).compute_digest()
    Edition.objects.filter(pk=draft.pk).update(version=9, edited_by_in_words="Somebody", returned_with="Why?")
    assert stored(draft).compute_digest() == before


def test_the_digest_says_which_publication_and_kind_it_is(editor):
    draft = make_draft(editor)
    assert {"code": draft.publication.code, "kind": "news", "language": "en"}.items() <= draft.content().items()


def test_an_edition_without_pictures_has_the_digest_that_it_had_before_there_were_pictures(editor):
    names = stored(make_draft(editor)).content().keys()
    assert not names & {"media", "lead", "parts.picture", "parts.attachedfile", "parts.recording"}


def test_other_bytes_under_the_same_words_are_another_digest(editor):
    draft = make_draft(editor)
    first, second = (make_image(editor, alt="The same", caption="The same") for _n in range(2))
    row = show(draft, first)
    before = stored(draft).compute_digest()
    row.take(second)
    row.save()
    actions.settle(draft)
    assert stored(draft).compute_digest() != before
