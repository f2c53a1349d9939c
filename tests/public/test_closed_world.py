"""No address shows what is not live: every state × every kind of public address, read by anybody.

The states stand in one world, each in a section of its own. So an address that no edition has a word in (a list, a
feed, a map) is asked once for all of them, and every other for each. A new public address pattern fails here until it
is told how to be asked.
"""

from __future__ import annotations

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from cms.editorial import actions
from cms.models import Related
from tests.factories import make_draft, make_image, make_next, make_past, make_scheduled, make_section, make_waiting

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar"

# For every public pattern: addresses that could show an edition. {e} its own address, {c} its code, {n} its number,
# {s} its section, {y}/{m} its year and month, {p} and {k} code and key of its picture.
ASKED = {
    "public:home": ["/en/"],
    "public:all-news": ["/en/news/", "/en/news/?item={c}", "/en/news/?page=2", "/en/news/?kind=news&item={c}"],
    "public:all-news-year": ["/en/news/{y}/", "/en/news/{y}/?kind=speech"],
    "public:all-news-month": ["/en/news/{y}/{m}/"],
    "public:people": ["/en/people/"],
    "public:person": ["/en/people/{c}/", "/en/people/x-{c}/"],
    "public:events": ["/en/events/"],
    "public:event": ["/en/events/{c}/", "/en/events/x-{c}/"],
    "public:contacts": ["/en/contacts/"],
    "public:accessibility": ["/en/accessibility/"],
    # The word itself is not asked for here: the form repeats it (test_search_and_the_clock).
    "public:search": ["/en/search/", "/en/search/?q=title", "/en/search/?q=body&order=best", "/en/search/?q=zanzibra"],
    # Words that only a hidden text has are asked for in test_quote_check.
    "public:quote": ["/en/quote/", "/en/quote/?q=title+summary+body+picture+place"],
    "public:verify": ["/en/verify/", "/en/verify/?q=/en/{s}/x-0zzzzzz/"],
    "public:all-news-feed": [f"/en/news/feed.{form}" for form in ("atom", "rss", "json")]
    + ["/en/news/feed.atom?kind=speech", "/en/news/feed.rss?kind=news&genre=report", "/ru/news/feed.atom"],
    "public:all-news-archive": ["/en/news/{y}/{m}/feed.atom", "/en/news/{y}/{m}/feed.json?part=1"],
    "public:section-feed": ["/en/{s}/feed.atom", "/en/{s}/feed.rss", "/en/{s}/feed.json"],
    "public:section-archive": ["/en/{s}/{y}/{m}/feed.atom", "/en/{s}/{y}/{m}/feed.rss?part=1"],
    "public:calendar": ["{e}event.ics", "/en/{s}/{c}/event.ics", "/ru/{s}/{c}/event.ics"],
    "robots": ["/robots.txt"],
    "sitemap": ["/sitemap.xml"],
    "sitemap-pages": ["/sitemaps/en.xml"],
    "sitemap-month": ["/sitemaps/en-{y}-{m}-1.xml", "/sitemaps/en-{y}-{m}-2.xml"],
    "news-sitemap": ["/news-sitemap.xml"],
    "public:corrections": ["/en/corrections/", "/en/corrections/?kind=update"],
    "public:corrections-year": ["/en/corrections/{y}/"],
    "public:corrections-feed": ["/en/corrections/feed.atom"],
    "public:item-anywhere": ["/en/{c}/"],
    "public:item": ["{e}", "/en/{s}/{c}/", "/ru/{s}/{c}/"],
    "public:edition": ["{e}editions/{n}/", "/en/{s}/{c}/editions/{n}/"],
    "public:takeaway": [
        "{e}text.txt",
        "{e}text.md",
        "/en/{s}/{c}/text.pdf",  # led to the canonical address, so that no PDF need be made here
        "{e}item.json",
        "/en/{s}/{c}/ninjs.json",
        "/ru/{s}/{c}/text.txt",
    ],
    "public:edition-takeaway": [
        "{e}editions/{n}/text.txt",
        "{e}editions/{n}/text.md",
        "/en/{s}/{c}/editions/{n}/text.pdf",
        "/en/{s}/{c}/editions/{n}/item.json",
        "/en/{s}/{c}/editions/{n}/ninjs.json",
    ],
    "public:changes": ["{e}changes/1..{n}/", "{e}changes/{n}..3/", "/en/{s}/{c}/changes/1..{n}/"],
    "public:beside": ["{e}beside/ru/", "/en/{s}/{c}/beside/ru/", "/ru/{s}/{c}/beside/en/"],
    "public:compare": ["{e}changes/", "{e}changes/?from=1&to={n}", "/en/{s}/{c}/changes/?from={n}&to=1"],
    "public:photo": ["{e}photos/{p}/", "/en/{s}/{c}/photos/{p}/", "/ru/{s}/{c}/photos/{p}/"],
    "public:section": ["/en/{s}/", "/en/{s}/?item={c}", "/en/{s}/?genre=report"],
    "public:section-year": ["/en/{s}/{y}/"],
    "public:section-month": ["/en/{s}/{y}/{m}/"],
    "healthz": ["/healthz"],
    "readyz": [],  # reads nothing that is published, and tells times that are never the same
    "metrics": ["/metrics"],
    "changes-json": ["/changes.json", "/changes.json?limit=500&since=2020-01-01T00:00:00Z"],
    "short": ["/p/{c}/", "/P/{c}"],
    "preview": ["/preview/{c}/{n}/"],
    "preview-photo": ["/preview/{c}/{n}/photos/{p}/"],
    "media": ["/media/{k}/base.jpg", "/media/{k}/w640.avif"],
    "identity-style": ["/identity/en-0b4f6c.css"],
    "identity-logo": ["/identity/en-0b4f6c.png"],
    "": ["/", "/{c}", "/{s}/x-{c}/"],  # the language chooser and the last pattern
}
PUBLIC = set(ASKED)


