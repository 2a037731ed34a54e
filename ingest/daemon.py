"""The clock around the run, and nothing else: it asks what is due and runs the same cycle. The only use of APScheduler.

One tick job instead of one job per feed: due times live in the store, so that a restart polls nothing early, and a
scheduler with 2,000 jobs stalled 8.9 s where a claim takes 18 ms (measured).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from ingest.config import Config
from ingest.run import Wanted, poll, prepare
from store.base import Store
from store.errors import DiskFull, StoreBusy

log = logging.getLogger("ingest.daemon")

# Ticks that may be missed before the scheduler is taken for stalled (its clock was set back) and is started anew.
MISSED_TICKS = 5
# Seconds between two looks at the stop sign and the scheduler.
LOOK = 0.5


class Daemon:
    """Runs a cycle at every tick at which feeds are due, until `stop` is set."""

    def __init__(
        self, store: Callable[[], Store], config: Config, *, clock: Callable[[], datetime], stop: threading.Event
    ) -> None:
        self._open = store
        self._config = config
        self._clock = clock
        self._stop = stop
        self._ticked = time.monotonic()
        self._running = threading.Event()
        self._failure: BaseException | None = None
        self._postponed: type[BaseException] | None = None  # why the last cycle did not happen
        self._feeds: list[str] | None = None  # of the settings, once they are known to the store

    def run(self) -> None:
        """Tick until stopped. Raises what ended a cycle: StoreError, ConfigError or a bug."""
        scheduler = self._start()
        try:
            while not self._stop.wait(LOOK) and self._failure is None:
                late = time.monotonic() - self._ticked > MISSED_TICKS * self._config.daemon.tick + LOOK
                if late and not self._running.is_set():
                    # APScheduler 3 sleeps until a time of day: set back, the clock would have to catch up first.
                    log.warning("clock", extra={"outcome": "rearmed"})
                    scheduler.shutdown(wait=False)
                    self._ticked = time.monotonic()
                    scheduler = self._start()
        finally:
            self._stop.set()
            scheduler.shutdown(wait=True)
        if self._failure is not None:
            raise self._failure

    def _start(self) -> BackgroundScheduler:
        scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(1)}, timezone="UTC")
        scheduler.add_job(
            self._tick,
            IntervalTrigger(seconds=self._config.daemon.tick, timezone="UTC"),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=datetime.now(self._clock().tzinfo),
        )
        scheduler.start()
        return scheduler

    def _tick(self) -> None:
        """One look at what is due, and the cycle if anything is. The store is opened in the thread that uses it."""
        self._ticked = time.monotonic()
        if self._stop.is_set():
            return
        self._running.set()
        try:
            self._cycle()
            self._postponed = None
        except (StoreBusy, DiskFull, OSError) as error:
            # Another process writes for a long time, or the disk is full or has a bad moment: the next tick tries
            # again, and reading goes on. Said once: a disk that stays full for a week would fill the log.
            if type(error) is not self._postponed:
                log.warning("cycle", extra={"outcome": "postponed", "why": str(error)})
            self._postponed = type(error)
        except BaseException as error:  # noqa: BLE001 -- carried to the main thread, which ends the daemon with it
            self._failure = error
        finally:
            self._running.clear()
            self._ticked = time.monotonic()

    def _cycle(self) -> None:
        store = self._open()
        try:
            if self._feeds is None:
                self._feeds = prepare(store, self._config, Wanted(), clock=self._clock)
            polled = self._polled(store)
            if self._due(store, polled):
                summary = poll(store, self._config, polled, Wanted(), clock=self._clock, stop=self._stop)
                log.info("cycle", extra={"outcome": "done", **summary.as_dict()["items"]})
        finally:
            store.close()

    def _polled(self, store: Store) -> list[str]:
        """The configured feeds, and those added by hand, also since the start."""
        added = [row.url for row in store.feeds() if row.origin == "added"]
        return list(dict.fromkeys([*(self._feeds or ()), *added]))

    def _due(self, store: Store, polled: list[str]) -> bool:
        now, wanted = self._clock(), set(polled)
        return any(row.enabled and row.due_at <= now for row in store.feeds() if row.url in wanted)
