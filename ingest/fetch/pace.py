"""Whose turn it is: per-host queues, decided purely. No threads, no clock: times are arguments (seconds, any origin).

The queue stands outside of the connection pool. A free thread asks `take` and gets a request of a host that may be
asked now; no thread waits for one host while another is ready. Among ready hosts the one that has waited longest
comes first, which is what keeps a host with a thousand requests from delaying the others.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Block:
    """One network address, whatever hosts stand behind it: many small sites are one machine."""

    gap: float = 0.0  # between the starts of two requests
    ready_at: float = 0.0  # not before


@dataclass(slots=True)
class HostTimes:
    """When a host may be asked."""

    delay: float = 0.0  # between two requests, from the end of one to the start of the next
    ready_at: float = 0.0  # spacing: not before
    blocked_until: float = 0.0  # its own word (Retry-After): not before
    block: Block | None = None  # the address it shares with others, once that is known


@dataclass(slots=True)
class _Line(Generic[T]):
    """The requests that wait for one host."""

    times: HostTimes
    waiting: deque[T] = field(default_factory=deque)
    errands: deque[T] = field(default_factory=deque)  # go before, and also while the others are held
    running: int = 0
    crowd: _Crowd | None = None  # of its address, as soon as a request has begun with that known
    counted: int = 0  # of those that run, how many the crowd counts
    held: bool = False  # something has to be known before the next one
    listed: bool = False  # stands in the heap
    given_up: bool = False  # asked for time twice: not waited for again

    @property
    def ready(self) -> bool:
        return bool(self.errands or (self.waiting and not self.held))


@dataclass(slots=True)
class _Crowd:
    """The hosts of one address in one crawl."""

    block: Block
    running: int = 0
    parked: deque[str] = field(default_factory=deque)  # whose turn came while enough were running


@dataclass(frozen=True, slots=True)
class Start(Generic[T]):
    """Ask now."""

    host: str
    task: T


@dataclass(frozen=True, slots=True)
class Postpone(Generic[T]):
    """Not in this run: the host asked for more time than we have patience for."""

    host: str
    tasks: tuple[T, ...]
    until: float


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing may start before `at`; None: not before one of the running ones is done."""

    at: float | None


class Pace(Generic[T]):
    """The queues of one crawl. Not thread-safe: its user holds the lock."""

    def __init__(self, *, per_host: int, patience: float, per_block: int | None = None) -> None:
        self._per_host = max(per_host, 1)
        self._per_block = max(per_block or self._per_host, self._per_host)
        self._patience = patience
        self._lines: dict[str, _Line[T]] = {}
        self._heap: list[tuple[float, int, str]] = []  # (may start at, tie-breaker, host), each host once
        self._order = count()
        self._waiting = 0
        self._crowds: dict[int, _Crowd] = {}  # by the identity of the block

    def __len__(self) -> int:
        """How many wait."""
        return self._waiting

    def add(self, host: str, times: HostTimes, task: T, *, first: bool = False, errand: bool = False) -> None:
        """Queue a request, `first`: before the others of its host, `errand`: even while these are held. `times` is
        shared: whoever learns of new times writes them there."""
        line = self._lines.get(host)
        if line is None:
            line = self._lines[host] = _Line(times)
        if errand:
            line.errands.append(task)
        elif first:
            line.waiting.appendleft(task)
        else:
            line.waiting.append(task)
        self._waiting += 1
        self._list(host, line)

    def take(self, now: float) -> Start[T] | Postpone[T] | Wait:
        """What to do next."""
        while self._heap:
            at, _, host = self._heap[0]
            line = self._lines[host]
            if not line.ready or line.running >= self._per_host:
                heapq.heappop(self._heap)  # `done`, `add` or `free` lists it again
                line.listed = False
                continue
            blocked = line.times.blocked_until
            if blocked > now and (line.given_up or blocked - now > self._patience):
                return Postpone(host, self._emptied(line), blocked)
            crowd = self._crowd(line)
            if crowd is not None and crowd.running >= self._per_block:
                heapq.heappop(self._heap)  # listed again when one of the address is done
                crowd.parked.append(host)
                continue
            may = self._may(line)
            if may > max(at, now):  # its times have changed since it was listed
                heapq.heapreplace(self._heap, (may, next(self._order), host))
                continue
            if may > now:
                return Wait(at)
            heapq.heappop(self._heap)
            line.listed = False
            line.running += 1
            if crowd is not None:
                line.counted += 1
                crowd.running += 1
                crowd.block.ready_at = now + crowd.block.gap
            self._waiting -= 1
            task = (line.errands or line.waiting).popleft()
            self._list(host, line)
            return Start(host, task)
        return Wait(None)

    def hold(self, host: str) -> None:
        """Nothing of this host starts but errands, until it is freed (its robots.txt is being asked for)."""
        self._lines[host].held = True

    def free(self, host: str) -> None:
        """What was held may start."""
        line = self._lines[host]
        line.held = False
        self._list(host, line)

    def done(self, host: str) -> None:
        """One request of this host has ended."""
        line = self._lines[host]
        line.running -= 1
        if line.counted and line.crowd is not None:
            line.counted -= 1
            self._leave(line.crowd)
        self._list(host, line)

    def again(self, host: str, tasks: Sequence[T]) -> None:
        """Put requests back at the head of their queue, in order."""
        line = self._lines[host]
        line.waiting.extendleft(reversed(tasks))
        self._waiting += len(tasks)
        self._list(host, line)

    def give_up(self, host: str) -> None:
        """While the host asks for time, its requests are postponed however short the time."""
        self._lines[host].given_up = True

    def withdraw(self, host: str) -> tuple[T, ...]:
        """Remove and return what waits for one host, but for errands."""
        line = self._lines[host]
        tasks = tuple(line.waiting)
        line.waiting.clear()
        self._waiting -= len(tasks)
        return tasks

    def drain(self) -> list[T]:
        """Remove and return everything that waits, host by host."""
        return [task for line in self._lines.values() for task in self._emptied(line)]

    def _crowd(self, line: _Line[T]) -> _Crowd | None:
        block = line.times.block
        if line.crowd is None and block is not None:
            line.crowd = self._crowds.setdefault(id(block), _Crowd(block))
        return line.crowd

    def _leave(self, crowd: _Crowd) -> None:
        """One request of the address has ended: the host that waited longest for that is listed again."""
        crowd.running -= 1
        while crowd.parked:
            host = crowd.parked.popleft()
            line = self._lines[host]
            line.listed = False
            if line.ready:
                self._list(host, line)
                return

    @staticmethod
    def _may(line: _Line[T]) -> float:
        """When the next request of a host may start."""
        times = line.times
        return max(times.ready_at, times.blocked_until, times.block.ready_at if times.block is not None else 0.0)

    def _emptied(self, line: _Line[T]) -> tuple[T, ...]:
        tasks = (*line.errands, *line.waiting)
        line.errands.clear()
        line.waiting.clear()
        self._waiting -= len(tasks)
        return tasks

    def _list(self, host: str, line: _Line[T]) -> None:
        if line.ready and not line.listed and line.running < self._per_host:
            line.listed = True
            heapq.heappush(self._heap, (self._may(line), next(self._order), host))
