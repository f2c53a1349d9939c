"""The page of one item: what it shows, in what order, and what it does not."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from lxml import html as lxml_html

from cms.editorial import actions
from cms.models import Identity, Person, Related
from cms.public.paragraphs import linked
from tests.factories import make_draft, make_event, make_live, make_next, make_past, make_person, make_section

pytestmark = pytest.mark.django_db
PUBLISHED = datetime(2025, 5, 19, 15, 20, tzinfo=ZoneInfo("Asia/Almaty"))


@pytest.fixture
def speech(editor):
    return make_past(
        editor,
        kind="speech",
        title="Address to the Council",
        genre="theses",
        section=make_section("council/parliament"),
        speakers=[make_person("Aigerim Sadykova", "Secretary General"), make_person("Tigran Manukyan", "Deputy")],
        event=make_event("Parliamentary Conference"),
        place="Bishkek",
        time_zone="Asia/Kolkata",
        delivered_on=date(2025, 5, 19),
        delivered_at=time(11, 0),
        dated_on=date(2025, 5, 19),
        at=PUBLISHED,
        summary="A year of work.",
        body="<h2>First</h2><p>Dear friends,</p><ul><li>one</li></ul><table><tr><td>1</td></tr></table>",
    )


def page(client, edition):
    response = client.get(edition.get_absolute_url())
    assert response.status_code == 200
    return lxml_html.fromstring(response.content.decode())


def text_of(tree, xpath):
    return " ".join(" ".join(found.text_content().split()) for found in tree.xpath(xpath))


def test_it_says_who_where_when_and_what(client, speech):
    tree = page(client, speech)
    assert [h.text_content().strip() for h in tree.xpath("//h1")] == ["Address to the Council"]
    facts = text_of(tree, "//dl")
    for words in (
        "Aigerim Sadykova Secretary General",
        "Tigran Manukyan Deputy",
        "Parliamentary Conference",
        "Bishkek",
        "19 May 2025, 11:00 (UTC+5:30)",
        "19 May 2025, 15:20 (UTC+5)",
        "Theses",
        "Not a record of the words used.",
        f"testserver/p/{speech.publication.code}/",
    ):
        assert words in facts.replace("Sadykova", "Sadykova ").replace("Manukyan", "Manukyan ").replace("  ", " "), (
            words
        )
    assert text_of(tree, "//article//p[@class='label']") == "Speech 19 May 2025"
    assert "Updated" not in facts
    assert tree.xpath("//dl//time/@datetime")[0] == "2025-05-19T11:00+05:30"
    assert text_of(tree, "//p[contains(@class,'p-summary')]") == "A year of work."


def test_machines_can_read_it(client, speech):
    tree = page(client, speech)
    (entry,) = tree.xpath("//*[contains(concat(' ', @class, ' '), ' h-entry ')]")

    def of(name):
        return entry.xpath(f".//*[contains(concat(' ', @class, ' '), ' {name} ')]")

    assert of("p-name")[0].text_content() == speech.title
    assert of("u-url")[0].get("value") == "http://testserver" + speech.get_absolute_url()
    assert of("u-uid")[0].get("href") == f"http://testserver/p/{speech.publication.code}/"
    assert of("dt-published")[0].get("datetime") == "2025-05-19T15:20+05:00"
    assert of("p-category")[0].text_content() == "Speech"
    assert of("p-location")[0].text_content() == "Bishkek"
    assert len(of("p-author")) == 2
    (content,) = of("e-content")
    assert content.text_content().split() == [
        "First",
        "Dear",
        "friends,",
        "one",
        "1",
    ]  # no sign of ours among the words
    assert tree.xpath("//html/@lang") == ["en"] and tree.xpath("//html/@dir") == ["ltr"]


def test_every_paragraph_can_be_linked(client, speech):
    tree = page(client, speech)
    links = tree.xpath("//a[@class='mark']")
    assert len(links) == 4 and len({link.get("aria-label") for link in links}) == 4
    for link in links:
        assert tree.xpath(f"//*[@id='{link.get('href')[1:]}']")
    assert tree.xpath("//div[@class='scroll' and @tabindex='0']/table")


def test_a_list_in_a_list_has_its_links_beside_its_own_words():
    html = '<ul><li id="b0001">one<ul><li id="b0002">two</li></ul></li><li id="b0003"><p id="b0004">three</p></li></ul>'
    tree = lxml_html.fromstring(linked(html))
    assert [link.get("href") for link in tree.xpath("//a")] == ["#b0001", "#b0002", "#b0004"]
    assert tree.xpath("//li[@id='b0001']/a[following-sibling::ul]")


def test_renaming_a_person_changes_no_published_page(client, speech):
    before = client.get(speech.get_absolute_url()).content
    Person.objects.update(name="Somebody Else")
    assert client.get(speech.get_absolute_url()).content == before


def test_three_ways_back(client, speech):
    links = {a.text_content(): a.get("href") for a in page(client, speech).xpath("//nav[@class='back']//a")}
    code = speech.publication.code
    assert links == {
        "Go back": "/en/council/parliament/",
        "Back to the section": f"/en/council/parliament/?item={code}",
        "Back to all news": f"/en/news/?item={code}",
    }


def test_it_does_not_change_when_others_are_published(client, speech, editor, moderator):
    before = client.get(speech.get_absolute_url()).content
    make_live(editor, moderator, title="Newer news", section=speech.section)
    make_past(editor, title="Older news", section=speech.section)
    assert client.get(speech.get_absolute_url()).content == before


def test_recommended_items_stand_after_the_text_while_they_are_live(client, editor, moderator):
    live, hidden = make_past(editor, title="Live one"), make_draft(editor, title="Secret draft")
    draft = make_draft(editor, title="Recommends")
    for position, other in enumerate((hidden, live)):
        Related.objects.create(edition=draft, publication=other.publication, title=other.title, position=position)
    draft = actions.submit(draft, by=editor)
    item = actions.approve(draft, by=moderator, digest=draft.compute_digest())
    tree = page(client, item)
    (section,) = tree.xpath("//section[@class='related']")
    assert [(a.text_content(), a.get("href")) for a in section.xpath(".//a")] == [("Live one", live.get_absolute_url())]
    html = client.get(item.get_absolute_url()).content.decode()
    assert html.index("e-content") < html.index("Live one</a>") and "Secret draft" not in html
    live = type(live).objects.get(pk=live.pk)
    actions.withdraw(live, by=moderator, mode="gone", comment="Wrong.")
    assert "Live one" not in client.get(item.get_absolute_url()).content.decode()


def test_editions_are_listed_with_their_notes_and_changes(client, speech, editor, moderator):
    draft = make_next(speech, by=editor).kind_edition
    draft.body = draft.body.replace("Dear friends,", "Dear colleagues,")
    draft.public_note, draft.place = "Corrected: the address in paragraph 1", "Osh"
    draft = actions.submit(actions.save(draft, by=editor, version=draft.version), by=editor)
    newer = actions.approve(draft, by=moderator, digest=draft.compute_digest())
    tree = page(client, newer)
    editions = text_of(tree, "//section[@class='editions']")
    assert "Corrected: the address in paragraph 1" in editions and "Edition 2" in editions and "Edition 1" in editions
    assert tree.xpath("//time[contains(@class, 'dt-updated')]")
    old = client.get(speech.get_edition_url()).content.decode()
    assert "It was replaced on" in old and "by edition 2" in old and "Dear friends," in old
    assert newer.get_absolute_url() in old
    changes = re.sub(r"\s+", " ", client.get(newer.get_changes_url(1)).content.decode())
    assert "Dear <del>friends</del> <ins>colleagues</ins>," in changes
    assert "<del>Bishkek</del> <ins>Osh</ins>" in changes


def test_translations_are_linked_and_their_absence_is_said(client, speech, editor):
    html = client.get(speech.get_absolute_url()).content.decode()
    assert 'href="/ru/"' in html and "(home page)" in html and 'rel="alternate" hreflang="ru"' not in html
    group = speech.publication.translation_group
    make_draft(editor, language="ru", group=group, title="Chernovik")
    assert "(home page)" in client.get(speech.get_absolute_url()).content.decode()
    russian = make_past(editor, language="ru", group=make_past(editor).publication.translation_group, title="Rech")
    english = russian.publication.__class__.objects.get(
        translation_group=russian.publication.translation_group, language="en"
    )
    html = client.get(english.editions.get().get_absolute_url()).content.decode()
    assert f'href="{russian.get_absolute_url()}" hreflang="ru"' in html and "(home page)" not in html
    assert f'hreflang="ru" href="http://testserver{russian.get_absolute_url()}"' in html


def test_the_frame_is_the_identity_of_the_site(client, speech):
    Identity.objects.create(
        language="en", name="Organisation for Rivers", short_name="OR", accent="#7a1f2b",
        press_contacts="press@rivers.example", footer="All rights reserved", logo=b"PNG", logo_digest="abcd",
    )  # fmt: skip
    html = client.get(speech.get_absolute_url()).content.decode()
    for piece in ("Organisation for Rivers", "press@rivers.example", "All rights reserved", "— OR</title>"):
        assert piece in html
    assert ":root{--accent:#7a1f2b}</style>" in html
    style = client.get("/identity/en-7a1f2b.css")  # of a page that was kept before it had its style within it
    assert style.content == b":root{--accent:#7a1f2b}\n" and "immutable" in style.headers["Cache-Control"]
    logo = client.get("/identity/en-abcd.png")
    assert (logo.content, logo.headers["Content-Type"]) == (b"PNG", "image/png")
    assert client.get("/identity/en-ffff.png").status_code == 404


# A data block is no script: nothing runs it (tests/public/test_metadata.py looks at its words).
INLINE = r'<script(?![^>]* (?:src=|type="application/ld\+json"))'


def test_public_pages_keep_no_session_and_run_no_inline_script(client, speech, editor):
    client.force_login(editor)
    for path in ("/en/", "/en/news/", speech.get_absolute_url(), "/en/nothing/"):
        response = client.get(path)
        assert "Set-Cookie" not in response.headers and not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")
        assert response.headers["Cache-Control"] == "no-cache"
        html = response.content.decode()
        assert " style=" not in html and html.count("<style") == 1 and not re.search(INLINE, html)
        assert not re.search(r"\son\w+=", html)
