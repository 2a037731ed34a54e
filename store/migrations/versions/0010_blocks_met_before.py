"""In which articles a block of text stood that another article had before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Nothing is on record of the articles of before: furniture is learned from now on."""
    whole = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
    op.create_table(
        "occurrence", sa.Column("block", whole, nullable=False), sa.Column("article_id", whole, nullable=False),
        sa.PrimaryKeyConstraint("block", "article_id", name="occurrence_key"),
        sqlite_strict=True, sqlite_with_rowid=False,
    )  # fmt: skip
