"""The processes that read pages stay from cycle to cycle, and go when nobody needs them."""

from __future__ import annotations

import os

import pytest

from ingest.config import Extract
from ingest.daemon.crew import IDLE, Crew
from ingest.workers import Workers

ONE = Extract(workers=1)


class Watchless:
    """A clock that moves when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_processes_are_kept_while_there_is_work() -> None:
    """The next cycle finds the same ones; after a quiet minute, or with other settings, they are others."""
    clock = Watchless()
    crew = Crew(clock)
    found: list[Workers] = []
    for settings, pause in ((ONE, 0.0), (ONE, IDLE - 1), (ONE, IDLE + 1), (Extract(workers=1, timeout=99), 0.0)):
        clock.now += pause
        crew.rest()
        with crew.at_work(settings) as workers:
            found.append(workers)
    crew.close()
    assert found[0] is found[1]
    assert len({id(workers) for workers in found}) == 3
    for workers in found:
        with pytest.raises(RuntimeError, match="closed"):
            workers.submit(os.getpid)


def test_an_error_ends_the_processes() -> None:
    """What a broken cycle left in them is not the next one's."""
    crew = Crew()
    with pytest.raises(KeyError), crew.at_work(ONE) as workers:
        raise KeyError
    with pytest.raises(RuntimeError):
        workers.submit(os.getpid)
    with crew.at_work(ONE) as others:
        assert others is not workers
    crew.close()
    crew.close()
