"""What the database refuses, shown with plain SQL: the seals hold whatever program asks."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from cms.editorial import actions
from cms.editorial.rules import Refused
from cms.models import Edition, Journal, Picture, Recording, Related, SecondLook, clock
from cms.models.sealing import FIXED, LIFE, WHOLE
from tests.factories import (
    attach,
    make_attachment,
    make_draft,
    make_image,
    make_live,
    make_past,
    make_scheduled,
    make_waiting,
    show,
    stored,
)


def sql(statement, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.rowcount


def refused(statement, *params):
    with pytest.raises(DatabaseError, match=r"sealed|violates|constraint"):
        sql(statement, *params)
    return True


def columns_of(table):
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


OTHER = {"dated_on": "1999-01-01", "created_at": "1999-01-01 00:00:00+00:00"}


def test_no_content_column_of_an_approved_edition_can_be_changed(editor, moderator):
    edition = make_live(editor, moderator)
    for column in columns_of("cms_edition"):
        value = OTHER.get(column, "7777777") if column not in LIFE else None
        if value is not None and column != "id":
            assert refused(f'UPDATE cms_edition SET "{column}" = %s WHERE id = %s', value, edition.pk), column


def test_the_approval_itself_cannot_be_changed(editor, moderator):
    edition = make_live(editor, moderator)
    assert refused("UPDATE cms_edition SET digest = %s WHERE id = %s", "0" * 64, edition.pk)
    assert refused("UPDATE cms_edition SET approved_at = %s WHERE id = %s", clock.now(), edition.pk)
    assert refused("UPDATE cms_edition SET state = 'draft' WHERE id = %s", edition.pk)
    assert refused("UPDATE cms_edition SET version = 9, edited_by_in_words = 'x' WHERE id = %s", edition.pk)


def test_what_has_been_live_cannot_be_moved_in_time(editor, moderator):
    an_hour_ago = clock.now() - timedelta(hours=1)
    past = make_past(editor, until=an_hour_ago)
    long_ago = clock.now() - timedelta(days=9)
    assert refused("UPDATE cms_edition SET live_from = %s WHERE id = %s", long_ago, make_past(editor).pk)
    assert refused("UPDATE cms_edition SET live_until = %s WHERE id = %s", an_hour_ago, make_past(editor).pk)
    assert refused("UPDATE cms_edition SET live_until = NULL WHERE id = %s", past.pk)
    assert refused("UPDATE cms_edition SET published_at = %s WHERE id = %s", long_ago, past.pk)


def test_a_life_that_lies_ahead_may_still_move(editor, moderator):
    edition = make_scheduled(editor, moderator)
    later = clock.now() + timedelta(hours=5)
    assert sql("UPDATE cms_edition SET live_from = %s WHERE id = %s", later, edition.pk) == 1
    assert refused("UPDATE cms_edition SET live_from = %s WHERE id = %s", later - timedelta(days=3), edition.pk)


@pytest.mark.parametrize("make", [make_live, make_scheduled])
def test_an_approved_edition_cannot_be_deleted(make, editor, moderator):
    edition = make(editor, moderator)
    assert refused("DELETE FROM news_newsitem WHERE edition_ptr_id = %s", edition.pk)
    assert refused("DELETE FROM cms_edition WHERE id = %s", edition.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).delete()
    assert Edition.objects.filter(pk=edition.pk).exists()


def test_what_waits_is_frozen_too(editor):
    edition = make_waiting(editor)
    assert refused("UPDATE cms_edition SET title = 'other' WHERE id = %s", edition.pk)
    assert refused("DELETE FROM cms_edition WHERE id = %s", edition.pk)


def test_a_discarded_edition_stays_as_it_was(editor):
    edition = actions.discard(make_draft(editor), by=editor)
    assert refused("UPDATE cms_edition SET title = 'other' WHERE id = %s", edition.pk)
    assert refused("UPDATE cms_edition SET state = 'draft' WHERE id = %s", edition.pk)


def test_the_orm_is_refused_as_plain_sql_is(editor, moderator):
    edition = stored(make_live(editor, moderator))
    edition.title = "Another title"
    with pytest.raises(DatabaseError), transaction.atomic():
        edition.save()
    assert stored(edition).title != "Another title"


def test_the_columns_of_a_kind_are_sealed(editor, moderator):
    speech = make_live(editor, moderator, kind="speech")
    assert refused("UPDATE speeches_speech SET delivered_on = NULL WHERE edition_ptr_id = %s", speech.pk)
    news = make_live(editor, moderator)
    assert refused("UPDATE news_newsitem SET takes_place_on = '2020-01-01' WHERE edition_ptr_id = %s", news.pk)


def test_the_parts_of_an_approved_edition_are_sealed(editor, moderator):
    speech = make_live(editor, moderator, kind="speech")
    draft = make_draft(editor, kind="speech")
    assert refused("UPDATE speeches_speaker SET name = 'Someone else' WHERE edition_id = %s", speech.pk)
    assert refused("DELETE FROM speeches_speaker WHERE edition_id = %s", speech.pk)
    assert refused("UPDATE speeches_speaker SET edition_id = %s WHERE edition_id = %s", speech.pk, draft.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        Related.objects.create(edition=speech, publication=draft.publication)
    assert sql("UPDATE speeches_speaker SET name = 'Someone else' WHERE edition_id = %s", draft.pk) == 1


def test_a_journal_row_is_forever(editor):
    row = make_draft(editor).journal.get()
    assert refused("UPDATE cms_journal SET comment = 'x' WHERE id = %s", row.pk)
    assert refused("DELETE FROM cms_journal WHERE id = %s", row.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        Journal.objects.filter(pk=row.pk).update(actor_in_words="Somebody else")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_sealed_tables_cannot_be_emptied_at_once(editor, moderator):
    make_live(editor, moderator)
    for table in ("cms_journal", "cms_edition", "speeches_speaker", "news_newsitem"):
        assert refused(f"TRUNCATE {table} CASCADE")


def test_live_periods_of_a_publication_never_overlap(editor, moderator):
    first = make_past(editor)
    second = actions.next_edition(stored(first), by=editor)
    values = (clock.now(), clock.now(), clock.now(), "0" * 64, second.pk)
    assert refused(
        "UPDATE cms_edition SET state = 'approved', live_from = %s, published_at = %s, approved_at = %s, digest = %s "
        "WHERE id = %s",
        *values,
    )


def test_only_one_edition_of_a_publication_is_open(editor, moderator):
    draft = make_draft(editor)
    values = {f.attname: getattr(draft, f.attname) for f in Edition._meta.concrete_fields if f.name != "id"}
    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.create(**{**values, "number": 2})


def test_an_approved_edition_needs_a_digest_and_a_life(editor):
    draft = make_draft(editor)
    assert refused("UPDATE cms_edition SET state = 'approved' WHERE id = %s", draft.pk)


def test_every_sealed_table_has_its_triggers(db):
    """A migration that rebuilds a table on SQLite drops its triggers: it must seal it again."""
    from django.apps import apps

    from cms.models import Part

    sealed = (
        {*WHOLE, *FIXED}
        | {"cms_edition"}
        | {model._meta.db_table for model in apps.get_models() if issubclass(model, (Edition, Part))}
    )
    query = (
        "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'seal_%'"
        if connection.vendor == "sqlite"
        else "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'seal_%'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        assert {table for (table,) in cursor.fetchall()} == sealed


REPLACED = ["cms_edition", "news_newsitem", "cms_journal", "cms_publication"]


@pytest.mark.parametrize("table", REPLACED)
def test_a_row_cannot_be_replaced_either(table, editor, moderator):
    """SQLite's INSERT OR REPLACE deletes without asking the triggers of DELETE; PostgreSQL has no such statement."""
    make_live(editor, moderator)
    columns = ", ".join(f'"{column}"' for column in columns_of(table))
    words = "INSERT OR REPLACE INTO" if connection.vendor == "sqlite" else "INSERT INTO"
    assert refused(f"{words} {table} ({columns}) SELECT {columns} FROM {table}")


