"""Postings of the last articles wait for their place in the table (see `store.postings`)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """What was posted before is in its place."""
    whole = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
    op.create_table(
        "fresh_posting", sa.Column("text_id", whole, nullable=False, autoincrement=False),
        sa.Column("bands", sa.LargeBinary().with_variant(sqlite.BLOB(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("text_id", name="fresh_posting_key"), sqlite_strict=True,
    )  # fmt: skip
    op.create_table(
        "posting_part", sa.Column("part", whole, nullable=False, autoincrement=False),
        sa.Column("upto", whole, nullable=False), sa.PrimaryKeyConstraint("part", name="posting_part_key"),
        sqlite_strict=True,
    )  # fmt: skip
