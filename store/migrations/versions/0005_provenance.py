"""What is said of where an article's text comes from."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0005"
down_revision = "0004"

Whole = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
Text = sa.TEXT()


def need(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, autoincrement=False)


def may(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, autoincrement=False)


def upgrade() -> None:
    """Articles of before say nothing here until their page changes: what was not read cannot be told."""
    op.create_table(
        "provenance", need("article_id", Whole), need("kind", Text), may("credit", Text), need("agencies", Text),
        may("based_on", Text), need("partial", Whole), sa.PrimaryKeyConstraint("article_id", name="provenance_key"),
        sa.CheckConstraint(
            "kind IN ('publisher', 'agency', 'aggregator', 'press-release')", name="known_outlet_kind"
        ),
        sa.CheckConstraint("credit IN ('full', 'partial', 'release')", name="known_credit"),
        sa.CheckConstraint("partial IN (0, 1)", name="partial_or_not"),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="provenance_article_id", deferrable=True, initially="DEFERRED"
        ),
        sqlite_strict=True,
    )  # fmt: skip
