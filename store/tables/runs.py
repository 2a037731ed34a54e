"""Runs that were made, and how fingerprints are made here."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from store.encode import as_json

# A week of a cycle every five minutes. Runs are kept to see how it went lately, and to check that they add up; what
# they brought is kept for good, and the log has every one. One takes 0.6 KB, with 200 errors 40 KB.
RUNS_KEPT = 2016

ADD_RUN = "INSERT INTO run (started, ended, summary) VALUES (?, ?, ?)"
FORGET_RUNS = "DELETE FROM run WHERE id <= ?"
SCHEME = "SELECT name, value FROM params"
SAY_SCHEME = "INSERT INTO params (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING"


def record(db: sqlite3.Connection, summary: Mapping[str, Any]) -> int:
    """Keep a run's summary and forget the oldest; its number."""
    started, ended = (None if summary.get(key) is None else str(summary[key]) for key in ("started", "ended"))
    number = int(db.execute(ADD_RUN, (started, ended, as_json(summary))).lastrowid or 0)
    db.execute(FORGET_RUNS, (number - RUNS_KEPT,))
    return number


def scheme(db: sqlite3.Connection) -> dict[str, str]:
    """How the stored fingerprints were made; empty as long as nobody said."""
    return dict(db.execute(SCHEME))


def say_scheme(db: sqlite3.Connection, scheme: Mapping[str, str]) -> None:
    db.executemany(SAY_SCHEME, list(scheme.items()))
