"""The first tables."""

from __future__ import annotations

from alembic import op

from store.schema import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())
    op.execute(
        "CREATE VIRTUAL TABLE story_fts USING fts5 "
        "(title, text, content = '', tokenize = 'unicode61 remove_diacritics 2')"
    )
