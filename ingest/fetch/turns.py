"""What each request has to ask next, and when: its own address, those that redirects lead to, a robots.txt before all.

Every host has its turns, also for what only passes by: a redirect, or another host's robots.txt that stands there.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import httpx

from ingest.config import Fetch
from ingest.fetch.hosts import HostBook
from ingest.fetch.pace import Pace, Postpone, Start, Wait
from ingest.fetch.redirects import Trip, host_key
from ingest.fetch.requests import Request
from ingest.fetch.robots import Robots


class Hosts(Protocol):
    """What is known of hosts, and learned."""

    settings: Fetch
    book: HostBook

    def no_robots(self, host: str, until: datetime) -> Robots: ...


@dataclass(slots=True)
class Task:
    """One request on its way."""

    request: Request
    trip: Trip
    host: str  # whose turn it waits for, or has
    errand: Trip | None = None  # the way to its host's robots.txt, where that leads on
    holding: bool = False  # the others of its host wait for that
    spent: float = 0.0  # seconds that its addresses before took
    away: float = 0.0  # and those of the errand
    retried: bool = False

    @property
    def home(self) -> str:
        """The host of its own address, whose robots.txt decides."""
        return host_key(self.trip.url)


@dataclass(frozen=True, slots=True)
class Late:
    """Requests for a host that asked for more time than we have patience for."""

    host: str
    tasks: Sequence[Task]
    until: datetime


class Turns:
    """The requests that wait. Not thread-safe: its user holds the book's lock."""

    def __init__(self, hosts: Hosts) -> None:
        settings = hosts.settings
        self._hosts = hosts
        self._pace: Pace[Task] = Pace(
            per_host=settings.per_host, patience=settings.patience, per_block=settings.per_address
        )

    def __len__(self) -> int:
        return len(self._pace)

    def add(self, request: Request, url: httpx.URL) -> None:
        """A request that has not asked anybody yet."""
        self._queue(Task(request, Trip(url), host_key(url)))

    def take(self) -> Task | Late | Wait:
        """What to do next. Where a host's robots.txt is to be asked for, all others of the host wait for that."""
        match self._pace.take(time.monotonic()):
            case Start(host, task):
                if self.wants_robots(task) and not task.holding:
                    task.holding = True
                    self._pace.hold(host)
                return task
            case Postpone(host, tasks, until):
                return self._late(host, tasks, self._hosts.book.time_of(until))
            case wait:
                return wait

    def wants_robots(self, task: Task) -> bool:
        """Whether a robots.txt has to be asked for before the request's own address."""
        wanted = self._hosts.settings.robots and task.request.kind == "page"
        return task.errand is not None or (wanted and self._hosts.book.robots(task.home) is None)

    def onward(self, task: Task, trip: Trip, spent: float) -> None:
        """A redirect: the request waits for the turn of the host that it leads to, before those that have not begun."""
        self._pace.done(task.host)
        task.trip, task.host, task.spent = trip, host_key(trip.url), spent
        self._queue(task, first=True)

    def on_errand(self, task: Task, trip: Trip, spent: float) -> None:
        """The robots.txt of the task's host stands elsewhere: it waits for the turn of the host there; nothing of its
        own host begins before it is known."""
        self._pace.done(task.host)
        task.errand, task.host, task.away = trip, host_key(trip.url), spent
        self._pace.add(task.host, self._hosts.book.of(task.host).times, task, errand=True)

    def leave(self, task: Task) -> None:
        """The task's turn is over; if it went for its host's robots.txt, those that waited for that go on."""
        self._pace.done(task.host)
        self._go_home(task)

    def again(self, task: Task) -> None:
        """The same once more, before the others of its host."""
        self._pace.again(task.host, [task])
        self._pace.done(task.host)

    def waiting(self, task: Task) -> list[Task]:
        """The task and, removed from their line, those that wait for the same robots.txt."""
        return [task, *self._pace.withdraw(task.home)]

    def resume(self, task: Task, kept: Sequence[Task]) -> None:
        """The task has brought the robots.txt; those of the waiting that may go on do."""
        self.leave(task)
        self._pace.again(task.home, kept)

    def patient(self, task: Task) -> bool:
        """Whether to wait for a host that asked for time, and try this request once more."""
        wait = self._hosts.book.of(task.home).times.blocked_until - time.monotonic()
        if wait <= 0:
            return False
        if task.retried:
            self._pace.give_up(task.home)
            return False
        task.retried = wait <= self._hosts.settings.patience
        return task.retried

    def drain(self) -> list[Task]:
        """Remove and return everything that waits."""
        return self._pace.drain()

    def _queue(self, task: Task, *, first: bool = False) -> None:
        self._pace.add(task.host, self._hosts.book.of(task.host).times, task, first=first)

    def _go_home(self, task: Task) -> None:
        task.errand, task.host, task.away = None, task.home, 0.0
        if task.holding:
            task.holding = False
            self._pace.free(task.home)

    def _late(self, host: str, tasks: Sequence[Task], until: datetime) -> Late:
        """Where another's robots.txt stands there, that one cannot be had: its own host's pages will be told so."""
        late = [task for task in tasks if task.errand is None]
        for task in tasks:
            if task.errand is not None:
                self._go_home(task)
                self._hosts.no_robots(task.home, until)
                self._queue(task, first=True)
        return Late(host, late, until)
