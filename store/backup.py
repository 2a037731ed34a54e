"""A copy of a store that is in use, whole and checked."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

from store.check import check
from store.connect import open_reader


def backup(source: Path, target: Path) -> list[str]:
    """Copy `source` to `target` through SQLite's backup, in one step: one moment of the store, whoever writes
    meanwhile. The laws that the copy breaks, in words. `target` is there only when it is complete.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        _copy(source, part)
        db = open_reader(part)
        try:
            broken = check(db)
        finally:
            db.close()
        part.replace(target)
    finally:
        for rest in (part, *(part.with_name(part.name + end) for end in ("-wal", "-shm", "-journal"))):
            with suppress(OSError):
                rest.unlink(missing_ok=True)
    return broken


def _copy(source: Path, part: Path) -> None:
    part.unlink(missing_ok=True)
    reader = open_reader(source, alone=True)
    try:
        copy = sqlite3.connect(part, isolation_level=None)
        try:
            reader.backup(copy)  # all pages in one step: a copy in several begins anew whenever somebody writes
            # One file without a log beside it, so that it can be moved anywhere; opening it to write logs again.
            copy.execute("PRAGMA journal_mode = DELETE")
            copy.execute("PRAGMA synchronous = FULL")
        finally:
            copy.close()
    finally:
        reader.close()
