"""Counts, sizes and versions, for people."""

from __future__ import annotations

import sqlite3
from typing import Any

COUNTS = """
    SELECT 'feeds', count(*) FROM feed UNION ALL SELECT 'articles', count(*) FROM article
    UNION ALL SELECT 'stories', count(*) FROM story WHERE merged_into IS NULL
    UNION ALL SELECT 'revisions', count(*) FROM revision UNION ALL SELECT 'texts', count(*) FROM text
    UNION ALL SELECT 'links', count(*) FROM link WHERE linked UNION ALL SELECT 'compared', count(*) FROM link
    UNION ALL SELECT 'rejected', count(*) FROM rejected UNION ALL SELECT 'runs', count(*) FROM run"""


def stats(db: sqlite3.Connection) -> dict[str, Any]:
    [(pages,)] = db.execute("PRAGMA page_count")
    [(page_size,)] = db.execute("PRAGMA page_size")
    [(version,)] = db.execute("SELECT version_num FROM alembic_version")
    counts: dict[str, Any] = dict(db.execute(COUNTS))
    latest = db.execute("SELECT started, ended FROM run ORDER BY id DESC LIMIT 1").fetchone()
    return counts | {
        "bytes": pages * page_size, "schema": version, "engine": f"SQLite {sqlite3.sqlite_version}",
        "last_run": None if latest is None else {"started": latest[0], "ended": latest[1]},
    }  # fmt: skip
