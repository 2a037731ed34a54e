"""What a feed's answer leads to: its entries sorted, its pages asked for, its own outcome after the last of them."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future

from ingest.errors import Deferred, FetchError, IngestError
from ingest.fetch import Request
from ingest.fetch.schedule import is_gone
from ingest.model import NotModified, Page, ParsedFeed, Validators
from ingest.run import tasks
from ingest.run.intake import failed, succeeded
from ingest.run.round import Round
from ingest.run.work import FeedWork, Finished, PageJob, Record
from ingest.workers import Killed

log = logging.getLogger("ingest.run")


class FeedAnswers:
    """Follows each feed from its answer to its outcome; entries come back through `settle`."""

    def __init__(self, round_: Round, *, ended: Callable[[str], None]) -> None:
        self._round = round_
        self._ended = ended  # hears the URL of each feed that is through with, also of one that was not asked
        self._interval = round_.config.fetch.interval

    def answered(self, feed: FeedWork, result: Page | NotModified | FetchError) -> None:
        """The feed was asked: a new body goes to a process, which reads it."""
        if isinstance(result, FetchError):
            self._failed(feed, result)
            return
        if isinstance(result, NotModified):
            self._unchanged(feed)
            return
        feed.page = result
        if hashlib.sha256(result.body).digest() == feed.row.body_hash:
            self._unchanged(feed)
            return
        self._round.loop.submit(
            lambda done: self._read(feed, done), tasks.read_feed, result, self._round.config.fetch.max_items
        )

    def settle(self, record: Record) -> None:
        """One entry's fate is known: it goes to the writer, and after the last one the feed's own outcome."""
        self._round.writer.add(record)
        record.feed.pending -= 1
        if not record.feed.pending:
            self._done(record.feed)

    def _unchanged(self, feed: FeedWork) -> None:
        """Nothing new; but pages that were refused may be asked again."""
        jobs = self._round.intake.again(feed, self._round.clock()) if feed.retries else []
        self._expect(feed, len(jobs))
        self._ask_pages(jobs)
        if not jobs:
            self._done(feed)

    def _kept(self, feed: FeedWork) -> None:
        body_hash = feed.row.body_hash if feed.page is not None else None
        outcome = succeeded(feed, now=self._round.clock(), default=self._interval, body_hash=body_hash)
        self._finish(feed, Finished(feed, outcome), "unchanged")

    def _failed(self, feed: FeedWork, error: IngestError) -> None:
        now, default = self._round.clock(), self._interval
        if isinstance(error, Deferred) and error.status is None:
            # It was never asked: the host had asked for patience before, or the run is over.
            self._skipped(feed, str(error))
            return
        gone = isinstance(error, FetchError) and is_gone(error)
        not_before = error.until if isinstance(error, Deferred) else None
        outcome = failed(
            feed, error.error_class, str(error), now=now, default=default, not_before=not_before,
            disable="gone (410)" if gone else None,
        )  # fmt: skip
        self._round.summary.error(feed.row.url, error.error_class, str(error))
        self._finish(feed, Finished(feed, outcome), "failed")

    def _skipped(self, feed: FeedWork, why: str) -> None:
        """Nothing is remembered of the poll: the feed stays due."""
        self._round.summary.feeds["skipped"] += 1
        log.info("feed", extra={"outcome": "skipped", "url": feed.row.url, "why": why})
        self._ended(feed.row.url)

    def _read(self, feed: FeedWork, done: Future[object]) -> None:
        try:
            parsed = done.result()
        except (CancelledError, Killed) as error:
            if self._round.stop.is_set():
                self._skipped(feed, "the run is over")
            elif isinstance(error, Killed):
                self._failed(feed, error)
            return
        except Exception as error:  # noqa: BLE001 -- one bad feed never ends a run: whatever it broke is its own record
            log.warning("reading failed", extra={"url": feed.row.url, "error": repr(error)})
            parsed = tasks.Failure(kind="broken-feed", detail=repr(error))
        if isinstance(parsed, tasks.Failure):
            message = parsed.detail
            outcome = failed(feed, parsed.kind, message, now=self._round.clock(), default=self._interval)
            empty = parsed.kind == "empty-feed"
            if not empty:
                self._round.summary.error(feed.row.url, parsed.kind, message)
            self._finish(feed, Finished(feed, outcome), "ok" if empty else "failed")
            return
        self._listed(feed, parsed)

    def _listed(self, feed: FeedWork, parsed: object) -> None:
        """The feed's entries are known: settle those that need no page, ask for the pages of the rest."""
        assert isinstance(parsed, ParsedFeed)  # noqa: S101 -- the other two results were handled; for the type checker
        feed.title, feed.language, feed.listed = parsed.title or None, parsed.language, True
        feed.read_at = self._round.clock()
        listed = self._round.intake.sort(feed, parsed, feed.read_at)
        self._expect(feed, len(listed.jobs) + len(listed.records))
        for record in listed.records:
            self.settle(record)
        self._ask_pages(listed.jobs)
        if not listed.jobs and not listed.records:
            self._done(feed)

    def _expect(self, feed: FeedWork, entries: int) -> None:
        """So many entries of the feed will be settled."""
        self._round.summary.items["seen"] += entries
        feed.items["seen"] += entries
        feed.pending = entries

    def _ask_pages(self, jobs: Sequence[PageJob]) -> None:
        for job in jobs:
            known = job.known
            validators = Validators(etag=known.etag, last_modified=known.last_modified) if known else Validators()
            self._round.loop.ask(
                Request(url=job.sighting.item.url or job.url, kind="page", validators=validators, tag=job)
            )

    def _done(self, feed: FeedWork) -> None:
        """The last entry is settled: the feed's own outcome follows."""
        page = feed.page
        if page is None or not feed.listed:
            self._kept(feed)
            return
        body_hash = hashlib.sha256(page.body).digest()
        outcome = succeeded(feed, now=self._round.clock(), default=self._interval, body_hash=body_hash)
        self._finish(feed, Finished(feed, outcome), "ok")

    def _finish(self, feed: FeedWork, finished: Finished, outcome: str) -> None:
        self._round.writer.add(finished)
        self._round.summary.feeds[outcome] += 1
        extra = {
            "outcome": outcome,
            "url": feed.row.url,
            "entries": feed.items["seen"],
            "error": finished.outcome.error,
        }
        log.info("feed", extra=extra)
        self._ended(feed.row.url)
