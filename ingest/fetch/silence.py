"""When a feed's silence is an alarm: no new entry for far longer than its own habit. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from ingest.fetch.schedule import Rhythm

# Gaps from which on a feed has a habit; fewer say nothing.
HABIT: Final = 6
# Its longest gaps are left out: a holiday, or one late entry, is no habit. The ninth of ten is still usual.
USUAL: Final = 0.9
# How many of its usual long gaps a silence may last.
PATIENCE: Final = 4
# Weekends are no alarm: desks of politics and courts are closed from Friday noon until Monday morning.
WEEKEND: Final = timedelta(days=3)


def patience(rhythm: Rhythm) -> timedelta | None:
    """For how long this feed may be silent: four times the 90th percentile of its own gaps, three days at least.
    None where too little is known of it."""
    if rhythm.newest is None or len(rhythm.gaps) < HABIT:
        return None
    gaps = sorted(rhythm.gaps)
    usual = gaps[min(int(len(gaps) * USUAL), len(gaps) - 1)]
    return max(timedelta(seconds=PATIENCE * usual), WEEKEND)


def silent_since(rhythm: Rhythm, *, now: datetime) -> datetime | None:
    """When its last new entry came, if that is longer ago than this feed's habit allows; else None."""
    allowed = patience(rhythm)
    if allowed is None or rhythm.newest is None or now - rhythm.newest <= allowed:
        return None
    return rhythm.newest
