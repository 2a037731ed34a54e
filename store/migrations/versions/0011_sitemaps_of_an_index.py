"""Which sitemaps an index lists: feeds below a feed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """No index was followed before."""
    whole = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
    op.create_table(
        "listed_sitemap", sa.Column("feed_id", whole, nullable=False, autoincrement=False),
        sa.Column("parent_id", whole, nullable=False), sa.Column("depth", whole, nullable=False),
        sa.PrimaryKeyConstraint("feed_id", name="listed_sitemap_key"),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feed.id"], name="listed_sitemap_feed_id", deferrable=True, initially="DEFERRED"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["feed.id"], name="listed_sitemap_parent_id", deferrable=True, initially="DEFERRED"
        ),
        sqlite_strict=True,
    )  # fmt: skip
    op.create_index("listed_sitemap_parent_id", "listed_sitemap", ["parent_id"])