def or_replace(verb):
    """SQLite's way to delete what is in the way; PostgreSQL has none, and refuses the rest in its own words."""
    return f"{verb} OR REPLACE" if connection.vendor == "sqlite" else verb


def test_an_approved_edition_cannot_be_replaced_by_renaming_another(editor, moderator):
    live, draft = make_live(editor, moderator), make_draft(editor)
    assert refused(f"{or_replace('UPDATE')} cms_edition SET id = %s WHERE id = %s", live.pk, draft.pk)
    where = "publication_id = %s, number = %s WHERE id = %s"
    assert refused(f"{or_replace('UPDATE')} cms_edition SET {where}", live.publication_id, live.number, draft.pk)
    assert refused(f"{or_replace('UPDATE')} cms_edition SET {where}", live.publication_id, 7, draft.pk)


def test_what_waits_cannot_be_replaced_by_another_open_edition(editor):
    waiting = make_waiting(editor)
    columns = [c for c in columns_of("cms_edition") if c not in ("id", "number", "state")]
    listed = ", ".join(f'"{column}"' for column in columns)
    assert refused(
        f"{or_replace('INSERT')} INTO cms_edition (number, state, {listed}) "
        f"SELECT 2, 'draft', {listed} FROM cms_edition WHERE id = {waiting.pk}"
    )


