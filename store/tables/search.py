"""The search entry of a story, kept in step with its canonical article.

`title` and `search_text_id` of a story are exactly what was indexed, because the index holds no texts and must be told
what to forget.
"""

from __future__ import annotations

import sqlite3

from store.query import searchable
from store.tables import texts

SEARCHED = """
    SELECT s.title, s.search_text_id, a.title, a.text_id
    FROM story AS s LEFT JOIN article AS a ON a.id = s.canonical_id WHERE s.id = ?"""
SET_SEARCHED = "UPDATE story SET title = ?, search_text_id = ? WHERE id = ?"
UNSEARCH = "INSERT INTO story_fts (story_fts, rowid, title, text) VALUES ('delete', ?, ?, ?)"
SEARCH_ENTRY = "INSERT INTO story_fts (rowid, title, text) VALUES (?, ?, ?)"


def index(db: sqlite3.Connection, story_id: int) -> None:
    for old_title, old_text, title, text in db.execute(SEARCHED, (story_id,)).fetchall():
        if (old_title, old_text) == (title, text):
            return
        if old_text is not None:
            db.execute(UNSEARCH, _entry(db, story_id, old_title, old_text))
        if text is not None:
            db.execute(SEARCH_ENTRY, _entry(db, story_id, title, text))
        db.execute(SET_SEARCHED, (old_title if title is None else title, text, story_id))


def _entry(db: sqlite3.Connection, story_id: int, title: str, text_id: int) -> tuple[int, str, str]:
    return story_id, searchable(title), searchable(texts.bodies(db, [text_id])[text_id])
