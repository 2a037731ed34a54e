"""The one writer: collects what became of entries and writes it in micro-batches, each one transaction."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime

from ingest.place import Desk, Placed, place
from ingest.run.fate import Fate, retry_at
from ingest.run.summary import Summary
from ingest.run.work import Finished, Record
from store.base import Placing, Store
from store.model import HostRow, Rejected

log = logging.getLogger("ingest.run")

# A transaction costs one fsync (some milliseconds): a hundred articles share it, and nothing waits longer than 200 ms.
BATCH, BATCH_SECONDS = 100, 0.2

_OFF_TOPIC = Fate("off_topic", "off-topic", "neither the text nor its story is on the topic")


class Writer:
    """Writes records in the order in which they were added; what is counted was committed.

    `hosts` gives the hosts that changed since last asked; `room` raises DiskFull where a batch must not be written.
    """

    def __init__(
        self, store: Store, desk: Desk, summary: Summary, *, hosts: Callable[[], list[HostRow]],
        room: Callable[[], None],
    ) -> None:  # fmt: skip
        self._store = store
        self._desk = desk
        self._summary = summary
        self._hosts = hosts
        self._room = room
        self._waiting: list[Record | Finished] = []
        self._since = 0.0

    def add(self, record: Record | Finished) -> None:
        """Queue a record; writes when the batch is full."""
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting.append(record)
        if len(self._waiting) >= BATCH:
            self.flush()

    @property
    def due(self) -> bool:
        """Something has been waiting long enough."""
        return bool(self._waiting) and time.monotonic() - self._since >= BATCH_SECONDS

    def flush(self) -> None:
        """Write what waits. Raises StoreError; then nothing of the batch was written or counted."""
        batch, self._waiting = self._waiting, []
        if not batch:
            return
        self._room()
        begun = time.monotonic()
        with self._store.placing() as placing:
            done = [(record, self._write(placing, record)) for record in batch]
            placing.save_hosts(self._hosts())
        for record, result in done:
            if isinstance(record, Record):
                self._count(record, result)
        self._summary.spent("store", time.monotonic() - begun)

    def _write(self, placing: Placing, record: Record | Finished) -> Placed | Fate | None:
        now = self._desk.now()
        if isinstance(record, Finished):
            placing.finish_feed(record.outcome)
            return None
        result: Placed | Fate | None = record.fate
        if record.incoming is not None:
            result = place(placing, record.incoming, self._desk)
            if result.outcome == "off_topic":
                result = _OFF_TOPIC
            else:
                placing.accept([record.url, record.incoming.article.url])
        if isinstance(result, Fate):
            placing.reject(_refusal(record, result, now))
        if record.item is not None:
            placing.save_items([record.item])
        if record.page is not None:
            placing.save_pages([record.page])
        return result

    def _count(self, record: Record, result: Placed | Fate | None) -> None:
        """One count and one log event for every entry, after it was committed."""
        facts: dict[str, object] = {"url": record.url, "feed": record.feed.row.url}
        if isinstance(result, Placed):
            outcome: str = result.outcome
            facts |= {"article": result.article_id, "story": result.story_id}
            if result.change is not None:
                self._summary.stories[result.change] += 1
                facts["change"] = result.change
            self._summary.stories["merged"] += result.merged
            self._summary.stories["split"] += result.split
        elif isinstance(result, Fate):
            outcome = result.state
            facts |= {"reason": result.reason, "detail": result.detail}
            if result.state == "failed":
                self._summary.error(record.url, result.reason, result.detail)
        else:
            outcome = record.outcome or "unchanged"
        self._summary.items[outcome] += 1
        record.feed.items[outcome] += 1
        log.log(
            logging.DEBUG if outcome in ("unchanged", "duplicate_url") else logging.INFO,
            "article",
            extra={"outcome": outcome, **facts},
        )


def _refusal(record: Record, fate: Fate, now: datetime) -> Rejected:
    tries = (record.refused.tries if record.refused else 0) + 1
    return Rejected(
        url=record.url,
        state=fate.state,
        reason=fate.reason,
        detail=fate.detail,
        title=record.title or None,
        source=record.feed.row.url,
        first_seen=now,
        last_seen=now,
        retry_at=retry_at(fate, now=now, tries=tries),
    )
