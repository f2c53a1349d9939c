"""A run: goes on from what is there until there are as many items as were asked for."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, suppress
from datetime import datetime
from multiprocessing.connection import Connection
from random import Random

from django.core.management import CommandError
from django.db import connection, transaction

from ...models import Edition, Journal, Publication, SecondLook, Section, TallyState, Withdrawal, bulk, clock, tally
from ...models.aside import set_aside
from ...search import bulk as search
from ...search.postgresql import WORDS
from .acts import Acts
from .batch import Batch, Finished, parts, tables
from .days import Days
from .editions import EditionRows
from .frame import frame_of
from .language import Language
from .maker import Maker
from .mark import Run, items, last_group, make_accounts
from .pool import Pool

A_BATCH = 8_000  # items in a transaction
COUNTED_LAST = 20_000  # items; so many are counted sooner when all of them are there
WITHOUT_INDEXES = 20_000  # items; so many, and no fewer than a quarter of those there, come in sooner without


def generate(
    wanted: int, languages: list[str], seed: int, tell: Callable[[str], None] = lambda _doing: None
) -> Generator[int, None, None]:
    """Make items until there are as many as wanted; gives how many each batch brought.

    languages: the first is the one that most is written in. tell: is told what is done when all of them are there.
    A run that was stopped goes on where it was.
    """
    _hurry()
    coming = wanted - items()
    many = coming >= max(WITHOUT_INDEXES, items() // 4)
    counting = ExitStack()
    with set_aside(tables(), [WORDS], counting.close, wanted=many), ExitStack() as ending:
        ending.callback(tell, "counts and indexes")
        at_last = max(coming, tally.to_settle(clock.now())) >= COUNTED_LAST  # also those that a killed run has left
        if at_last:
            counting.enter_context(tally.loading())
        while (there := items()) < wanted:
            yield from _go_on(there, wanted, languages, seed, counted_last=at_last)
    tell("")
    _tell_the_planner()


def _go_on(there: int, wanted: int, languages: list[str], seed: int, *, counted_last: bool) -> Iterator[int]:
    """The run that was stopped, or a new one."""
    run, number = last_group() or (Run(there, wanted), -1)
    if there >= run.goal or run.goal > wanted:
        run, number = Run(there, wanted), -1
    pieces = search.Pieces()
    settled_at = tally.BEGINNING if counted_last else _settled()
    maker = _prepared(run, languages, seed, pieces, settled_at)
    for batch in _batches(maker, pieces, run, number + 1, there):
        batch.store(pieces, settled_at)
        if batch.items:
            yield batch.items


def _prepared(run: Run, languages: list[str], seed: int, pieces: search.Pieces, settled_at: datetime) -> Maker:
    """settled_at: the instant of the kept counts."""
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
    rows = EditionRows(Acts(staff, keys, now), keys, settled_at)
    return Maker(run, frames, pools, rows, bulk.next_key(Publication), now, seed)


def _settled() -> datetime:
    """The instant of the kept counts, brought up to now as far as it goes in a moment."""
    while not tally.settle(clock.now()):
        pass
    return TallyState.objects.get().settled_at


def _batches(maker: Maker, pieces: search.Pieces, run: Run, number: int, done: int) -> Iterator[Finished]:
    """One is made, by a process of its own, while the one before it is stored."""
    if not Section.objects.filter(text__isnull=False).exists():
        yield maker.texts_of_sections().finish(pieces)
    if run.goal - done <= A_BATCH:
        yield _made(maker, pieces, run, number, done)[0]
        return
    # A copy of this process has all that is made of; what it makes, it sends. It asks no database.
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe(duplex=False)
    process = fork.Process(target=_send_all, args=(here, there, maker, pieces, run, number, done), daemon=True)
    process.start()
    there.close()
    try:
        while batch := here.recv():
            yield batch
    except EOFError:
        process.join()
        ended = f"The process that makes the items has ended ({process.exitcode})."
        raise CommandError(f"{ended} Go on with the same command.") from None
    finally:
        here.close()
        process.terminate()
        process.join()


def _send_all(
    here: Connection, there: Connection, maker: Maker, pieces: search.Pieces, run: Run, number: int, done: int
) -> None:
    here.close()  # so that this process ends with the one that reads
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # that one says when to stop
    with suppress(BrokenPipeError):
        while done < run.goal:
            batch, number, done = _made(maker, pieces, run, number, done)
            there.send(batch)
        there.send(None)


def _made(maker: Maker, pieces: search.Pieces, run: Run, number: int, done: int) -> tuple[Finished, int, int]:
    """The next batch, and where the one after it begins."""
    batch = Batch()
    while batch.items < A_BATCH and done + batch.items < run.goal:
        maker.group(batch, number, done + batch.items)
        number += 1
    return batch.finish(pieces), number, done + batch.items


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
    """What PostgreSQL would find out by itself, minutes later: where what stands, and which pages all may see."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)")
