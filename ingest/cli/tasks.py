"""What `extract` and `feeds test` have done in worker processes, named here without being loaded here.

A task travels to a worker by its name, so the process that only hands out work would load all that the work needs
(1.3 s for pages) just to name it. These functions are names that load what they stand for when they run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from typing import Any

from ingest.workers import loading

Row = dict[str, Any]


@contextmanager
def all_counted() -> Iterator[None]:
    """Wait for the fork server at the end, so that no process outlives the command and `time` counts them all.

    The standard library leaves it to end by itself, which it does unseen by whoever measures the command.
    """
    try:
        yield
    finally:
        forkserver._forkserver._stop()  # type: ignore[attr-defined]  # noqa: SLF001  there is no public way


# What reading pages needs; for more than a few of them also what only some pages need (0.4 s of CPU, once for all).
load_reader = loading("ingest.cli.reader")
load_all = loading("ingest.cli.warmed")


def read_page(*args: Any, **kwargs: Any) -> Row:
    """`ingest.cli.reader.read_page`, in a worker."""
    from ingest.cli import reader

    return reader.read_page(*args, **kwargs)
