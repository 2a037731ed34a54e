"""Many requests at once: a pool of threads that takes turns over hosts.

Requests wait for their turns (`turns`), outside of the connection pool; results wait in a bounded outbox. Threads live
as long as something waits for them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Set
from datetime import datetime
from types import TracebackType
from typing import Final, Protocol, Self

import httpx

from ingest.errors import Deferred, FetchError
from ingest.fetch.backend import Budget, Interrupted
from ingest.fetch.outbox import Outbox
from ingest.fetch.redirects import Trip, host_key, parse_url
from ingest.fetch.requests import Outcome, Request
from ingest.fetch.robots import Robots, objection
from ingest.fetch.turns import Hosts, Late, Task, Turns
from ingest.model import NotModified, Page

# Seconds between two looks at the stop and the deadline while nothing else happens.
_SLICE: Final = 0.25


class Network(Hosts, Protocol):
    """What a crawl needs of the fetcher."""

    stop: threading.Event

    def budget(self, cancelled: Callable[[], bool], *, spent: float = 0.0) -> Budget: ...
    def step(self, request: Request, trip: Trip, budget: Budget) -> Page | NotModified | Trip: ...
    def robots(self, host: str, trip: Trip, budget: Budget) -> Robots | Trip: ...


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
        self._turns = Turns(network)
        self._lock = network.book.lock
        self._work = threading.Condition(self._lock)  # something may be startable
        self._outbox = Outbox(self._lock)
        self._unanswered = 0  # added and not yet in the outbox
        self._begun: set[object] = set()
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

    @property
    def begun(self) -> Set[object]:
        """The tags of the feeds whose server was asked, whatever came of it; grows as it goes."""
        return self._begun

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
        with self._lock:
            self._unanswered += 1
            if self._ending():
                self._defer([request], self._network.book.now(), "the run is over")
                return
            self._turns.add(request, url)
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
                    self._outbox.wait(_SLICE)
            if self._crash is not None:
                raise self._crash
            return self._outbox.take() if self._outbox else None

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
            self._outbox.open_wide()
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
                self._outbox.wake()
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())

    def _next(self) -> Task | None:
        """The next task, waited for; None when nothing waits any more."""
        with self._lock:
            while True:
                if self._ending():
                    self._end("the run is over")
                if not len(self._turns):
                    self._threads.discard(threading.current_thread())  # in one breath: `add` starts another
                    return None
                match self._turns.take():
                    case Task() as task:
                        # Another may find work, or must now watch the clock. It has to be asked for here too: requests
                        # added faster than one idle thread wakes up would all count on that one.
                        if len(self._turns):
                            self._call_another()
                        return task
                    case Late(host, tasks, until):
                        why = f"{host} wants to be left alone until {until:%Y-%m-%d %H:%M} UTC"
                        self._defer((task.request for task in tasks), until, why)
                    case wait:
                        self._idle += 1
                        self._work.wait(None if wait.at is None else max(wait.at - time.monotonic(), 0.0))
                        self._idle -= 1

    def _serve(self, task: Task) -> None:
        started = time.monotonic()
        budget = self._network.budget(self._over, spent=task.away if task.errand else task.spent)
        result: Page | NotModified | Trip | FetchError
        try:
            if self._turns.wants_robots(task):
                trip = task.errand or Trip(task.trip.url.copy_with(raw_path=b"/robots.txt"))
                robots = self._network.robots(task.home, trip, budget)
                if isinstance(robots, Robots):
                    self._sort(task, robots)
                else:
                    self._onward(task, robots, task.away + time.monotonic() - started, self._turns.on_errand)
                return
            if task.request.kind == "feed":
                self._begun.add(task.request.tag)
            result = self._network.step(task.request, task.trip, budget)
        except Interrupted:
            result = Deferred("deferred", until=self._network.book.now(), where=task.request.url, why="the run is over")
        except FetchError as error:
            result = error
        seconds = task.spent + time.monotonic() - started
        if isinstance(result, Trip):
            self._onward(task, result, seconds, self._turns.onward)
            return
        with self._lock:
            if isinstance(result, Deferred) and self._patient(task):
                self._turns.again(task)
            else:
                self._turns.leave(task)
                self._work.notify()
                self._put(task.request, result, seconds)

    def _onward(self, task: Task, trip: Trip, spent: float, queue: Callable[[Task, Trip, float], None]) -> None:
        """A redirect, of the request or of a robots.txt: where it leads to it waits for a turn, too."""
        with self._lock:
            queue(task, trip, spent)
            self._work.notify()
            if self._ending():
                self._end("the run is over")
            else:
                self._call_another()

    def _sort(self, task: Task, robots: Robots) -> None:
        """The host's robots.txt is known now: answer what it forbids, so that only the rest waits for its turn."""
        with self._lock:
            tasks, patient = self._turns.waiting(task), self._patient(task)
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
            self._turns.resume(task, kept)
            self._work.notify()
            for waiting, verdict in out:
                self._put(waiting.request, verdict)

    # --- under the lock ---------------------------------------------------------------------------------------------

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
        self._defer((task.request for task in self._turns.drain()), self._network.book.now(), why)
        self._work.notify_all()
        self._outbox.wake()

    def _known_verdict(self, request: Request, url: httpx.URL) -> FetchError | None:
        robots = self._network.book.robots(host_key(url)) if self._network.settings.robots else None
        return None if robots is None else objection(robots, request, str(url))

    def _patient(self, task: Task) -> bool:
        return not self._ending() and self._turns.patient(task)

    def _defer(self, requests: Iterable[Request], until: datetime, why: str) -> None:
        for request in requests:
            self._put(request, Deferred("deferred", until=until, where=request.url, why=why))

    def _put(self, request: Request, result: Page | NotModified | FetchError, seconds: float = 0.0) -> None:
        self._outbox.put(Outcome(request=request, result=result, seconds=seconds))
        self._unanswered -= 1
