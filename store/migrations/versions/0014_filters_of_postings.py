"""Which bands nobody has is said by a filter for each part of the postings (see `store.filters`)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """A part that has postings gets its filter when it is added to next."""
    whole = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
    op.create_table(
        "posting_filter", sa.Column("part", whole, nullable=False, autoincrement=False),
        sa.Column("bits", sa.LargeBinary().with_variant(sqlite.BLOB(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("part", name="posting_filter_key"), sqlite_strict=True,
    )  # fmt: skip
