"""What an analyst ruled on stories and articles."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0004"
down_revision = "0003"

Whole = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
Text = sa.TEXT()


def need(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, autoincrement=False)


def may(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, autoincrement=False)


def upgrade() -> None:
    def of(column: str, target: str, name: str) -> sa.ForeignKeyConstraint:
        return sa.ForeignKeyConstraint([column], [target], name=name, deferrable=True, initially="DEFERRED")

    op.create_table(
        "ruling", need("decision_id", Whole), need("kind", Text), need("who", Text), need("note", Text),
        may("undoes", Whole), may("undone_by", Whole), sa.PrimaryKeyConstraint("decision_id", name="ruling_key"),
        sa.CheckConstraint("kind IN ('tied', 'parted', 'pinned', 'undone')", name="known_kind"),
        sa.CheckConstraint("(kind = 'undone') = (undoes IS NOT NULL)", name="undone_names_a_ruling"),
        of("decision_id", "decision.id", "ruling_decision_id"), of("undoes", "ruling.decision_id", "ruling_undoes"),
        of("undone_by", "ruling.decision_id", "ruling_undone_by"),
        sqlite_strict=True,
    )  # fmt: skip
    op.create_table(
        "ruled", need("decision_id", Whole), need("article_id", Whole), need("side", Whole),
        sa.PrimaryKeyConstraint("decision_id", "article_id", name="ruled_key"),
        sa.CheckConstraint("side IN (0, 1)", name="one_of_two_sides"),
        of("decision_id", "ruling.decision_id", "ruled_decision_id"),
        of("article_id", "article.id", "ruled_article_id"),
        sqlite_strict=True, sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index("ruled_article_id", "ruled", ["article_id"])
