"""The demonstration content: all that was promised is there, and its accounts work in DEBUG only."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from cms.models import Contact, Edition, Event, Person, Section, State, User, Withdrawal, behind, clock
from cms.text.paragraphs import blocks
from cms.text.plain import word_count

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(scope="module")
def _written(module_db):
    """The demonstration, written once for all that look at it."""
    out = StringIO()
    with override_settings(DEBUG=True):
        call_command("demo", "--no-renditions", stdout=out)
    return out.getvalue()


@pytest.fixture
def demo(_written, db):
    return _written


def count(language, kind, **columns):
    return Edition.objects.live().in_language(language).filter(kind=kind, **columns).count()


def test_it_holds_what_a_newcomer_needs_to_see(demo):
    for language in ("en", "ru"):
        assert count(language, "news") >= 60
        assert count(language, "speech") == 12
        assert count(language, "page") == 8
        assert Section.objects.filter(language=language).count() == 8
        years = {e.dated_on.year for e in Edition.objects.live().in_language(language).listed()}
        assert {2024, 2025} <= years
        states = set(Edition.objects.filter(language=language).values_list("state", flat=True))
        assert states == set(State.values)
        assert Edition.objects.scheduled().filter(language=language).count() >= 1
        assert Edition.objects.filter(language=language).exclude(returned_with="").count() == 1
        assert Edition.objects.filter(language=language, live_until__isnull=False, number=1).count() >= 2
    assert Withdrawal.objects.count() == 2
    assert max(word_count(e.body) for e in Edition.objects.live().filter(kind="speech")) >= 2400
    assert any(person.posts.count() == 2 for person in Person.objects.all())


def test_events_tie_texts_together_and_somebody_can_be_called(demo):
    for language in ("en", "ru"):
        live = Edition.objects.live().in_language(language).listed()
        tied = Event.objects.in_language(language).that_have(live.announcing()).that_have(live.filter(genre="report"))
        assert tied.that_have(live.filter(kind="speech")).count() >= 2
        assert all(e.kind_edition.happens_on for e in live.filter(genre="announcement", event__isnull=False))
        contacts = Contact.objects.shown().filter(language=language)
        assert contacts.filter(section=None).count() == 2 and contacts.exclude(section=None).count() == 1


def test_a_correction_replaced_what_was_wrong(demo):
    corrected = Edition.objects.live().filter(number=2)
    assert corrected.count() >= 4
    for edition in corrected:
        assert edition.public_note
        first = edition.publication.editions.get(number=1)
        assert first.body != edition.body
        assert first.live_until == edition.live_from
        assert edition.published_at == first.live_from


def test_translations_follow_their_originals_paragraph_by_paragraph(demo):
    live = {(e.publication.translation_group, e.language): e for e in Edition.objects.live().with_frame()}
    made = [edition for edition in live.values() if edition.translated_from_id]
    assert len(made) * 2 == len(live)
    assert {edition.language for edition in made} == {"en", "ru"}
    lagging = []
    for edition in made:
        source = edition.translated_from
        assert [b.id for b in blocks(edition.body)] == [b.id for b in blocks(source.body)]
        if behind(source.publication.editions.all(), source, clock.now()):
            lagging.append(edition)
    assert [edition.kind for edition in lagging] == ["speech"]


def test_it_is_written_once(demo, settings):
    settings.DEBUG = True
    before = Edition.objects.count()
    call_command("demo", "--once", stdout=StringIO())
    with pytest.raises(CommandError, match="content already"):
        call_command("demo", stdout=StringIO())
    assert Edition.objects.count() == before


def test_passwords_are_shown_once_and_work_in_debug_only(demo, settings, client):
    password = next(line.split()[1] for line in demo.splitlines() if line.strip().startswith("editor "))
    assert not client.login(username="editor", password=password)
    settings.DEBUG = True
    assert client.login(username="editor", password=password)
    assert client.get("/admin/").status_code == 200
    settings.DEBUG = False
    assert client.get("/admin/").status_code == 302


def test_an_account_of_somebody_is_never_taken_over(db, settings):
    settings.DEBUG = True
    User.objects.filter(username="moderator").delete()
    User.objects.create_user("moderator", password="theirs")
    with pytest.raises(CommandError, match="belongs to somebody"):
        call_command("demo", "--passwords", stdout=StringIO())
    assert User.objects.get(username="moderator").check_password("theirs")
