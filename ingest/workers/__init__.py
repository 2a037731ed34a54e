"""Worker processes that can be killed: for work on bytes from strangers, which may hang, swell or crash.

`Workers` is the pool, `Killed` what became of a task that took too much, `loading` what workers have in common.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.workers.forks import loading
from ingest.workers.killed import Cause, Killed

if TYPE_CHECKING:
    from ingest.workers.pool import Workers

__all__ = ["Cause", "Killed", "Workers", "loading"]


def __getattr__(name: str) -> Any:  # PEP 562
    if name == "Workers":
        from ingest.workers.pool import Workers  # Pebble: 20 ms

        return Workers
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
