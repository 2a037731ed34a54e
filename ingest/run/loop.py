"""What is under way in a cycle: threads wait for the network, processes work, one thread hears of both in turn."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, Queue
from typing import Final, ParamSpec, TypeVar

from ingest.fetch import Crawl, Outcome, Request
from ingest.run.pump import TICK, Pump
from ingest.workers import Workers

P = ParamSpec("P")
T = TypeVar("T")

# Answers between the network and the writer: enough to keep the processes busy, few enough to bound memory at
# 64 times the largest page.
IN_FLIGHT: Final = 64
# Seconds that work in the processes may go on after a stop: the usual page takes 50 ms, and whoever stops a run waits
# no longer than ten seconds in all.
GRACE: Final = 3.0


class Loop:
    """Requests and tasks, and what to do when each is done. Everything but the waiting happens in the caller's thread.

    `answered` handles what the network says; the first task it gives for an answer keeps the answer's slot.
    """

    def __init__(
        self, crawl: Crawl, workers: Workers, *, answered: Callable[[Outcome], None], stop: threading.Event
    ) -> None:
        self._crawl = crawl
        self._workers = workers
        self._handle = answered
        self._stop = stop
        self._events: Queue[Callable[[], None]] = Queue()
        self._slots = threading.BoundedSemaphore(IN_FLIGHT)
        self._held = False  # the answer in hand has a slot that no task has taken over
        self._asked = 0  # requests without an answer
        self._tasks: set[Future[object]] = set()
        self._ends: float | None = None  # monotonic: when a stop cancels what still works

    def ask(self, request: Request) -> None:
        """Queue a request."""
        self._asked += 1
        self._crawl.add(request)

    def submit(
        self, then: Callable[[Future[object]], None], task: Callable[P, T], *args: P.args, **kw: P.kwargs
    ) -> None:
        """Give a task to a process; `then` gets its future when it is done, or cancelled by a stop."""
        future: Future[T] = self._workers.submit(task, *args, **kw)
        self._tasks.add(future)  # type: ignore[arg-type]  # a future of anything is a future of object
        holds, self._held = self._held, False
        future.add_done_callback(lambda done: self._events.put(lambda: self._worked(done, then, holds)))  # type: ignore[arg-type]

    def run(self, each: Callable[[bool, int], None]) -> None:
        """Handle what arrives until nothing is under way. `each` hears after every look whether all is quiet, and how
        much is under way. Raises what a handler raises, and a crash of the crawl."""
        with Pump(self._crawl, self._arrive, self._slots, crashed=self._crashed):
            while self._asked or self._tasks:
                try:
                    event = self._events.get(timeout=TICK)
                except Empty:
                    event = None
                if event is not None:
                    event()
                self._end_soon()
                each(event is None, self._asked + len(self._tasks))

    def _arrive(self, outcome: Outcome) -> None:
        """An answer arrived (called in the pump's thread): hand it to the loop."""
        self._events.put(lambda: self._answered(outcome))

    def _crashed(self, crash: BaseException) -> None:
        self._events.put(lambda: _raise(crash))

    def _answered(self, outcome: Outcome) -> None:
        self._asked -= 1
        self._held = True
        self._handle(outcome)
        if self._held:  # else a task holds the answer's slot until it is done
            self._held = False
            self._slots.release()

    def _worked(self, future: Future[object], then: Callable[[Future[object]], None], holds: bool) -> None:  # noqa: FBT001 -- called here alone
        self._tasks.discard(future)
        if holds:
            self._slots.release()
        then(future)

    def _end_soon(self) -> None:
        """After a stop, cancel what the processes are still at when its grace is over."""
        if not self._stop.is_set():
            return
        now = time.monotonic()
        if self._ends is None:
            self._ends = now + GRACE
        elif now >= self._ends:
            for future in list(self._tasks):
                future.cancel()


def _raise(crash: BaseException) -> None:
    raise crash
