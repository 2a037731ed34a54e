"""Where hosts stand: those that share an address share its budget."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "place",
        sa.Column("host", sa.TEXT(), nullable=False),
        sa.Column("address", sa.TEXT(), nullable=False),
        sa.PrimaryKeyConstraint("host", name="place_key"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
