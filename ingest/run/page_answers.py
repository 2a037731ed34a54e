"""What a page's answer leads to: extracted and on its way to a story, refused with the reason, or left for later."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Final

from ingest.errors import Deferred, FetchError
from ingest.model import NotModified, Page
from ingest.outlets import Outlets
from ingest.place import Incoming
from ingest.run import tasks
from ingest.run.fate import Fate, of_failure, of_fetch
from ingest.run.round import Round
from ingest.run.work import PageJob, Record, incoming, item_row, page_row
from ingest.workers import Killed
from store.model import PageRow

log = logging.getLogger("ingest.run")

# Why a page cannot be read though its article is there: its feed's own text may stand in, which the publisher sends to
# whoever asks. What was deleted is not among them, and robots.txt closes the page, not the feed.
_CLOSED: Final = frozenset(("robots", "blocked", "paywall", "script-only", "login", "consent", "captcha"))


class PageAnswers:
    """Follows each page from its answer to the record that will be written; `settle` takes the record."""

    def __init__(self, round_: Round, *, settle: Callable[[Record], None]) -> None:
        self._round = round_
        self._settle = settle
        self._outlets = Outlets(round_.config.outlets)
        self._terms = tasks.encode_topic(round_.config.topic)

    def answered(self, job: PageJob, result: Page | NotModified | FetchError) -> None:
        """The page was asked for: a new body goes to a process, which extracts it; all else is settled here."""
        if isinstance(result, Page):
            row = page_row(job.url, result)
            if job.known is None or job.known.body_hash != row.body_hash:
                now, settings = self._round.clock(), self._round.config.extract
                self._round.loop.submit(
                    lambda done: self._read(job, result, row, done),
                    tasks.read_page, result, job.sighting.item, now, settings, self._terms,
                )  # fmt: skip
                return
            self._settle_job(job, outcome="unchanged", page=row)
        elif isinstance(result, NotModified):
            self._settle_job(job, outcome="unchanged")
        elif isinstance(result, Deferred):
            # A host that asked for time is not asked the sooner for it.
            self._defer(job, ours=result.status is None and result.until <= self._round.clock())
        else:
            self._refuse(job, of_fetch(result), None)

    def _refuse(self, job: PageJob, fate: Fate, page: PageRow | None) -> None:
        """A page was refused: what the feed carries stands in for it, or the refusal is recorded.

        An article that was read on its page before keeps that text.
        """
        now, settings, item = self._round.clock(), self._round.config.extract, job.sighting.item
        if settings.feed_text and fate.reason in _CLOSED and item.content and job.known is None:
            self._round.loop.submit(
                lambda done: self._fed(job, fate, page, done),
                tasks.read_fed, item, job.url, fate.reason, now, settings, self._terms,
            )  # fmt: skip
        else:
            self._settle_job(job, fate=fate, page=page)

    def _fed(self, job: PageJob, fate: Fate, page: PageRow | None, done: Future[object]) -> None:
        try:
            found = done.result()
        except Exception as error:  # noqa: BLE001 -- as for a page; what is recorded is why the page was refused
            if self._round.stop.is_set():
                self._defer(job)
                return
            log.warning("extraction failed", extra={"url": job.url, "error": repr(error)})
            found = None
        if isinstance(found, tasks.Extracted):
            self._round.summary.spent("extract", found.seconds)
            # By this row the page itself is looked at again, and its text, once it can be read, is a revision.
            looked = page or PageRow(
                url=job.url, final_url=job.url, status=0, etag=None, last_modified=None, body_hash=None,
                fetched=self._round.clock(),
            )  # fmt: skip
            incoming = self._incoming(job, looked.final_url, (job.url, job.sighting.item.url), found)
            self._settle_job(job, incoming=incoming, page=looked)
        else:
            self._settle_job(job, fate=fate, page=page)

    def _read(self, job: PageJob, page: Page, row: PageRow, done: Future[object]) -> None:
        try:
            found = done.result()
        except (CancelledError, Killed) as error:
            # A stop that reaches the whole process group ends the workers too: that says nothing about the page.
            if self._round.stop.is_set():
                self._defer(job)
            else:
                self._settle_job(job, fate=self._failure(job, str(error)), page=row)
            return
        except Exception as error:  # noqa: BLE001 -- one bad page never ends a run: whatever it broke is its own record
            log.warning("extraction failed", extra={"url": page.final_url, "error": repr(error)})
            self._settle_job(job, fate=self._failure(job, repr(error)), page=row)
            return
        assert isinstance(found, tasks.Extracted | tasks.Failure)  # noqa: S101 -- for the type checker
        self._round.summary.spent("extract", found.seconds)
        if isinstance(found, tasks.Failure):
            self._refuse(job, Fate("rejected", found.kind, found.detail), row)
        else:
            asked = (job.url, job.sighting.item.url, page.url, page.final_url, *(hop.url for hop in page.hops))
            self._settle_job(job, incoming=self._incoming(job, page.final_url, asked, found), page=row)

    def _failure(self, job: PageJob, detail: str) -> Fate:
        return of_failure(detail, job.refused.reason if job.refused else None)

    def _incoming(
        self, job: PageJob, final_url: str, asked: tuple[str | None, ...], found: tasks.Extracted
    ) -> Incoming:
        outlet = self._outlets.of(final_url, named=job.feed.row.outlet)
        return incoming(found, outlet, asked=asked, source=job.feed.row.url)

    def _defer(self, job: PageJob, *, ours: bool = True) -> None:
        """Left for the next cycle: nothing is remembered of the entry, so that it is met anew. `ours`: the run is over,
        the host had nothing against it."""
        job.feed.deferred = True
        job.feed.cut_short |= ours
        self._settle(Record(feed=job.feed, item=None, url=job.url, outcome="deferred", asked=True))

    def _settle_job(
        self, job: PageJob, *, incoming: Incoming | None = None, fate: Fate | None = None,
        outcome: str | None = None, page: PageRow | None = None,
    ) -> None:  # fmt: skip
        item = item_row(job.feed, job.sighting)
        self._settle(
            Record(
                feed=job.feed, item=item, url=job.url, title=job.sighting.item.title, incoming=incoming, fate=fate,
                outcome=outcome, page=page, refused=job.refused,
                looked_at=job.known.url if job.known is not None and outcome == "unchanged" else None, asked=True,
            )
        )  # fmt: skip
