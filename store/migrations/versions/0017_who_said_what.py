"""Who said what of a feed: what the configuration says stands above what was said by hand, and can be taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0017"
down_revision = "0016"

# As in `store.tables.feeds`: the configuration, by hand, the feed itself.
_CONFIG, _ADDED, _ITSELF = 0, 1, 3


def upgrade() -> None:
    """Nobody wrote down who said it: outlet and interval are taken for the word of whoever named the feed last. A title
    or language that the configuration says it says again at the next run."""
    whole = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
    op.create_table(
        "naming", sa.Column("feed_id", whole, nullable=False, autoincrement=False),
        sa.Column("who", whole, nullable=False, autoincrement=False), sa.Column("title", sa.Text()),
        sa.Column("outlet", sa.Text()), sa.Column("language", sa.Text()), sa.Column("interval", whole),
        sa.PrimaryKeyConstraint("feed_id", "who", name="naming_key"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="naming_feed_id", deferrable=True, initially="DEFERRED"),
        sqlite_strict=True, sqlite_with_rowid=False,
    )  # fmt: skip
    op.execute(f"""
        INSERT INTO naming (feed_id, who, title, outlet, language, interval)
        SELECT id, {_ADDED}, title, outlet, language, interval FROM feed WHERE origin = 'added'
        UNION ALL SELECT id, {_CONFIG}, NULL, outlet, NULL, interval FROM feed WHERE origin = 'config'
        UNION ALL SELECT id, {_ITSELF}, title, NULL, language, NULL FROM feed WHERE origin <> 'added'""")  # noqa: S608
    # A sitemap that somebody has named himself is a feed of its own, and below none.
    op.execute("DELETE FROM listed_sitemap WHERE feed_id IN (SELECT id FROM feed WHERE origin <> 'sitemap')")
