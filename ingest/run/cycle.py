"""One cycle. Threads wait for the network, processes parse and extract, this thread decides and writes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ingest.config import Config
from ingest.fetch import Crawl, Fetcher, Outcome, Request
from ingest.fetch.schedule import wants_full
from ingest.model import Validators
from ingest.place import Desk
from ingest.run.feed_answers import FeedAnswers
from ingest.run.intake import Intake, beside_the_topic
from ingest.run.loop import Loop
from ingest.run.page_answers import PageAnswers
from ingest.run.rechecks import Rechecks
from ingest.run.room import Room
from ingest.run.round import Round
from ingest.run.summary import Summary
from ingest.run.work import FeedWork, Finished, PageJob, Record
from ingest.run.writer import Writer
from ingest.workers import Workers
from store.base import Store
from store.model import DueCheck, FeedRow

# Seconds a claim protects a feed. The cycle lock already keeps two cycles apart; the lease serves stores that many
# machines share, and ends by itself after a crash.
LEASE = 900.0
OWNER = "cycle"
# Feeds polled in one cycle; ten times the largest list a single machine has been asked to watch.
MAX_FEEDS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What one call of `ingest run` asks for. `only` narrows the cycle to these feed URLs. `recheck`: look at the pages
    of stored articles again that are due, until `recheck_until` where the feeds are through before. `joining` is asked
    at every turn for feeds that have fallen due meanwhile. Once `enough` says so, nothing more is begun; what waits is
    left for the next cycle."""

    only: Sequence[str] | None = None
    force: bool = False
    recheck: bool = True
    recheck_until: datetime | None = None
    joining: Callable[[], Sequence[str]] = field(default=lambda: ())
    enough: Callable[[], bool] = field(default=lambda: False)
    progress: Callable[[Summary, int], None] = field(default=lambda _summary, _pending: None)


