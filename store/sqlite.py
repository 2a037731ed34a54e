"""The store in one SQLite file: opening, locks, transactions. What is asked and written stands in the rooms below."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store import checkbook, coverage, feedbook, locks, migrations, reading
from store.backup import backup
from store.base import Placing
from store.check import check
from store.connect import APPLICATION_ID, damaged, edge, open_reader, open_writer
from store.encode import as_json
from store.errors import SchemeMismatch, StoreTooNew, StoreUnusable
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
)
from store.placing import SqlitePlacing
from store.query import choose

if TYPE_CHECKING:  # numpy takes 100 ms to import, which a list of stories need not wait for
    import numpy as np
    from numpy.typing import NDArray

    from store.frequencies import Frequencies

# What reading a damaged row raises besides the driver's own errors.
NONSENSE = (ValueError, TypeError, KeyError, IndexError, OverflowError, MemoryError)

# A week of a cycle every five minutes. Runs are kept to see how it went lately, and to check that they add up; what
# they brought is kept for good, and the log has every one. One takes 0.6 KB, with 200 errors 40 KB.
RUNS_KEPT = 2016

# The version of a file without tables.
NOTHING = "0000"


class SqliteStore:
    """A `store.base.Store` over one file. One thread at a time."""

    def __init__(self, path: Path, *, synchronous: str, wait: float, read_only: bool) -> None:
        self._path = path
        self._synchronous = synchronous
        self._wait = wait
        self._read_only = read_only
        self._lock = locks.write_lock(path)
        self._writer: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None
        self._counted: Frequencies | None = None  # how common shingles are, as far as this process knows

    @classmethod
    def open(cls, path: Path, *, synchronous: str, wait: float, read_only: bool, create: bool) -> SqliteStore:
        """Open a file, make it or bring it up to date where needed and allowed.

        Raises StoreUnusable (no such file, not a store, damaged), StoreTooNew, StoreBusy.
        """
        store = cls(path, synchronous=synchronous, wait=wait, read_only=read_only)
        try:
            with edge(path):
                store._prepare(create=create and not read_only)
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        if self._writer is not None:
            # The last connection to close writes the log back into the file.
            with edge(self._path), locks.held(self._lock, self._path, wait=self._wait):
                self._writer.close()
                self._writer = None

    # --- opening ----------------------------------------------------------------------------------------------------

    def _prepare(self, *, create: bool) -> None:
        # The file itself is never opened here: closing it again would drop every lock that SQLite holds on it in this
        # process (POSIX), and another process would take the log away from under a connection that writes to it.
        size = self._path.stat().st_size if self._path.exists() else -1
        version = self._version() if size > 0 else NOTHING
        if version == migrations.HEAD:
            return
        if version == NOTHING and not create:
            raise StoreUnusable(
                "there is no store yet", where=str(self._path), why="no such file" if size < 0 else "it is empty",
                fix="`ingest run` makes one",
            )  # fmt: skip
        if version == NOTHING and not self._path.parent.is_dir():
            raise StoreUnusable(
                "the store cannot be made", where=str(self._path), why="its folder does not exist",
                fix=f"mkdir -p {self._path.parent}, or name another file with --store",
            )  # fmt: skip
        if version != NOTHING:
            self._refuse(version)
        self._migrate()

    def _refuse(self, version: str | None) -> None:
        """Raise where this program must not touch the file; return where it may upgrade it."""
        if version is None:
            raise self._not_a_store("it is a database of something else")
        if not version.isdecimal():
            raise damaged(self._path, f"its schema has the unknown version {version!r}")
        if int(version) > int(migrations.HEAD):
            raise StoreTooNew(
                "the store was written by a newer newsfold", where=str(self._path),
                why=f"its schema is {version}, this newsfold knows {migrations.HEAD}", fix="upgrade newsfold",
            )  # fmt: skip
        if self._read_only:
            raise StoreUnusable(
                "the store needs an upgrade", where=str(self._path),
                why=f"its schema is {version}, this newsfold reads {migrations.HEAD}", fix="`ingest db upgrade`",
            )  # fmt: skip

    def _version(self) -> str | None:
        """The schema's version, NOTHING where there are no tables yet (another process may be about to make them),
        None where this is another program's database. Imports no Alembic."""
        db = self._reading()
        [(application,)] = db.execute("PRAGMA application_id")
        if application == APPLICATION_ID:
            return "".join(str(version) for (version,) in db.execute("SELECT version_num FROM alembic_version"))
        [(tables,)] = db.execute("SELECT count(*) FROM sqlite_schema")
        return None if tables else NOTHING

    def _not_a_store(self, why: str) -> StoreUnusable:
        return StoreUnusable(
            "this is not a store", where=str(self._path), why=why, fix="name another file with --store"
        )

    def _migrate(self) -> None:
        with locks.held(self._lock, self._path, wait=self._wait):
            db = self._writing_connection()
            migrations.upgrade(db, application_id=APPLICATION_ID)

    # --- transactions -----------------------------------------------------------------------------------------------

    def _reading(self) -> sqlite3.Connection:
        if self._reader is None:
            self._reader = open_reader(self._path, alone=self._read_only)
        return self._reader

    def _writing_connection(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = open_writer(self._path, synchronous=self._synchronous)
        return self._writer

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        """The store's own reading connection; every statement sees the newest commit."""
        with edge(self._path), self._sense():
            yield self._reading()

    @contextmanager
    def _sense(self) -> Iterator[None]:
        try:
            yield
        except NONSENSE as exc:
            raise damaged(self._path, f"a stored row makes no sense: {exc}") from exc

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        """One transaction under the write lock: commits at the end, rolls back on any exception."""
        if self._read_only:
            raise StoreUnusable(
                "the store is open for reading only", where=str(self._path), why="this command does not write",
                fix="open it for writing",
            )  # fmt: skip
        with edge(self._path), locks.held(self._lock, self._path, wait=self._wait):
            db = self._writing_connection()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            finally:
                if db.in_transaction:
                    with suppress(sqlite3.Error):
                        db.execute("ROLLBACK")

    @contextmanager
    def placing(self) -> Iterator[Placing]:
        # Taken away while it may change: a transaction that fails leaves nothing behind in memory either.
        counted, self._counted = self._counted, None
        with self._write() as db:
            place = SqlitePlacing(db, counted if counted is not None and counted.current(db) else None)
            yield place
            place.settle()
        self._counted = place.counted

    def cycle(self, *, wait: float, holder: str) -> AbstractContextManager[None]:
        return locks.cycle(self._path, wait=wait, holder=holder)

    def claim_scheme(self, scheme: Mapping[str, str]) -> None:
        with self._read() as db:
            kept = dict(db.execute("SELECT name, value FROM params"))
        if not kept:
            with self._write() as db:
                rows = [(name, value) for name, value in scheme.items()]
                db.executemany("INSERT INTO params (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING", rows)
                kept = dict(db.execute("SELECT name, value FROM params"))
        if kept != dict(scheme):
            names = sorted({name for name in kept.keys() | scheme.keys() if kept.get(name) != scheme.get(name)})
            differences = ", ".join(f"{name} {kept.get(name)} in the store, {scheme.get(name)} here" for name in names)
            raise SchemeMismatch(
                "the store's fingerprints were made another way", where=str(self._path), why=differences,
                fix="use the newsfold that made them, or start a new store with --store",
            )  # fmt: skip

    # --- feeds and hosts --------------------------------------------------------------------------------------------

    def add_feeds(self, feeds: Sequence[FeedSpec], *, now: datetime) -> int:
        with self._write() as db:
            return feedbook.add_feeds(db, feeds, now)

    def feeds(self) -> list[FeedRow]:
        with self._read() as db:
            return feedbook.feeds(db)

    def present_urls(self, urls: Sequence[str]) -> list[str]:
        with self._read() as db:
            return feedbook.present_urls(db, urls)

    def remove_feeds(self, urls: Sequence[str]) -> int:
        with self._write() as db:
            return feedbook.remove_feeds(db, urls)

    def switch_feeds(self, urls: Sequence[str], *, off: str | None, now: datetime) -> int:
        with self._write() as db:
            return feedbook.switch_feeds(db, urls, off, now)

    def claim_feeds(
        self, *, now: datetime, lease: float, owner: str, urls: Sequence[str] | None, force: bool, limit: int
    ) -> list[FeedRow]:
        with self._write() as db:
            return feedbook.claim_feeds(db, now=now, lease=lease, owner=owner, urls=urls, force=force, limit=limit)

    def release_feeds(self, feed_ids: Sequence[int]) -> None:
        with self._write() as db:
            feedbook.release_feeds(db, feed_ids)

    def resting_hosts(self, *, after: datetime, until: datetime) -> Set[str]:
        with self._read() as db:
            return feedbook.resting_hosts(db, after, until)

    def hosts(self) -> list[HostRow]:
        with self._read() as db:
            return feedbook.hosts(db)

    def feed_yields(self, *, since: datetime) -> list[FeedYield]:
        with self._read() as db:
            return coverage.yields(db, since)

    def due_retries(self, *, now: datetime) -> Set[int]:
        with self._read() as db:
            return feedbook.due_retries(db, now)

    def leftover(self, feed_id: int) -> Leftover | None:
        with self._read() as db:
            return feedbook.leftover(db, feed_id)

    def due_checks(self, *, now: datetime, limit: int, per_host: int) -> list[DueCheck]:
        with self._read() as db:
            return checkbook.due_checks(db, now=now, limit=limit, per_host=per_host)

    def first_check(self) -> datetime | None:
        with self._read() as db:
            return checkbook.first_check(db)

    def record_run(self, summary: Mapping[str, Any]) -> int:
        with self._write() as db:
            started, ended = (None if summary.get(key) is None else str(summary[key]) for key in ("started", "ended"))
            row = (started, ended, as_json(summary))
            number = int(db.execute("INSERT INTO run (started, ended, summary) VALUES (?, ?, ?)", row).lastrowid or 0)
            db.execute("DELETE FROM run WHERE id <= ?", (number - RUNS_KEPT,))
            return number

    # --- what is known ----------------------------------------------------------------------------------------------

    def items(self, feed_id: int) -> list[ItemRow]:
        with self._read() as db:
            return feedbook.items(db, feed_id)

    def known_urls(self, keys: Sequence[str]) -> Mapping[str, ArticleRef]:
        with self._read() as db:
            return feedbook.articles_at(db, keys)

    def pages(self, urls: Sequence[str]) -> Mapping[str, PageRow]:
        with self._read() as db:
            return feedbook.pages(db, urls)

    def refusals(self, urls: Sequence[str]) -> Mapping[str, Rejected]:
        with self._read() as db:
            return feedbook.refusals(db, urls)

    # --- reading ----------------------------------------------------------------------------------------------------

    def _stream(self, rows: reading.Rows) -> Iterator[dict[str, Any]]:
        """Rows over a connection and a snapshot of their own: a long export sees one moment, and blocks nobody."""
        with edge(self._path), self._sense():
            db = open_reader(self._path, alone=self._read_only)
            try:
                db.execute("BEGIN")
                yield from rows(db)
            finally:
                db.close()

    def stories(self, wanted: StoryFilter) -> Iterator[dict[str, Any]]:
        chosen = choose(wanted)
        return self._stream(lambda db: reading.stories(db, chosen))

    def story(self, story_id: int) -> dict[str, Any] | None:
        with self._read() as db:
            return reading.story(db, story_id)

    def articles(self, wanted: StoryFilter | None = None) -> Iterator[dict[str, Any]]:
        chosen = None if wanted is None else choose(wanted)
        return self._stream(lambda db: reading.articles(db, chosen))

    def revisions(self, wanted: StoryFilter | None = None) -> Iterator[dict[str, Any]]:
        chosen = None if wanted is None else choose(wanted)
        return self._stream(lambda db: reading.revisions(db, chosen))

    def rejected(self) -> Iterator[dict[str, Any]]:
        return self._stream(reading.rejected)

    def article(self, url: str) -> dict[str, Any] | None:
        with self._read() as db:
            return reading.article(db, url)

    def links(self, url: str) -> list[dict[str, Any]]:
        with self._read() as db:
            return reading.links(db, url)

    def rulings_on(self, url: str) -> list[dict[str, Any]]:
        with self._read() as db:
            return reading.rulings_on(db, url)

    def frequencies(self, shingles: NDArray[np.uint64]) -> NDArray[np.int64]:
        from store.frequencies import Frequencies

        with self._read() as db:
            if self._counted is None or not self._counted.current(db):
                db.execute("BEGIN")  # pages and log of one moment
                try:
                    self._counted = Frequencies.load(db)
                finally:
                    db.execute("COMMIT")
        return self._counted.counts(shingles)

    def sketched(self, url: str) -> bytes | None:
        with self._read() as db:
            return reading.sketched(db, url)

    def body(self, text_id: int) -> str:
        with self._read() as db:
            found = reading.body(db, text_id)
        if found is None:
            raise KeyError(text_id)
        return found

    def check(self) -> list[str]:
        with edge(self._path), self._sense():
            db = open_reader(self._path, alone=self._read_only)
            try:
                db.execute("BEGIN")
                return check(db)
            finally:
                db.close()

    def backup(self, path: Path) -> list[str]:
        with edge(path):  # pages are copied as they are: what fails is the target
            return backup(self._path, path)

    def stats(self) -> dict[str, Any]:
        with self._read() as db:
            return reading.stats(db) | {"path": str(self._path)}
