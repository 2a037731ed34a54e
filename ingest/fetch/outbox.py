"""Answers on their way from the network's threads to who reads them: bounded, so that a slow reader slows the network
instead of filling memory."""

from __future__ import annotations

import threading
from collections import deque
from typing import Final

from ingest.fetch.requests import Outcome
from ingest.model import Page

# Results that wait to be read. With bodies up to 15 MiB a count alone would not bound memory.
_OUTBOX: Final = 32
_OUTBOX_BYTES: Final = 64 * 2**20


class Outbox:
    """Not thread-safe: its user holds the lock that it was made with, which waiting gives up meanwhile."""

    def __init__(self, lock: threading.RLock) -> None:
        self._waiting: deque[Outcome] = deque()
        self._bytes = 0
        self._arrived = threading.Condition(lock)  # something came in, or its user has something to look at
        self._room = threading.Condition(lock)
        self._open = True

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def put(self, outcome: Outcome) -> None:
        """Bodies wait for room; answers without one take none."""
        weight = _weight(outcome)
        while weight and self._open and self._full(weight):
            self._room.wait()
        self._waiting.append(outcome)
        self._bytes += weight
        self._arrived.notify()

    def take(self) -> Outcome:
        """The first that came. Raises IndexError where there is none."""
        outcome = self._waiting.popleft()
        self._bytes -= _weight(outcome)
        self._room.notify()
        return outcome

    def wait(self, seconds: float) -> None:
        """Wait until something may have come."""
        self._arrived.wait(seconds)

    def wake(self) -> None:
        """Whoever waits looks again."""
        self._arrived.notify_all()

    def open_wide(self) -> None:
        """Nothing waits for room any more: its user comes to an end."""
        self._open = False
        self._room.notify_all()

    def _full(self, weight: int) -> bool:
        return bool(self._waiting) and (len(self._waiting) >= _OUTBOX or self._bytes + weight > _OUTBOX_BYTES)


def _weight(outcome: Outcome) -> int:
    return len(outcome.result.body) if isinstance(outcome.result, Page) else 0
