"""What the pages of texts have in common is written once for many of them: it is new when it changes, and each page has
its own values in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from lxml import html

from cms.models import Contact, Identity, clock
from tests.factories import make_past, make_section

from .kept import Site, compare

pytestmark = pytest.mark.django_db

TYPED = "<b>&\"'{{ x }} %(day)s"


@pytest.fixture
def site(db):
    return Site()


def anew(site, path):
    """A page that is made in a process which remembers the pieces, though it has the page itself."""
    body = site.get(path, HTTP_COOKIE="sessionid=none").body
    return html.fromstring(body.decode())


def test_contacts_are_as_they_are_now_and_those_of_the_section(site, editor):
    mine, other = make_past(editor), make_past(editor, section=make_section("other"))
    desk = Contact.objects.create(language="en", name=TYPED, role=TYPED, phone="+7 727 555 01 20", hours=TYPED)
    paths = [mine.get_absolute_url(), other.get_absolute_url()]

    def shown(path):
        compare(site, path)
        return anew(site, path).xpath("//section[@class='contacts']//*[@class='p-name' or @class='p-tel']//text()")

    for phone in ("+7 727 555 01 20", "+44 20 7946 0958"):
        desk.phone = phone
        desk.save()
        for _round in range(2):
            assert [shown(path) for path in paths] == [[TYPED, phone]] * 2
    Contact.objects.create(language="en", name="Their own", mail="own@example.org", section=other.section)
    for _round in range(2):
        assert [shown(path) for path in paths] == [[TYPED, phone], ["Their own"]]
    an_hour_ago = f"?at={clock.now() - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    assert site.get(paths[0] + an_hour_ago).status_code == 200 and shown(paths[0] + an_hour_ago) == []
    desk.delete()
    assert [shown(path) for path in paths] == [[], ["Their own"]]


def test_each_page_has_its_own_values_in_what_is_written_once(site, editor):
    first = make_past(editor, title=f"One {TYPED}", summary=TYPED, place=TYPED)
    second = make_past(editor, title=f"Two {TYPED}", summary="", place="")
    for _round in range(2):
        for item in (first, second):
            path = item.get_absolute_url()
            compare(site, path)
            tree = anew(site, path)
            code = item.publication.code
            assert [link.get("href").partition("?")[2] for link in tree.xpath("//nav[@class='back']//a")] == [
                "",
                f"item={code}",
                f"item={code}",
            ]
            assert code in tree.xpath("string(//textarea/@data-address)")
            assert item.title in tree.xpath("string(//textarea)")
            assert tree.xpath("string(//meta[@property='og:title']/@content)") == item.title
            assert tree.xpath("string(//*[@class='p-location'])") == item.place
            links = tree.xpath("//p[@class='take-away']/a/@href")
            assert links
            assert all(link.startswith(path) for link in links)


def test_the_name_of_the_office_is_as_it_is_now(site, editor):
    identity = Identity.objects.create(language="en", name="Office", short_name="Office")
    path = make_past(editor).get_absolute_url()
    for name in ("Office", TYPED, "Another"):
        identity.name = name
        identity.save()
        for _round in range(2):
            compare(site, path)
            tree = anew(site, path)
            assert tree.xpath("string(//meta[@property='og:site_name']/@content)") == name
            assert name in tree.xpath("string(//textarea)")
