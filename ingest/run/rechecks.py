"""Pages of stored articles, looked at again: handed over beside the feeds' pages, never before them.

A page waits until the feed it came from is settled in this cycle, and of one host a single page is handed over at a
time: a new article waits behind one such request at most. While feeds are being worked through, such requests take up
half of the network threads at most.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Collection, Iterable
from concurrent.futures import CancelledError, Future
from datetime import datetime
from hashlib import sha256

from ingest import urls
from ingest.errors import Deferred, FetchError
from ingest.fetch import Request
from ingest.model import Item, NotModified, Page, Validators
from ingest.outlets import Outlets
from ingest.place import Incoming
from ingest.run import tasks
from ingest.run.fate import sight_of_failure, sight_of_fetch, walled_off
from ingest.run.round import Round
from ingest.run.work import Looked, incoming
from ingest.workers import Killed
from store.model import DueCheck, PageRow

log = logging.getLogger("ingest.run")


class Rechecks:
    """The due looks of one cycle. `polled`: feeds that this cycle asks; `until`: no page is handed over after it."""

    def __init__(
        self, round_: Round, due: Iterable[DueCheck], *, polled: Collection[str], until: datetime | None
    ) -> None:
        self._round = round_
        self._outlets = Outlets(round_.config.outlets)
        self._terms = tasks.encode_topic(round_.config.topic)
        self._open = set(polled)  # feeds that are not settled yet
        self._held: dict[str, list[DueCheck]] = {}  # by the feed that is waited for
        self._lines: dict[str, deque[DueCheck]] = {}  # by host, whoever has waited longest first
        self._busy: set[str] = set()  # hosts that are being asked
        self._looked: set[str] = set()  # addresses that were handed over
        self._until = until
        self._ends = time.monotonic() + round_.config.fetch.recheck_seconds
        for one in due:
            if one.source in self._open:
                self._held.setdefault(one.source or "", []).append(one)
            else:
                self._line_up(one)

    def polling(self, feeds: Collection[str]) -> None:
        """These feeds are asked in this cycle, too: their articles wait for them."""
        self._open.update(feeds)
        for host, line in list(self._lines.items()):
            kept = deque(one for one in line if one.source not in feeds)
            for one in line:
                if one.source in feeds:
                    self._held.setdefault(one.source or "", []).append(one)
            if kept:
                self._lines[host] = kept
            else:
                del self._lines[host]

    def end(self) -> None:
        """Hand over nothing more."""
        self._ends = time.monotonic()

    def settled(self, feed: str) -> None:
        """All entries of this feed are settled, or it was not asked: its articles may be looked at."""
        self._open.discard(feed)
        for one in self._held.pop(feed, ()):
            self._line_up(one)
        self.hand_over()

    def hand_over(self) -> None:
        """Ask for as many pages as may be asked for now."""
        threads = self._round.config.fetch.threads
        room = max(threads // 2, 1) if self._open else threads
        for host in list(self._lines):
            if len(self._busy) >= room or self._over():
                return
            if host not in self._busy:
                self._ask_next(host)

    def answered(self, due: DueCheck, result: Page | NotModified | FetchError) -> None:
        """A page was asked for: a new body is read by a process, all else is settled here."""
        self._busy.discard(_host(due))
        if isinstance(result, NotModified):
            self._settle(Looked(due, "there"))
        elif isinstance(result, Page):
            self._arrived(due, result)
        elif isinstance(result, Deferred):
            self._defer(due, result)
        else:
            self._settle(Looked(due, sight_of_fetch(result), detail=str(result)))
        self.hand_over()

    def _line_up(self, due: DueCheck) -> None:
        self._lines.setdefault(_host(due), deque()).append(due)

    def _ask_next(self, host: str) -> None:
        line = self._lines.pop(host)
        due = self._next_of(line)
        if line:
            self._lines[host] = line  # at the end: hosts take turns
        if due is None:
            return
        self._busy.add(host)
        self._round.summary.rechecks["asked"] += 1
        validators = Validators(etag=due.page.etag, last_modified=due.page.last_modified)
        self._round.loop.ask(Request(url=due.page.final_url, kind="page", validators=validators, tag=due))

    def _next_of(self, line: deque[DueCheck]) -> DueCheck | None:
        """The first of a line that was neither handed over nor, in this cycle, fetched for a feed; None: no such."""
        while line:
            due = line.popleft()
            key = urls.address_key(due.check.url)
            if key not in self._looked and key not in self._round.intake.taken:
                self._looked.add(key)
                return due
        return None

    def _over(self) -> bool:
        if self._round.stop.is_set() or time.monotonic() >= self._ends:
            return True
        return self._until is not None and not self._open and self._round.clock() >= self._until

    def _arrived(self, due: DueCheck, page: Page) -> None:
        row = PageRow(
            url=due.check.url, final_url=page.final_url, status=page.status, etag=page.etag,
            last_modified=page.last_modified, body_hash=sha256(page.body).digest(), fetched=page.fetched_at,
        )  # fmt: skip
        if urls.is_home(page.final_url) and not urls.is_home(due.page.final_url):
            self._settle(Looked(due, "missing", detail="the page leads to the front page"))
        elif row.body_hash == due.page.body_hash:
            self._settle(Looked(due, "there", page=row))
        else:
            # What the feed said fills the same gaps as before.
            told = Item(
                url=due.page.final_url, guid=None, title=due.title, language=due.language, published=due.published,
                author=", ".join(due.authors) or None,
            )  # fmt: skip
            now, settings = self._round.clock(), self._round.config.extract
            self._round.loop.submit(
                lambda done: self._read(due, page, row, done),
                tasks.read_page, page, told, now, settings, self._terms,
            )  # fmt: skip

    def _read(self, due: DueCheck, page: Page, row: PageRow, done: Future[object]) -> None:
        try:
            found = done.result()
        except (CancelledError, Killed) as error:
            if self._round.stop.is_set():
                self._round.summary.rechecks["deferred"] += 1
            else:
                self._settle(Looked(due, "unclear", detail=str(error)))
            return
        except Exception as error:  # noqa: BLE001 -- one bad page never ends a run: whatever it broke is its own record
            log.warning("extraction failed", extra={"url": page.final_url, "error": repr(error)})
            self._settle(Looked(due, "unclear", detail=repr(error)))
            return
        assert isinstance(found, tasks.Extracted | tasks.Failure)  # noqa: S101 -- for the type checker
        self._round.summary.spent("extract", found.seconds)
        if isinstance(found, tasks.Failure):
            # Its validators are not kept: the article's own are asked with, until there is an article again.
            self._settle(Looked(due, sight_of_failure(found.kind), detail=f"{found.kind}: {found.detail}"))
        elif walled_off(found.article, words=due.words):
            self._settle(Looked(due, "walled", detail=f"marked as paid, {found.article.words} words are left"))
        else:
            self._settle(Looked(due, "there", incoming=self._incoming(due, page, found), page=row))

    def _incoming(self, due: DueCheck, page: Page, found: tasks.Extracted) -> Incoming:
        outlet = self._outlets.of(page.final_url, named=due.outlet)
        asked = (due.check.url, page.url, page.final_url, *(hop.url for hop in page.hops))
        return incoming(found, outlet, asked=asked, source=due.source)

    def _defer(self, due: DueCheck, why: Deferred) -> None:
        """The host asked for time, or the run is over: the page stays due, not before the host's own word."""
        if why.until > self._round.clock():
            self._settle(Looked(due, "unclear", detail=str(why), until=why.until))
        else:
            self._round.summary.rechecks["deferred"] += 1

    def _settle(self, looked: Looked) -> None:
        self._round.writer.add(looked)


def rechecks_due(now: datetime, first: datetime | None, steps: Collection[int]) -> bool:
    """Whether a cycle would look at a page again: `first` is the store's `first_check`."""
    return bool(steps) and first is not None and first <= now


def _host(due: DueCheck) -> str:
    return due.page.final_url.split("/", 3)[2]
