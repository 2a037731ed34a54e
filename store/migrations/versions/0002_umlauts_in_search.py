"""The search index anew, so that words are found however their umlauts are written."""

from __future__ import annotations

from alembic import op

from store.encode import unpack
from store.query import searchable

revision = "0002"
down_revision = "0001"

ENTRIES = """
    SELECT s.id, s.title, b.frame FROM story AS s JOIN body AS b ON b.text_id = s.search_text_id ORDER BY s.id"""


def upgrade() -> None:
    """A minute per 100,000 stories: every canonical text is read and indexed once."""
    op.execute("DROP TABLE story_fts")
    op.execute(
        "CREATE VIRTUAL TABLE story_fts USING fts5 "
        "(title, text, content = '', tokenize = 'unicode61 remove_diacritics 2')"
    )
    db = op.get_bind().connection.driver_connection
    assert db is not None  # noqa: S101 -- SQLAlchemy types it as absent for connections that were given back
    rows = ((story, searchable(title), searchable(unpack(frame))) for story, title, frame in db.execute(ENTRIES))
    db.executemany("INSERT INTO story_fts (rowid, title, text) VALUES (?, ?, ?)", rows)