def patterns(resolver=None, namespace=""):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                yield from patterns(entry, f"{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}" if entry.name else ""


def test_every_public_pattern_is_asked():
    assert set(patterns()) == PUBLIC


def addresses(edition):
    own = (
        edition.get_absolute_url()
        if edition.kind != "page"
        else f"/en/{edition.section.path}/{edition.publication.code}/"
    )
    pictures = (edition.media or {}).get("pictures", [{"code": "7kq2m4x", "key": "0" * 32}])
    words = {
        "p": pictures[0]["code"],
        "k": pictures[0]["key"],
        "e": own,
        "c": edition.publication.code,
        "n": edition.number,
        "s": edition.section.path,
        "y": f"{edition.dated_on:%Y}",
        "m": f"{edition.dated_on:%m}",
    }
    return [form.format(**words) for forms in ASKED.values() for form in forms]


def secret(kind, section, editor):
    picture = f'<figure><img data-image="{make_image(editor).pk}" alt="{SECRET} picture"></figure>'
    words = {
        "title": f"{SECRET} title",
        "summary": f"{SECRET} summary",
        "body": f"<p>{SECRET} body</p>{picture}",
        "place": f"{SECRET} place",
        "public_note": f"{SECRET} note",
        "section": section,
    }
    return {**words, "kind": kind, **({"text_of": section} if kind == "page" else {})}


def never_shown(state, kind, section, editor, moderator):
    if state == "scheduled":
        return make_scheduled(editor, moderator, **secret(kind, section, editor))
    if state == "unscheduled":
        return actions.unschedule(make_scheduled(editor, moderator, **secret(kind, section, editor)), by=moderator)
    if state == "discarded":
        return actions.discard(make_draft(editor, **secret(kind, section, editor)), by=editor)
    if state == "waiting":
        return make_waiting(editor, **secret(kind, section, editor))
    if state == "returned":
        return actions.return_(
            make_waiting(editor, **secret(kind, section, editor)), by=moderator, comment=f"{SECRET} reason"
        )
    return make_draft(editor, **secret(kind, section, editor))


STATES = ["draft", "waiting", "returned", "scheduled", "unscheduled", "discarded"]


@pytest.mark.parametrize("kind", ["news", "speech", "page"])
def test_what_was_never_live_is_nowhere(client, editor, moderator, kind):
    hidden = [never_shown(state, kind, make_section(f"council/{state}"), editor, moderator) for state in STATES]
    recommending = [recommend(edition, editor, moderator) for edition in hidden]
    asked = dict.fromkeys(path for edition in hidden for path in addresses(edition))
    nothing = {language: client.get(f"/{language}/nothing/").content for language in ("en", "ru")}
    for path in [*asked, *(edition.get_absolute_url() for edition in recommending)]:
        response = client.get(path)
        assert SECRET not in response.content.decode(), path
        assert SECRET.lower() not in response.headers.get("Location", "").lower(), path
        if any(edition.publication.code in path for edition in hidden) and "item=" not in path:
            language = "ru" if path.startswith("/ru/") else "en"
            assert (response.status_code, response.content) == (404, nothing[language]), path


def recommend(edition, editor, moderator):
    """A public edition that recommends it."""
    draft = make_draft(editor, section=edition.section)
    Related.objects.create(edition=draft, publication=edition.publication, title=f"{SECRET} picked")
    draft = actions.submit(draft, by=editor)
    return actions.approve(draft, by=moderator, digest=draft.compute_digest())


def test_the_next_edition_is_nowhere_while_the_one_before_is_live(client, editor, moderator):
    drafts, asked = {}, {}
    for state in STATES:
        live = make_past(editor, title="Public", body="<p>Public</p>", section=make_section(f"council/{state}"))
        drafts[state] = with_secret_words(make_next(live, by=editor), editor)
        asked |= dict.fromkeys(addresses(live))
    before = {path: client.get(path).content for path in asked}
    for state, draft in drafts.items():
        asked |= dict.fromkeys(addresses(brought_to(state, draft, editor, moderator)))
    for path in asked:
        response = client.get(path)
        assert SECRET not in response.content.decode(), path
        assert SECRET.lower() not in response.headers.get("Location", "").lower(), path
        assert path not in before or response.content == before[path], path


def with_secret_words(draft, editor):
    for name in ("title", "summary", "place", "public_note"):
        setattr(draft, name, f"{SECRET} {name}")
    draft.body = f"<p>{SECRET}</p>"
    return actions.save(draft, by=editor, version=draft.version)


def brought_to(state, draft, editor, moderator):
    if state == "discarded":
        return actions.discard(draft, by=editor)
    if state == "draft":
        return draft
    draft = actions.submit(draft, by=editor)
    if state == "returned":
        return actions.return_(draft, by=moderator, comment=f"{SECRET} reason")
    if state in ("scheduled", "unscheduled"):
        draft = actions.approve(draft, by=moderator, digest=draft.compute_digest(), at=_in_an_hour())
    return actions.unschedule(draft, by=moderator) if state == "unscheduled" else draft


def _in_an_hour():
    from datetime import timedelta

    from cms.models import clock

    return clock.now() + timedelta(hours=1)


@pytest.mark.parametrize("mode", ["gone", "redirect"])
def test_what_was_taken_down_is_nowhere(client, editor, moderator, mode):
    section = make_section("council")
    shown = make_past(editor, **secret("news", section, editor))
    other = make_past(editor, section=section)
    target = other.publication if mode == "redirect" else None
    actions.withdraw(shown, by=moderator, mode=mode, comment="Wrong.", redirect_to=target)
    for path in addresses(shown):
        response = client.get(path)
        assert SECRET not in response.content.decode(), path
        assert response.status_code != 200 or shown.publication.code not in path, path


def test_a_scheduled_item_appears_at_its_instant_and_not_before(client, editor, moderator, monkeypatch):
    from datetime import timedelta

    from cms.models import clock

    at = _in_an_hour()
    item = make_scheduled(editor, moderator, at=at, **secret("news", make_section("council"), editor))
    for moment, shown in ((at - timedelta(microseconds=1), False), (at, True)):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        assert (client.get(item.get_absolute_url()).status_code == 200) is shown
        for path in ("/en/", "/en/news/", "/en/council/"):
            assert (SECRET in client.get(path).content.decode()) is shown, path
