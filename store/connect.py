"""Connections to one SQLite file, and what its errors mean to a user.

Writing connections are opened, used, checkpointed and closed under the store's write lock only (see `store.locks`):
SQLite 3.7.0 to 3.51.2 can lose committed pages when one connection writes while another checkpoints. All others are
`mode=ro`. Nothing is memory-mapped: an I/O error on a mapped page kills the process.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import zstandard

from store.errors import DiskFull, LawBroken, StoreBusy, StoreError, StoreUnusable

# "nwsf": says whose file this is, whatever its name.
APPLICATION_ID = 0x6E777366
# 8 KiB: most rows of `fingerprint` and `body` are 1 to 3 KB, of which a page of 4 KiB holds one and wastes the rest.
PAGE_BYTES = 8192
# Pages that a connection keeps, in KiB; the rest is in the system's own cache. 4 MiB hold the inner pages of the
# postings of a million articles; over 45,000 articles 64, 16 and 4 MiB place one in 17.2, 18.7, 18.2 ms (two series).
# A reader looks up rows all over the file, of which few are met again. A daemon grows until both are full: with 16 MiB
# by 6 MB per 10,000 pages and on for days, with these they are full after some 5,000 (traced; docs/guarantees.md).
WRITER_KIB = 4096
READER_KIB = 2048
# 64 MiB: a long export keeps the write-ahead log from being written back; afterwards it is cut to this.
LOG_BYTES = 64 * 2**20


def uri(path: Path, mode: str) -> str:
    # By its bytes: a name may be no UTF-8.
    return f"file:{quote(os.fsencode(path))}?{mode}"


def open_reader(path: Path, *, alone: bool = False) -> sqlite3.Connection:
    """A connection that cannot write. On a read-only disk too, where SQLite cannot make its shared memory.

    `alone`: on a full disk too. That is for who does not write either: SQLite then reads the file as it lies there, and
    would not see what the same process writes to it once there is room.
    """
    try:
        return _connect(uri(path, "mode=ro"), READER_KIB)
    except sqlite3.OperationalError as exc:
        cannot_share = exc.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
        cannot_share |= alone and exc.sqlite_errorcode == sqlite3.SQLITE_IOERR_SHMSIZE
        waiting = path.with_name(path.name + "-wal")
        # `immutable` ignores the write-ahead log: right only when none is left.
        if not cannot_share or not path.exists() or (waiting.exists() and waiting.stat().st_size):
            raise
    return _connect(uri(path, "immutable=1"), READER_KIB)


def open_writer(path: Path, *, synchronous: str) -> sqlite3.Connection:
    """The connection that writes; the caller holds the write lock. Makes an empty file where there is none."""
    db = _connect(uri(path, "mode=rwc"), WRITER_KIB)
    try:
        db.execute(f"PRAGMA page_size = {PAGE_BYTES}")  # without effect once the file has pages
        db.execute("PRAGMA auto_vacuum = NONE")  # some builds move pages at every commit by default
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA synchronous = {'NORMAL' if synchronous == 'NORMAL' else 'FULL'}")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
        db.execute("PRAGMA secure_delete = OFF")  # on in some builds: overwrites every freed page with zeros
    except BaseException:
        db.close()
        raise
    return db


def _connect(where: str, cache: int) -> sqlite3.Connection:
    # One thread at a time uses a connection, but a scheduler's thread is not the one that opened it.
    db = sqlite3.connect(
        where, uri=True, isolation_level=None, check_same_thread=False, cached_statements=256, timeout=5
    )
    try:
        db.execute(f"PRAGMA cache_size = -{cache}")
        db.execute("PRAGMA mmap_size = 0")
        db.execute("PRAGMA cell_size_check = ON")  # a damaged page is an error, not a wrong answer
        db.execute("PRAGMA trusted_schema = OFF")
        db.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # the first look at the file
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def edge(path: Path) -> Iterator[None]:
    """Turn what the driver or a damaged row raises into what it means for the user."""
    try:
        yield
    except StoreError:
        raise
    except sqlite3.IntegrityError as exc:
        raise LawBroken(
            "a law of the store would be broken, nothing was written", where=str(path), why=str(exc),
            fix="this is a bug in newsfold, please report it",
        ) from exc  # fmt: skip
    except (sqlite3.ProgrammingError, sqlite3.InterfaceError):
        raise  # misuse of the driver is a bug, not a state of the store
    except sqlite3.Error as exc:
        raise meaning(exc, path) from exc
    except UnicodeDecodeError as exc:
        raise damaged(path, f"its text is no UTF-8: {exc}") from exc
    except zstandard.ZstdError as exc:
        raise damaged(path, f"a stored text cannot be unpacked: {exc}") from exc


@contextmanager
def files(path: Path) -> Iterator[None]:
    """As `edge`, and what the file system raises: around the store's own work only, never around a caller's."""
    try:
        with edge(path):
            yield
    except OSError as exc:
        raise StoreUnusable(
            "the store's files cannot be used", where=str(path), why=exc.strerror or str(exc),
            fix="check that the folder exists, is writable and has room",
        ) from exc  # fmt: skip


def damaged(path: Path, why: str) -> StoreUnusable:
    return StoreUnusable(
        "the store is damaged", where=str(path), why=why,
        fix="put back a backup (`ingest db backup --help` says how); `ingest db check` says what is wrong",
    )  # fmt: skip


def meaning(exc: sqlite3.Error, path: Path) -> StoreError:
    """The error for a user, from SQLite's primary result code."""
    code = getattr(exc, "sqlite_errorcode", 0) & 0xFF
    where, why = str(path), str(exc)
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StoreBusy("the store is busy", where=where, why=why, fix="try again when the other process has finished")
    # 32 KiB of shared memory beside the file found no room.
    if code == sqlite3.SQLITE_FULL or getattr(exc, "sqlite_errorcode", 0) == sqlite3.SQLITE_IOERR_SHMSIZE:
        return DiskFull("the disk is full", where=where, why=why, fix="free some space; what was stored is safe")
    if code == sqlite3.SQLITE_READONLY:
        return StoreUnusable(
            "the store is read-only", where=where, why=why, fix="make the file and its folder writable, or only read"
        )
    if code in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}:
        return StoreUnusable(
            "the store cannot be opened", where=where, why=why, fix="check the path and its permissions"
        )
    if code == sqlite3.SQLITE_IOERR:
        return StoreUnusable("the disk failed", where=where, why=why, fix="check the disk, its space and its limits")
    if code == sqlite3.SQLITE_NOTADB:
        return StoreUnusable("this is not a store", where=where, why=why, fix="name another file with --store")
    return damaged(path, why)
