"""The types that travel, each named for its moment: what the feed said, what the server sent, what was written.

All times are aware UTC. None means: nobody said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from ingest.items import FeedFormat, Item, ParsedFeed, Wishes

__all__ = (
    "FAILURES",
    "REJECTIONS",
    "Article",
    "FeedFormat",
    "Hop",
    "Item",
    "NotModified",
    "Page",
    "ParsedFeed",
    "PublishedFrom",
    "TopicHit",
    "Validators",
    "Wishes",
)

PublishedFrom = Literal["json-ld", "meta", "feed", "time", "url", "none"]

# What speaks for the topic: group, matched text as printed, where it stands, number of its first word there from 1.
TopicHit = tuple[str, str, Literal["title", "text"], int]

# Why a page is no article (class `rejected`), as printed in exports.
REJECTIONS: Final = (
    "stub", "consent", "paywall", "soft-404", "script-only", "login", "captcha", "listing", "too-short", "too-large",
    "not-html", "robots", "blocked", "opaque-link",
)  # fmt: skip
# Why fetching or extracting an article failed (class `failed`).
FAILURES: Final = ("fetch-error", "extract-error", "quarantined", "gone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One redirect that was followed."""

    url: str  # the URL that answered with the redirect
    status: int  # 301, 302, 303, 307 or 308


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the server sent for a URL, content-coding undone, never more than the cap, never in part."""

    url: str  # as asked
    final_url: str  # after redirects
    status: int
    body: bytes
    content_type: str | None  # media type alone, lower case
    charset: str | None  # from the Content-Type header alone
    etag: str | None
    last_modified: str | None
    fetched_at: datetime
    hops: tuple[Hop, ...] = ()
    max_age: int | None = None  # seconds for which the server calls it fresh (Cache-Control)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """304: what we hold is what the server has. A value, not an error."""

    url: str
    final_url: str
    fetched_at: datetime
    hops: tuple[Hop, ...] = ()
    max_age: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a conditional request sends along."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What was written: one page's article, before anything is known about its story."""

    url: str  # where it was found: final URL of the page, canonicalised
    canonical_claim: str | None  # rel=canonical (or og:url, JSON-LD url) as the page says, absolute; not yet trusted
    title: str
    text: str  # paragraphs separated by one newline; never empty: extract() raises NoArticle instead
    furniture: tuple[str, ...] = ()  # blocks that were cut, in page order; learned ones last
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    published_from: PublishedFrom = "none"
    modified: datetime | None = None
    language: str | None = None
    publisher: str | None = None  # the name the page gives itself
    free: bool | None = None  # False: the publisher marks it as paid
    agency: str | None = None  # dpa, AFP, Reuters, ...
    agency_id: str | None = None  # as printed
    agency_credit: Literal["full", "partial", "release"] | None = None  # the agency's text, or made with its material
    agencies: tuple[str, ...] = ()  # all that are credited, `agency` first
    based_on: str | None = None  # the address or name of the source that the page's head states
    partial: bool = False  # known to be less than the whole text: a paid stub, an excerpt
    text_from: Literal["page", "feed"] = "page"  # where the text was read; a feed's stands in for a closed page
    words: int = field(default=0)  # tokens of `text`
