"""What the parts of a run hand to each other: a feed being worked through, a page on its way, a record to write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from hashlib import sha256

from ingest import urls
from ingest.feeds.identity import Sighting
from ingest.model import NotModified, Page, Wishes
from ingest.outlets import OutletOf
from ingest.place import Incoming
from ingest.run.fate import Fate, Sight
from ingest.run.tasks import Extracted
from store.model import DueCheck, FeedOutcome, FeedRow, ItemRow, PageRow, Rejected


@dataclass(slots=True, eq=False)
class FeedWork:
    """One claimed feed. It is finished, and its ETag written, after the last of its entries."""

    row: FeedRow
    retries: bool = False  # a page it listed was refused and may be asked again by now, though the feed has not changed
    read_at: datetime | None = None  # one time for all entries of an answer, by which they are known to belong together
    pending: int = 0  # entries whose page is still under way
    listed: bool = False  # its entries are known
    deferred: bool = False  # an entry was left for the next cycle: this answer must be read again
    cut_short: bool = False  # and that was our doing, since the run was over: it is read again soon
    full: bool = False  # it was asked without conditions
    later: datetime | None = None  # until then a host that it leads to wants to be left alone
    answer: Page | NotModified | None = None  # as the server gave it
    page: Page | None = None  # the answer that is read: the server's, or the one that was kept
    fresh: int = 0  # entries that were not known
    dates: tuple[datetime, ...] = ()  # when those were published, as they say
    wishes: Wishes | None = None  # None: the answer was not read
    title: str | None = None
    language: str | None = None
    items: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, eq=False)
class PageJob:
    """A page to fetch for an entry of a feed."""

    feed: FeedWork
    sighting: Sighting
    url: str  # canonical
    known: PageRow | None = None
    refused: Rejected | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What becomes of one entry, to be written together: exactly one of `incoming`, `fate`, `outcome` is set."""

    feed: FeedWork
    item: ItemRow | None  # None: not to be remembered, so that the next cycle meets it anew
    url: str
    title: str = ""
    incoming: Incoming | None = None
    fate: Fate | None = None
    outcome: str | None = None  # unchanged, duplicate_url, deferred
    page: PageRow | None = None
    refused: Rejected | None = None  # what was recorded before
    looked_at: str | None = None  # the page of a stored article that was asked for and has not changed
    asked: bool = False  # its page was asked for, or would have been


@dataclass(frozen=True, slots=True)
class Looked:
    """What a second look at a stored article's page found."""

    due: DueCheck
    sight: Sight
    _: KW_ONLY
    incoming: Incoming | None = None  # the article, where the page's bytes are other ones
    page: PageRow | None = None
    detail: str = ""
    until: datetime | None = None  # nothing was found: the host wants to be left alone until then


@dataclass(frozen=True, slots=True)
class Finished:
    """A feed's last word, written after its entries."""

    feed: FeedWork
    outcome: FeedOutcome


def item_row(feed: FeedWork, sighting: Sighting) -> ItemRow:
    """An entry as it will be remembered."""
    assert feed.read_at is not None  # noqa: S101 -- entries come from an answer that was read; for the type checker
    return ItemRow(
        feed_id=feed.row.id,
        key=sighting.key,
        url=sighting.url,
        guid=sighting.item.guid,
        digest=sighting.digest,
        first_seen=feed.read_at,
        last_seen=feed.read_at,
    )


def page_row(url: str, page: Page) -> PageRow:
    """An answer as it will be remembered, under the canonical URL that was asked for."""
    return PageRow(
        url=url,
        final_url=page.final_url,
        status=page.status,
        etag=page.etag,
        last_modified=page.last_modified,
        body_hash=sha256(page.body).digest(),
        fetched=page.fetched_at,
    )


def incoming(found: Extracted, outlet: OutletOf, *, asked: Iterable[str | None], source: str | None) -> Incoming:
    """An extracted article on its way to its story. `asked`: the addresses it was asked for under, in turn."""
    return Incoming(
        article=found.article,
        prints=found.prints,
        outlet=outlet.name,
        owner=outlet.owner,
        kind=outlet.kind,
        agency=outlet.agency,
        asked=tuple(dict.fromkeys(url for url in asked if url and urls.is_http(url))),
        source=source,
        on_topic=found.on_topic,
        topic_hits=found.topic_hits,
    )
