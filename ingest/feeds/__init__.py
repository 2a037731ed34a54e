"""Bytes of a feed -> items, and which of them are new. Pure: no network, no clock, no files.

`parse_feed` reads RSS 0.9x/2.0, RDF, Atom 0.3/1.0, JSON Feed, news sitemaps, sitemaps and sitemap indexes, broken or
not; `read_feed_list` reads OPML and plain lists, `write_feed_list` writes OPML; `ingest.feeds.identity` says which
entries are new. Members load when first asked for: lxml costs 30 ms, feedparser 50 ms and is needed by few feeds.
"""

from __future__ import annotations

from ingest.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.feeds.gate import parse_feed
    from ingest.feeds.identity import KnownEntry, Sighting, match
    from ingest.feeds.opml import FeedList, ListedFeed, RefusedLine, read_feed_list, write_feed_list

__all__ = [
    "FeedList",
    "KnownEntry",
    "ListedFeed",
    "RefusedLine",
    "Sighting",
    "match",
    "parse_feed",
    "read_feed_list",
    "write_feed_list",
]

_ROOMS = {
    "parse_feed": "gate",
    "KnownEntry": "identity",
    "Sighting": "identity",
    "match": "identity",
    "FeedList": "opml",
    "ListedFeed": "opml",
    "RefusedLine": "opml",
    "read_feed_list": "opml",
    "write_feed_list": "opml",
}


def __getattr__(name: str) -> object:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