class Cycle:
    """A run over the feeds that are due. `stop` ends it soon; what is left is deferred to the next."""

    def __init__(
        self, store: Store, config: Config, *, clock: Callable[[], datetime], stop: threading.Event, options: Options
    ) -> None:
        self._store = store
        self._config = config
        self._clock = clock
        self._stop = stop
        self._options = options
        self._room = Room(config.store)
        self._under_way: dict[int, FeedWork] = {}  # claimed feeds (by id) of which nothing is written yet
        self.summary = Summary(clock())

    def run(self, workers: Workers) -> Summary:
        """Claim, fetch, read, extract, place. Raises StoreError; a bad feed or page is counted, not raised.

        After an error, workers may still be at tasks of this cycle: close them.
        """
        config = self._config
        self._room.check()
        claimed = self._claim(self._options.only, force=self._options.force)
        asked: Set[object] = frozenset()
        try:
            with (
                Fetcher(config.fetch, clock=self._clock, hosts=self._store.hosts(), stop=self._stop) as fetcher,
                fetcher.crawl() as crawl,
            ):
                asked = crawl.begun
                writer = Writer(
                    self._store, self._desk(), self.summary, hosts=fetcher.changed_hosts, room=self._room.check,
                    steps=config.fetch.recheck, written=self._written,
                )  # fmt: skip
                self._intake = intake = Intake(self._store, beside=beside_the_topic(config.topic))
                self._loop = loop = Loop(crawl, workers, answered=self._answered, stop=self._stop)
                round_ = Round(config, self._clock, self._stop, self.summary, intake, writer, loop)
                self._rechecks = Rechecks(
                    round_,
                    self._due_checks(),
                    polled={feed.row.url for feed in claimed},
                    until=self._options.recheck_until,
                )
                self._feeds = FeedAnswers(round_, ended=self._rechecks.settled, join=self._join)
                self._pages = PageAnswers(round_, settle=self._feeds.settle)
                self._poll(claimed, crawl, loop, writer)
        finally:
            self._give_back(asked)
        self.summary.ended = self._clock()
        if self.summary.balance():
            raise AssertionError(f"entries do not add up: {self.summary.as_dict()['items']}")
        return self.summary

    def _desk(self) -> Desk:
        return Desk(rules=self._config.dedupe, filter_topic=self._config.topic.filter, now=self._clock)

    def _due_checks(self) -> Sequence[DueCheck]:
        fetch = self._config.fetch
        if not self._options.recheck or not fetch.recheck:
            return ()
        # No more of one host than it can be asked for in the time that there is.
        most = int(fetch.recheck_seconds / max(fetch.spacing, 0.1)) + 1
        return self._store.due_checks(now=self._clock(), limit=fetch.recheck_pages, per_host=most)

    def _claim(self, urls: Sequence[str] | None, *, force: bool) -> list[FeedWork]:
        """Feeds that are due and that this cycle is not at already."""
        rows = self._store.claim_feeds(
            now=self._clock(), lease=LEASE, rest=self._config.fetch.min_interval, owner=OWNER, urls=urls, force=force,
            limit=MAX_FEEDS,
        )  # fmt: skip
        retries = self._store.due_retries(now=self._clock()) if rows else set()
        fresh = [self._work(row, retries=row.id in retries) for row in rows if row.id not in self._under_way]
        self._under_way |= {feed.row.id: feed for feed in fresh}
        return fresh

    def _work(self, row: FeedRow, *, retries: bool) -> FeedWork:
        return FeedWork(row, retries=retries, full=wants_full(row.url, full=row.full, now=self._clock()))

    def _give_back(self, asked: Set[object]) -> None:
        """End the claims of this cycle. A feed that was not asked is due as before; one that was, and of which nothing
        came, is left alone for a while, or for as long as the host wants that it leads to."""
        soon = self._clock() + timedelta(seconds=self._config.fetch.min_interval)
        self._store.release_feeds({
            id_: feed.row.due_at if feed not in asked else feed.later if feed.later and feed.later > soon else None
            for id_, feed in self._under_way.items()
        })  # fmt: skip

    def _written(self, record: Record | Finished) -> None:
        """The store knows an entry's fate, or when a feed is due again: either may be met anew."""
        if isinstance(record, Finished):
            self._under_way.pop(record.feed.row.id, None)
        elif record.asked:
            self._intake.settled(record.url)

    def _join(self, index: FeedWork, sitemaps: Sequence[str]) -> None:
        """The sitemaps that an index lists become feeds below it; those that are due are asked at once."""
        present = self._store.list_sitemaps(index.row.id, sitemaps, now=self._clock())
        self._ask_all(self._claim(present, force=False))

    def _poll(self, claimed: Sequence[FeedWork], crawl: Crawl, loop: Loop, writer: Writer) -> None:
        """Ask every feed, handle what follows, write in batches."""
        self._ask_all(claimed)
        self._rechecks.hand_over()
        over = False

        def look(quiet: bool, under_way: int) -> None:  # noqa: FBT001 -- called by the loop alone
            nonlocal over
            if writer.due or (quiet and self._stop.is_set()):
                writer.flush()
            self._options.progress(self.summary, under_way)
            if over:
                return
            if self._options.enough():
                over = True
                self._rechecks.end()
                crawl.wind_up()
            elif not self._stop.is_set():
                self._let_in(self._options.joining())

        loop.run(look)
        writer.flush()
        if not self._stop.is_set():
            writer.look_back(stop=self._stop.is_set)

    def _let_in(self, urls: Sequence[str]) -> None:
        """Feeds that have fallen due join the cycle, but for those that it is at."""
        known = {feed.row.url for feed in self._under_way.values()} if urls else set()
        if fresh := [url for url in urls if url not in known]:
            late = self._claim(fresh, force=False)
            self._rechecks.polling({feed.row.url for feed in late})
            self._ask_all(late)

    def _ask_all(self, feeds: Sequence[FeedWork]) -> None:
        for feed in feeds:
            row = feed.row
            validators = Validators() if feed.full else Validators(etag=row.etag, last_modified=row.last_modified)
            self._loop.ask(Request(url=row.url, kind="feed", validators=validators, tag=feed))

    def _answered(self, outcome: Outcome) -> None:
        tag, result = outcome.request.tag, outcome.result
        self.summary.spent(f"fetch {outcome.request.kind}s", outcome.seconds)
        if isinstance(tag, FeedWork):
            self._feeds.answered(tag, result)
        elif isinstance(tag, PageJob):
            self._pages.answered(tag, result)
        elif isinstance(tag, DueCheck):
            self._rechecks.answered(tag, result)
