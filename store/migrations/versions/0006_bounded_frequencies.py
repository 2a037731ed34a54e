"""How common each shingle is, in a structure that does not grow with the store."""

from __future__ import annotations

from itertools import islice

import numpy as np
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

from store.frequencies import Frequencies

revision = "0006"
down_revision = "0005"

Whole = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
Bytes = sa.LargeBinary().with_variant(sqlite.BLOB(), "sqlite")

# Rows taken over at a time: a few MB.
PIECE = 200_000


def upgrade() -> None:
    """A second per million shingles. Counts begin to age: those of a large store are halved once, as its pages are
    written next."""
    op.create_table(
        "frequency_page", sa.Column("page", Whole, nullable=False, autoincrement=False),
        sa.Column("articles", Whole, nullable=False), sa.Column("halved", Whole, nullable=False),
        sa.Column("cells", Bytes, nullable=False), sa.PrimaryKeyConstraint("page", name="frequency_page_key"),
        sqlite_strict=True,
    )  # fmt: skip
    op.create_table(
        "frequency_log", sa.Column("articles", Whole, nullable=False, autoincrement=False),
        sa.Column("lengths", Bytes, nullable=False), sa.Column("shingles", Bytes, nullable=False),
        sa.PrimaryKeyConstraint("articles", name="frequency_log_key"), sqlite_strict=True,
    )  # fmt: skip
    db = op.get_bind().connection.driver_connection
    assert db is not None  # noqa: S101 -- SQLAlchemy types it as absent for connections that were given back
    counted = Frequencies()
    rows = iter(db.execute("SELECT shingle, articles FROM frequency"))
    while piece := list(islice(rows, PIECE)):
        kept = np.array(piece, dtype=np.int64)
        counted.take_over(kept[:, 0].view(np.uint64), kept[:, 1])
    [(articles,)] = db.execute("SELECT count(*) FROM article")
    counted.articles = articles
    if articles:
        counted.write_all(db)
    op.drop_table("frequency")
