"""Forms of a text to take away: what is in them, where they are, and that none gives what its page would not show."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from urllib.parse import quote

import jsonschema
import pytest
from django.core.checks import run_checks

from cms.editorial import actions
from cms.media import typesetting
from cms.models import Identity, clock
from cms.public import printed, takeaway
from tests.factories import (
    attach,
    make_attachment,
    make_draft,
    make_event,
    make_image,
    make_live,
    make_next,
    make_past,
    make_scheduled,
    make_section,
    show,
    stored,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]
WORDS = ("text.txt", "text.md")
DATA = ("item.json", "ninjs.json")


@pytest.fixture(autouse=True)
def _without_pdf(monkeypatch):
    """PDF has its own tests, and this machine may not have what it needs."""
    monkeypatch.setattr(typesetting, "missing", lambda: "libpango-1.0.so.0")


def publish(draft, editor, moderator):
    draft = actions.submit(draft, by=editor)
    return actions.approve(draft, by=moderator, digest=draft.compute_digest())


@pytest.fixture
def speech(editor, moderator):
    """A speech with all that there is, in its second edition."""
    Identity.objects.create(language="ru", name="Пресс-служба", short_name="ПС")
    body = '<h2>Итоги</h2><p>Мы <strong>договорились</strong>: <a href="/ru/x/">текст</a>.</p>'
    columns = {"title": "Речь 12.05 о воде", "summary": "Коротко о воде.", "body": body, "place": "Бишкек"}
    section = make_section("rechi", "ru")
    event = make_event("Конференция", "ru")
    first = make_past(editor, kind="speech", language="ru", section=section, event=event, **columns)
    draft = make_next(first, by=editor)
    draft.body = body.replace("Мы", "Все мы")
    draft.public_note = "Исправлено: первое слово."
    draft = actions.save(draft, by=editor, version=draft.version)
    show(draft, make_image(editor, language="ru", caption="В зале", credit="А. Б."))
    attach(draft, make_attachment(editor, language="ru", title="Таблица"))
    return publish(stored(draft), editor, moderator)


def text_of(client, path):
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


@pytest.mark.parametrize("file", WORDS)
def test_the_words_of_the_page_are_all_there(client, speech, file):
    text = text_of(client, speech.get_absolute_url() + file)
    code = speech.publication.code
    for words in (
        "Пресс-служба", "Речь 12.05 о воде", "Коротко о воде.", "Aigerim Sadykova", "Secretary General", "Конференция",
        "Бишкек", "Исправлено: первое слово.", f"http://testserver/p/{code}/", "Итоги", "Все мы", "договорились",
        "http://testserver/ru/x/", "В зале", "А. Б.", "Таблица", "http://testserver/media/",
    ):  # fmt: skip
        assert words in text, words
    year = str(clock.now().year)
    assert re.search(rf"2[^\n]*{year}[^\n]*UTC", " ".join(text.splitlines()[-3:]))  # edition and date


def test_plain_text_fits_into_lines(client, speech):
    text = text_of(client, speech.get_absolute_url() + "text.txt")
    assert all(len(line) <= 72 or "://" in line for line in text.splitlines())
    assert "Речь 12.05 о воде\n=================\n" in text


def test_markdown_is_headed_by_the_title(client, speech):
    assert "\n# Речь 12.05 о воде\n" in text_of(client, speech.get_absolute_url() + "text.md")


def test_a_title_is_no_markup(client, editor):
    item = make_past(editor, title="*1* <b>x</b> [y](z) # k", summary="- <i>s</i>", public_note="_n_")
    text = text_of(client, item.get_absolute_url() + "text.md")
    assert "# \\*1\\* \\<b\\>x\\</b\\> \\[y\\](z) \\# k\n" in text
    assert "<i>" not in text.replace("\\<i\\>", "") and "\\_n\\_" in text


def test_the_forms_are_named_typed_and_not_indexed(client, speech):
    types = {
        "text.txt": "text/plain; charset=utf-8",
        "text.md": "text/markdown; charset=utf-8; variant=CommonMark",
        "item.json": "application/json; charset=utf-8",
        "ninjs.json": "application/json; charset=utf-8",
    }
    for file, media_type in types.items():
        for path, page in (
            (speech.get_absolute_url() + file, speech.get_absolute_url()),
            (speech.get_edition_url() + file, speech.get_edition_url()),
        ):
            headers = client.get(path).headers
            assert headers["Content-Type"] == media_type
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["X-Robots-Tag"] == "noindex"
            assert headers["Content-Language"] == "ru"
            assert headers["Cache-Control"] == "no-cache"
            assert headers["Link"] == f'<http://testserver{page}>; rel="canonical"'
            extension = file.rpartition(".")[2]
            named = quote(f"Речь 12.05 о воде.{extension}")
            assert headers["Content-Disposition"] == f"inline; filename*=utf-8''{named}"
            assert "Set-Cookie" not in headers


@pytest.mark.parametrize("file", [*WORDS, *DATA])
def test_what_is_known_is_not_sent_again(client, speech, file):
    path = speech.get_absolute_url() + file
    etag = client.get(path).headers["ETag"]
    again = client.get(path, headers={"If-None-Match": etag})
    assert again.status_code == 304 and not again.content and again.headers["ETag"] == etag
    Identity.objects.update(name="Другая служба")
    changed = client.get(path, headers={"If-None-Match": etag})
    assert changed.status_code == (304 if file == "item.json" else 200)  # an item says nothing of the office


def test_other_forms_of_an_address_lead_to_the_canonical_one(client, speech):
    code, canonical = speech.publication.code, speech.get_absolute_url() + "text.txt"
    for path in (f"/en/old/name-{code}/text.txt", f"/ru/x/{code}/text.txt", canonical + "/", canonical.upper()):
        response = client.get(path)
        assert (response.status_code, response.headers.get("Location")) == (301, canonical), path
    old = client.get(f"/ru/x/{code}/editions/1/text.md")
    assert (old.status_code, old.headers["Location"]) == (301, f"{speech.get_absolute_url()}editions/1/text.md")
    assert client.get(speech.get_absolute_url() + "text.docx").status_code == 404
    assert client.post(canonical).status_code == 405


@pytest.mark.parametrize("file", WORDS)
def test_an_earlier_edition_says_that_it_is_one(client, speech, file):
    text = text_of(client, f"{speech.get_absolute_url()}editions/1/{file}")
    assert "Все мы" not in text and "Мы" in text
    assert f"http://testserver{speech.get_absolute_url()}" in text.replace("\\", "").replace("\n", "")
    assert "Редакция 1" in text or "Edition 1" in text
    unseen = client.get(f"{speech.get_absolute_url()}editions/3/{file}")
    assert unseen.status_code == 404


@pytest.mark.parametrize("file", [*WORDS, *DATA])
def test_what_was_taken_down_is_gone_in_every_form(client, speech, editor, moderator, file):
    paths = [speech.get_absolute_url() + file, speech.get_edition_url() + file]
    actions.withdraw(stored(speech), by=moderator, mode="gone", comment="Ошибка в тексте.")
    for path in paths:
        response = client.get(path)
        assert response.status_code == 410 and "Ошибка в тексте." in response.content.decode()
        assert "Все мы" not in response.content.decode()
    draft = make_next(stored(speech), by=editor)
    draft.body = "<p>Верно.</p>"
    publish(actions.save(draft, by=editor, version=draft.version), editor, moderator)
    assert client.get(paths[1]).status_code == 410  # a better text does not bring it back
    live = text_of(client, paths[0])
    assert "Верно." in live and "Все мы" not in live


@pytest.mark.parametrize("file", WORDS)
def test_a_notice_goes_along(client, speech, moderator, file):
    actions.withdraw(stored(speech), by=moderator, mode="notice", comment="Устарело.")
    assert "Устарело." in text_of(client, speech.get_absolute_url() + file)


def test_a_page_lists_its_forms(client, speech, editor):
    html = text_of(client, speech.get_absolute_url())
    for file in (*WORDS, *DATA):
        assert f'href="{speech.get_absolute_url()}{file}"' in html
    assert "text.pdf" not in html  # this machine cannot make it
    old = text_of(client, f"{speech.get_absolute_url()}editions/1/")
    assert f'href="{speech.get_absolute_url()}editions/1/text.md"' in old
    assert client.get(speech.get_absolute_url() + "text.pdf").status_code == 404


def test_the_text_of_a_section_can_be_taken_away(client, editor):
    section = make_section("council")
    page = make_past(editor, kind="page", section=section, text_of=section, body="<p>What it is</p>")
    text = text_of(client, f"/en/council/{page.slug}-{page.publication.code}/text.txt")
    assert "What it is" in text


# --- JSON


def test_the_item_says_all_public_facts(client, speech, editor):
    other = make_past(editor, kind="speech", group=speech.publication.translation_group, title="Speech")
    record = json.loads(text_of(client, speech.get_absolute_url() + "item.json"))
    code = speech.publication.code
    assert record["format"] == "communique/item-1"
    assert record["id"] == f"http://testserver/p/{code}/"
    assert (record["code"], record["edition"], record["digest"]) == (code, 2, speech.digest)
    assert (record["language"], record["kind"], record["genre"]) == ("ru", "speech", "delivered")
    assert record["title"] == "Речь 12.05 о воде" and record["summary"] == "Коротко о воде."
    assert "<strong>договорились</strong>" in record["html"] and "Все мы договорились" in record["text"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+0[56]:00", record["live_from"])
    assert record["published_at"] < record["live_from"] and record["live_until"] is None
    assert record["people"][0]["name"] == "Aigerim Sadykova" and record["people"][0]["role"] == "speaker"
    assert record["people"][0]["post"] == "Secretary General"
    assert record["event"]["title"] == "Конференция" and record["place"] == "Бишкек"
    assert record["delivered_on"] == "2025-05-19" and record["delivered_at"] is None
    assert record["section"]["page"] == "http://testserver/ru/rechi/"
    assert record["public_note"] == "Исправлено: первое слово."
    picture, document = record["pictures"][0], record["files"][0]
    assert picture["caption"] == "В зале" and picture["credit"] == "А. Б."
    for address in (picture["address"], picture["page"], document["address"]):
        assert client.head(address.removeprefix("http://testserver")).status_code == 200, address
    assert record["translations"] == [
        {
            "language": "en",
            "id": f"http://testserver/p/{other.publication.code}/",
            "page": f"http://testserver{other.get_absolute_url()}",
        }
    ]
    assert [entry["edition"] for entry in record["editions"]] == [1, 2]


def test_a_picture_in_the_text_has_an_address_in_place_of_our_number(client, editor):
    image = make_image(editor)
    figure = f'<figure><img data-image="{image.pk}" alt="Hall"><figcaption>The hall</figcaption></figure>'
    item = make_past(editor, body=f"<p>x</p>{figure}")
    html = json.loads(text_of(client, item.get_absolute_url() + "item.json"))["html"]
    assert f'src="http://testserver/media/{image.file.key}/base.jpg"' in html and "data-image" not in html


def test_data_says_nothing_of_what_is_to_come(client, editor, moderator):
    live = make_past(editor, title="Public")
    before = {file: text_of(client, live.get_absolute_url() + file) for file in (*WORDS, *DATA)}
    draft = actions.submit(make_next(live, by=editor), by=editor)
    tomorrow = clock.now() + timedelta(days=1)
    actions.approve(draft, by=moderator, digest=draft.compute_digest(), at=tomorrow)
    make_scheduled(editor, moderator, language="ru", group=live.publication.translation_group)
    for file, was in before.items():
        assert text_of(client, live.get_absolute_url() + file) == was


def test_the_edition_it_was_translated_from_is_named_while_it_may_be_read(client, editor, moderator):
    original = make_live(editor, moderator, language="ru", title="Original")
    draft = make_draft(editor, group=original.publication.translation_group, translated_from=original)
    item = publish(draft, editor, moderator)
    path = item.get_absolute_url() + "item.json"
    told = json.loads(text_of(client, path))["translated_from"]
    address = f"http://testserver/p/{original.publication.code}/"
    assert told == {"language": "ru", "id": address, "edition": 1, "behind": 0}
    actions.withdraw(stored(original), by=moderator, mode="gone", comment="Wrong.")
    after = json.loads(text_of(client, path))
    assert after["translated_from"] is None and after["translations"] == []


# --- ninjs

TEXT = {"type": "string", "minLength": 1}
URI = {"type": "string", "pattern": "^https?://"}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$"}


def rows(required, **properties):
    row = {"type": "object", "additionalProperties": False, "properties": properties, "required": required}
    return {"type": "array", "minItems": 1, "items": row}


NAMED = {"name": TEXT, "rel": TEXT, "uri": URI, "literal": TEXT}
WORDED = {"role": TEXT, "contenttype": TEXT, "value": TEXT}
NUMBER = {"type": "number", "minimum": 0}
RENDITION = {"name": TEXT, "href": URI, "contenttype": TEXT, "title": TEXT, "format": TEXT}
RENDITION |= {"width": NUMBER, "height": NUMBER, "sizeinbytes": NUMBER, "duration": NUMBER}
# The shape of https://iptc.org/std/ninjs/ninjs-schema_2.1.json, as far as we write it.
PROPERTIES = {
    "uri": URI,
    "type": {"enum": ["text", "audio", "video", "picture", "graphic", "composite", "component"]},
    "representationtype": {"enum": ["full", "partial"]},
    "pubstatus": {"enum": ["usable", "withheld", "canceled"]},
    **dict.fromkeys(("firstcreated", "versioncreated"), MOMENT),
    **dict.fromkeys("profile version language title by located ednote usageterms".split(), TEXT),
    **dict.fromkeys(("copyrightholder", "copyrightnotice"), TEXT),
    "standard": {
        "type": "object",
        "additionalProperties": False,
        "properties": {"name": {"const": "ninjs"}, "version": {"const": "2.1"}, "schema": URI},
    },
    **dict.fromkeys(("headlines", "descriptions"), rows(["value"], **WORDED)),
    "bodies": rows(["value"], **WORDED, charcount=NUMBER, wordcount=NUMBER),
    **dict.fromkeys(("people", "places", "events", "subjects"), rows(["name"], **NAMED)),
    "infosources": rows(["name"], name=TEXT, role=TEXT, uri=URI, literal=TEXT),
    "genres": rows(["name"], name=TEXT, uri=URI, literal=TEXT),
    "altids": rows(["role", "value"], role=TEXT, value=TEXT),
    "renditions": rows(["name"], **RENDITION),
}
NINJS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["uri", "standard", "versioncreated", "headlines", "bodies"],
    "properties": {
        **PROPERTIES,
        "associations": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "uri"],
                "properties": {**PROPERTIES, "name": TEXT},
            },
        },
    },
}


def test_ninjs_has_the_shape_of_the_standard(client, speech, editor):
    plain = make_past(editor, title="Bare", summary="s")
    for item in (speech, plain):
        content = json.loads(text_of(client, item.get_absolute_url() + "ninjs.json"))
        jsonschema.validate(content, NINJS)
    content = json.loads(text_of(client, speech.get_absolute_url() + "ninjs.json"))
    assert content["uri"] == f"http://testserver/p/{speech.publication.code}/" and content["version"] == "2"
    assert content["people"] == [{"name": "Aigerim Sadykova", "rel": "speaker", "literal": "Secretary General"}]
    assert {body["contenttype"] for body in content["bodies"]} == {"text/html", "text/plain"}
    assert [row["name"] for row in content["associations"]] == ["picture-1", "document-1"]
    assert content["copyrightholder"] == "Пресс-служба"


def test_ninjs_cancels_what_was_withdrawn_under_a_notice(client, speech, moderator):
    actions.withdraw(stored(speech), by=moderator, mode="notice", comment="Устарело.")
    content = json.loads(text_of(client, speech.get_absolute_url() + "ninjs.json"))
    assert content["pubstatus"] == "canceled" and "Устарело." in content["ednote"]


# --- What PDF needs before one is made


def test_a_text_that_is_too_long_is_not_made_into_a_pdf(client, editor, monkeypatch):
    monkeypatch.setattr(typesetting, "missing", lambda: "")
    monkeypatch.setattr(printed, "MOST_BLOCKS", 3)
    item = make_past(editor, body="<p>x</p>" * 4)
    response = client.get(item.get_absolute_url() + "text.pdf")
    assert response.status_code == 422 and "too long" in response.content.decode()
    assert "text.pdf" not in text_of(client, item.get_absolute_url())


def test_who_comes_while_a_pdf_is_made_is_asked_to_come_again(client, editor, monkeypatch):
    monkeypatch.setattr(typesetting, "missing", lambda: "")
    monkeypatch.setattr(printed, "WAITING", 0.01)
    item = make_past(editor)
    with printed._making:
        response = client.get(item.get_absolute_url() + "text.pdf")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == takeaway.RETRY_AFTER and response.headers["Cache-Control"] == "no-store"


def test_a_pdf_that_cannot_be_made_is_said_to_be_so(client, editor, monkeypatch):
    def fails(*args, **kwargs):
        raise printed.sandbox.Failed("no memory", exhausted=True)

    monkeypatch.setattr(typesetting, "missing", lambda: "")
    monkeypatch.setattr(printed.sandbox, "run", fails)
    item = make_past(editor)
    assert client.get(item.get_absolute_url() + "text.pdf").status_code == 503
    assert client.get(item.get_absolute_url() + "text.txt").status_code == 200


def test_the_operator_is_told_why_there_is_no_pdf():
    told = [message for message in run_checks(include_deployment_checks=True) if message.id == "cms.W004"]
    assert len(told) == 1 and "libpango-1.0.so.0" in told[0].msg and "apt-get install" in told[0].hint
