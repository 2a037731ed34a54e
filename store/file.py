"""One SQLite file as a store keeps it: made or brought up to date, read, and written a transaction at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from store import locks, migrations
from store.check import check
from store.connect import APPLICATION_ID, damaged, edge, files, open_reader, open_writer
from store.errors import StoreTooNew, StoreUnusable

# What reading a damaged row raises besides the driver's own errors.
NONSENSE = (ValueError, TypeError, KeyError, IndexError, OverflowError, MemoryError)
# What whoever writes stumbles over where a row is missing or makes no sense, or where he has a bug.
STUMBLES = (ValueError, TypeError, KeyError, IndexError, OverflowError, AssertionError, StopIteration)

# The version of a file without tables.
NOTHING = "0000"


class StoreFile:
    """The connections to one file, and who may use them when. One thread at a time."""

    def __init__(self, path: Path, *, synchronous: str, wait: float, read_only: bool) -> None:
        self.path = path
        self._synchronous = synchronous
        self._wait = wait
        self._read_only = read_only
        self._lock = locks.write_lock(path)
        self._writer: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None

    def open(self, *, create: bool) -> None:
        """Make the file or bring it up to date where needed and allowed.

        Raises StoreUnusable (no such file, not a store, damaged), StoreTooNew, StoreBusy.
        """
        try:
            with files(self.path):
                self._prepare(create=create and not self._read_only)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        if self._writer is not None:
            # The last connection to close writes the log back into the file.
            with files(self.path), locks.held(self._lock, self.path, wait=self._wait):
                self._writer.close()
                self._writer = None

    # --- reading and writing ----------------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The store's own reading connection; every statement sees the newest commit."""
        with files(self.path), self._sense():
            yield self._reading_connection()

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own that sees one moment, however long it reads, and blocks nobody."""
        with files(self.path), self._sense():
            db = open_reader(self.path, alone=self._read_only)
            try:
                db.execute("BEGIN")
                yield db
            finally:
                db.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction under the write lock: commits at the end, rolls back on any exception.

        Raises StoreUnusable where the store or its user stumbles over a row that is missing or makes no sense.
        """
        if self._read_only:
            raise StoreUnusable(
                "the store is open for reading only", where=str(self.path), why="this command does not write",
                fix="open it for writing",
            )  # fmt: skip
        try:
            with edge(self.path), locks.held(self._lock, self.path, wait=self._wait):
                db = self._writing_connection()
                db.execute("BEGIN IMMEDIATE")
                try:
                    yield db
                    db.execute("COMMIT")
                finally:
                    if db.in_transaction:
                        with suppress(sqlite3.Error):
                            db.execute("ROLLBACK")
        except STUMBLES as exc:
            self._blame(exc)
            raise

    def _blame(self, exc: Exception) -> None:
        """Is the file to blame for what a transaction stumbled over? It is where it breaks a law of the store: raises
        StoreUnusable. Else it was a bug, of ours or of who writes. As slow as `ingest db check`, and as seldom called
        for."""
        with self.snapshot() as db:
            broken = check(db)
        if broken:
            raise damaged(self.path, broken[0]) from exc

    @contextmanager
    def _sense(self) -> Iterator[None]:
        try:
            yield
        except NONSENSE as exc:
            if isinstance(exc, OverflowError) and "SQLite" in str(exc):
                raise  # a number that was asked with, beyond 64 bits: no fault of the store
            raise damaged(self.path, f"a stored row makes no sense: {exc}") from exc

    def _reading_connection(self) -> sqlite3.Connection:
        if self._reader is None:
            self._reader = open_reader(self.path, alone=self._read_only)
        return self._reader

    def _writing_connection(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = open_writer(self.path, synchronous=self._synchronous)
        return self._writer

    # --- opening ----------------------------------------------------------------------------------------------------

    def _prepare(self, *, create: bool) -> None:
        # The file itself is never opened here: closing it again would drop every lock that SQLite holds on it in this
        # process (POSIX), and another process would take the log away from under a connection that writes to it.
        size = self.path.stat().st_size if self.path.exists() else -1
        version = self._version() if size > 0 else NOTHING
        if version == migrations.HEAD:
            return
        if version == NOTHING and not create:
            raise StoreUnusable(
                "there is no store yet", where=str(self.path), why="no such file" if size < 0 else "it is empty",
                fix="`ingest run` makes one",
            )  # fmt: skip
        if version == NOTHING and not self.path.parent.is_dir():
            raise StoreUnusable(
                "the store cannot be made", where=str(self.path), why="its folder does not exist",
                fix=f"mkdir -p {self.path.parent}, or name another file with --store",
            )  # fmt: skip
        if version != NOTHING:
            self._refuse(version)
        self._migrate()

    def _refuse(self, version: str | None) -> None:
        """Raise where this program must not touch the file; return where it may upgrade it."""
        if version is None:
            raise self._not_a_store("it is a database of something else")
        if not version.isdecimal():
            raise damaged(self.path, f"its schema has the unknown version {version!r}")
        if int(version) > int(migrations.HEAD):
            raise StoreTooNew(
                "the store was written by a newer newsfold", where=str(self.path),
                why=f"its schema is {version}, this newsfold knows {migrations.HEAD}", fix="upgrade newsfold",
            )  # fmt: skip
        if self._read_only:
            raise StoreUnusable(
                "the store needs an upgrade", where=str(self.path),
                why=f"its schema is {version}, this newsfold reads {migrations.HEAD}", fix="`ingest db upgrade`",
            )  # fmt: skip

    def _version(self) -> str | None:
        """The schema's version, NOTHING where there are no tables yet (another process may be about to make them),
        None where this is another program's database. Imports no Alembic."""
        db = self._reading_connection()
        [(application,)] = db.execute("PRAGMA application_id")
        if application == APPLICATION_ID:
            return "".join(str(version) for (version,) in db.execute("SELECT version_num FROM alembic_version"))
        [(tables,)] = db.execute("SELECT count(*) FROM sqlite_schema")
        return None if tables else NOTHING

    def _not_a_store(self, why: str) -> StoreUnusable:
        return StoreUnusable("this is not a store", where=str(self.path), why=why, fix="name another file with --store")

    def _migrate(self) -> None:
        with locks.held(self._lock, self.path, wait=self._wait):
            db = self._writing_connection()
            migrations.upgrade(db, application_id=APPLICATION_ID)
