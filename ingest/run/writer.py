"""The one writer: collects what became of entries and writes it in micro-batches, each one transaction."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from ingest.config import Fetch
from ingest.place import Desk, Placed, look_back, place
from ingest.place.growing import catch_up
from ingest.place.roundups import part_round_ups
from ingest.run import looks
from ingest.run.fate import Fate, looked, retry_at
from ingest.run.summary import Summary
from ingest.run.work import FeedWork, Finished, Looked, Record
from ingest.urls import address_key
from store.base import Placing, Store
from store.model import HostRow, Rejected

log = logging.getLogger("ingest.run")

# A transaction costs one fsync (some milliseconds): a hundred articles share it, and nothing waits longer than 200 ms.
BATCH, BATCH_SECONDS = 100, 0.2

_OFF_TOPIC = Fate("off_topic", "off-topic", "neither the text nor its story is on the topic")


class Writer:
    """Writes records in the order in which they were added; what is counted was committed.

    `hosts` gives the hosts that changed since last asked; `room` raises DiskFull where a batch must not be written.
    `steps` are those of the re-check ladder. `written` hears of each entry and each feed that was committed.
    """

    def __init__(
        self, store: Store, desk: Desk, summary: Summary, *, hosts: Callable[[], list[HostRow]],
        room: Callable[[], None], steps: Sequence[int] = (),
        written: Callable[[Record | Finished], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self._store = store
        self._desk = desk
        self._summary = summary
        self._hosts = hosts
        self._room = room
        self._written = written
        # While the ladder is off, times are kept by the shipped one: switched on, it knows what is due.
        self._steps = tuple(steps) or tuple(Fetch().recheck)
        self._waiting: list[Record | Finished | Looked] = []
        self._brought: Counter[FeedWork] = Counter()  # new articles of feeds that are not finished
        self._grown: set[int] = set()  # stories that got a new article or state
        self._beside: set[int] = set()  # texts that hold the beginning of a new one
        self._since = 0.0

    def add(self, record: Record | Finished | Looked) -> None:
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
            elif isinstance(record, Looked):
                self._count_look(record, result)
            if not isinstance(record, Looked):
                self._written(record)
        for _, result in done:
            if isinstance(result, Placed) and result.story_id and result.outcome in ("new", "revised"):
                self._grown.add(result.story_id)
                self._beside.update(result.beside)
        self._summary.spent("store", time.monotonic() - begun)

    def look_back(self, *, stop: Callable[[], bool]) -> None:
        """Describe the stories that grew with what the whole cycle has taught, and decide a young store's anew.

        Raises StoreError.
        """
        grown, self._grown = sorted(self._grown), set()
        begun = time.monotonic()
        beside, self._beside = self._beside, set()
        rules, clock = self._desk.rules, self._desk.now
        whole = catch_up(self._store, rules, clock=clock, stop=stop) if grown else None
        parted = part_round_ups(self._store, rules, beside, clock=clock, stop=stop)
        for moves in filter(None, (whole, parted)):
            self._summary.stories["merged"] += moves.merged
            self._summary.stories["split"] += moves.split
        for start in range(0, len(grown), BATCH):
            with self._store.placing() as placing:
                look_back(placing, grown[start : start + BATCH], self._desk.rules)
        self._summary.spent("store", time.monotonic() - begun)

    def _write(self, placing: Placing, record: Record | Finished | Looked) -> Placed | Fate | None:
        now = self._desk.now()
        if isinstance(record, Finished):
            placing.finish_feed(replace(record.outcome, entries_new=self._brought.pop(record.feed, 0)))
            return None
        if isinstance(record, Looked):
            return self._write_look(placing, record, now)
        result: Placed | Fate | None = record.fate
        if record.incoming is not None:
            result = place(placing, record.incoming, self._desk)
            if result.outcome == "off_topic":
                result = _OFF_TOPIC
            else:
                placing.accept([record.url, record.incoming.article.url])
                self._brought[record.feed] += result.outcome == "new"
        if isinstance(result, Fate):
            placing.reject(_refusal(record, result, now))
        if record.item is not None:
            placing.save_items([record.item])
        if record.page is not None:
            placing.save_pages([record.page])
        self._watch(placing, record, result, now)
        return result

    def _watch(self, placing: Placing, record: Record, result: Placed | Fate | None, now: datetime) -> None:
        """A page that a feed had fetched: when its article is looked at again."""
        led = "a feed led to it"
        if isinstance(result, Placed) and record.page is not None:
            looks.fetched(placing, record.page, result, now=now, steps=self._steps, led=led)
        elif record.looked_at is not None and (check := placing.check_at(record.looked_at)) is not None:
            known = placing.articles_at([address_key(record.looked_at)]).values()
            story = next((one.story_id for one in known if one.id == check.article_id), 0)
            after = looked(check, "there", changed=False, now=now, steps=self._steps)
            looks.write(placing, *after, detail=led, story=story)

    def _write_look(self, placing: Placing, record: Looked, now: datetime) -> Placed | None:
        check, result = record.due.check, None
        if record.until is not None:
            placing.save_checks([replace(check, due_at=record.until)])
            return None
        if record.incoming is not None:
            result = place(placing, record.incoming, self._desk)
            if result.article_id is not None:  # another one, where the address started over
                check = replace(check, article_id=result.article_id)
        if record.page is not None:
            placing.save_pages([record.page])
        changed = result is not None and result.outcome in ("new", "revised")
        after = looked(check, record.sight, changed=changed, now=now, steps=self._steps)
        looks.write(placing, *after, detail=record.detail, story=record.due.story_id)
        return result

    def _count_look(self, record: Looked, result: Placed | Fate | None) -> None:
        outcome: str = "unchanged" if record.sight == "there" else record.sight
        if record.until is not None:
            outcome = "deferred"
        elif isinstance(result, Placed):
            outcome = {"revised": "revised", "new": "restarted"}.get(result.outcome, "unchanged")
            self._summary.stories["merged"] += result.merged
            self._summary.stories["split"] += result.split
        self._summary.rechecks[outcome] += 1
        level = logging.DEBUG if outcome in ("unchanged", "deferred") else logging.INFO
        facts = {"article": record.due.check.article_id, "detail": record.detail or None}
        log.log(level, "recheck", extra={"outcome": outcome, "url": record.due.check.url, **facts})

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
