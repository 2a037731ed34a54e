"""A feed's answer -> the pages worth fetching, and the verdict on all other entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ingest import urls
from ingest.config import Topic
from ingest.feeds.identity import Sighting, match
from ingest.feeds.wrapped import opaque
from ingest.model import Item, ParsedFeed
from ingest.run.fate import Fate
from ingest.run.work import FeedWork, PageJob, Record, item_row
from ingest.topic import compile_topic
from store.base import Store
from store.model import ArticleRef, PageRow, Rejected


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed's entries, sorted: pages to fetch, and what is settled already."""

    jobs: list[PageJob]
    records: list[Record]


@dataclass(slots=True)
class Intake:
    """Sorts entries by what the store knows, and by what is on its way there: no address is asked for twice at once."""

    store: Store
    # Whether title and summary rule the topic out, so that the page is spared the fetch; None where all is kept.
    beside: Callable[[Item], bool] | None = None
    taken: set[str] = field(default_factory=set)  # addresses that feeds led to in this cycle
    under_way: set[str] = field(default_factory=set)  # those of them of which nothing is written yet

    def settled(self, url: str) -> None:
        """What became of an address that was asked for is written: the store knows it from here on."""
        self.under_way.discard(urls.address_key(url))

    def sort(self, feed: FeedWork, parsed: ParsedFeed, now: datetime) -> Listed:
        """Decide which entries need their page."""
        sightings = match(parsed.items, self.store.items(feed.row.id), feed_url=feed.row.url)
        known = _Known.of(self.store, sightings)
        listed = Listed([], [])
        new = [sighting for sighting in sightings if sighting.state == "new"]
        feed.fresh = len(new)
        feed.dates = tuple(sighting.item.published for sighting in new if sighting.item.published is not None)
        for sighting in sightings:
            verdict = self._verdict(sighting, known, now)
            if isinstance(verdict, str | Fate):
                url = sighting.url or f"{feed.row.url}#{sighting.key}"
                listed.records.append(
                    Record(
                        feed=feed,
                        item=item_row(feed, sighting),
                        url=url,
                        title=sighting.item.title,
                        outcome=verdict if isinstance(verdict, str) else None,
                        fate=verdict if isinstance(verdict, Fate) else None,
                        refused=known.refusals.get(url),
                    )
                )
            elif sighting.url is not None:
                self._take(urls.address_key(sighting.url))
                refused = known.refusals.get(sighting.url)
                page = known.pages.get(sighting.url) if urls.address_key(sighting.url) in known.articles else None
                listed.jobs.append(PageJob(feed, sighting, sighting.url, page, refused))
        return listed

    def again(self, feed: FeedWork, now: datetime) -> list[PageJob]:
        """The pages of an unchanged feed that were refused and may be asked again: its entries are remembered."""
        items = self.store.items(feed.row.id)
        if not items:  # somebody has removed the feed since it was claimed
            return []
        feed.read_at = max(item.last_seen for item in items)
        refusals = self.store.refusals([item.url for item in items if item.url])
        jobs = []
        for item in items:
            refused = refusals.get(item.url or "")
            if item.url is None or refused is None or refused.retry_at is None or refused.retry_at > now:
                continue
            key = urls.address_key(item.url)
            if item.last_seen < feed.read_at or key in self.under_way:
                continue
            self._take(key)
            told = Item(url=item.url, guid=item.guid, title=refused.title or "")
            sighting = Sighting(item=told, key=item.key, url=item.url, digest=item.digest, state="changed")
            jobs.append(PageJob(feed, sighting, item.url, refused=refused))
        return jobs

    def _take(self, key: str) -> None:
        self.taken.add(key)
        self.under_way.add(key)

    def _verdict(self, sighting: Sighting, known: _Known, now: datetime) -> str | Fate | None:
        """What becomes of an entry without its page; None: the page is needed."""
        if sighting.url is None:
            return Fate("rejected", "not-html", "the entry names no http(s) address")
        if (why := opaque(sighting.url)) is not None:
            if sighting.state == "unchanged" and sighting.url in known.refusals:
                return "unchanged"
            named = f"; it is by {sighting.item.publisher}" if sighting.item.publisher else ""
            return Fate("rejected", "opaque-link", why + named)
        if sighting.state == "repeat" or urls.address_key(sighting.url) in self.under_way:
            return "duplicate_url"
        refused = known.refusals.get(sighting.url)
        stored = urls.address_key(sighting.url) in known.articles
        if sighting.state == "changed" and stored:
            return None
        if sighting.state != "unchanged" and not stored and self.beside is not None and self.beside(sighting.item):
            return Fate("off_topic", "off-topic", "title and summary name nothing of the topic")
        if sighting.state == "changed":
            return None
        if refused is not None:
            if refused.retry_at is not None and refused.retry_at <= now:
                return None
            return "unchanged" if sighting.state == "unchanged" else "duplicate_url"
        if sighting.state == "unchanged":
            return "unchanged"
        return "duplicate_url" if stored else None


def in_language(parsed: ParsedFeed, known: str | None) -> ParsedFeed:
    """The entries in the language that is known of their feed, where they inherit the feed's own or none: somebody may
    have said that the feed says a wrong one. Pure."""
    if known is None or known == parsed.language:
        return parsed
    inherited = (None, parsed.language)
    items = (item._replace(language=known) if item.language in inherited else item for item in parsed.items)
    return parsed._replace(items=tuple(items))


def beside_the_topic(settings: Topic) -> Callable[[Item], bool] | None:
    """The judge that spares a page the fetch: only where title and a summary of some length name nothing at all.

    Measured on 812 on-topic articles of invented feeds, their cut copies among them: 5 are lost by it (0.6 %), and 59 %
    of the pages off the topic are not fetched. None where everything is kept.
    """
    if not settings.filter or not settings.terms:
        return None
    matcher = compile_topic(settings)
    return lambda item: matcher.judge(item.title, item.summary).confident_off


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store knows of the addresses in an answer."""

    articles: Mapping[str, ArticleRef]
    refusals: Mapping[str, Rejected]
    pages: Mapping[str, PageRow]

    @classmethod
    def of(cls, store: Store, sightings: list[Sighting]) -> _Known:
        found = [sighting.url for sighting in sightings if sighting.url is not None]
        return cls(
            store.known_urls([urls.address_key(url) for url in found]), store.refusals(found), store.pages(found)
        )
