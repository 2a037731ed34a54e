"""The one clock of a run: the time of day, or a given moment that goes on at the speed of real time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def clock_from(start: datetime | None) -> Callable[[], datetime]:
    """A clock that reads `start` now and runs on (replays, tests); without a start, the time of day, UTC."""
    if start is None:
        return lambda: datetime.now(UTC)
    begun = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - begun)
