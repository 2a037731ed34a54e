"""Between the crawl and the loop: answers are carried over one by one, no more at a time than there are slots."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from ingest.fetch import Crawl, Outcome

# Seconds after which it looks whether it is over.
TICK: Final = 0.05


class Pump:
    """Carries outcomes from the crawl to the loop, no more at a time than there are slots.

    `crashed` hears of a bug in the crawl: without a word, the loop would wait for answers for ever.
    """

    def __init__(
        self,
        crawl: Crawl,
        arrive: Callable[[Outcome], None],
        slots: threading.BoundedSemaphore,
        *,
        crashed: Callable[[BaseException], None],
    ) -> None:
        self._crawl = crawl
        self._arrive = arrive
        self._crashed = crashed
        self._slots = slots
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._carry, name="pump", daemon=True)

    def __enter__(self) -> Pump:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._crawl.close()
        self._thread.join(timeout=10)

    def _carry(self) -> None:
        try:
            # The iteration ends whenever nothing is asked; pages found in the last answers start it again.
            while not self._over.is_set():
                for outcome in self._crawl:
                    while not self._slots.acquire(timeout=TICK):
                        if self._over.is_set():
                            return
                    self._arrive(outcome)
                self._over.wait(TICK)
        except BaseException as crash:  # noqa: BLE001 -- raised again in the loop's thread
            self._crashed(crash)
