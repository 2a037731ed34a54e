"""What feeds list and servers send: entries, pages, when a page is looked at again, and refusals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

RejectedClass = Literal["rejected", "off_topic", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """An entry of a feed as we last saw it. `key` is the entry's identity within the feed."""

    feed_id: int
    key: str
    url: str | None  # canonical
    guid: str | None
    digest: bytes  # of title, summary, content and updated time: another digest means the entry changed
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRow:
    """The last answer for a page's URL: for conditional requests and for what is asked again and when."""

    url: str  # canonical form of the URL asked
    final_url: str
    status: int
    etag: str | None
    last_modified: str | None
    body_hash: bytes | None
    fetched: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """When an article's page is looked at again, and what was found there of late."""

    article_id: int
    url: str  # of the page, as in `PageRow`
    due_at: datetime | None  # None: never again
    checked: datetime  # when it was asked last
    changed: datetime  # when its text was first seen as it is
    missing: int = 0  # how often in a row the page was not there
    gone: datetime | None = None  # since when it is not there
    walled: datetime | None = None  # since when its text must be paid for


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCheck:
    """A page to look at again, with what is known of the article on it."""

    check: Check
    page: PageRow
    title: str
    language: str | None
    outlet: str
    source: str | None  # feed URL
    words: int
    story_id: int
    authors: tuple[str, ...]
    published: datetime | None  # where the feed said it


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A page that is not kept, and why. Asked again from `retry_at` on; None means never."""

    url: str
    state: RejectedClass
    reason: str
    detail: str
    title: str | None = None
    source: str | None = None  # feed URL
    first_seen: datetime
    last_seen: datetime
    retry_at: datetime | None = None
    tries: int = 1
