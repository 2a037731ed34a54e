"""One cycle. Threads wait for the network, processes parse and extract, this thread decides and writes."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from datetime import datetime

from ingest import urls
from ingest.config import Config
from ingest.errors import Deferred, FetchError, IngestError
from ingest.fetch import Fetcher, Outcome, Request
from ingest.fetch.schedule import is_gone
from ingest.model import NotModified, Page, ParsedFeed, Validators
from ingest.outlets import Outlets
from ingest.place import Desk, Incoming
from ingest.run import tasks
from ingest.run.fate import Fate, of_fetch
from ingest.run.intake import Intake, failed, succeeded
from ingest.run.loop import Loop
from ingest.run.room import Room
from ingest.run.summary import Summary
from ingest.run.work import FeedWork, Finished, PageJob, Record, item_row, page_row
from ingest.run.writer import Writer
from ingest.workers import Killed, Workers
from store.base import Store
from store.model import FeedRow, PageRow

log = logging.getLogger("ingest.run")

# Seconds a claim protects a feed. The cycle lock already keeps two cycles apart; the lease serves stores that many
# machines share, and ends by itself after a crash.
LEASE = 900.0
OWNER = "cycle"
# Feeds polled in one cycle; ten times the largest list a single machine has been asked to watch.
MAX_FEEDS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What one call of `ingest run` asks for. `only` narrows the cycle to these feed URLs."""

    only: Sequence[str] | None = None
    force: bool = False
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
        self._outlets = Outlets(config.outlets)
        self._terms = tasks.encode_topic(config.topic)
        self._room = Room(config.store)
        self.summary = Summary(clock())

    def run(self) -> Summary:
        """Claim, fetch, read, extract, place. Raises StoreError; a bad feed or page is counted, not raised."""
        config = self._config
        self._room.check()
        claimed = self._store.claim_feeds(
            now=self._clock(),
            lease=LEASE,
            owner=OWNER,
            urls=self._options.only,
            force=self._options.force,
            limit=MAX_FEEDS,
        )
        try:
            with (
                Fetcher(config.fetch, clock=self._clock, hosts=self._store.hosts(), stop=self._stop) as fetcher,
                Workers(
                    config.extract.workers,
                    timeout=config.extract.timeout,
                    memory_mb=config.extract.memory_mb,
                    warm=tasks.warm,
                ) as workers,
                fetcher.crawl() as crawl,
            ):
                self._intake = Intake(self._store)
                self._writer = Writer(
                    self._store, self._desk(), self.summary, hosts=fetcher.changed_hosts, room=self._room.check
                )
                self._loop = Loop(crawl, workers, answered=self._answered, stop=self._stop)
                self._poll(claimed)
        finally:
            self._store.release_feeds([row.id for row in claimed])
        self.summary.ended = self._clock()
        if self.summary.balance():
            raise AssertionError(f"entries do not add up: {self.summary.as_dict()['items']}")
        return self.summary

    def _desk(self) -> Desk:
        return Desk(rules=self._config.dedupe, filter_topic=self._config.topic.filter, now=self._clock)

    def _poll(self, claimed: Sequence[FeedRow]) -> None:
        """Ask every feed, handle what follows, write in batches."""
        retries = self._store.due_retries(now=self._clock())
        for row in claimed:
            work = FeedWork(row, retries=row.id in retries)
            validators = Validators(etag=row.etag, last_modified=row.last_modified)
            self._loop.ask(Request(url=row.url, kind="feed", validators=validators, tag=work))
        self._loop.run(self._look)
        self._writer.flush()

    def _look(self, quiet: bool, under_way: int) -> None:  # noqa: FBT001 -- called by the loop alone
        if self._writer.due or (quiet and self._stop.is_set()):
            self._writer.flush()
        self._options.progress(self.summary, under_way)

    def _answered(self, outcome: Outcome) -> None:
        tag, result = outcome.request.tag, outcome.result
        self.summary.spent(f"fetch {outcome.request.kind}s", outcome.seconds)
        if isinstance(tag, FeedWork):
            self._feed_answered(tag, result)
        elif isinstance(tag, PageJob):
            self._page_answered(tag, result)

    # --- feeds ------------------------------------------------------------------------------------------------------

    def _feed_answered(self, feed: FeedWork, result: Page | NotModified | FetchError) -> None:
        if isinstance(result, FetchError):
            self._feed_failed(feed, result)
            return
        if isinstance(result, NotModified):
            self._feed_unchanged(feed)
            return
        feed.page = result
        if hashlib.sha256(result.body).digest() == feed.row.body_hash:
            self._feed_unchanged(feed)
            return
        self._loop.submit(
            lambda done: self._feed_read(feed, done), tasks.read_feed, result, self._config.fetch.max_items
        )

    def _feed_unchanged(self, feed: FeedWork) -> None:
        """Nothing new; but pages that were refused may be asked again."""
        jobs = self._intake.again(feed, self._clock()) if feed.retries else []
        self._expect(feed, len(jobs))
        self._ask_pages(jobs)
        if not jobs:
            self._feed_done(feed)

    def _feed_kept(self, feed: FeedWork) -> None:
        body_hash = feed.row.body_hash if feed.page is not None else None
        outcome = succeeded(feed, now=self._clock(), default=self._config.fetch.interval, body_hash=body_hash)
        self._finish(feed, Finished(feed, outcome), "unchanged")

    def _feed_failed(self, feed: FeedWork, error: IngestError) -> None:
        now, default = self._clock(), self._config.fetch.interval
        if isinstance(error, Deferred) and error.status is None:
            # It was never asked: the host had asked for patience before, or the run is over.
            self._feed_skipped(feed, str(error))
            return
        gone = isinstance(error, FetchError) and is_gone(error)
        not_before = error.until if isinstance(error, Deferred) else None
        outcome = failed(
            feed, error.error_class, str(error), now=now, default=default, not_before=not_before,
            disable="gone (410)" if gone else None,
        )  # fmt: skip
        self.summary.error(feed.row.url, error.error_class, str(error))
        self._finish(feed, Finished(feed, outcome), "failed")

    def _feed_skipped(self, feed: FeedWork, why: str) -> None:
        """Nothing is remembered of the poll: the feed stays due."""
        self.summary.feeds["skipped"] += 1
        log.info("feed", extra={"outcome": "skipped", "url": feed.row.url, "why": why})

    def _feed_read(self, feed: FeedWork, done: Future[object]) -> None:
        try:
            parsed = done.result()
        except (CancelledError, Killed) as error:
            if self._stop.is_set():
                self._feed_skipped(feed, "the run is over")
            elif isinstance(error, Killed):
                self._feed_failed(feed, error)
            return
        except Exception as error:  # noqa: BLE001 -- one bad feed never ends a run: whatever it broke is its own record
            log.warning("reading failed", extra={"url": feed.row.url, "error": repr(error)})
            parsed = tasks.Failure(kind="broken-feed", detail=repr(error))
        if isinstance(parsed, tasks.Failure):
            message = parsed.detail
            outcome = failed(feed, parsed.kind, message, now=self._clock(), default=self._config.fetch.interval)
            empty = parsed.kind == "empty-feed"
            if not empty:
                self.summary.error(feed.row.url, parsed.kind, message)
            self._finish(feed, Finished(feed, outcome), "ok" if empty else "failed")
            return
        self._feed_listed(feed, parsed)

    def _feed_listed(self, feed: FeedWork, parsed: object) -> None:
        """The feed's entries are known: settle those that need no page, ask for the pages of the rest."""
        assert isinstance(parsed, ParsedFeed)  # noqa: S101 -- the other two results were handled; for the type checker
        feed.title, feed.language, feed.listed = parsed.title or None, parsed.language, True
        feed.read_at = self._clock()
        listed = self._intake.sort(feed, parsed, feed.read_at)
        self._expect(feed, len(listed.jobs) + len(listed.records))
        for record in listed.records:
            self._settle(record)
        self._ask_pages(listed.jobs)
        if not listed.jobs and not listed.records:
            self._feed_done(feed)

    def _expect(self, feed: FeedWork, entries: int) -> None:
        """So many entries of the feed will be settled."""
        self.summary.items["seen"] += entries
        feed.items["seen"] += entries
        feed.pending = entries

    def _ask_pages(self, jobs: Sequence[PageJob]) -> None:
        for job in jobs:
            known = job.known
            validators = Validators(etag=known.etag, last_modified=known.last_modified) if known else Validators()
            self._loop.ask(Request(url=job.sighting.item.url or job.url, kind="page", validators=validators, tag=job))

    def _feed_done(self, feed: FeedWork) -> None:
        """The last entry is settled: the feed's own outcome follows."""
        page = feed.page
        if page is None or not feed.listed:
            self._feed_kept(feed)
            return
        body_hash = hashlib.sha256(page.body).digest()
        outcome = succeeded(feed, now=self._clock(), default=self._config.fetch.interval, body_hash=body_hash)
        self._finish(feed, Finished(feed, outcome), "ok")

    def _finish(self, feed: FeedWork, finished: Finished, outcome: str) -> None:
        self._writer.add(finished)
        self.summary.feeds[outcome] += 1
        extra = {
            "outcome": outcome,
            "url": feed.row.url,
            "entries": feed.items["seen"],
            "error": finished.outcome.error,
        }
        log.info("feed", extra=extra)

    # --- pages ------------------------------------------------------------------------------------------------------

    def _page_answered(self, job: PageJob, result: Page | NotModified | FetchError) -> None:
        if isinstance(result, Page):
            row = page_row(job, result)
            if job.known is None or job.known.body_hash != row.body_hash:
                self._loop.submit(
                    lambda done: self._page_read(job, result, row, done),
                    tasks.read_page, result, job.sighting.item, self._clock(), self._config.extract, self._terms,
                )  # fmt: skip
                return
            self._settle_job(job, outcome="unchanged", page=row)
        elif isinstance(result, NotModified):
            self._settle_job(job, outcome="unchanged")
        elif isinstance(result, Deferred):
            self._defer(job)
        else:
            self._settle_job(job, fate=of_fetch(result))

    def _page_read(self, job: PageJob, page: Page, row: PageRow, done: Future[object]) -> None:
        try:
            found = done.result()
        except (CancelledError, Killed) as error:
            # A stop that reaches the whole process group ends the workers too: that says nothing about the page.
            if self._stop.is_set():
                self._defer(job)
            else:
                self._settle_job(job, fate=Fate("failed", "quarantined", str(error)), page=row)
            return
        except Exception as error:  # noqa: BLE001 -- one bad page never ends a run: whatever it broke is its own record
            log.warning("extraction failed", extra={"url": page.final_url, "error": repr(error)})
            self._settle_job(job, fate=Fate("failed", "extract-error", repr(error)), page=row)
            return
        assert isinstance(found, tasks.Extracted | tasks.Failure)  # noqa: S101 -- for the type checker
        self.summary.spent("extract", found.seconds)
        if isinstance(found, tasks.Failure):
            self._settle_job(job, fate=Fate("rejected", found.kind, found.detail), page=row)
        else:
            self._settle_job(job, incoming=self._incoming(job, page, found), page=row)

    def _incoming(self, job: PageJob, page: Page, found: tasks.Extracted) -> Incoming:
        outlet = self._outlets.of(page.final_url, named=job.feed.row.outlet)
        asked = [job.url, job.sighting.item.url, page.url, page.final_url, *(hop.url for hop in page.hops)]
        return Incoming(
            article=found.article,
            prints=found.prints,
            outlet=outlet.name,
            owner=outlet.owner,
            asked=tuple(dict.fromkeys(url for url in asked if url and urls.is_http(url))),
            source=job.feed.row.url,
            on_topic=found.on_topic,
            topic_hits=found.topic_hits,
        )

    def _defer(self, job: PageJob) -> None:
        """Left for the next cycle: nothing is remembered of the entry, so that it is met anew."""
        job.feed.deferred = True
        self._settle(Record(feed=job.feed, item=None, url=job.url, outcome="deferred"))

    def _settle_job(
        self, job: PageJob, *, incoming: Incoming | None = None, fate: Fate | None = None,
        outcome: str | None = None, page: PageRow | None = None,
    ) -> None:  # fmt: skip
        item = item_row(job.feed, job.sighting)
        self._settle(
            Record(
                feed=job.feed, item=item, url=job.url, title=job.sighting.item.title, incoming=incoming, fate=fate,
                outcome=outcome, page=page, refused=job.refused,
            )
        )  # fmt: skip

    def _settle(self, record: Record) -> None:
        self._writer.add(record)
        record.feed.pending -= 1
        if not record.feed.pending:
            self._feed_done(record.feed)
