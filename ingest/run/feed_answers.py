"""What a feed's answer leads to: its entries sorted, its pages asked for, its own outcome after the last of them."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future

from ingest.errors import Deferred, FetchError, IngestError
from ingest.fetch import Request
from ingest.fetch.schedule import overlooked
from ingest.model import NotModified, Page, ParsedFeed, Validators
from ingest.run import tasks
from ingest.run.intake import in_language
from ingest.run.outcomes import failed, succeeded
from ingest.run.round import Round
from ingest.run.sitemaps import RECENT, recent, sitemaps_of
from ingest.run.work import FeedWork, Finished, PageJob, Record
from ingest.workers import Killed

log = logging.getLogger("ingest.run")


class FeedAnswers:
    """Follows each feed from its answer to its outcome; entries come back through `settle`."""

    def __init__(
        self, round_: Round, *, ended: Callable[[str], None], join: Callable[[FeedWork, Sequence[str]], None]
    ) -> None:
        self._round = round_
        self._ended = ended  # hears the URL of each feed that is through with, also of one that was not asked
        self._join = join  # takes the sitemaps that an index lists into this cycle
        self._settings = round_.config.fetch

    def answered(self, feed: FeedWork, result: Page | NotModified | FetchError) -> None:
        """The feed was asked: a new body goes to a process, which reads it."""
        if isinstance(result, FetchError):
            self._failed(feed, result)
            return
        feed.answer = result
        if isinstance(result, NotModified):
            feed.page = self._kept_page(feed)
            if feed.page is None:
                self._unchanged(feed)
            else:
                self._submit(feed, feed.page)
            return
        feed.page = result
        if hashlib.sha256(result.body).digest() == feed.row.body_hash and not feed.row.leftover:
            self._unchanged(feed)
        else:
            self._submit(feed, result)

    def settle(self, record: Record) -> None:
        """One entry's fate is known: it goes to the writer, and after the last one the feed's own outcome."""
        self._round.writer.add(record)
        record.feed.pending -= 1
        if not record.feed.pending:
            self._done(record.feed)

    def _submit(self, feed: FeedWork, page: Page) -> None:
        self._round.loop.submit(
            lambda done: self._read(feed, done), tasks.read_feed, page, self._round.config.fetch.max_items
        )

    def _kept_page(self, feed: FeedWork) -> Page | None:
        """The answer that the server says has not changed, where it was not worked through."""
        kept = self._round.intake.store.leftover(feed.row.id) if feed.row.leftover else None
        if kept is None:
            return None
        return Page(
            url=feed.row.url, final_url=kept.final_url, status=200, body=kept.body, content_type=kept.content_type,
            charset=kept.charset, etag=feed.row.etag, last_modified=feed.row.last_modified,
            fetched_at=self._round.clock(),
        )  # fmt: skip

    def _unchanged(self, feed: FeedWork) -> None:
        """Nothing new; but pages that were refused may be asked again."""
        jobs = self._round.intake.again(feed, self._round.clock()) if feed.retries else []
        self._expect(feed, len(jobs))
        self._ask_pages(jobs)
        if not jobs:
            self._done(feed)

    def _kept(self, feed: FeedWork) -> None:
        outcome = succeeded(feed, now=self._round.clock(), settings=self._settings)
        self._finish(feed, Finished(feed, outcome), "unchanged")

    def _failed(self, feed: FeedWork, error: IngestError) -> None:
        if isinstance(error, Deferred) and error.status is None:
            # It was never asked, or the host that it leads to was not: it had asked for patience before, or the run is
            # over.
            feed.later = error.until
            self._skipped(feed, str(error))
            return
        asked = error if isinstance(error, FetchError) else None
        outcome = failed(
            feed, error.error_class, str(error), now=self._round.clock(), settings=self._settings, error=asked
        )
        off = f"; not asked any more: {outcome.disable}" if outcome.disable else ""
        self._round.summary.error(feed.row.url, error.error_class, f"{error}{off}")
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
            self._unreadable(feed, parsed)
            return
        assert isinstance(parsed, ParsedFeed)  # noqa: S101 -- the other two results were handled; for the type checker
        if parsed.sitemaps:
            self._follow(feed, parsed)
        elif feed.row.depth and not (parsed := recent(parsed, now=self._round.clock())).items:
            self._unreadable(feed, tasks.Failure(kind="empty-feed", detail=f"no entry of the last {RECENT.days} days"))
        else:
            self._listed(feed, parsed)

    def _follow(self, feed: FeedWork, index: ParsedFeed) -> None:
        """A sitemap index: what it lists is asked in this cycle already; it has no entries of its own."""
        found = sitemaps_of(index, url=feed.row.url, depth=feed.row.depth)
        if isinstance(found, tasks.Failure):
            self._unreadable(feed, found)
            return
        log.info("index", extra={"url": feed.row.url, "listed": len(index.sitemaps), "followed": len(found)})
        self._join(feed, found)
        feed.listed, feed.wishes, feed.read_at = True, index.wishes, self._round.clock()
        self._done(feed)

    def _unreadable(self, feed: FeedWork, why: tasks.Failure) -> None:
        """A feed without entries is asked again at its usual time; what is no feed at all has failed."""
        now = self._round.clock()
        if why.kind == "empty-feed":
            outcome = succeeded(feed, now=now, settings=self._settings, error=why)
            self._finish(feed, Finished(feed, outcome), "ok")
        else:
            self._round.summary.error(feed.row.url, why.kind, why.detail)
            self._finish(
                feed, Finished(feed, failed(feed, why.kind, why.detail, now=now, settings=self._settings)), "failed"
            )

    def _listed(self, feed: FeedWork, parsed: ParsedFeed) -> None:
        """The feed's entries are known: settle those that need no page, ask for the pages of the rest."""
        feed.title, feed.language, feed.listed = parsed.title or None, parsed.language, True
        feed.wishes = parsed.wishes
        feed.read_at = self._round.clock()
        listed = self._round.intake.sort(feed, in_language(parsed, feed.row.language), feed.read_at)
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
        row, seen = feed.row, feed.items["seen"]
        if overlooked(entries=seen, fresh=feed.fresh, polled_before=row.last_success is not None):
            since = row.last_success.isoformat() if row.last_success else None
            log.info("gap", extra={"url": row.url, "entries": seen, "since": since})
        outcome = succeeded(feed, now=self._round.clock(), settings=self._settings)
        self._finish(feed, Finished(feed, outcome), "ok")

    def _finish(self, feed: FeedWork, finished: Finished, outcome: str) -> None:
        self._round.writer.add(finished)
        self._round.summary.feeds[outcome] += 1
        extra = {
            "outcome": outcome,
            "url": feed.row.url,
            "entries": feed.items["seen"],
            "error": finished.outcome.error,
            **({"disabled": finished.outcome.disable} if finished.outcome.disable else {}),
        }
        # A feed that failed is somebody's to look at; where only warnings are kept, it must be among them.
        log.log(logging.WARNING if outcome == "failed" else logging.INFO, "feed", extra=extra)
        self._ended(feed.row.url)
