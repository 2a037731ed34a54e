"""When the daemon looks: every few seconds, whatever happens to the clock. The only use of APScheduler.

One tick job instead of one job per feed: due times live in the store, so that a restart polls nothing early, and a
scheduler with 2,000 jobs stalled 8.9 s where a claim takes 18 ms (measured).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

log = logging.getLogger("ingest.daemon")

# Ticks that may be missed before the scheduler is taken for dead and is started anew.
MISSED_TICKS: Final = 5
# Seconds between two looks at the clock and the scheduler; whoever calls `watch` waits so long.
LOOK: Final = 0.5
# Seconds by which the time of day must leave the monotonic clock to count as set: both are slewed alike, so that they
# part only when somebody sets the clock or the machine sleeps.
STEP: Final = 1.0


class Ticks:
    """Calls `tick` every `seconds`, one call at a time, in a thread of its own; the first call at once."""

    def __init__(self, tick: Callable[[], None], *, seconds: float) -> None:
        self._tick = tick
        self._seconds = seconds
        self._turn = threading.Lock()  # held by the tick that runs
        self._last = time.monotonic()  # when a tick began or ended
        self._apart = _apart()
        self._stale = False  # the scheduler sleeps until a time of day that may never come
        self._scheduler = self._start()

    def watch(self) -> None:
        """Set the scheduler right where the clock was set or its thread has died. Call it every LOOK seconds.

        APScheduler 3 sleeps until a time of day: set back by an hour, the clock would stop it for an hour.
        """
        apart = _apart()
        if abs(apart - self._apart) > STEP:
            log.warning("clock", extra={"outcome": "set", "seconds": round(apart - self._apart, 1)})
            self._stale = True
        self._apart = apart
        if self._turn.locked():
            return
        if time.monotonic() - self._last > MISSED_TICKS * self._seconds + LOOK:
            log.warning("clock", extra={"outcome": "stalled"})
            self._stale = True
        if self._stale:
            self._scheduler.shutdown(wait=False)
            self._stale, self._last = False, time.monotonic()
            self._scheduler = self._start()

    def end(self, within: float) -> bool:
        """No more ticks; whether the one under way ended within so many seconds."""
        self._scheduler.shutdown(wait=False)
        return self._turn.acquire(timeout=within)

    def _start(self) -> BackgroundScheduler:
        scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(1)}, timezone="UTC")
        scheduler.add_job(
            self._run,
            _Every(self._seconds),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=datetime.now(UTC),
        )
        scheduler.start()
        return scheduler

    def _run(self) -> None:
        # A scheduler that was replaced may have begun a tick in that very moment: the second one gives way.
        if not self._turn.acquire(blocking=False):
            return
        try:
            self._last = time.monotonic()
            self._tick()
        finally:
            self._last = time.monotonic()
            self._turn.release()


class _Every(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """So many seconds from now, again and again.

    APScheduler's own interval counts through every run that was missed, under its lock: set ahead by 400 days, the
    clock kept a daemon with a tick of a third of a second busy for minutes, deaf to SIGTERM.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = timedelta(seconds=seconds)

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        return now + self._seconds


def _apart() -> float:
    """Seconds between the time of day and the monotonic clock."""
    return time.time() - time.monotonic()
