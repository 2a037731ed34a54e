"""The first tables, as they were: later changes are revisions of their own, never edits of this one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0001"
down_revision = None

Whole = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
Bytes = sa.LargeBinary().with_variant(sqlite.BLOB(), "sqlite")
Real: Any = sa.REAL()
Text = sa.TEXT()
ROWS: dict[str, Any] = {"sqlite_strict": True}
CLUSTERED: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}


def need(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, autoincrement=False)


def may(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, autoincrement=False)


def later(columns: list[str], targets: list[str], name: str) -> sa.ForeignKeyConstraint:
    """A reference that is checked at the end of the transaction."""
    return sa.ForeignKeyConstraint(columns, targets, name=name, deferrable=True, initially="DEFERRED")


def upgrade() -> None:
    _outside()
    _stories()
    _articles()
    _records()
    # Without a content of its own: the texts are in `body`. Umlauts and accents are folded. No prefix index: it would
    # add 1.2 KB a story and speeds up only words of exactly its length.
    op.execute(
        "CREATE VIRTUAL TABLE story_fts USING fts5 "
        "(title, text, content = '', tokenize = 'unicode61 remove_diacritics 2')"
    )


def _outside() -> None:
    op.create_table(
        "feed", need("id", Whole), need("url", Text), need("origin", Text), may("title", Text), may("outlet", Text),
        may("language", Text), may("interval", Whole), need("enabled", Whole), may("disabled_reason", Text),
        may("etag", Text), may("last_modified", Text), may("body_hash", Bytes), need("due_at", Whole),
        may("last_polled", Whole), may("last_success", Whole), may("last_error", Text), may("last_error_class", Text),
        need("failures", Whole), need("entries_seen", Whole), need("entries_new", Whole), may("moved_to", Text),
        need("moved_seen", Whole), may("moved_since", Whole), may("lease_owner", Text), may("lease_until", Whole),
        sa.PrimaryKeyConstraint("id", name="feed_key"), sa.UniqueConstraint("url", name="feed_url_unique"), **ROWS,
    )  # fmt: skip
    op.create_table(
        "host", need("host", Text), may("next_at", Whole), may("retry_after", Whole), may("robots_status", Whole),
        may("robots_body", Bytes), may("robots_fetched", Whole), may("robots_expires", Whole),
        sa.PrimaryKeyConstraint("host", name="host_key"), **ROWS,
    )  # fmt: skip
    op.create_table(
        "item", need("feed_id", Whole), need("key", Text), may("url", Text), may("guid", Text), need("digest", Bytes),
        need("first_seen", Whole), need("last_seen", Whole),
        sa.PrimaryKeyConstraint("feed_id", "key", name="item_key"), later(["feed_id"], ["feed.id"], "item_feed_id"),
        **CLUSTERED,
    )  # fmt: skip
    op.create_table(
        "page", need("url", Text), need("final_url", Text), need("status", Whole), may("etag", Text),
        may("last_modified", Text), may("body_hash", Bytes), need("fetched", Whole),
        sa.PrimaryKeyConstraint("url", name="page_key"), **CLUSTERED,
    )  # fmt: skip


def _stories() -> None:
    op.create_table(
        "story", need("id", Whole), may("canonical_id", Whole), need("canonical_reason", Text),
        may("merged_into", Whole), need("created", Whole), need("title", Text), may("search_text_id", Whole),
        need("articles", Whole), need("outlets", Whole), may("first_published", Whole), need("newest", Whole),
        need("last_seen", Whole), sa.PrimaryKeyConstraint("id", name="story_key"),
        sa.CheckConstraint("(canonical_id IS NULL) = (merged_into IS NOT NULL)", name="canonical_or_merged"),
        sa.CheckConstraint("merged_into <> id", name="merged_elsewhere"),
        later(["canonical_id", "id"], ["article.id", "article.story_id"], "story_canonical"),
        later(["merged_into"], ["story.id"], "story_merged_into"),
        later(["search_text_id"], ["text.id"], "story_search_text_id"), **ROWS,
    )  # fmt: skip
    op.create_index("story_canonical_id", "story", ["canonical_id"])
    op.create_index("story_last_seen", "story", ["last_seen"])
    op.create_index("story_merged_into", "story", ["merged_into"])
    op.create_index("story_newest", "story", ["newest"])
    op.create_table(
        "text", need("id", Whole), need("sha256", Bytes), need("words", Whole), need("first_seen", Whole),
        need("story_id", Whole), need("sketch", Whole), sa.PrimaryKeyConstraint("id", name="text_key"),
        sa.UniqueConstraint("sha256", name="text_sha256_unique"),
        sa.UniqueConstraint("story_id", "id", name="text_story_id_id_unique"),
        later(["story_id"], ["story.id"], "text_story_id"), **ROWS,
    )  # fmt: skip
    op.create_index("text_story_id_sha256", "text", ["story_id", "sha256"])
    op.create_table(
        "fingerprint", need("text_id", Whole), need("shingles", Bytes), need("features", Bytes),
        sa.PrimaryKeyConstraint("text_id", name="fingerprint_key"),
        later(["text_id"], ["text.id"], "fingerprint_text_id"), **ROWS,
    )  # fmt: skip
    op.create_table(
        "dictionary", need("id", Whole), need("bytes", Bytes), need("created", Whole),
        sa.PrimaryKeyConstraint("id", name="dictionary_key"), **ROWS,
    )  # fmt: skip
    op.create_table(
        "body", need("text_id", Whole), may("dictionary_id", Whole), need("frame", Bytes),
        sa.PrimaryKeyConstraint("text_id", name="body_key"), later(["text_id"], ["text.id"], "body_text_id"),
        later(["dictionary_id"], ["dictionary.id"], "body_dictionary_id"), **ROWS,
    )  # fmt: skip
    op.create_table(
        "posting", need("band", Whole), need("text_id", Whole),
        sa.PrimaryKeyConstraint("band", "text_id", name="posting_key"), **CLUSTERED,
    )  # fmt: skip
    op.create_table(
        "frequency", need("shingle", Whole), need("articles", Whole),
        sa.PrimaryKeyConstraint("shingle", name="frequency_key"), **CLUSTERED,
    )  # fmt: skip
    op.create_table(
        "link", need("a", Whole), need("b", Whole), need("linked", Whole), need("rule", Text), need("score", Real),
        need("containment_a", Real), need("containment_b", Real), need("jaccard", Real), need("shared", Whole),
        need("version", Whole), sa.PrimaryKeyConstraint("a", "b", name="link_key"),
        sa.CheckConstraint("a < b", name="lower_first"), sa.CheckConstraint("linked IN (0, 1)", name="linked_or_not"),
        later(["a"], ["text.id"], "link_a"), later(["b"], ["text.id"], "link_b"), **CLUSTERED,
    )  # fmt: skip
    op.create_index("link_b_linked", "link", ["b", "linked"])
    op.create_table(
        "reuse", need("text_id", Whole), need("other_text_id", Whole), need("words", Whole), need("share", Real),
        sa.PrimaryKeyConstraint("text_id", "other_text_id", name="reuse_key"),
        sa.CheckConstraint("text_id <> other_text_id", name="two_texts"),
        later(["text_id"], ["text.id"], "reuse_text_id"), later(["other_text_id"], ["text.id"], "reuse_other_text_id"),
        **CLUSTERED,
    )  # fmt: skip


def _articles() -> None:
    op.create_table(
        "article", need("id", Whole), need("url", Text), need("text_id", Whole), need("story_id", Whole),
        need("title", Text), need("authors", Text), may("published", Whole), need("published_from", Text),
        may("modified", Whole), need("first_seen", Whole), need("last_seen", Whole), may("language", Text),
        need("outlet", Text), may("owner", Text), may("source", Text), may("free", Whole), need("seed", Whole),
        may("agency", Text), may("agency_id", Text), need("words", Whole), need("on_topic", Whole),
        may("on_topic_from", Text), need("topic_hits", Text), may("canonical_claim", Text), need("revisions", Whole),
        need("relation", Text), need("ordering", Text), need("copied_share", Real), need("canonical_share", Real),
        sa.PrimaryKeyConstraint("id", name="article_key"),
        later(["text_id", "story_id"], ["text.id", "text.story_id"], "article_text"),
        sa.UniqueConstraint("story_id", "id", name="article_story_id_id_unique"),
        sa.CheckConstraint("revisions >= 1", name="one_state_at_least"),
        later(["story_id"], ["story.id"], "article_story_id"), **ROWS,
    )  # fmt: skip
    op.create_index("article_first_seen_story_id", "article", ["first_seen", "story_id"])
    op.create_index("article_text_id_story_id", "article", ["text_id", "story_id"])
    op.create_table(
        "address", need("key", Text), need("article_id", Whole), sa.PrimaryKeyConstraint("key", name="address_key"),
        later(["article_id"], ["article.id"], "address_article_id"), **CLUSTERED,
    )  # fmt: skip
    op.create_table(
        "article_url", need("url", Text), need("article_id", Whole),
        sa.PrimaryKeyConstraint("url", "article_id", name="article_url_key"),
        later(["article_id"], ["article.id"], "article_url_article_id"), **CLUSTERED,
    )  # fmt: skip
    op.create_index("article_url_article_id", "article_url", ["article_id"])
    op.create_table(
        "revision", need("id", Whole), need("article_id", Whole), need("n", Whole), need("text_id", Whole),
        need("title", Text), need("seen_from", Whole), may("seen_to", Whole), need("changes", Text),
        may("furniture", Bytes), sa.PrimaryKeyConstraint("id", name="revision_key"),
        sa.UniqueConstraint("article_id", "n", name="revision_article_id_n_unique"),
        sa.CheckConstraint("n >= 1", name="first_is_one"),
        later(["article_id"], ["article.id"], "revision_article_id"),
        later(["text_id"], ["text.id"], "revision_text_id"), **ROWS,
    )  # fmt: skip
    op.create_index("revision_text_id_article_id", "revision", ["text_id", "article_id"])


def _records() -> None:
    op.create_table(
        "decision", need("id", Whole), need("at", Whole), need("kind", Text), need("story_id", Whole),
        may("article_id", Whole), may("other_story_id", Whole), need("facts", Text),
        sa.PrimaryKeyConstraint("id", name="decision_key"), later(["story_id"], ["story.id"], "decision_story_id"),
        later(["article_id"], ["article.id"], "decision_article_id"),
        later(["other_story_id"], ["story.id"], "decision_other_story_id"), **ROWS,
    )  # fmt: skip
    op.create_index("decision_story_id", "decision", ["story_id"])
    op.create_table(
        "rejected", need("url", Text), need("state", Text), need("reason", Text), need("detail", Text),
        may("title", Text), may("source", Text), need("first_seen", Whole), need("last_seen", Whole),
        may("retry_at", Whole), need("tries", Whole), sa.PrimaryKeyConstraint("url", name="rejected_key"), **CLUSTERED,
    )  # fmt: skip
    op.create_table(
        "run", need("id", Whole), may("started", Text), may("ended", Text), need("summary", Text),
        sa.PrimaryKeyConstraint("id", name="run_key"), **ROWS,
    )  # fmt: skip
    op.create_table(
        "params", need("name", Text), need("value", Text), sa.PrimaryKeyConstraint("name", name="params_key"),
        **CLUSTERED,
    )  # fmt: skip
    op.create_table(
        "meta", need("name", Text), need("value", Text), sa.PrimaryKeyConstraint("name", name="meta_key"), **CLUSTERED,
    )  # fmt: skip