@pytest.mark.parametrize("make", [lambda draft: show(draft, make_image(draft.created_by)), None])
def test_a_part_cannot_be_replaced_by_renaming_another(make, editor, moderator):
    frozen, draft = make_draft(editor), make_draft(editor)
    rows = []
    for edition in (frozen, draft):
        row = (
            make(edition)
            if make
            else Related.objects.create(edition=edition, publication=make_past(editor).publication)
        )
        rows.append(row)
    actions.settle(frozen)
    actions.submit(frozen, by=editor)
    table = rows[0]._meta.db_table
    assert refused(f"{or_replace('UPDATE')} {table} SET id = %s WHERE id = %s", rows[0].pk, rows[1].pk)


def test_a_publication_and_a_flag_cannot_be_replaced_by_their_other_keys(editor, moderator):
    edition, other = make_live(editor, moderator), make_live(editor, moderator)
    actions.withdraw(edition, by=moderator, mode="gone", comment="By mistake.")
    columns = ", ".join(c for c in columns_of("cms_publication") if c not in ("id", "translation_group"))
    verb = or_replace("INSERT")
    assert refused(
        f"{verb} INTO cms_publication (id, translation_group, {columns}) "
        f"SELECT 999999, '00000000000000000000000000000000', {columns} FROM cms_publication "
        f"WHERE id = {edition.publication_id}"
    )
    assert refused(
        f"{or_replace('UPDATE')} cms_publication SET translation_group = "
        f"(SELECT translation_group FROM cms_publication WHERE id = {edition.publication_id}) "
        f"WHERE id = {other.publication_id}"
    )
    kept = ", ".join(c for c in columns_of("cms_secondlook") if c != "id")
    assert refused(f"{verb} INTO cms_secondlook (id, {kept}) SELECT 999999, {kept} FROM cms_secondlook")


def test_what_went_live_this_second_cannot_be_unsealed(editor, moderator):
    edition = make_live(editor, moderator)
    assert refused(
        "UPDATE cms_edition SET state = 'in_review', live_from = NULL, live_until = NULL, published_at = NULL, "
        "approved_at = NULL, digest = '' WHERE id = %s",
        edition.pk,
    )
    assert refused("UPDATE cms_edition SET live_from = %s WHERE id = %s", clock.now() + timedelta(hours=1), edition.pk)


def test_a_speaker_cannot_be_replaced_away_from_a_speech(editor, moderator):
    live, draft = make_live(editor, moderator, kind="speech"), make_draft(editor, kind="speech")
    words = "INSERT OR REPLACE INTO" if connection.vendor == "sqlite" else "INSERT INTO"
    columns = [c for c in columns_of("speeches_speaker") if c != "edition_id"]
    listed = ", ".join(columns)
    assert refused(
        f"{words} speeches_speaker (edition_id, {listed}) SELECT {draft.pk}, {listed} FROM speeches_speaker "
        f"WHERE edition_id = {live.pk}"
    )


