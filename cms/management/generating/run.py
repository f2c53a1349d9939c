"""A run: goes on from what is there until there are as many items as were asked for."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from random import Random

from django.db import connection, transaction

from ...models import Edition, Journal, Publication, SecondLook, Section, TallyState, Withdrawal, bulk, clock, tally
from ...search import bulk as search
from .acts import Acts
from .batch import Batch, parts
from .days import Days
from .editions import EditionRows
from .frame import frame_of
from .language import Language
from .maker import Maker
from .mark import Run, items, last_group, make_accounts
from .pool import Pool

A_BATCH = 8_000  # items in a transaction


def generate(wanted: int, languages: list[str], seed: int) -> Iterator[int]:
    """Make items until there are as many as wanted; gives how many each batch brought.

    languages: the first is the one that most is written in. A run that was stopped goes on where it was.
    """
    _hurry()
    with search.loading(wanted - items()):
        while (there := items()) < wanted:
            yield from _go_on(there, wanted, languages, seed)
    _tell_the_planner()


def _go_on(there: int, wanted: int, languages: list[str], seed: int) -> Iterator[int]:
    """The run that was stopped, or a new one."""
    run, number = last_group() or (Run(there, wanted), -1)
    if there >= run.goal or run.goal > wanted:
        run, number = Run(there, wanted), -1
    pieces = search.Pieces()
    maker, settled_at = _prepared(run, languages, seed, pieces)
    for batch in _batches(maker, run, number + 1, there):
        batch.store(pieces, settled_at)
        if batch.items:
            yield batch.items


def _prepared(run: Run, languages: list[str], seed: int, pieces: search.Pieces) -> tuple[Maker, datetime]:
    now, size = clock.now(), run.goal - run.start
    spoken = {code: Language(code) for code in languages}
    first = Days(now.date()).first
    with transaction.atomic():
        staff = make_accounts()
        frames = {code: frame_of(language, first, now.date()) for code, language in spoken.items()}
    pools = {
        code: Pool(language, pieces, size, Random(f"{seed} {code}"))  # noqa: S311 (made-up texts)
        for code, language in spoken.items()
    }
    keys = {
        "edition": bulk.next_key(Edition),
        "part": max(bulk.next_key(model) for model in parts()),
        "withdrawal": bulk.next_key(Withdrawal),
        "journal": bulk.next_key(Journal),
        "second_look": bulk.next_key(SecondLook),
    }
    settled_at = _settled()
    rows = EditionRows(Acts(staff, keys, now), keys, settled_at)
    return Maker(run, frames, pools, rows, bulk.next_key(Publication), now, seed), settled_at


def _settled() -> datetime:
    """The instant of the kept counts, brought up to now as far as it goes in a moment."""
    while not tally.settle(clock.now()):
        pass
    return TallyState.objects.get().settled_at


def _batches(maker: Maker, run: Run, number: int, done: int) -> Iterator[Batch]:
    """One is made while the one before it is stored."""
    with ThreadPoolExecutor(max_workers=1) as ahead:
        if not Section.objects.filter(text__isnull=False).exists():
            yield maker.texts_of_sections()
        coming = ahead.submit(_made, maker, run, number, done)
        while True:
            batch, number, done = coming.result()
            if not batch.items:
                return
            coming = ahead.submit(_made, maker, run, number, done)
            yield batch


def _made(maker: Maker, run: Run, number: int, done: int) -> tuple[Batch, int, int]:
    """The next batch, and where the one after it begins."""
    batch = Batch()
    while batch.items < A_BATCH and done + batch.items < run.goal:
        maker.group(batch, number, done + batch.items)
        number += 1
    return batch, number, done + batch.items


def _hurry() -> None:
    """PostgreSQL need not wait for the disk at every commit (a crash loses the last batches, and nothing else), and may
    store long texts by its quicker method."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
            cursor.execute("SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'")
            if cursor.fetchone() == (True,):
                cursor.execute("SET default_toast_compression = 'lz4'")


def _tell_the_planner() -> None:
    """What PostgreSQL would find out by itself, minutes later."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
