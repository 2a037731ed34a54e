"""The search entry of a story, kept in step with its canonical article.

`title` and `search_text_id` of a story are exactly what was indexed, because the index holds no texts and must be told
what to forget.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from store.query import searchable
from store.tables import texts

SEARCHED = """
    SELECT s.title, s.search_text_id, a.title, a.text_id
    FROM story AS s LEFT JOIN article AS a ON a.id = s.canonical_id WHERE s.id = ?"""
SET_SEARCHED = "UPDATE story SET title = ?, search_text_id = ? WHERE id = ?"
UNSEARCH = "INSERT INTO story_fts (story_fts, rowid, title, text) VALUES ('delete', ?, ?, ?)"
SEARCH_ENTRY = "INSERT INTO story_fts (rowid, title, text) VALUES (?, ?, ?)"


def index(db: sqlite3.Connection, story_ids: Iterable[int]) -> None:
    """Bring the search entries of these stories up to date."""
    stale = []
    for story_id in sorted(story_ids):
        for old_title, old_text, title, text in db.execute(SEARCHED, (story_id,)).fetchall():
            if (old_title, old_text) != (title, text):
                stale.append((story_id, old_title, old_text, title, text))
    db.executemany(
        SET_SEARCHED, [(old if title is None else title, text, story) for story, old, _, title, text in stale]
    )
    # One after the other, in ascending order: FTS5 then keeps them in memory and writes them together. Before each
    # statement that may have to be taken back it writes what it has: after each entry, if rows were set between.
    for story_id, old_title, old_text, title, text in stale:
        if old_text is not None:
            db.execute(UNSEARCH, _entry(db, story_id, old_title, old_text))
        if text is not None:
            db.execute(SEARCH_ENTRY, _entry(db, story_id, title, text))


def _entry(db: sqlite3.Connection, story_id: int, title: str, text_id: int) -> tuple[int, str, str]:
    return story_id, searchable(title), searchable(texts.bodies(db, [text_id])[text_id])
