"""When pages are looked at again, how feeds are asked, and answers that were not worked through."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0003"
down_revision = "0002"

Whole = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
Bytes = sa.LargeBinary().with_variant(sqlite.BLOB(), "sqlite")
Text = sa.TEXT()

# Three days in microseconds: articles of before are spread by when they were fetched, and none comes at once.
LATER = 3 * 86_400 * 1_000_000
# Articles whose page is known, each with the page it was fetched from last. Reference articles have none.
KNOWN = """
    INSERT INTO recheck (article_id, url, due_at, checked, changed, missing)
    SELECT a.id, p.url, max(p.fetched) + :later, p.fetched,
        (SELECT max(seen_from) FROM revision WHERE article_id = a.id), 0
    FROM article AS a JOIN article_url AS u ON u.article_id = a.id JOIN page AS p ON p.url = u.url
    WHERE NOT a.seed AND p.status = 200 GROUP BY a.id ON CONFLICT DO NOTHING"""


def need(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, autoincrement=False)


def may(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, autoincrement=False)


def upgrade() -> None:
    rows = {"sqlite_strict": True}

    def of(column: str, target: str, name: str) -> sa.ForeignKeyConstraint:
        return sa.ForeignKeyConstraint([column], [target], name=name, deferrable=True, initially="DEFERRED")

    op.create_table(
        "rhythm", need("feed_id", Whole), need("facts", Text), may("full", Whole), need("gone_seen", Whole),
        sa.PrimaryKeyConstraint("feed_id", name="rhythm_key"), of("feed_id", "feed.id", "rhythm_feed_id"), **rows,
    )  # fmt: skip
    op.create_table(
        "leftover", need("feed_id", Whole), need("final_url", Text), may("content_type", Text), may("charset", Text),
        need("frame", Bytes), sa.PrimaryKeyConstraint("feed_id", name="leftover_key"),
        of("feed_id", "feed.id", "leftover_feed_id"), **rows,
    )  # fmt: skip
    op.create_table(
        "former", need("url", Text), need("feed_id", Whole), sa.PrimaryKeyConstraint("url", name="former_key"),
        of("feed_id", "feed.id", "former_feed_id"), sqlite_with_rowid=False, **rows,
    )  # fmt: skip
    op.create_table(
        "recheck", need("article_id", Whole), need("url", Text), may("due_at", Whole), need("checked", Whole),
        need("changed", Whole), need("missing", Whole), may("gone", Whole), may("walled", Whole),
        sa.PrimaryKeyConstraint("article_id", name="recheck_key"),
        sa.UniqueConstraint("url", name="recheck_url_unique"),
        of("article_id", "article.id", "recheck_article_id"), **rows,
    )  # fmt: skip
    op.create_index("recheck_due_at", "recheck", ["due_at"])
    op.get_bind().execute(sa.text(KNOWN), {"later": LATER})
