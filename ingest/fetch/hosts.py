"""What hosts have asked of us, shared by all threads, kept by the store from run to run.

Stored times are in the run's clock, which may be simulated and which a user may set; waiting is done in monotonic
seconds. They meet here and nowhere else: a clock that is set while a run is under way moves no deadline.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ingest.config import Fetch
from ingest.fetch.guard import literal
from ingest.fetch.pace import Block, HostTimes
from ingest.fetch.robots import LIFETIME, Robots
from store.model import HostRow

# Failures in a row after which a host is left alone, and for how long (seconds): a dead host with a thousand addresses
# would otherwise cost a thousand time-outs.
_MAX_FAILURES: Final = 3
_REST: Final = 600.0
# Seconds between two requests that a host asks for in words alone, no robots.txt and no Retry-After: GDELT answers who
# comes sooner with "Please limit requests to one every 5 seconds", as an error or as a page.
_SAID: Final = {"api.gdeltproject.org": 5.0}


def longest_rest(settings: Fetch) -> timedelta:
    """The longest that a host is left alone. A stored time further ahead was written by a wrong clock, and counts for
    nothing: taken as the longest rest, it would begin anew with every run."""
    return timedelta(seconds=max(settings.max_retry_after, _REST))


@dataclass(slots=True)
class Host:
    """One host. Written under the book's lock."""

    key: str
    times: HostTimes
    robots: Robots | None
    failures: int = 0  # requests in a row that got no answer
    address: str | None = None  # where it stands, as far as that is known


class HostBook:
    """All hosts of a run. Thread-safe; `lock` is also what crawls decide under."""

    def __init__(self, settings: Fetch, clock: Callable[[], datetime], rows: Iterable[HostRow]) -> None:
        self.lock = threading.RLock()
        self._settings = settings
        self._clock = clock
        self._rows = {row.host: row for row in rows}  # made into hosts when they are first needed
        self._hosts: dict[str, Host] = {}
        self._changed: set[str] = set()
        self._blocks: dict[str, Block] = {}  # by address

    def now(self) -> datetime:
        """The run's now, aware UTC."""
        return self._clock()

    def time_of(self, seconds: float) -> datetime:
        """A monotonic time in the run's clock."""
        return self._clock() + timedelta(seconds=seconds - time.monotonic())

    def of(self, key: str) -> Host:
        """The host of that name, from the store where it is known."""
        with self.lock:
            host = self._hosts.get(key)
            if host is None:
                host = self._hosts[key] = self._made(key, self._rows.pop(key, None))
            return host

    def locate(self, key: str, address: str) -> None:
        """The host stands at this address, which it may share with others."""
        with self.lock:
            host = self.of(key)
            host.address = address
            host.times.block = self._block(address)
            self._changed.add(key)

    def touch(self, key: str) -> None:
        """A request to this host has ended: the next one waits."""
        with self.lock:
            host = self.of(key)
            host.failures = 0
            host.times.ready_at = max(host.times.ready_at, time.monotonic() + host.times.delay)
            self._changed.add(key)

    def failed(self, key: str) -> None:
        """A request to this host got no answer, or only part of one."""
        with self.lock:
            host = self.of(key)
            failures = host.failures + 1
            self.touch(key)
            host.failures = failures
            if failures >= _MAX_FAILURES:
                self.block(key, _REST)

    def block(self, key: str, seconds: float) -> datetime:
        """The host asks to be left alone for so long; until when."""
        with self.lock:
            times = self.of(key).times
            times.blocked_until = max(times.blocked_until, time.monotonic() + seconds)
            self._changed.add(key)
            return self.time_of(times.blocked_until)

    def blocked(self, key: str) -> datetime | None:
        """Until when the host wants to be left alone, None when it may be asked."""
        with self.lock:
            until = self.of(key).times.blocked_until
            return self.time_of(until) if until > time.monotonic() else None

    def robots(self, key: str) -> Robots | None:
        """The host's robots.txt as far as it is known and fresh."""
        with self.lock:
            robots = self.of(key).robots
            return robots if robots is not None and robots.expires > self.now() else None

    def set_robots(self, key: str, robots: Robots) -> None:
        """The host's robots.txt was asked for; its Crawl-delay holds for feeds, too."""
        delay = self._delay(key, robots)  # parses the file: not under the lock
        with self.lock:
            host = self.of(key)
            host.robots = robots
            host.times.delay = delay
            host.times.ready_at = max(host.times.ready_at, time.monotonic() + delay)
            self._changed.add(key)

    def changed(self) -> list[HostRow]:
        """The hosts that changed since last asked, for the store."""
        with self.lock:
            keys, self._changed = sorted(self._changed), set()
            return [self._row(self._hosts[key]) for key in keys]

    def _delay(self, key: str, robots: Robots | None) -> float:
        asked = robots.crawl_delay if robots is not None and self._settings.robots else 0.0
        return max(self._settings.spacing, min(asked, self._settings.max_crawl_delay), _SAID.get(key, 0.0))

    def _made(self, key: str, row: HostRow | None) -> Host:
        robots = None if row is None else self._robots_of(row)
        times = HostTimes(delay=self._delay(key, robots))
        # Where it stood when it was last connected to; names move rarely, and the next connection tells.
        address = _written_out(key) or (row.address if row is not None else None)
        times.block = None if address is None else self._block(address)
        if row is not None:
            times.ready_at = self._monotonic(row.next_at, cap=times.delay)
            if row.retry_after is not None and row.retry_after <= self._clock() + longest_rest(self._settings):
                times.blocked_until = self._monotonic(row.retry_after, cap=math.inf)
        return Host(key, times, robots, address=address)

    def _block(self, address: str) -> Block:
        """The address's turns: as many hosts as may be asked at once there, each at the usual spacing."""
        return self._blocks.setdefault(address, Block(self._settings.spacing / self._settings.per_address))

    def _monotonic(self, at: datetime | None, *, cap: float) -> float:
        """A stored time as monotonic seconds, at most `cap` from now."""
        if at is None:
            return 0.0
        return time.monotonic() + min((at - self._clock()).total_seconds(), cap)

    def _robots_of(self, row: HostRow) -> Robots | None:
        if row.robots_fetched is None or row.robots_expires is None or row.robots_fetched > self._clock():
            return None
        expires = min(row.robots_expires, self._clock() + LIFETIME)
        return Robots(status=row.robots_status, body=row.robots_body, fetched=row.robots_fetched, expires=expires)

    def _row(self, host: Host) -> HostRow:
        now, robots = time.monotonic(), host.robots
        return HostRow(
            host=host.key,
            next_at=self.time_of(host.times.ready_at) if host.times.ready_at > now else None,
            retry_after=self.time_of(host.times.blocked_until) if host.times.blocked_until > now else None,
            robots_status=robots.status if robots else None,
            robots_body=robots.body if robots else None,
            robots_fetched=robots.fetched if robots else None,
            robots_expires=robots.expires if robots else None,
            address=host.address,
        )


def _written_out(key: str) -> str | None:
    """The address that a host key spells, None where it is a name."""
    host, _, port = key.rpartition(":")
    name = host if host and port.isdecimal() and not host.endswith(":") and "]" not in port else key
    plain = literal(name.strip("[]"))
    return None if plain is None else str(plain)
