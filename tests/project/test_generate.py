"""`manage.py generate`: a large made-up archive, as consistent as one that people wrote."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from cms.editorial.status import status
from cms.models import (
    Change,
    Edition,
    Journal,
    Person,
    Publication,
    Related,
    SearchEntry,
    SearchWord,
    SecondLook,
    Section,
    State,
    Tally,
    User,
    Withdrawal,
    clock,
)
from cms.search import index
from cms.search.in_use import engine
from cms.text.paragraphs import blocks
from cms.text.plain import word_count
from cms.text.sanitiser import clean
from tests.factories import make_draft

pytestmark = pytest.mark.django_db
ITEMS = 120
MANY_PLACES = re.compile(r"(:(?:\d+A?,){240})[\dA,]+")  # of a word: how many more are kept differs by one


def generate(*args):
    out = StringIO()
    call_command("generate", *args, verbosity=1, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def _made(django_db_setup, django_db_blocker):
    """An archive, made once for all that look at it, in a transaction that is taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        told = generate("--items", str(ITEMS))
        yield told
        transaction.set_rollback(True)


@pytest.fixture
def archive(_made, db):
    return _made


def items():
    return Publication.objects.exclude(kind="page")


def test_there_are_as_many_items_as_were_asked_for(archive):
    assert f"{ITEMS} items made" in archive
    assert items().count() == ITEMS
    assert set(items().values_list("language", flat=True)) == {"en", "ru"}
    speeches = items().filter(kind="speech").count()
    assert 0.1 * ITEMS < speeches < 0.4 * ITEMS


def test_every_state_and_every_kind_of_withdrawal_is_there(archive):
    now = clock.now()
    live = dict(Edition.objects.live(now).values_list("publication", "number"))
    rows = Edition.objects.newest().select_related("publication__withdrawal")
    shown = {status(row, now, live.get(row.publication_id)).key for row in rows}
    assert shown == {"live", "withdrawn", "scheduled", "draft", "in_review", "returned", "discarded", "draft-live"}
    assert set(Withdrawal.objects.values_list("mode", flat=True)) == set(Withdrawal.Mode.values)
    assert Edition.objects.filter(number=3, state=State.APPROVED).exists()
    changed = Edition.objects.filter(state=State.APPROVED).changes(Change.values)
    assert changed.exists() and not changed.filter(public_note="").exists()
    assert Edition.objects.filter(translated_from__isnull=False).exists()
    assert Edition.objects.filter(event__isnull=False).exists() and Related.objects.exists()
    assert SecondLook.objects.filter(looked_at__isnull=False).exists()


def test_every_digest_is_that_of_its_text(archive):
    approved = Edition.objects.filter(state=State.APPROVED).with_kind().select_related("publication")
    assert [e.pk for e in approved if e.compute_digest() != e.digest] == []


def test_texts_are_as_the_site_itself_stores_them(archive):
    for edition in Edition.objects.with_kind().all()[:60]:
        assert clean(edition.body).html == edition.body
        ids = [block.id for block in blocks(edition.body)]
        assert len(set(ids)) == len(ids)
        assert 80 < word_count(edition.body) < 2600
        own = edition.kind_edition
        before = (own.byline, own.event_title, own.media)
        own.gather()
        assert (own.byline, own.event_title, own.media) == before
        if own.state == State.APPROVED:
            assert own.missing() == []


def test_the_journal_tells_of_each_as_of_what_people_wrote(archive):
    for edition in Edition.objects.all():
        acts = list(edition.journal.order_by("at", "pk").values_list("action", flat=True))
        assert acts[0] == ("start" if edition.number == 1 else "next_edition")
        if edition.state == State.APPROVED:
            assert {"approve", "force", "enter"} & set(acts)
    act = Journal.objects.filter(action="approve").select_related("edition").first()
    assert act.digest == act.edition.digest and act.at == act.edition.approved_at
    hands = Journal.objects.filter(edition=act.edition_id, action__in=["start", "submit"])
    assert act.actor_id not in hands.values_list("actor", flat=True)


def test_counts_and_search_are_right_without_being_made_anew(archive):
    out = StringIO()
    call_command("counts", "check", stdout=out)
    call_command("search", "check", stdout=out)
    assert "All counts are right." in out.getvalue() and " 0 missing" in out.getvalue()
    assert Tally.objects.exists()


def test_the_search_knows_just_what_it_would_find_out_itself(archive):
    columns = "words::text" if connection.vendor == "postgresql" else "title, text, title_words, text_words, marks"
    key = "position" if connection.vendor == "postgresql" else "rowid"

    def known():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {key}, {columns} FROM cms_search_index ORDER BY {key}")
            found = [[MANY_PLACES.sub(r"\1", str(value)) for value in row] for row in cursor.fetchall()]
            entries = list(SearchEntry.objects.order_by("pk").values_list("pk", "people", "text"))
            learnt = list(SearchWord.objects.order_by("word").values_list("word", "first_at"))
            return found, entries, learnt

    with transaction.atomic():
        before = known()
        SearchEntry.objects.all().delete()
        SearchWord.objects.all().delete()
        engine().clear()
        for _n in index.rebuild():
            pass
        assert known() == before
        transaction.set_rollback(True)


def test_nobody_can_sign_in_with_a_generated_account(archive, client):
    accounts = User.objects.all()
    assert accounts.count() > 10
    assert not any(account.has_usable_password() for account in accounts)
    assert not client.login(username=accounts[0].username, password="")
    assert not Journal.objects.exclude(actor__in=accounts).exists()


def test_pages_of_the_site_answer(archive, client):
    live = Edition.objects.live().listed().with_frame()
    pages = [live.filter(kind=kind, language=code).first() for kind in ("news", "speech") for code in ("en", "ru")]
    section, person = Section.objects.filter(language="en").first(), Person.objects.that_have(live).first()
    addresses = [page.get_absolute_url() for page in pages]
    addresses += ["/en/", "/en/news/", "/ru/search/?q=совет", section.get_absolute_url(), person.get_absolute_url()]
    addresses += [live.filter(number=2).first().get_changes_url(1), "/en/corrections/", "/feeds/en/news.atom"][:2]
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)
    gone = Edition.objects.filter(publication__withdrawal__mode="gone").with_frame().first()
    assert client.get(gone.get_absolute_url()).status_code == 410


def test_a_search_finds_words_across_the_whole_of_a_text(archive, client):
    edition = Edition.objects.live().listed().filter(language="en").with_frame().first()
    first, second = (block.text.split() for block in blocks(edition.body)[:2])  # of two pieces of the pool
    words = " ".join([*first[-4:], *second[:4]])
    assert edition.slug in client.get("/en/search/", {"q": f'"{words}"'}).content.decode()


def test_a_second_run_for_as_many_does_nothing(archive):
    before = Journal.objects.count()
    assert "0 items made" in generate("--items", str(ITEMS))
    assert Journal.objects.count() == before


def test_more_can_be_asked_for_later(archive):
    with transaction.atomic():
        assert "30 items made" in generate("--items", str(ITEMS + 30))
        assert items().count() == ITEMS + 30
        call_command("counts", "check", stdout=StringIO())
        transaction.set_rollback(True)


def test_a_generated_one_in_which_somebody_wrote_is_refused_too(archive, editor):
    with transaction.atomic():
        make_draft(editor)
        with pytest.raises(CommandError, match="were not generated"):
            generate("--items", str(ITEMS + 10))
        transaction.set_rollback(True)
