"""The loop between network and processes: it ends when it is told to, and never waits for what will not come."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from ingest.config import Fetch
from ingest.fetch import Crawl, Fetcher, Outcome, Request
from ingest.run.loop import GRACE, Loop
from ingest.workers import Workers


def ignore(_: Outcome) -> None:
    """For loops that ask nothing."""


def test_a_stop_cancels_what_does_not_end() -> None:
    """A page that keeps a process busy for longer than the grace is given up, long before its own time limit."""
    stop, ends = threading.Event(), []

    def then(done: Future[object]) -> None:
        ends.append(done.cancelled())
        with pytest.raises(CancelledError):
            done.result()

    with (
        Fetcher(Fetch(), clock=lambda: datetime.now(UTC), stop=stop) as fetcher,
        fetcher.crawl() as crawl,
        Workers(1, timeout=200, memory_mb=1024) as workers,
    ):
        loop = Loop(crawl, workers, answered=ignore, stop=stop)
        for _ in range(3):
            loop.submit(then, time.sleep, 200)
        stop.set()
        begun = time.monotonic()
        loop.run(lambda _quiet, _under_way: None)
    assert ends == [True] * 3
    assert GRACE <= time.monotonic() - begun < GRACE + 100  # each would take 200 s


class BrokenCrawl:
    """A crawl with a bug in it."""

    def add(self, _: Request) -> None:
        """Taken, and never answered."""

    def close(self) -> None:
        """Nothing is open."""

    def __iter__(self) -> Iterator[Outcome]:
        raise LookupError("a bug")


def test_a_crash_of_the_crawl_ends_the_loop() -> None:
    """A bug in the network's threads is raised where the run is, instead of a wait without end."""
    loop = Loop(cast("Crawl", BrokenCrawl()), cast("Any", None), answered=ignore, stop=threading.Event())
    loop.ask(Request(url="http://kurier.example/", kind="page"))
    with pytest.raises(LookupError, match="a bug"):
        loop.run(lambda _quiet, _under_way: None)
