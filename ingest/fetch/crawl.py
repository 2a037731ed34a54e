"""Many requests at once: a pool of threads that takes turns over hosts.

Requests wait in `pace.Pace`, outside of the connection pool; results wait in a bounded outbox, so that a slow reader
slows the network instead of filling memory. Threads live as long as something waits for them.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Final, Protocol, Self

import httpx

from ingest.config import Fetch
from ingest.errors import Deferred, FetchError
from ingest.fetch.backend import Budget, Interrupted
from ingest.fetch.hosts import HostBook
from ingest.fetch.pace import Pace, Postpone, Start
from ingest.fetch.redirects import Trip, host_key, parse_url
from ingest.fetch.requests import Outcome, Request
from ingest.fetch.robots import Robots, objection
from ingest.model import NotModified, Page

# Results that wait to be read. With bodies up to 15 MiB a count alone would not bound memory.
_OUTBOX: Final = 32
_OUTBOX_BYTES: Final = 64 * 2**20
# Seconds between two looks at the stop and the deadline while nothing else happens.
_SLICE: Final = 0.25


class Network(Protocol):
    """What a crawl needs of the fetcher."""

    settings: Fetch
    stop: threading.Event
    book: HostBook

    def budget(self, cancelled: Callable[[], bool], *, spent: float = 0.0) -> Budget: ...
    def step(self, request: Request, trip: Trip, budget: Budget) -> Page | NotModified | Trip: ...
    def robots(self, url: httpx.URL, budget: Budget) -> Robots: ...


@dataclass(slots=True)
class _Task:
    request: Request
    trip: Trip
    host: str  # of the address to ask next
    spent: float = 0.0  # seconds that its addresses before took
    retried: bool = False


class Crawl:
    """Add requests, iterate over outcomes, add more while iterating; the iteration ends when all are answered.

    Every request added is answered exactly once. After a stop, after the deadline of the run, and after `close()`,
    what is left is answered Deferred at once; after `wind_up()` what had not begun. `add` and iteration may happen in
    different threads.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        settings = network.settings
        self._ends = time.monotonic() + settings.deadline
        self._pace: Pace[_Task] = Pace(
            per_host=settings.per_host, patience=settings.patience, per_block=settings.per_address
        )
        self._lock = network.book.lock
        self._work = threading.Condition(self._lock)  # something may be startable
        self._results = threading.Condition(self._lock)  # the outbox is not empty, or all is answered
        self._room = threading.Condition(self._lock)  # the outbox has room again
        self._outbox: deque[Outcome] = deque()
        self._outbox_bytes = 0
        self._unanswered = 0  # added and not yet in the outbox
        self._threads: set[threading.Thread] = set()
        self._idle = 0
        self._closed = False
        self._leaving = False  # nothing more is begun; what is under way ends by itself
        self._crash: BaseException | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def add(self, request: Request) -> None:
        """Queue a request. An address that cannot be asked at all is answered at once."""
        try:
            url = parse_url(request.url)
            if (verdict := self._known_verdict(request, url)) is not None:
                raise verdict
        except FetchError as error:
            with self._lock:
                self._unanswered += 1
                self._put(request, error)
            return
        task = _Task(request, Trip(url), host_key(url))
        with self._lock:
            self._unanswered += 1
            if self._ending():
                self._defer([task], self._network.book.now(), "the run is over")
                return
            self._pace.add(task.host, self._network.book.of(task.host).times, task)
            self._call_another()

    def __iter__(self) -> Iterator[Outcome]:
        while (outcome := self._taken()) is not None:
            yield outcome

    def _taken(self) -> Outcome | None:
        """The next outcome, waited for; None when everything is answered."""
        with self._lock:
            while not self._outbox and self._unanswered and self._crash is None:
                if self._ending():
                    self._end("the run is over")
                if not self._outbox:
                    self._results.wait(_SLICE)
            if self._crash is not None:
                raise self._crash
            if not self._outbox:
                return None
            outcome = self._outbox.popleft()
            self._outbox_bytes -= _weight(outcome)
            self._room.notify()
            return outcome

    def wind_up(self) -> None:
        """Begin no more requests: what waits, and what is added from now on, is Deferred; what is under way is not
        interrupted."""
        with self._lock:
            self._leaving = True
            self._end("the run takes no longer")

    def close(self) -> None:
        """End the crawl: what waits is Deferred, what runs is interrupted. Returns when the threads are gone, or
        after the few seconds that a connection under way may take."""
        with self._lock:
            self._closed = True
            self._end("the crawl was closed")
            self._room.notify_all()
            threads = list(self._threads)
        ends = time.monotonic() + self._network.settings.connect_timeout + 4 * _SLICE
        for thread in threads:
            thread.join(max(ends - time.monotonic(), 0.0))

    # --- the threads ------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while (task := self._next()) is not None:
                self._serve(task)
        except BaseException as crash:  # noqa: BLE001  # a bug: raised again where the crawl is read
            with self._lock:
                self._crash = crash
                self._results.notify_all()
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())

    def _next(self) -> _Task | None:
        """The next task, waited for; None when nothing waits any more. Marks hosts whose robots.txt comes first."""
        with self._lock:
            while True:
                if self._ending():
                    self._end("the run is over")
                if not len(self._pace):
                    self._threads.discard(threading.current_thread())  # in one breath: `add` starts another
                    return None
                match self._pace.take(time.monotonic()):
                    case Start(host, task):
                        if self._wants_robots(task):
                            self._pace.alone(host)
                        # Another may find work, or must now watch the clock. It has to be asked for here too: requests
                        # added faster than one idle thread wakes up would all count on that one.
                        if len(self._pace):
                            self._call_another()
                        return task
                    case Postpone(host, tasks, until):
                        self._defer(tasks, self._network.book.time_of(until), f"{host} asked for time")
                    case wait:
                        self._idle += 1
                        self._work.wait(None if wait.at is None else max(wait.at - time.monotonic(), 0.0))
                        self._idle -= 1

    def _serve(self, task: _Task) -> None:
        started = time.monotonic()
        budget = self._network.budget(self._over, spent=task.spent)
        result: Page | NotModified | Trip | FetchError
        try:
            if self._wants_robots(task):
                self._sort(task, self._network.robots(task.trip.url, budget))
                return
            result = self._network.step(task.request, task.trip, budget)
        except Interrupted:
            result = Deferred("deferred", until=self._network.book.now(), where=task.request.url, why="the run is over")
        except FetchError as error:
            result = error
        seconds = task.spent + time.monotonic() - started
        with self._lock:
            if isinstance(result, Trip):
                self._onward(task, result, seconds)
            elif isinstance(result, Deferred) and self._patient(task):
                self._pace.again(task.host, [task])
                self._pace.done(task.host)
            else:
                self._pace.done(task.host)
                self._work.notify()
                self._put(task.request, result, seconds)

    def _sort(self, task: _Task, robots: Robots) -> None:
        """The host's robots.txt is known now: answer what it forbids, so that only the rest waits for its turn."""
        with self._lock:
            tasks = [task, *self._pace.withdraw(task.host)]
            patient = self._patient(task)
        # Outside of the lock: a thousand addresses against a long robots.txt take a while.
        kept, out = [], []
        for waiting in tasks:
            verdict = objection(robots, waiting.request, str(waiting.trip.url))
            if verdict is not None:
                verdict.chain = waiting.trip.asked
            if verdict is None or (patient and isinstance(verdict, Deferred)):
                kept.append(waiting)
            else:
                out.append((waiting, verdict))
        with self._lock:
            self._pace.again(task.host, kept)
            self._pace.done(task.host)
            self._work.notify()
            for waiting, verdict in out:
                self._put(waiting.request, verdict)

    # --- under the lock ---------------------------------------------------------------------------------------------

    def _onward(self, task: _Task, trip: Trip, spent: float) -> None:
        """A redirect: the request waits for the turn of the host that it leads to, before those that have not begun."""
        self._pace.done(task.host)
        self._work.notify()
        task.trip, task.host, task.spent = trip, host_key(trip.url), spent
        if self._ending():
            self._defer([task], self._network.book.now(), "the run is over")
            return
        self._pace.add(task.host, self._network.book.of(task.host).times, task, first=True)
        self._call_another()

    def _call_another(self) -> None:
        """Wake a thread that waits, or start one while there may be more."""
        if self._idle:
            self._work.notify()
        elif len(self._threads) < self._network.settings.threads:
            thread = threading.Thread(target=self._run, name="fetch", daemon=True)
            self._threads.add(thread)
            thread.start()

    def _over(self) -> bool:
        return self._closed or self._network.stop.is_set() or time.monotonic() >= self._ends

    def _ending(self) -> bool:
        return self._leaving or self._over()

    def _end(self, why: str) -> None:
        self._defer(self._pace.drain(), self._network.book.now(), why)
        self._work.notify_all()
        self._results.notify_all()

    def _wants_robots(self, task: _Task) -> bool:
        book, settings = self._network.book, self._network.settings
        return settings.robots and task.request.kind == "page" and book.robots(task.host) is None

    def _known_verdict(self, request: Request, url: httpx.URL) -> FetchError | None:
        robots = self._network.book.robots(host_key(url)) if self._network.settings.robots else None
        return None if robots is None else objection(robots, request, str(url))

    def _patient(self, task: _Task) -> bool:
        """Whether to wait for a host that asked for time, and try this request once more."""
        wait = self._network.book.of(task.host).times.blocked_until - time.monotonic()
        if wait <= 0 or self._ending():
            return False
        if task.retried:
            self._pace.give_up(task.host)
            return False
        task.retried = wait <= self._network.settings.patience
        return task.retried

    def _defer(self, tasks: Iterable[_Task], until: datetime, why: str) -> None:
        for task in tasks:
            self._put(task.request, Deferred("deferred", until=until, where=task.request.url, why=why))

    def _put(self, request: Request, result: Page | NotModified | FetchError, seconds: float = 0.0) -> None:
        """Answer a request. Bodies wait for room; answers without one take none."""
        outcome = Outcome(request=request, result=result, seconds=seconds)
        weight = _weight(outcome)
        while weight and not self._closed and self._full(weight):
            self._room.wait()
        self._outbox.append(outcome)
        self._outbox_bytes += weight
        self._unanswered -= 1
        self._results.notify()

    def _full(self, weight: int) -> bool:
        return bool(self._outbox) and (len(self._outbox) >= _OUTBOX or self._outbox_bytes + weight > _OUTBOX_BYTES)


def _weight(outcome: Outcome) -> int:
    return len(outcome.result.body) if isinstance(outcome.result, Page) else 0
