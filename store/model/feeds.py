"""Feeds and the hosts they are on. Times are aware UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSpec:
    """A feed as somebody named it. `origin`: config (the file), added (the command), run (--feeds-from, --feed)."""

    url: str
    origin: Literal["config", "added", "run"]
    title: str | None = None
    outlet: str | None = None
    language: str | None = None
    interval: int | None = None  # seconds, as configured
    enabled: bool = True


class Turn(NamedTuple):
    """When a feed is asked next: as much as whoever looks at all feeds every few seconds needs."""

    url: str
    origin: str
    due_at: datetime
    last_polled: datetime | None


class FeedRow(NamedTuple):
    """What we know of a feed.

    A named tuple, because a tick makes 2,000 at once: frozen dataclasses take three times as long to make.
    """

    id: int
    url: str
    origin: str
    title: str | None
    outlet: str | None
    language: str | None
    interval: int | None
    enabled: bool
    disabled_reason: str | None  # gone (410), or what the user said
    etag: str | None
    last_modified: str | None
    body_hash: bytes | None  # sha256 of the last body that was parsed
    due_at: datetime
    last_polled: datetime | None
    last_success: datetime | None
    last_error: str | None
    last_error_class: str | None
    failures: int  # in a row
    entries_seen: int  # in the last answer
    entries_new: int  # since the feed was added
    moved_to: str | None  # target of a permanent redirect seen of late
    moved_seen: int  # how often in a row
    moved_since: datetime | None
    rhythm: Mapping[str, Any] = MappingProxyType({})  # what the schedule remembers; opaque to the store
    full: datetime | None = None  # last answer that was asked for without conditions
    gone_seen: int = 0  # 410 in a row
    depth: int = 0  # how many sitemap indexes stand above it
    leftover: bool = False  # its last answer was not worked through and is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedYield:
    """What a feed brought within a time."""

    url: str
    articles: int
    copies: int  # articles that stand behind another one of their story
    refused: Mapping[str, int]  # pages by reason


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOutcome:
    """How one poll ended; written after the feed's items."""

    feed_id: int
    polled: datetime
    due_at: datetime
    ok: bool
    error: str | None = None
    error_class: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: bytes | None = None
    title: str | None = None
    language: str | None = None
    entries_seen: int = 0
    entries_new: int = 0
    disable: str | None = None  # the reason, when the feed must not be asked again
    moved_to: str | None = None
    url: str | None = None  # the new URL, when a permanent move is taken over
    rhythm: Mapping[str, Any] | None = None  # None: what is remembered stays
    full: bool = False  # this answer was asked for without conditions
    gone: bool = False  # it said 410
    leftover: Leftover | None = None  # the answer, where entries of it are left for the next cycle


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """A feed's answer of which entries are left for the next cycle."""

    final_url: str
    content_type: str | None
    charset: str | None
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRow:
    """What a host asked of us. `host` is host or host:port, lower case."""

    host: str
    next_at: datetime | None = None  # spacing: not before
    retry_after: datetime | None = None  # not before, by its own word
    robots_status: int | None = None  # HTTP status, None while unreachable
    robots_body: bytes | None = None
    robots_fetched: datetime | None = None
    robots_expires: datetime | None = None
    address: str | None = None  # where it was connected to; the least of them where it has several
