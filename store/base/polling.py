"""What polling leaves behind: entries, pages, refusals, later looks, feeds and hosts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any, Protocol

from store.model import (
    ArticleRef,
    Check,
    DueCheck,
    FeedOutcome,
    FeedRow,
    FeedSpec,
    FeedYield,
    HostRow,
    ItemRow,
    Leftover,
    PageRow,
    Rejected,
    Turn,
)


class Polling(Protocol):
    """What a transaction keeps of feeds and servers, beside the articles."""

    def reject(self, rejected: Rejected) -> None:
        """Record or renew a refusal: first_seen stays, tries adds up."""

    def accept(self, urls: Sequence[str]) -> None:
        """Forget refusals of these URLs: an article was stored for them."""

    def save_items(self, items: Sequence[ItemRow]) -> None:
        """Insert or renew entries; first_seen stays."""

    def save_pages(self, pages: Sequence[PageRow]) -> None:
        """Insert or replace the last answer of each URL."""

    def check_of(self, article_id: int) -> Check | None:
        """When an article's page is looked at again; None where it never is."""

    def check_at(self, url: str) -> Check | None:
        """The same by the page's URL (as in `PageRow`)."""

    def save_checks(self, checks: Sequence[Check]) -> None:
        """Insert or replace; a page that another article had before is taken from it."""

    def finish_feed(self, outcome: FeedOutcome) -> None:
        """End a poll and its lease; nothing for a feed that was removed since. With `ok`, an outcome that brings any
        of etag, last_modified and body_hash replaces all three and entries_seen (a new body); without any they stay
        (304). `entries_new` adds up. Title and language are what the feed says of itself: they stand where nobody else
        said one. When the new `url` is another feed's already, this feed is disabled with that reason; else what was
        refused follows it there. `leftover` is kept until an outcome with `ok` comes without one."""

    def save_hosts(self, hosts: Sequence[HostRow]) -> None:
        """Insert or replace whole rows."""


class Schedule(Protocol):
    """What is asked next: feeds, entries and pages as they are known, outside a transaction."""

    # Feeds and hosts
    def add_feeds(self, feeds: Sequence[FeedSpec], *, now: datetime, complete: bool = False) -> int:
        """Add feeds that are not known yet, and keep what is said of them and by whom (`origin`); how many were new.

        On each of title, outlet, language and interval the configuration's word stands first, then that of who added
        the feed, then that of a list for one run, then the feed's own. The configuration's word is what it says now;
        others add to what they said before. `complete`: these are all that it names, and what it said of others is
        taken back: they are as they were added, or as if nothing had been said.

        A feed disabled as gone stays disabled; one that the configuration disabled comes back with it. A feed named for
        one run (`origin` run) keeps the origin it had."""

    def added_feeds(self) -> list[str]:
        """The feeds that were added by hand, also those that the configuration names as well."""

    def feeds(self) -> list[FeedRow]:
        """All feeds, in the order in which they were added."""

    def turns(self) -> list[Turn]:
        """When each enabled feed is asked next, in the order of `feeds`, at a fifth of its cost."""

    def sitemaps_below(self, urls: Sequence[str]) -> list[str]:
        """The sitemaps that these feeds list while they are on, and those that these list in turn."""

    def list_sitemaps(self, feed_id: int, urls: Sequence[str], *, now: datetime) -> list[str]:
        """Make these, and no others, the sitemaps that a feed lists. New ones become feeds (`origin` sitemap) that are
        due at once; those that it lists no longer are forgotten, with their own; an address that is a feed already
        stays what it is. The addresses, those that have moved as those they moved to."""

    def present_urls(self, urls: Sequence[str]) -> list[str]:
        """The same addresses in the same order, those that a feed has moved from as those it moved to."""

    def remove_feeds(self, urls: Sequence[str]) -> int:
        """Forget feeds and their entries; how many there were. Articles stay."""

    def switch_feeds(self, urls: Sequence[str], *, off: str | None, now: datetime) -> int:
        """Disable feeds for the reason `off`, or (None) enable them; one that was off is due at once. How many there
        were."""

    def claim_feeds(
        self, *, now: datetime, lease: float, rest: int, owner: str, urls: Sequence[str] | None, force: bool, limit: int
    ) -> list[FeedRow]:
        """Take enabled feeds that are due (or all, with `force`) and leased to nobody else, as they were before;
        `urls` narrows to these. Seconds of `lease` protect them from a second claim; `finish_feed` ends it. Whatever
        happens to who claimed them, they are due again `rest` seconds from now at the earliest, or after the interval
        that is configured where it is shorter."""

    def release_feeds(self, feeds: Mapping[int, datetime | None]) -> None:
        """Give claimed feeds (ids) back unfinished: due when it says, None: as claiming them left it."""

    def leftover(self, feed_id: int) -> Leftover | None:
        """A feed's answer that was not worked through; None where there is none."""

    def due_retries(self, *, now: datetime) -> Set[int]:
        """Feeds (ids) that listed, when they were last read, an entry whose refusal may be asked again by now."""

    def resting_hosts(self, *, after: datetime, until: datetime) -> Set[str]:
        """The hosts that want to be left alone until some time between these two."""

    def hosts(self) -> list[HostRow]:
        """What every host asked of us."""

    def feed_yields(self, *, since: datetime) -> list[FeedYield]:
        """What every feed brought since then, in the order of `feeds`: articles, copies among them, refusals."""

    def due_checks(self, *, now: datetime, limit: int, per_host: int) -> list[DueCheck]:
        """Pages of articles to look at again by now, the longest due first, up to `limit`, `per_host` of each host."""

    def first_check(self) -> datetime | None:
        """When the first page is to be looked at again; None where there is none."""

    # What is known
    def items(self, feed_id: int) -> list[ItemRow]:
        """Every entry known of a feed."""

    def known_urls(self, keys: Sequence[str]) -> Mapping[str, ArticleRef]:
        """As `Placing.articles_at`, outside a transaction."""

    def pages(self, urls: Sequence[str]) -> Mapping[str, PageRow]:
        """The last answers of those URLs that were asked."""

    def refusals(self, urls: Sequence[str]) -> Mapping[str, Rejected]:
        """The refusals of those URLs that were refused."""

    def record_run(self, summary: Mapping[str, Any]) -> int:
        """Keep a run's summary (JSON-ready, the contract's run summary); its number."""
