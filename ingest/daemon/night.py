"""At a quiet hour: links of what was touched since the last night are weighed again, a little at each tick."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from ingest.config import Config
from ingest.place.moves import report
from ingest.place.recluster import Recluster
from store.base import Store

log = logging.getLogger("ingest.daemon")

# Hours in which the pass may work. What is left goes on in the next night.
WINDOW: Final = timedelta(hours=3)
# Seconds of it at one tick, so that a feed that falls due waits no longer; in its window it can look at 200,000 texts.
AT_A_TICK: Final = 2.0
# Share of the cycle before, where that gives it more: long cycles leave few ticks.
AFTER_A_CYCLE: Final = 0.1


class Night:
    """Once a day from `daemon.reweigh_at` on, in UTC. A pass that a stop or a kill broke off goes on where it was."""

    def __init__(self) -> None:
        self._done: date | None = None  # the night that has been worked through
        self._work: Recluster | None = None

    def tick(
        self, store: Store, config: Config, *, clock: Callable[[], datetime], stop: threading.Event, after: float = 0.0
    ) -> bool:
        """Work for a moment if it is time; whether it did. `after`: seconds that the cycle before took. Raises
        StoreError."""
        night = _night(clock(), config.daemon.reweigh_at)
        if night is None or night == self._done or stop.is_set():
            return False
        if self._work is None:
            self._work = Recluster(store, config.dedupe, clock=clock, scope="touched")
        ends = time.monotonic() + max(AT_A_TICK, AFTER_A_CYCLE * after)
        if self._work.run(stop=lambda: stop.is_set() or time.monotonic() >= ends, store=store):
            moves, self._work, self._done = self._work.moves, None, night
            with store.looking() as placing:
                moved = report(placing, moves.was, first_new=placing.extent().story + 1).moved
            told = {"moved": moved, "merged": moves.merged, "split": moves.split}
            log.info("reweigh", extra={"outcome": "done", **told})
        return True


def _night(now: datetime, hour: int) -> date | None:
    """The day on which the night that `now` falls into began; None by day."""
    if hour < 0:
        return None
    begin = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    for start in (begin, begin - timedelta(days=1)):
        if start <= now < start + WINDOW:
            return start.date()
    return None