def test_the_address_the_withdrawal_and_the_flag_are_kept_too(editor, moderator, other_moderator):
    edition = make_live(editor, moderator)
    actions.withdraw(edition, by=moderator, mode="gone", comment="By mistake.")
    code = edition.publication.code
    assert refused("UPDATE cms_publication SET code = 'abcdef7' WHERE code = %s", code)
    assert refused("UPDATE cms_publication SET withdrawal_id = NULL WHERE code = %s", code)
    assert refused("DELETE FROM cms_publication WHERE code = %s", code)
    assert refused("UPDATE cms_withdrawal SET public_reason = 'Other'")
    assert refused("UPDATE cms_withdrawal SET until_at = from_at, from_at = from_at, mode = 'notice'")
    assert refused("DELETE FROM cms_withdrawal")
    assert refused("DELETE FROM cms_secondlook")
    actions.look(SecondLook.objects.get(), by=other_moderator)
    assert refused("UPDATE cms_secondlook SET looked_by_in_words = 'Somebody'")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_change_under_way_cannot_slip_in_behind_an_approval(editor, moderator):
    """The change holds the edition until it is committed, so that the approval sees it and names another digest."""
    import threading

    from django.db import connections

    from cms.editorial.groups import give_groups_their_permissions

    give_groups_their_permissions()
    draft = make_draft(editor, kind="speech")
    digest, changed, go_on = draft.compute_digest(), threading.Event(), threading.Event()

    def change():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE speeches_speaker SET name = 'Forged' WHERE edition_id = %s", [draft.pk])
            changed.set()
            go_on.wait(5)
        connections.close_all()

    thread = threading.Thread(target=change)
    thread.start()
    changed.wait(5)
    threading.Timer(0.5, go_on.set).start()
    waiting = actions.submit(draft, by=editor)
    with pytest.raises(Refused):
        actions.approve(waiting, by=moderator, digest=digest)
    thread.join()
    assert stored(draft).state == "in_review"


def test_what_an_approved_edition_shows_is_sealed(editor, moderator):
    draft, document = make_draft(editor), make_attachment(editor)
    show(draft, make_image(editor))
    attach(draft, document)
    Recording.objects.create(edition=draft, title="Recording", url="https://video.example.org/1")
    actions.settle(draft)
    waiting = actions.submit(draft, by=editor)
    edition = actions.approve(waiting, by=moderator, digest=waiting.compute_digest())
    other = make_image(editor)
    for table, column in {"cms_picture": "caption", "cms_attachedfile": "title", "cms_recording": "title"}.items():
        assert refused(f"UPDATE {table} SET {column} = 'x' WHERE edition_id = %s", edition.pk)
        assert refused(f"DELETE FROM {table} WHERE edition_id = %s", edition.pk)
    assert refused("UPDATE cms_picture SET file_id = %s WHERE edition_id = %s", other.file_id, edition.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        Picture(edition=edition, role="gallery", image=other, file=other.file, width=1, height=1).save()


def test_a_stored_file_never_changes_and_stays_while_anything_uses_it(editor):
    image = make_image(editor)
    for column, value in {
        "sha256": "0" * 64,
        "key": "0" * 32,
        "size": 7,
        "media_type": "text/html",
        "width": 7,
    }.items():
        assert refused(f"UPDATE cms_storedfile SET {column} = %s WHERE id = %s", value, image.file_id), column
    assert sql("UPDATE cms_storedfile SET confirmed_by_in_words = 'Somebody' WHERE id = %s", image.file_id) == 1


@pytest.mark.django_db(transaction=True)
def test_a_used_file_cannot_be_deleted_by_plain_sql(editor):
    image = make_image(editor)
    sql("DELETE FROM cms_rendition WHERE file_id = %s", image.file_id)
    assert refused("DELETE FROM cms_storedfile WHERE id = %s", image.file_id)


@pytest.mark.django_db(transaction=True)
def test_migrations_that_seal_can_be_taken_back_and_made_again(editor):
    """What was sealed before is sealed after, also on the way back."""
    edition = make_past(editor)
    try:
        call_command("migrate", "cms", "0002", verbosity=0)
        assert refused("UPDATE cms_edition SET title = 'x' WHERE id = %s", edition.pk)
    finally:
        call_command("migrate", verbosity=0)
    assert refused("UPDATE cms_edition SET title = 'x' WHERE id = %s", edition.pk)
