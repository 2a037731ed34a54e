from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest

from ingest.config import Fetch
from ingest.fetch import Fetcher
from ingest.fetch.backend import Resolve, system_resolve
from store.model import HostRow
from tests.fetch.server import Server


class MakeFetcher(Protocol):
    def __call__(
        self,
        *,
        hosts: Iterable[HostRow] = ...,
        stop: threading.Event | None = ...,
        resolve: Resolve = ...,
        clock: Callable[[], datetime] = ...,
        **settings: Any,
    ) -> Fetcher: ...


def utc_now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def open_fetcher() -> Iterator[MakeFetcher]:
    """Builds fetchers that may ask loopback addresses and do not wait between requests, unless told otherwise."""
    with ExitStack() as stack:

        def make(
            *,
            hosts: Iterable[HostRow] = (),
            stop: threading.Event | None = None,
            resolve: Resolve = system_resolve,
            clock: Callable[[], datetime] = utc_now,
            **settings: Any,
        ) -> Fetcher:
            chosen = {"allow_private": ["127.0.0.0/8"], "spacing": 0.0, "timeout": 60.0, **settings}
            fetcher = Fetcher(Fetch(**chosen), clock=clock, hosts=hosts, stop=stop, resolve=resolve)
            return stack.enter_context(fetcher)

        yield make


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running
