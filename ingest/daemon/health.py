"""What can be asked of a running daemon: does it still tick, can it work, what has it done. Thread-safe, no network."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from ingest.daemon.ticks import MISSED_TICKS
from ingest.run import Summary

# Seconds without a sign of life that are never too many: a batch may wait ten seconds for an analyst's transaction,
# and the first tick plants the reference articles.
PATIENCE: Final = 60.0
_SQLITE: Final = "sqlite:///"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was done since the start, the cycle under way included, and how things stand."""

    feeds: Mapping[str, int]  # by outcome
    items: Mapping[str, int]  # by outcome
    stories: Mapping[str, int]  # by change
    seconds: Mapping[str, float]  # by stage
    cycles: Mapping[str, int]  # done, postponed, failed
    ticks: int
    due: int  # feeds due at the last tick
    last_cycle: datetime | None
    last_cycle_seconds: float
    store_bytes: int


class Health:
    """Told by the daemon's threads, asked by the listener's. `monotonic` is the clock that nobody sets."""

    def __init__(self, *, tick: float, store_url: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._monotonic = monotonic
        self._limit = max(MISSED_TICKS * tick, PATIENCE)
        self._store = Path(store_url.removeprefix(_SQLITE)) if store_url.startswith(_SQLITE) else None
        self._last = monotonic()
        self._blocked: str | None = "no tick yet"
        self._done: dict[str, Counter[str]] = {name: Counter() for name in ("feeds", "items", "stories", "cycles")}
        self._seconds: dict[str, float] = {}
        self._running: Summary | None = None
        self._ticks = self._due = 0
        self._last_cycle: datetime | None = None
        self._last_cycle_seconds = 0.0

    # --- told -------------------------------------------------------------------------------------------------------

    def alive(self) -> None:
        """A sign of life."""
        self._last = self._monotonic()

    def running(self, summary: Summary, _under_way: int = 0) -> None:
        """A sign of life out of a cycle. Called by the thread that changes the summary, many times a second."""
        self.alive()
        with self._lock:
            self._running = summary

    def cycled(self, outcome: str, *, at: datetime, seconds: float, summary: Summary | None = None) -> None:
        """A cycle has ended: done, postponed or failed. Called by the thread that ran it."""
        with self._lock:
            ended, self._running = summary or self._running, None
            self._done["cycles"][outcome] += 1
            self._last_cycle, self._last_cycle_seconds = at, seconds
            if ended is not None:
                for name in ("feeds", "items", "stories"):
                    self._done[name].update(getattr(ended, name))
                for stage, spent in ended.seconds.items():
                    self._seconds[stage] = self._seconds.get(stage, 0.0) + spent

    def due(self, count: int) -> None:
        """So many feeds are due."""
        self._due = count

    def ticked(self, blocked: str | None) -> None:
        """A tick has ended; `blocked` says why it could not do its work."""
        self.alive()
        with self._lock:
            self._ticks += 1
            self._blocked = blocked

    def stopping(self) -> None:
        """No more work will be begun."""
        with self._lock:
            self._blocked = "stopping"

    # --- asked ------------------------------------------------------------------------------------------------------

    def stalled(self) -> float | None:
        """Seconds since the last sign of life where they are too many: five ticks, and a minute at least."""
        silent = self._monotonic() - self._last
        return silent if silent > self._limit else None

    def blocked(self) -> list[str]:
        """Why it cannot work; empty when it can."""
        silent = self.stalled()
        return [reason for reason in (self._blocked, silent and f"no tick for {silent:.0f} s") if reason]

    def figures(self) -> Figures:
        """A copy that no cycle changes any more."""
        with self._lock:
            now = self._running
            counts = {name: counter + _copy(now, name) for name, counter in self._done.items()}
            stages = dict(now.seconds) if now is not None else {}
            return Figures(
                feeds=counts["feeds"],
                items=counts["items"],
                stories=counts["stories"],
                seconds={name: self._seconds.get(name, 0.0) + stages.get(name, 0.0) for name in self._seconds | stages},
                cycles=counts["cycles"],
                ticks=self._ticks,
                due=self._due,
                last_cycle=self._last_cycle,
                last_cycle_seconds=self._last_cycle_seconds,
                store_bytes=self._bytes(),
            )

    def _bytes(self) -> int:
        """The store's file and its write-ahead log; 0 where they cannot be asked for."""
        total = 0
        for name in (self._store, self._store and self._store.with_name(self._store.name + "-wal")):
            try:
                total += name.stat().st_size if name else 0
            except OSError:
                continue
        return total


def _copy(summary: Summary | None, name: str) -> Counter[str]:
    # Copying a dict of plain strings is one step of the interpreter: no other thread changes it meanwhile.
    return Counter(dict(getattr(summary, name))) if summary is not None and hasattr(summary, name) else Counter()
