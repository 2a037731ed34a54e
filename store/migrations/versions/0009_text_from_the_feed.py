"""Which articles' text was read in their feed, because their page is closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Every article of before was read on its page."""
    whole = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
    op.create_table(
        "fed", sa.Column("article_id", whole, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("article_id", name="fed_key"),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fed_article_id", deferrable=True, initially="DEFERRED"
        ),
        sqlite_strict=True,
    )  # fmt: skip
