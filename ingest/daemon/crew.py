"""The processes that read pages, kept from one cycle to the next."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from ingest.config import Extract
from ingest.run import crew
from ingest.workers import Workers

# Seconds without a cycle after which the processes are ended. Starting one takes 0.7 s of processor time, keeping it
# 100 MB: feeds that come one after the other find it there, a quiet quarter of an hour costs nothing.
IDLE: Final = 60.0


class Crew:
    """Workers for one cycle at a time. `monotonic` is the clock that nobody sets. One thread at a time."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._workers: Workers | None = None
        self._settings: Extract | None = None
        self._left = 0.0  # when the last cycle ended

    @contextmanager
    def at_work(self, settings: Extract) -> Iterator[Workers]:
        """The processes, started anew where settings have changed; after an error they are ended, with their tasks."""
        if settings != self._settings:
            self.close()
        if self._workers is None:
            self._workers, self._settings = crew(settings), settings
        try:
            yield self._workers
        except BaseException:
            self.close()
            raise
        self._left = self._monotonic()

    def rest(self) -> None:
        """Nothing to do at this tick: end the processes where that has been so for a while."""
        if self._workers is not None and self._monotonic() - self._left > IDLE:
            self.close()

    def close(self) -> None:
        """End the processes at once."""
        workers, self._workers = self._workers, None
        if workers is not None:
            workers.close(wait=False)
