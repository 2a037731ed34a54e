"""Connections that go only where they may and end when their time is up.

httpcore lets its user bring the network along (`httpcore.NetworkBackend`). This one resolves a name itself, checks
every address of the answer and connects to an address it has checked, so that no second look-up can say something
else (DNS rebinding). httpx's time-outs are per read, which one byte a second satisfies for ever; here each operation
gets what is left of the request's whole budget. A set stop ends a waiting read within a quarter of a second.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from ipaddress import ip_address
from ssl import SSLContext
from typing import Any, Final

import httpcore

from ingest.errors import Refused, TimedOut, Unreachable
from ingest.fetch.guard import Network, host_objection, literal, objection

Resolve = Callable[[str, int], Sequence[str]]

# Seconds between two looks at the stop while waiting: short against the ten seconds a stop may take.
_SLICE: Final = 0.25
# Look-ups under way at once. A resolver that hangs holds its thread for up to half a minute (glibc: 5 s, two tries,
# three servers), which outlives the request that asked; this bounds how many can pile up.
_LOOKUPS: Final = threading.BoundedSemaphore(64)
# Addresses of one name that are tried: enough for both families and one dead server in each.
_MAX_ADDRESSES: Final = 4


class Interrupted(Exception):  # not an error of the request: the run is being stopped
    """The run was stopped, or its deadline passed, while this request was under way."""


@dataclass(slots=True)
class Budget:
    """What one request may spend, redirects and robots included. Times are `time.monotonic()` seconds."""

    deadline: float
    connect_timeout: float  # seconds for one connection: look-up, TCP and TLS
    cancelled: Callable[[], bool] = field(default=lambda: False)
    connections: int = 0  # opened so far
    address: str | None = None  # of the host connected to last: the least of those it has, so that it has one name

    def connected_to(self) -> str | None:
        """Where the last request connected to; None where a kept connection served it. Tells it once."""
        found, self.address = self.address, None
        return found

    def left(self) -> float:
        """Seconds left, always above zero. Raises TimedOut or Interrupted."""
        if self.cancelled():
            raise Interrupted
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimedOut("time is up", why="the total deadline for one request passed")
        return left

    def slices(self) -> Iterator[float]:
        """Lengths of waits, in seconds, until the budget is spent. Raises TimedOut or Interrupted."""
        while True:
            yield min(self.left(), _SLICE)


# The budget of the request under way in this thread: httpcore hands its streams only a time-out per operation.
_BUDGET: ContextVar[Budget] = ContextVar("budget")


@contextmanager
def spending(budget: Budget) -> Iterator[None]:
    """Everything this thread asks of the network inside the block is paid from `budget`."""
    token = _BUDGET.set(budget)
    try:
        yield
    finally:
        _BUDGET.reset(token)


def system_resolve(host: str, port: int) -> Sequence[str]:
    """Addresses of a host as the system knows them, in its order of preference. Raises OSError."""
    return [str(answer[4][0]) for answer in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class GuardedStream(httpcore.NetworkStream):
    """A connection whose every operation is paid from the budget of the request under way."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002  # the budget decides
        for wait in _BUDGET.get().slices():
            try:
                return self._stream.read(max_bytes, timeout=wait)
            except httpcore.ReadTimeout:
                continue
        raise AssertionError("a budget's slices end by raising")

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002  # the budget decides
        self._stream.write(buffer, timeout=_BUDGET.get().left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002  # the budget decides
    ) -> httpcore.NetworkStream:
        budget = _BUDGET.get()
        wait = min(budget.left(), budget.connect_timeout)
        return GuardedStream(self._stream.start_tls(ssl_context, server_hostname, timeout=wait))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Resolves, checks and connects. Raises Refused (address), Unreachable, TimedOut, Interrupted, httpcore errors."""

    def __init__(self, allowed: Sequence[Network] = (), resolve: Resolve = system_resolve) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._tcp = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  # the budget decides
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        budget = _BUDGET.get()
        budget.connections += 1
        ends = time.monotonic() + budget.connect_timeout
        addresses = self.checked_addresses(host, port, ends)[:_MAX_ADDRESSES]
        for position, address in enumerate(addresses, start=1):
            share = (ends - time.monotonic()) / (len(addresses) - position + 1)  # a dead address leaves time for others
            try:
                stream = self._tcp.connect_tcp(
                    address, port, min(budget.left(), max(share, 0.001)), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if position == len(addresses):
                    raise
            else:
                budget.address = min(addresses)
                return GuardedStream(stream)
        raise AssertionError("the last address returns or raises")

    def checked_addresses(self, host: str, port: int, ends: float) -> list[str]:
        """Every address of a host, each of which may be asked. One forbidden address spoils the whole answer."""
        if spelling := host_objection(host):
            raise Refused("refused to ask a disguised address", reason="address", why=f"{host} is {spelling}")
        plain = literal(host)
        found = [str(plain)] if plain is not None else self._look_up(host, port, ends)
        for address in found:
            if why := objection(ip_address(address), self._allowed):
                raise Refused("refused to ask a non-public address", reason="address", why=f"{host} is {why}")
        return list(dict.fromkeys(found))

    def _look_up(self, host: str, port: int, ends: float) -> list[str]:
        """Ask the resolver in a thread of its own: `getaddrinfo` takes no time-out."""
        budget = _BUDGET.get()
        answered = threading.Event()
        answer: list[Sequence[str] | Exception] = []

        def ask() -> None:
            try:
                answer.append(self._resolve(host, port))
            except (OSError, UnicodeError) as exc:  # UnicodeError: labels that IDNA cannot encode
                answer.append(exc)
            finally:
                _LOOKUPS.release()
                answered.set()

        while not _LOOKUPS.acquire(timeout=_wait_within(budget, ends, host)):
            pass
        threading.Thread(target=ask, name=f"resolve {host}", daemon=True).start()
        while not answered.wait(_wait_within(budget, ends, host)):
            pass
        result = answer[0] if answer else OSError("the resolver failed")
        if isinstance(result, Exception):
            raise Unreachable("unreachable", why=f"DNS: {result}") from result
        if not result:
            raise Unreachable("unreachable", why="DNS: no address")
        return list(result)


def _wait_within(budget: Budget, ends: float, host: str) -> float:
    """Seconds to wait next for a look-up; raises Unreachable when the connection's share of the budget is spent."""
    left = ends - time.monotonic()
    if left <= 0:
        raise Unreachable("unreachable", why=f"DNS: no answer for {host} in {budget.connect_timeout:g} s")
    return min(budget.left(), left, _SLICE)
