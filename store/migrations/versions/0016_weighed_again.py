"""Which pairs of texts were weighed again, and when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Nobody knows what was weighed again before: what is old is weighed once more."""
    whole = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
    columns = [sa.Column(name, whole, nullable=False, autoincrement=False) for name in ("a", "b", "texts")]
    op.create_table(
        "weighing", *columns, sa.PrimaryKeyConstraint("a", "b", name="weighing_key"),
        sqlite_strict=True, sqlite_with_rowid=False,
    )  # fmt: skip
