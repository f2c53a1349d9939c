"""Every item says how to cite it: this very text, with an address that stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from lxml import html as lxml_html

from cms.editorial import actions
from cms.models import Identity, Person, Withdrawal
from cms.public.dates import day
from tests.factories import make_draft, make_live, make_next, make_past, make_person, make_scheduled, make_section

pytestmark = pytest.mark.django_db
PUBLISHED = datetime(2025, 5, 20, 9, tzinfo=UTC)
STATIC = Path(__file__).parents[2] / "static" / "cms"


@pytest.fixture(autouse=True)
def office(db):
    Identity.objects.create(language="en", name="Organisation for Rivers", short_name="OR")


@pytest.fixture
def speech(editor):
    return make_past(
        editor,
        kind="speech",
        title="Address to the Council",
        genre="theses",
        speakers=[make_person("Aigerim Sadykova"), make_person("Tigran Manukyan", "Deputy")],
        place="Bishkek",
        delivered_on=date(2025, 5, 19),
        dated_on=date(2025, 5, 20),
        at=PUBLISHED,
    )


def citation(client, path):
    """What the field for copying holds, "" where there is none."""
    tree = lxml_html.fromstring(client.get(path).content.decode())
    fields = tree.xpath("//textarea[@id='citation']")
    return fields[0].text.strip() if fields else ""


def approved(draft, editor, moderator):
    waiting = actions.submit(draft, by=editor)
    return actions.approve(waiting, by=moderator, digest=waiting.compute_digest())


def test_a_speech_is_cited_by_who_what_where_and_when(client, speech):
    assert citation(client, speech.get_absolute_url()) == (
        "Aigerim Sadykova, Tigran Manukyan. Address to the Council. Speech, Bishkek, 19 May 2025. Theses. "
        f"Edition 1 of 20 May 2025. Organisation for Rivers. http://testserver/p/{speech.publication.code}/"
    )


def test_what_has_no_author_and_no_place_leaves_no_stray_signs(client, editor):
    item = make_past(editor, title="Who pays?", dated_on=date(2025, 5, 19), at=PUBLISHED)
    assert citation(client, item.get_absolute_url()) == (
        "Organisation for Rivers. Who pays? Report, 19 May 2025. Edition 1 of 20 May 2025. "
        f"http://testserver/p/{item.publication.code}/"
    )


@pytest.mark.parametrize("end", [".", "?", "!", "…", "؟"])
def test_a_title_that_ends_with_a_mark_gets_no_second_one(client, editor, end):
    item = make_past(editor, title=f"Rivers{end}")
    assert f"Rivers{end} Report, " in citation(client, item.get_absolute_url())


def test_a_language_may_have_its_own_signs_and_order(client, editor, monkeypatch):
    english = "%(office)s. %(title)s. %(what)s. %(edition)s. %(address)s"
    own = {
        english: "%(title)s。%(office)s。%(edition)s。%(what)s。%(address)s",
        "Edition %(number)d of %(day)s": "%(day)s: %(number)d.",
    }
    monkeypatch.setattr("cms.public.citation.pgettext", lambda _context, words: own.get(words, words))
    item = make_past(editor, title="为什么？", dated_on=date(2025, 5, 19), at=PUBLISHED)
    address = f"http://testserver/p/{item.publication.code}/"
    expected = f"为什么？Organisation for Rivers。20 May 2025: 1.Report, 19 May 2025。{address}"
    assert citation(client, item.get_absolute_url()) == expected


def test_an_address_has_a_line_of_its_own_where_lines_run_from_right_to_left(client, editor, six_languages):
    item = make_past(editor, language="ar", title="كلمة")
    lines = citation(client, item.get_absolute_url()).splitlines()
    assert lines[1:] == [f"http://testserver/p/{item.publication.code}/"] and lines[0] == lines[0].strip()


def test_an_earlier_edition_is_cited_as_that_edition(client, speech, editor, moderator):
    newer = approved(make_next(speech, by=editor), editor, moderator)
    old = citation(client, speech.get_edition_url())
    assert "Edition 1 of 20 May 2025. " in old and old.endswith(f" http://testserver{speech.get_edition_url()}")
    short = f" http://testserver/p/{speech.publication.code}/"
    for path in (newer.get_absolute_url(), newer.get_edition_url()):
        current = citation(client, path)
        assert "Edition 2 of " in current and current.endswith(short)


def test_names_are_those_that_were_sealed(client, speech):
    before = citation(client, speech.get_absolute_url())
    Person.objects.update(name="Somebody Else")
    assert citation(client, speech.get_absolute_url()) == before


def test_a_page_of_the_past_cites_the_edition_that_it_shows(client, speech, editor, moderator):
    approved(make_next(speech, by=editor), editor, moderator)
    path = f"{speech.get_absolute_url()}?at=2025-05-21"
    assert citation(client, path).endswith(f" http://testserver{speech.get_edition_url()}")


def test_what_is_to_come_is_not_cited(client, editor, moderator):
    item = make_scheduled(editor, moderator)
    client.force_login(editor)
    tomorrow = timezone.localdate(item.live_from) + timedelta(days=1)  # where the press office is
    ahead = f"{item.get_absolute_url()}?at={tomorrow}"
    assert client.get(ahead).status_code == 200 and citation(client, ahead) == ""


def test_a_preview_is_not_cited(client, speech, editor, moderator):
    client.force_login(editor)
    for edition in (make_draft(editor), make_scheduled(editor, moderator), speech, make_next(speech, by=editor)):
        path = f"/preview/{edition.publication.code}/{edition.number}/"
        html = client.get(path).content.decode()
        assert "Only staff can see this page" in html and "Cite this text" not in html and "cite.js" not in html


def test_the_text_of_a_section_is_not_cited(client, editor):
    section = make_section("council")
    text = make_past(editor, kind="page", section=section, text_of=section, genre="")
    for path in (section.get_absolute_url(), text.get_edition_url()):
        response = client.get(path)
        assert response.status_code == 200 and "Cite this text" not in response.content.decode(), path


def test_a_text_that_is_kept_for_the_record_is_cited_as_withdrawn(client, editor, moderator):
    item = make_past(editor, at=PUBLISHED)
    actions.withdraw(item, by=moderator, mode="notice", comment="Outdated.")
    since = day(timezone.localdate(Withdrawal.objects.get().from_at))
    assert f"Edition 1 of 20 May 2025, withdrawn on {since}. " in citation(client, item.get_absolute_url())


def test_words_of_a_title_stay_words(client, editor):
    item = make_past(editor, title="</textarea><b>100 %(title)s & more")
    assert "</textarea><b>100 %(title)s & more. Report" in citation(client, item.get_absolute_url())


def test_without_javascript_there_is_a_plain_field_and_no_button(client, editor, moderator):
    tree = lxml_html.fromstring(client.get(make_live(editor, moderator).get_absolute_url()).content.decode())
    (field,) = tree.xpath("//details/textarea[@readonly and @dir='auto']")
    assert tree.xpath(f"//label[@for='{field.get('id')}']")
    assert tree.xpath("//*[@hidden]//button[text()='Copy']") and tree.xpath("//*[@hidden]//*[@role='status']")


def test_on_paper_the_citation_stands_in_place_of_the_imprint(client, speech):
    tree = lxml_html.fromstring(client.get(speech.get_absolute_url()).content.decode())
    (imprint,) = tree.xpath("//p[@class='imprint']")
    assert imprint.text == citation(client, speech.get_absolute_url())


def test_all_optional_scripts_of_public_pages_are_small():
    assert sum((STATIC / name).stat().st_size for name in ("back.js", "cite.js")) <= 5_000
