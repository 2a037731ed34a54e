"""One cycle. Threads wait for the network, processes parse and extract, this thread decides and writes."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, Queue

from ingest import urls
from ingest.config import Config
from ingest.errors import Deferred, FetchError, IngestError
from ingest.fetch import Crawl, Fetcher, Outcome, Request
from ingest.fetch.schedule import is_gone
from ingest.model import NotModified, Page, ParsedFeed, Validators
from ingest.outlets import Outlets
from ingest.place import Desk, Incoming
from ingest.run import tasks
from ingest.run.fate import Fate, of_fetch
from ingest.run.intake import Intake, failed, succeeded
from ingest.run.summary import Summary
from ingest.run.work import FeedWork, Finished, PageJob, Record, item_row
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
# Pages between the network and the writer: enough to keep the processes busy, few enough to bound memory at
# 64 times the largest page.
IN_FLIGHT = 64
# Seconds after which the loop looks at the clock, the batch and the stop sign.
TICK = 0.05


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
        self._events: Queue[Callable[[], None]] = Queue()
        self._slots = threading.BoundedSemaphore(IN_FLIGHT)
        self._pending = 0  # requests and tasks under way
        self.summary = Summary(clock())

    def run(self) -> Summary:
        """Claim, fetch, read, extract, place. Raises StoreError; a bad feed or page is counted, not raised."""
        config = self._config
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
                self._crawl = crawl
                self._workers = workers
                self._writer = Writer(self._store, self._desk(), self.summary, hosts=fetcher.changed_hosts)
                self._poll(claimed, crawl)
        finally:
            self._store.release_feeds([row.id for row in claimed])
        self.summary.ended = self._clock()
        if self.summary.balance():
            raise AssertionError(f"entries do not add up: {self.summary.as_dict()['items']}")
        return self.summary

    def _desk(self) -> Desk:
        return Desk(rules=self._config.dedupe, filter_topic=self._config.topic.filter, now=self._clock)

    def _poll(self, claimed: Sequence[FeedRow], crawl: Crawl) -> None:
        """The loop: handle what arrives until nothing is under way."""
        pump = _Pump(crawl, self._arrive, self._slots)
        for row in claimed:
            work = FeedWork(row)
            validators = Validators(etag=row.etag, last_modified=row.last_modified)
            self._ask(Request(url=row.url, kind="feed", validators=validators, tag=work))
        with pump:
            while self._pending:
                try:
                    handle = self._events.get(timeout=TICK)
                except Empty:
                    handle = None
                if handle is not None:
                    handle()
                if self._writer.due or (handle is None and self._stop.is_set()):
                    self._writer.flush()
                self._options.progress(self.summary, self._pending)
        self._writer.flush()

    def _ask(self, request: Request) -> None:
        self._pending += 1
        self._crawl.add(request)

    def _arrive(self, outcome: Outcome) -> None:
        """An answer arrived (called in the pump's thread): hand it to the loop."""
        self._events.put(lambda: self._answered(outcome))

    def _submit(self, task: Callable[..., object], *args: object, then: Callable[[Future[object]], None]) -> None:
        """Give a task to a worker process; `then` runs in the loop when it is done."""
        self._pending += 1
        future = self._workers.submit(task, *args)
        future.add_done_callback(lambda done: self._events.put(lambda: self._worked(done, then)))

    def _worked(self, future: Future[object], then: Callable[[Future[object]], None]) -> None:
        self._pending -= 1
        then(future)

    def _answered(self, outcome: Outcome) -> None:
        self._pending -= 1
        tag, result = outcome.request.tag, outcome.result
        self.summary.spent(f"fetch {outcome.request.kind}s", outcome.seconds)
        if isinstance(tag, FeedWork):
            self._feed_answered(tag, result)
            self._slots.release()
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
        self._submit(
            tasks.read_feed, result, self._config.fetch.max_items, then=lambda done: self._feed_read(feed, done)
        )

    def _feed_unchanged(self, feed: FeedWork) -> None:
        body_hash = feed.row.body_hash if feed.page is not None else None
        outcome = succeeded(feed, now=self._clock(), default=self._config.fetch.interval, body_hash=body_hash)
        self._finish(feed, Finished(feed, outcome), "unchanged")

    def _feed_failed(self, feed: FeedWork, error: IngestError) -> None:
        now, default = self._clock(), self._config.fetch.interval
        if isinstance(error, Deferred) and error.status is None:
            # It was never asked: the host had asked for patience before, or the run is over.
            self.summary.feeds["skipped"] += 1
            log.info("feed", extra={"outcome": "skipped", "url": feed.row.url, "why": str(error)})
            return
        gone = isinstance(error, FetchError) and is_gone(error)
        not_before = error.until if isinstance(error, Deferred) else None
        outcome = failed(
            feed, error.error_class, str(error), now=now, default=default, not_before=not_before,
            disable="gone (410)" if gone else None,
        )  # fmt: skip
        self.summary.error(feed.row.url, error.error_class, str(error))
        self._finish(feed, Finished(feed, outcome), "failed")

    def _feed_read(self, feed: FeedWork, done: Future[object]) -> None:
        try:
            parsed = done.result()
        except Killed as error:
            self._feed_failed(feed, error)
            return
        if isinstance(parsed, tasks.Failure):
            message = parsed.detail
            outcome = failed(feed, parsed.kind, message, now=self._clock(), default=self._config.fetch.interval)
            empty = parsed.kind == "empty-feed"
            if not empty:
                self.summary.error(feed.row.url, parsed.kind, message)
            self._finish(feed, Finished(feed, outcome), "ok" if empty else "failed")
            return
        assert isinstance(parsed, ParsedFeed)  # noqa: S101 -- the other two results were handled; for the type checker
        feed.title, feed.language, feed.listed = parsed.title or None, parsed.language, True
        listed = self._intake.sort(feed, parsed, self._clock())
        seen = len(listed.jobs) + len(listed.records)
        self.summary.items["seen"] += seen
        feed.items["seen"] += seen
        feed.pending = seen
        for record in listed.records:
            self._settle(record)
        for job in listed.jobs:
            known = job.known
            validators = Validators(etag=known.etag, last_modified=known.last_modified) if known else Validators()
            self._ask(Request(url=job.sighting.item.url or job.url, kind="page", validators=validators, tag=job))
        if not seen:
            self._feed_done(feed)

    def _feed_done(self, feed: FeedWork) -> None:
        page = feed.page
        assert page is not None  # noqa: S101 -- a feed that listed entries has an answer; for the type checker
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
            body_hash = hashlib.sha256(result.body).digest()
            if job.known is None or job.known.body_hash != body_hash:
                self._submit(
                    tasks.read_page, result, job.sighting.item, self._clock(), self._config.extract, self._terms,
                    then=lambda done: self._page_read(job, result, body_hash, done),
                )  # fmt: skip
                return
            self._settle_job(job, outcome="unchanged", page=_page_row(job, result, body_hash))
        elif isinstance(result, NotModified):
            self._settle_job(job, outcome="unchanged")
        elif isinstance(result, Deferred):
            self._defer(job)
        else:
            self._settle_job(job, fate=of_fetch(result))
        self._slots.release()

    def _page_read(self, job: PageJob, page: Page, body_hash: bytes, done: Future[object]) -> None:
        self._slots.release()
        row = _page_row(job, page, body_hash)
        begun = time.monotonic()
        try:
            found = done.result()
        except Killed as error:
            self._settle_job(job, fate=Fate("failed", "quarantined", str(error)), page=row)
            return
        except Exception as error:  # noqa: BLE001 -- one bad page never ends a run: whatever it broke is its own record
            log.warning("extraction failed", extra={"url": page.final_url, "error": repr(error)})
            self._settle_job(job, fate=Fate("failed", "extract-error", repr(error)), page=row)
            return
        self.summary.spent("extract", time.monotonic() - begun)
        if isinstance(found, tasks.Failure):
            self._settle_job(job, fate=Fate("rejected", found.kind, found.detail), page=row)
            return
        assert isinstance(found, tasks.Extracted)  # noqa: S101 -- the last of the results; for the type checker
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
        item = item_row(job.feed, job.sighting, self._clock())
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


def _page_row(job: PageJob, page: Page, body_hash: bytes) -> PageRow:
    return PageRow(
        url=job.url,
        final_url=page.final_url,
        status=page.status,
        etag=page.etag,
        last_modified=page.last_modified,
        body_hash=body_hash,
        fetched=page.fetched_at,
    )


class _Pump:
    """Carries outcomes from the crawl to the loop, no more at a time than there are slots."""

    def __init__(self, crawl: Crawl, arrive: Callable[[Outcome], None], slots: threading.BoundedSemaphore) -> None:
        self._crawl = crawl
        self._arrive = arrive
        self._slots = slots
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._carry, name="pump", daemon=True)

    def __enter__(self) -> _Pump:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._crawl.close()
        self._thread.join(timeout=10)

    def _carry(self) -> None:
        # The iteration ends whenever nothing is asked; pages found in the last answers start it again.
        while not self._over.is_set():
            for outcome in self._crawl:
                while not self._slots.acquire(timeout=TICK):
                    if self._over.is_set():
                        return
                self._arrive(outcome)
            self._over.wait(TICK)
