"""The tables, as SQLAlchemy metadata: the one description that migrations are checked against.

Every key that points to a story, text or article has an index: a row that is added while a deferred key is open is
looked for in all tables that may point to it.

Every table is STRICT, so only INTEGER, TEXT, REAL and BLOB are used (SQLAlchemy's Boolean, DateTime, Float and
BigInteger render as names that STRICT refuses). Times are microseconds (see `store.encode`); lists and mappings are
JSON text.

Laws held here: an article stands in the story of its current text (`article_text`), a live story has a canonical
article, which is its member (`story_canonical`, `canonical_or_merged`). Both keys point around in circles, so they are
checked at the end of a transaction. A story begins with canonical 0, which no article has: it cannot be committed
before its canonical article is set.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    REAL,
    TEXT,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    literal_column,
)
from sqlalchemy.dialects.sqlite import BLOB, INTEGER
from sqlalchemy.types import TypeEngine

Whole: TypeEngine[int] = BigInteger().with_variant(INTEGER(), "sqlite")
Bytes: TypeEngine[bytes] = LargeBinary().with_variant(BLOB(), "sqlite")
Real: TypeEngine[float] = REAL()
Text: TypeEngine[str] = TEXT()

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_unique",
        "ck": "%(constraint_name)s",
        "fk": "%(table_name)s_%(column_0_N_name)s",
        "pk": "%(table_name)s_key",
    }
)


def _key() -> Column[int]:
    return Column("id", Whole, primary_key=True)


def _need(name: str, kind: TypeEngine[int] | TypeEngine[bytes] | TypeEngine[float] | TypeEngine[str]) -> Column[object]:
    return Column(name, kind, nullable=False)


def _may(name: str, kind: TypeEngine[int] | TypeEngine[bytes] | TypeEngine[float] | TypeEngine[str]) -> Column[object]:
    return Column(name, kind)


def _of(name: str, target: str, *, primary_key: bool = False, nullable: bool = False) -> Column[object]:
    """A reference, checked at the end of the transaction."""
    reference = ForeignKey(target, deferrable=True, initially="DEFERRED")
    return Column(name, Whole, reference, primary_key=primary_key, nullable=nullable)


def _part(name: str, kind: TypeEngine[int] | TypeEngine[str]) -> Column[object]:
    """A column of a primary key without a row number of its own."""
    return Column(name, kind, primary_key=True, nullable=False, autoincrement=False)


ROWS: dict[str, Any] = {"sqlite_strict": True}
# Rows live in the primary key itself: no second copy of the key, no row number.
CLUSTERED: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}

feed = Table(
    "feed", metadata, _key(), _need("url", Text), _need("origin", Text), _may("title", Text), _may("outlet", Text),
    _may("language", Text), _may("interval", Whole), _need("enabled", Whole), _may("disabled_reason", Text),
    _may("etag", Text), _may("last_modified", Text), _may("body_hash", Bytes), _need("due_at", Whole),
    _may("last_polled", Whole), _may("last_success", Whole), _may("last_error", Text), _may("last_error_class", Text),
    _need("failures", Whole), _need("entries_seen", Whole), _need("entries_new", Whole), _may("moved_to", Text),
    _need("moved_seen", Whole), _may("moved_since", Whole), _may("lease_owner", Text), _may("lease_until", Whole),
    UniqueConstraint("url"), **ROWS,
)  # fmt: skip
host = Table(
    "host", metadata, _part("host", Text), _may("next_at", Whole), _may("retry_after", Whole),
    _may("robots_status", Whole), _may("robots_body", Bytes), _may("robots_fetched", Whole),
    _may("robots_expires", Whole), **ROWS,
)  # fmt: skip
# Where a host stood when it was last connected to: hosts that share an address share its budget.
place = Table("place", metadata, _part("host", Text), _need("address", Text), **CLUSTERED)
item = Table(
    "item", metadata, _of("feed_id", "feed.id", primary_key=True), _part("key", Text), _may("url", Text),
    _may("guid", Text), _need("digest", Bytes), _need("first_seen", Whole), _need("last_seen", Whole), **CLUSTERED,
)  # fmt: skip
page = Table(
    "page", metadata, _part("url", Text), _need("final_url", Text), _need("status", Whole), _may("etag", Text),
    _may("last_modified", Text), _may("body_hash", Bytes), _need("fetched", Whole), **CLUSTERED,
)  # fmt: skip
# How a feed is asked, beside what it is: the schedule's own words (JSON, opaque here), the last answer that was asked
# for without conditions, and how often in a row it said that it is gone.
rhythm = Table(
    "rhythm", metadata, _of("feed_id", "feed.id", primary_key=True), _need("facts", Text), _may("full", Whole),
    _need("gone_seen", Whole), **ROWS,
)  # fmt: skip
# Who said what of a feed: 0 the configuration, 1 whoever added it, 2 a list for one run, 3 the feed itself. The first
# word on each point stands in the feed's row.
naming = Table(
    "naming", metadata, _of("feed_id", "feed.id", primary_key=True), _part("who", Whole), _may("title", Text),
    _may("outlet", Text), _may("language", Text), _may("interval", Whole), **CLUSTERED,
)  # fmt: skip
# Addresses that feeds have moved from: who still names one means the feed that moved.
former = Table("former", metadata, _part("url", Text), _of("feed_id", "feed.id"), **CLUSTERED)
# The sitemaps that a sitemap index lists are feeds below it; `depth` is 1 where nothing lists the index in turn.
listed_sitemap = Table(
    "listed_sitemap", metadata, _of("feed_id", "feed.id", primary_key=True), _of("parent_id", "feed.id"),
    _need("depth", Whole), Index(None, "parent_id"), **ROWS,
)  # fmt: skip
# A feed's answer of which entries are left for the next cycle: whoever knows its validators hears "not modified", and
# would never see those entries again.
leftover = Table(
    "leftover", metadata, _of("feed_id", "feed.id", primary_key=True), _need("final_url", Text),
    _may("content_type", Text), _may("charset", Text), _need("frame", Bytes), **ROWS,
)  # fmt: skip

story = Table(
    "story", metadata, _key(), _may("canonical_id", Whole), _need("canonical_reason", Text),
    _of("merged_into", "story.id", nullable=True), _need("created", Whole),
    # Derived from the members at the end of each transaction, so that lists need not visit them all.
    _need("title", Text), _of("search_text_id", "text.id", nullable=True), _need("articles", Whole),
    _need("outlets", Whole),    _may("first_published", Whole), _need("newest", Whole), _need("last_seen", Whole),
    CheckConstraint("(canonical_id IS NULL) = (merged_into IS NOT NULL)", name="canonical_or_merged"),
    CheckConstraint("merged_into <> id", name="merged_elsewhere"),
    ForeignKeyConstraint(
        ["canonical_id", "id"], ["article.id", "article.story_id"], name="story_canonical", deferrable=True,
        initially="DEFERRED",
    ),
    # The first also finds the story when its canonical article moves; `newest` and `last_seen` serve lists.
    Index(None, "canonical_id"), Index(None, "merged_into"), Index(None, "newest"), Index(None, "last_seen"),
    Index(None, "search_text_id"),
    # Whether one of twenty stories is large is asked for every article.
    Index("story_large", "id", "articles", "outlets", sqlite_where=literal_column("articles >= 12")), **ROWS,
)  # fmt: skip
text = Table(
    "text", metadata, _key(), _need("sha256", Bytes), _need("words", Whole), _need("first_seen", Whole),
    _of("story_id", "story.id"), _need("sketch", Whole),
    UniqueConstraint("sha256"), UniqueConstraint("story_id", "id"),
    # A sample of a story is spread by content hash; without the index a story of 50,000 texts is read whole.
    Index(None, "story_id", "sha256"), **ROWS,
)  # fmt: skip
# In which story each text stands, once more, a row for each block of texts (see `store.standing`).
standing = Table("standing", metadata, _part("block", Whole), _need("stories", Bytes), **ROWS)
# Beside `text`, not in it: moving a text to another story rewrites 60 bytes, not 3 KB.
fingerprint = Table(
    "fingerprint", metadata, _of("text_id", "text.id", primary_key=True), _need("shingles", Bytes),
    _need("features", Bytes), **ROWS,
)  # fmt: skip
# Empty so far: no dictionary has been trained, and no body refers to one.
dictionary = Table("dictionary", metadata, _key(), _need("bytes", Bytes), _need("created", Whole), **ROWS)
body = Table(
    "body", metadata, _of("text_id", "text.id", primary_key=True), _of("dictionary_id", "dictionary.id", nullable=True),
    _need("frame", Bytes), **ROWS,
)  # fmt: skip
posting = Table("posting", metadata, _part("band", Whole), _part("text_id", Whole), **CLUSTERED)
# What was posted of late, a row a text, and the last text of which each part of the bands went to `posting` (see
# `store.postings`).
fresh_posting = Table("fresh_posting", metadata, _part("text_id", Whole), _need("bands", Bytes), **ROWS)
posting_part = Table("posting_part", metadata, _part("part", Whole), _need("upto", Whole), **ROWS)
# Which bands nobody has, by part (see `store.filters`).
posting_filter = Table("posting_filter", metadata, _part("part", Whole), _need("bits", Bytes), **ROWS)
# How common each shingle is (see `store.frequencies`): pages of cells, and what was counted since they were written.
# `articles` is how many had been counted by then.
frequency_page = Table(
    "frequency_page", metadata, _part("page", Whole), _need("articles", Whole), _need("halved", Whole),
    _need("cells", Bytes), **ROWS,
)  # fmt: skip
frequency_log = Table(
    "frequency_log", metadata, _part("articles", Whole), _need("lengths", Bytes), _need("shingles", Bytes), **ROWS
)
# Articles in which a block of text was met that another article had before (see `store.tables.blocks`).
occurrence = Table("occurrence", metadata, _part("block", Whole), _part("article_id", Whole), **CLUSTERED)
link = Table(
    "link", metadata, _of("a", "text.id", primary_key=True), _of("b", "text.id", primary_key=True),
    _need("linked", Whole), _need("rule", Text), _need("score", Real), _need("containment_a", Real),
    _need("containment_b", Real), _need("jaccard", Real), _need("shared", Whole), _need("version", Whole),
    CheckConstraint("a < b", name="lower_first"), CheckConstraint("linked IN (0, 1)", name="linked_or_not"),
    Index(None, "b", "linked"), **CLUSTERED,
)  # fmt: skip
# Numbers of agencies' dispatches, in one spelling each, and the texts of articles that print them: the other direction
# is what a comparison asks.
dispatch = Table(
    "dispatch", metadata, _part("number", Text), _of("text_id", "text.id", primary_key=True), Index(None, "text_id"),
    **CLUSTERED,
)  # fmt: skip
# Pairs that were weighed again, and how many texts were stored by then; of all others the later text's number says it.
weighing = Table("weighing", metadata, _part("a", Whole), _part("b", Whole), _need("texts", Whole), **CLUSTERED)
reuse = Table(
    "reuse", metadata, _of("text_id", "text.id", primary_key=True), _of("other_text_id", "text.id", primary_key=True),
    _need("words", Whole), _need("share", Real), CheckConstraint("text_id <> other_text_id", name="two_texts"),
    Index(None, "other_text_id"), **CLUSTERED,
)  # fmt: skip

article = Table(
    "article", metadata, _key(), _need("url", Text), _need("text_id", Whole), _of("story_id", "story.id"),
    _need("title", Text), _need("authors", Text), _may("published", Whole), _need("published_from", Text),
    _may("modified", Whole), _need("first_seen", Whole), _need("last_seen", Whole), _may("language", Text),
    _need("outlet", Text), _may("owner", Text), _may("source", Text), _may("free", Whole), _need("seed", Whole),
    _may("agency", Text), _may("agency_id", Text), _need("words", Whole), _need("on_topic", Whole),
    _may("on_topic_from", Text), _need("topic_hits", Text), _may("canonical_claim", Text), _need("revisions", Whole),
    _need("relation", Text), _need("ordering", Text), _need("copied_share", Real), _need("canonical_share", Real),
    ForeignKeyConstraint(
        ["text_id", "story_id"], ["text.id", "text.story_id"], name="article_text", deferrable=True,
        initially="DEFERRED",
    ),
    UniqueConstraint("story_id", "id"),
    CheckConstraint("revisions >= 1", name="one_state_at_least"),
    Index(None, "text_id", "story_id"), Index(None, "first_seen", "story_id"), **ROWS,
)  # fmt: skip
# What is said of where an article's text comes from, where there is anything to say: one row in five. Beside `article`,
# whose columns were there before.
provenance = Table(
    "provenance", metadata, _of("article_id", "article.id", primary_key=True), _need("kind", Text),
    _may("credit", Text), _need("agencies", Text), _may("based_on", Text), _need("partial", Whole),
    CheckConstraint("kind IN ('publisher', 'agency', 'aggregator', 'press-release')", name="known_outlet_kind"),
    CheckConstraint("credit IN ('full', 'partial', 'release')", name="known_credit"),
    CheckConstraint("partial IN (0, 1)", name="partial_or_not"), **ROWS,
)  # fmt: skip
# Articles whose text was read in their feed, because their page is closed.
fed = Table("fed", metadata, _of("article_id", "article.id", primary_key=True), **ROWS)
# Which article an address leads to now; its key folds the spellings that mean one address.
address = Table(
    "address", metadata, _part("key", Text), _of("article_id", "article.id"), Index(None, "article_id"), **CLUSTERED
)
# Every URL an article was seen under, kept also where the address started over.
article_url = Table(
    "article_url", metadata, _part("url", Text), _of("article_id", "article.id", primary_key=True),
    Index(None, "article_id"), **CLUSTERED,
)  # fmt: skip
revision = Table(
    "revision", metadata, _key(), _of("article_id", "article.id"), _need("n", Whole), _of("text_id", "text.id"),
    _need("title", Text), _need("seen_from", Whole), _may("seen_to", Whole), _need("changes", Text),
    _may("furniture", Bytes), UniqueConstraint("article_id", "n"), CheckConstraint("n >= 1", name="first_is_one"),
    Index(None, "text_id", "article_id"), **ROWS,
)  # fmt: skip
# When an article's page is looked at again: one page an article, however many addresses lead to it.
recheck = Table(
    "recheck", metadata, _of("article_id", "article.id", primary_key=True), _need("url", Text), _may("due_at", Whole),
    _need("checked", Whole), _need("changed", Whole), _need("missing", Whole), _may("gone", Whole),
    _may("walled", Whole), UniqueConstraint("url"), Index(None, "due_at"), **ROWS,
)  # fmt: skip

decision = Table(
    "decision", metadata, _key(), _need("at", Whole), _need("kind", Text), _of("story_id", "story.id"),
    _of("article_id", "article.id", nullable=True), _of("other_story_id", "story.id", nullable=True),
    _need("facts", Text), Index(None, "story_id"), Index(None, "article_id"), Index(None, "other_story_id"), **ROWS,
)  # fmt: skip
# What an analyst ruled. The machine keeps to it while it is in force: `undone_by` is null. `ruled` has its articles;
# the sides are those of a merge (the two stories) or of a split (0 left, 1 stayed).
ruling = Table(
    "ruling", metadata, _of("decision_id", "decision.id", primary_key=True), _need("kind", Text), _need("who", Text),
    _need("note", Text), _of("undoes", "ruling.decision_id", nullable=True),
    _of("undone_by", "ruling.decision_id", nullable=True),
    CheckConstraint("kind IN ('tied', 'parted', 'pinned', 'undone')", name="known_kind"),
    CheckConstraint("(kind = 'undone') = (undoes IS NOT NULL)", name="undone_names_a_ruling"), **ROWS,
)  # fmt: skip
ruled = Table(
    "ruled", metadata, _of("decision_id", "ruling.decision_id", primary_key=True),
    _of("article_id", "article.id", primary_key=True), _need("side", Whole),
    CheckConstraint("side IN (0, 1)", name="one_of_two_sides"), Index(None, "article_id"), **CLUSTERED,
)  # fmt: skip
rejected = Table(
    "rejected", metadata, _part("url", Text), _need("state", Text), _need("reason", Text), _need("detail", Text),
    _may("title", Text), _may("source", Text), _need("first_seen", Whole), _need("last_seen", Whole),
    _may("retry_at", Whole), _need("tries", Whole), **CLUSTERED,
)  # fmt: skip
run = Table("run", metadata, _key(), _may("started", Text), _may("ended", Text), _need("summary", Text), **ROWS)
params = Table("params", metadata, _part("name", Text), _need("value", Text), **CLUSTERED)
meta = Table("meta", metadata, _part("name", Text), _need("value", Text), **CLUSTERED)
