"""Which texts carry the number of an agency's dispatch."""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0013"
down_revision = "0012"

_GERMAN = re.compile(r"([^\W\d_]+)(?:-\w+)?:(\d{6})-(\d{1,3}-\d{3,9})(?:/\d+)?")
_YONHAP = re.compile(r"(a[a-z]{2})(20\d{6})(\d{9})")


def upgrade() -> None:
    """Numbers that articles print now count for the texts they carry now; nobody knows what earlier states printed."""
    whole = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
    op.create_table(
        "dispatch", sa.Column("number", sa.TEXT(), nullable=False, autoincrement=False),
        sa.Column("text_id", whole, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("number", "text_id", name="dispatch_key"),
        sa.ForeignKeyConstraint(
            ["text_id"], ["text.id"], name="dispatch_text_id", deferrable=True, initially="DEFERRED"
        ),
        sqlite_strict=True, sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index("dispatch_text_id", "dispatch", ["text_id"])
    db = op.get_bind().connection.driver_connection
    assert db is not None  # noqa: S101 -- SQLAlchemy types it as absent for connections that were given back
    said = db.execute("SELECT agency, agency_id, text_id FROM article WHERE agency_id IS NOT NULL").fetchall()
    rows = {(number, text_id) for agency, printed, text_id in said if (number := _number(agency, printed))}
    db.executemany("INSERT INTO dispatch (number, text_id) VALUES (?, ?)", sorted(rows))


def _number(agency: str | None, printed: str) -> str | None:
    """`agency:day:number`, as it was read when this migration was written."""
    folded = printed.strip().casefold()
    if german := _GERMAN.fullmatch(folded):
        return f"{german[1]}:{german[2]}:{german[3]}"
    number = folded.partition("/")[0].strip()
    if not agency or not number:
        return None
    whose = agency.strip().casefold().replace(":", " ")
    if yonhap := _YONHAP.fullmatch(number):
        return f"{whose}:{yonhap[2]}:{yonhap[1]}{yonhap[3]}"
    return f"{whose}::{number}"
