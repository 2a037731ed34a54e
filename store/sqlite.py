"""The store in one SQLite file: what it offers, and which room does it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store import locks, reading, tables
from store.backup import backup
from store.base import Placing
from store.check import check
from store.connect import files
from store.errors import SchemeMismatch
from store.file import StoreFile
from store.model import (
    ArticleRef,
    DueCheck,
    FeedRow,
    FeedSpec,
    FeedYield,
    HostRow,
    ItemRow,
    Leftover,
    PageRow,
    Rejected,
    StoryFilter,
    Turn,
)
from store.placing import Memory, SqlitePlacing
from store.query import choose

if TYPE_CHECKING:  # numpy takes 100 ms to import, which a list of stories need not wait for
    import numpy as np
    from numpy.typing import NDArray

Rows = Callable[[sqlite3.Connection], Iterator[dict[str, Any]]]


class SqliteStore:
    """A `store.base.Store` over one file. One thread at a time."""

    def __init__(self, file: StoreFile, *, searched: bool = True) -> None:
        self._file = file
        self._searched = searched
        self._memory = Memory()

    @classmethod
    def open(
        cls, path: Path, *, synchronous: str, wait: float, read_only: bool, create: bool, searched: bool
    ) -> SqliteStore:
        """Open a file, make it or bring it up to date where needed and allowed; raises as `StoreFile.open`."""
        file = StoreFile(path, synchronous=synchronous, wait=wait, read_only=read_only)
        file.open(create=create)
        return cls(file, searched=searched)

    def close(self) -> None:
        self._memory = Memory()  # the counts have 32 MiB, for as long as anything still refers to a closed store
        self._file.close()

    @contextmanager
    def placing(self) -> Iterator[Placing]:
        # Taken away while it may change: a transaction that fails leaves nothing behind in memory either.
        memory, self._memory = self._memory, Memory()
        with self._file.writing() as db:
            memory.refresh(db)
            place = SqlitePlacing(db, memory, searched=self._searched)
            yield place
            place.settle()
        self._memory = memory

    @contextmanager
    def looking(self) -> Iterator[Placing]:
        with self._file.snapshot() as db:
            memory = Memory()
            if self._memory.counted is not None and self._memory.counted.current(db):
                memory.counted = self._memory.counted
            yield SqlitePlacing(db, memory)

    def cycle(self, *, wait: float, holder: str) -> AbstractContextManager[None]:
        return locks.cycle(self._file.path, wait=wait, holder=holder)

    def claim_scheme(self, scheme: Mapping[str, str]) -> None:
        with self._file.reading() as db:
            kept = tables.runs.scheme(db)
        if not kept:
            with self._file.writing() as db:
                tables.runs.say_scheme(db, scheme)
                kept = tables.runs.scheme(db)
        if kept != dict(scheme):
            names = sorted({name for name in kept.keys() | scheme.keys() if kept.get(name) != scheme.get(name)})
            differences = ", ".join(f"{name} {kept.get(name)} in the store, {scheme.get(name)} here" for name in names)
            raise SchemeMismatch(
                "the store's fingerprints were made another way", where=str(self._file.path), why=differences,
                fix="use the newsfold that made them, or start a new store with --store",
            )  # fmt: skip

    # --- feeds and hosts --------------------------------------------------------------------------------------------

    def add_feeds(self, feeds: Sequence[FeedSpec], *, now: datetime, complete: bool = False) -> int:
        with self._file.writing() as db:
            return tables.feeds.add(db, feeds, now, complete=complete)

    def added_feeds(self) -> list[str]:
        with self._file.reading() as db:
            return tables.naming.added(db)

    def feeds(self) -> list[FeedRow]:
        with self._file.reading() as db:
            return tables.feeds.known(db)

    def turns(self) -> list[Turn]:
        with self._file.reading() as db:
            return tables.feeds.turns(db)

    def sitemaps_below(self, urls: Sequence[str]) -> list[str]:
        with self._file.reading() as db:
            return tables.feeds.below(db, urls)

    def list_sitemaps(self, feed_id: int, urls: Sequence[str], *, now: datetime) -> list[str]:
        with self._file.writing() as db:
            return tables.feeds.list_sitemaps(db, feed_id, urls, now)

    def present_urls(self, urls: Sequence[str]) -> list[str]:
        with self._file.reading() as db:
            return tables.feeds.present_urls(db, urls)

    def remove_feeds(self, urls: Sequence[str]) -> int:
        with self._file.writing() as db:
            return tables.feeds.remove(db, urls)

    def switch_feeds(self, urls: Sequence[str], *, off: str | None, now: datetime) -> int:
        with self._file.writing() as db:
            return tables.feeds.switch(db, urls, off, now)

    def claim_feeds(
        self, *, now: datetime, lease: float, rest: int, owner: str, urls: Sequence[str] | None, force: bool, limit: int
    ) -> list[FeedRow]:
        with self._file.writing() as db:
            return tables.feeds.claim(
                db, now=now, lease=lease, rest=rest, owner=owner, urls=urls, force=force, limit=limit
            )

    def release_feeds(self, feeds: Mapping[int, datetime | None]) -> None:
        with self._file.writing() as db:
            tables.feeds.release(db, feeds)

    def resting_hosts(self, *, after: datetime, until: datetime) -> Set[str]:
        with self._file.reading() as db:
            return tables.hosts.resting(db, after, until)

    def hosts(self) -> list[HostRow]:
        with self._file.reading() as db:
            return tables.hosts.known(db)

    def feed_yields(self, *, since: datetime) -> list[FeedYield]:
        with self._file.reading() as db:
            return tables.yields.yields(db, since)

    def due_retries(self, *, now: datetime) -> Set[int]:
        with self._file.reading() as db:
            return tables.pages.due_retries(db, now)

    def leftover(self, feed_id: int) -> Leftover | None:
        with self._file.reading() as db:
            return tables.feeds.leftover(db, feed_id)

    def due_checks(self, *, now: datetime, limit: int, per_host: int) -> list[DueCheck]:
        with self._file.reading() as db:
            return tables.checks.due(db, now=now, limit=limit, per_host=per_host)

    def first_check(self) -> datetime | None:
        with self._file.reading() as db:
            return tables.checks.first(db)

    def record_run(self, summary: Mapping[str, Any]) -> int:
        with self._file.writing() as db:
            return tables.runs.record(db, summary)

    # --- what is known ----------------------------------------------------------------------------------------------

    def items(self, feed_id: int) -> list[ItemRow]:
        with self._file.reading() as db:
            return tables.pages.items(db, feed_id)

    def known_urls(self, keys: Sequence[str]) -> Mapping[str, ArticleRef]:
        with self._file.reading() as db:
            return tables.articles.at(db, keys)

    def pages(self, urls: Sequence[str]) -> Mapping[str, PageRow]:
        with self._file.reading() as db:
            return tables.pages.pages(db, urls)

    def refusals(self, urls: Sequence[str]) -> Mapping[str, Rejected]:
        with self._file.reading() as db:
            return tables.pages.refusals(db, urls)

    # --- reading ----------------------------------------------------------------------------------------------------

    def _stream(self, rows: Rows) -> Iterator[dict[str, Any]]:
        """Rows over a snapshot of their own: a long export sees one moment."""
        with self._file.snapshot() as db:
            yield from rows(db)

    def stories(self, wanted: StoryFilter) -> Iterator[dict[str, Any]]:
        chosen = choose(wanted)
        return self._stream(lambda db: reading.stories(db, chosen))

    def story(self, story_id: int) -> dict[str, Any] | None:
        with self._file.reading() as db:
            return reading.story(db, story_id)

    def articles(self, wanted: StoryFilter | None = None) -> Iterator[dict[str, Any]]:
        chosen = None if wanted is None else choose(wanted)
        return self._stream(lambda db: reading.articles(db, chosen))

    def revisions(self, wanted: StoryFilter | None = None) -> Iterator[dict[str, Any]]:
        chosen = None if wanted is None else choose(wanted)
        return self._stream(lambda db: reading.revisions(db, chosen))

    def first_texts(self, story_id: int) -> dict[str, str]:
        with self._file.reading() as db:
            return reading.first_texts(db, story_id)

    def rejected(self) -> Iterator[dict[str, Any]]:
        return self._stream(reading.rejected)

    def article(self, url: str) -> dict[str, Any] | None:
        with self._file.reading() as db:
            return reading.article(db, url)

    def links(self, url: str) -> list[dict[str, Any]]:
        with self._file.reading() as db:
            return reading.links(db, url)

    def rules(self) -> dict[int, int]:
        with self._file.reading() as db:
            return reading.rules(db)

    def rulings_on(self, url: str) -> list[dict[str, Any]]:
        with self._file.reading() as db:
            return reading.rulings_on(db, url)

    def frequencies(self, shingles: NDArray[np.uint64]) -> NDArray[np.int64]:
        from store.frequencies import Frequencies

        with self._file.reading() as db:
            counted = self._memory.counted
            if counted is None or not counted.current(db):
                db.execute("BEGIN")  # pages and log of one moment
                try:
                    counted = self._memory.counted = Frequencies.load(db)
                finally:
                    db.execute("COMMIT")
        return counted.counts(shingles)

    def sketched(self, url: str) -> bytes | None:
        with self._file.reading() as db:
            return reading.sketched(db, url)

    def body(self, text_id: int) -> str:
        with self._file.reading() as db:
            found = reading.body(db, text_id)
        if found is None:
            raise KeyError(text_id)
        return found

    def check(self) -> list[str]:
        with self._file.snapshot() as db:
            return check(db)

    def backup(self, path: Path) -> list[str]:
        with files(path):  # pages are copied as they are: what fails is the target
            return backup(self._file.path, path)

    def stats(self) -> dict[str, Any]:
        with self._file.reading() as db:
            return reading.stats(db) | {"path": str(self._file.path)}
