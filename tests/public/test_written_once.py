"""Queries of public pages that are written once find what the plain ones find, and nothing that is not public."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from django.db import connection, models

from cms.editorial import actions
from cms.models import AsOf, Edition, Publication, Related, SearchEntry, Section, clock
from cms.public.lists import LISTED
from cms.public.reading import OF_CODE, OF_SECTION, parts_of
from cms.public.searching import LIVE, SHOWN
from cms.search.engine import Bounds, Words
from cms.search.in_use import engine
from cms.search.query import Query
from cms.search.words import stem
from tests.factories import (
    make_draft,
    make_live,
    make_next,
    make_past,
    make_scheduled,
    make_section,
    make_waiting,
    stored,
)

pytestmark = pytest.mark.django_db
ASKED = 60  # random questions to each query
DAYS = [date(2025, month, day) for month in (4, 5) for day in (1, 2, 30)]


@pytest.fixture
def site(editor, moderator):
    """Texts of every state and fate, in two languages and four sections, of some days."""
    chance = random.Random(7)  # noqa: S311
    sections = {"en": [make_section("a/b"), make_section("a"), make_section("c")], "ru": [make_section("d", "ru")]}

    def where(language="en"):
        return {"section": chance.choice(sections[language]), "dated_on": chance.choice(DAYS)}

    for _n in range(4):
        original = make_past(editor, kind=chance.choice(["news", "speech"]), **where())
        group = original.publication.translation_group
        make_past(editor, language="ru", group=group, translated_from=original, **where("ru"))
        draft = actions.submit(make_next(original, by=editor, title="Amended"), by=editor)
        newer = actions.approve(draft, by=moderator, digest=draft.compute_digest())
        make_next(newer, by=editor, title="Secret")
        Related.objects.create(edition=make_draft(editor), publication=original.publication, title="Title")
    make_draft(editor, **where())
    make_waiting(editor, **where())
    make_scheduled(editor, moderator, **where())
    make_scheduled(editor, moderator, clock.now() + timedelta(days=3), language="ru", **where("ru"))
    for mode in ("gone", "notice"):
        actions.withdraw(make_live(editor, moderator, **where()), by=moderator, mode=mode, comment="Wrong.")
    gone = make_live(editor, moderator, **where())
    actions.withdraw(gone, by=moderator, mode="gone", comment="Wrong.")
    better = actions.submit(make_next(stored(gone), by=editor, title="Better"), by=editor)
    actions.approve(better, by=moderator, digest=better.compute_digest())
    make_past(editor, kind="page", section=sections["en"][1], text_of=sections["en"][1])
    make_draft(editor, kind="page", section=sections["en"][2], text_of=sections["en"][2])
    return chance


def instants(chance):
    """At, just before and just after all that begins or ends, and anywhere between."""
    moments = {m for pair in Edition.objects.values_list("live_from", "live_until") for m in pair if m}
    around = [m + timedelta(microseconds=n) for m in moments for n in (-1, 0, 1)]
    first, last = min(moments), max(moments)
    return [*around, *(first + (last - first) * chance.random() for _n in range(20)), clock.now()]


def told(row, above=()):
    """All that an instance holds, with the instances that came with it, which may know it in turn."""
    if not isinstance(row, models.Model):
        return row
    if row in above:
        return type(row), row.pk
    held = {name: value for name, value in vars(row).items() if name != "_state"}
    held |= {f"{name}, related": told(value, (*above, row)) for name, value in row._state.fields_cache.items()}
    return type(row), row._state.db, row._state.adding, sorted(row.get_deferred_fields()), held


def same(query, part=None, **values):
    """The rows of a query, which have to be those of the plain one, by the very same SQL."""
    plain = query.build(**values)
    rows = query.rows(part, **values)
    assert [told(row) for row in rows] == [told(row) for row in (plain if part is None else plain[part])]
    if bound := query._bound(part, values):
        sql, parameters = (plain if part is None else plain[part]).query.get_compiler(connection.alias).as_sql()
        assert bound.as_sql()[0] == sql
        assert list(map(repr, bound.as_sql()[1])) == list(map(repr, parameters))
    return rows


def asked(instants, chance):
    for _n in range(ASKED):
        at = chance.choice(instants)
        yield at, AsOf.at(at, seen_from=max(instants)) if chance.random() < 0.3 else at


def test_the_editions_of_a_publication(site):
    codes = [*Publication.objects.values_list("code", flat=True), "nobody's", "%s", ""]
    found = 0
    for at, looked_at in asked(instants(site), site):
        numbers = site.sample([1, 2, 3, 9], site.randrange(4))
        beside = site.choice([None, "en", "ru", "fr"])
        rows = same(OF_CODE, at=looked_at, code=site.choice(codes), numbers=numbers, beside=beside)
        assert all(row.state == "approved" and row.live_from <= at for row in rows)
        assert not any("Secret" in row.title for row in rows)
        found += len(rows)
    assert found > ASKED // 2


def test_the_text_of_a_section(site):
    sections = [*Section.objects.values_list("pk", flat=True), 0]
    for at, looked_at in asked(instants(site), site):
        rows = same(OF_SECTION, at=looked_at, section=site.choice(sections))
        assert all(row.state == "approved" and row.live_from <= at for row in rows)


def test_a_page_of_a_list(site):
    sections = list(Section.objects.values_list("pk", flat=True))
    found = 0
    for _at, looked_at in asked(instants(site), site):
        narrowed = {
            "sections": site.choice([None, None, site.sample(sections, site.randrange(len(sections)))]),
            "kind": site.choice([None, None, None, "news", "speech"]),
            "genre": site.choice([None, None, None, None, "report"]),
            "days": site.choice([None, None, None, site.sample(DAYS, site.randrange(len(DAYS)))]),
            "dated_on__gte": site.choice([*[None] * 9, *DAYS]),
            "dated_on__lte": site.choice([*[None] * 9, *DAYS]),
        }
        start = site.randrange(3)
        part = slice(start, start + site.randrange(1, 20))
        rows = same(LISTED, part, at=looked_at, language=site.choice(["en", "ru"]), **narrowed)
        live = set(Edition.objects.live(looked_at).values_list("pk", flat=True))
        assert {row.pk for row in rows} <= live
        assert "Secret" not in {row.title for row in rows}
        found += len(rows)
    assert found > ASKED // 2


@pytest.fixture
def a_word_in_all(site):
    """What the search finds in each text that its index holds."""
    word = ["everywhere"]
    stems = [stem(*word, "en")]
    positions = SearchEntry.objects.values_list("position", flat=True)
    engine().write([Words(position, [], [], word, stems, []) for position in positions])
    return Query.of(*word)


def in_columns(edition):
    """What the search knows of a text, in the order of its columns."""
    entry = edition.search_entry
    genre = f"{edition.kind} {edition.genre}"
    return str(entry.position), genre, str(edition.section_id), edition.place, edition.language, entry.people


def test_what_a_search_finds(site, a_word_in_all):
    found = 0
    for _at, looked_at in asked(instants(site), site):
        look = engine().look(a_word_in_all, Bounds(), 1_000, LIVE.statement(at=looked_at))
        live = Edition.objects.live(looked_at).filter(search_entry__isnull=False)
        told_plainly = [in_columns(edition) for edition in live.newest_first()]
        assert list(zip(*look.columns, strict=True)) == told_plainly
        assert (look.count, look.last) == (SearchEntry.objects.count(), None)
        ids = list(live.values_list("pk", flat=True))
        some = tuple(site.sample(ids, site.randint(0, len(ids))))
        assert {row.pk for row in same(SHOWN, at=looked_at, ids=some)} == set(some)
        found += len(some)
    assert found > ASKED


def test_where_a_search_would_go_on(site, a_word_in_all):
    positions = engine().find(a_word_in_all, Bounds(), 1_000)
    live = LIVE.statement(at=clock.now())
    for most in (1, len(positions) // 2, len(positions), len(positions) + 1):
        look = engine().look(a_word_in_all, Bounds(), most, live)
        assert look.last == (positions[most - 1] if most <= len(positions) else None)
        assert look.count == min(most, len(positions))
        assert set(map(int, look.columns[0])) <= set(positions[:most])


def test_nothing_that_is_typed_parts_the_values_of_a_search(a_word_in_all):
    """They come as one text: the sign between them becomes a space where it stands in one of them."""
    entries = SearchEntry.objects.all()
    entries.update(people="code A\x1fB\n\N{SNOWMAN} 'quoted', \x1e")
    look = engine().look(a_word_in_all, Bounds(), 1_000, LIVE.statement(at=clock.now()))
    assert len({len(column) for column in look.columns}) == 1
    assert set(look.columns[-1]) == {"code A B\n\N{SNOWMAN} 'quoted', \x1e"}


def test_the_parts_of_an_edition(site, django_assert_num_queries):
    for edition in Edition.objects.filter(kind="speech"):
        with django_assert_num_queries(1):
            speakers = parts_of(edition)["speaker"]
            assert all(speaker.person.name for speaker in speakers)
        plain = dict(edition.parts())["speaker"].select_related("person")
        assert [told(speaker) for speaker in speakers] == [told(speaker) for speaker in plain]
