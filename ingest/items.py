"""What a feed said: the types that leave `ingest.feeds`, handed on by `ingest.model` with all the others.

Named tuples in a file of their own, unlike the other values: the module that makes dataclasses takes 6 ms to import and
each frozen class 0.4, together a fifteenth of the time in which `ingest feeds test` reads 138 feeds.
"""

from __future__ import annotations

from ingest.typed import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

FeedFormat = Literal["rss", "atom", "rdf", "json", "sitemap", "sitemapindex"]


class Item(NamedTuple):
    """One entry as the feed said it. Texts are plain (tags removed, entities resolved, control characters gone)."""

    url: str | None  # absolute http(s); None when the entry names no usable address
    guid: str | None  # as printed, whitespace trimmed
    title: str = ""
    summary: str = ""
    content: str | None = None  # HTML of the full text where the feed carries it (content:encoded, Atom content, JSON)
    author: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None  # the entry's own, else the feed's; lower case ("de", "pt-br")
    publisher: str | None = None  # whose report it is, where a search feed or an aggregator says so (`<source>`)


class Wishes(NamedTuple):
    """How often a feed wants to be asked, by its own words."""

    every: int | None = None  # seconds at least between two polls
    skip_hours: frozenset[int] = frozenset()  # 0 to 23, UTC
    skip_days: frozenset[int] = frozenset()  # Monday is 0


class ParsedFeed(NamedTuple):
    """A feed's bytes as items, in the feed's order."""

    format: FeedFormat
    title: str
    language: str | None
    home: str | None  # the site's page, absolute
    items: tuple[Item, ...]
    sitemaps: tuple[str, ...] = ()  # of a sitemap index: the sitemaps it lists, newest first where dated
    wishes: Wishes = Wishes()
