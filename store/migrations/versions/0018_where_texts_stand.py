"""In which story each text stands, a row for each block of texts (see `store.standing`)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """A block of texts gets its row when one of them moves, or when they have been asked for a few times."""
    whole = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
    op.create_table(
        "standing", sa.Column("block", whole, nullable=False, autoincrement=False),
        sa.Column("stories", sa.LargeBinary().with_variant(sqlite.BLOB(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("block", name="standing_key"), sqlite_strict=True,
    )  # fmt: skip
