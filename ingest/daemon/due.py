"""Which feeds a tick polls. Pure."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ingest.errors import FetchError
from ingest.fetch.redirects import host_key, parse_url
from store.model import FeedRow

# A poll this far ahead of the clock was made before the clock was set back.
AHEAD: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Due:
    """Feeds to poll; `force`: whether or not their time has come."""

    urls: list[str]
    force: bool = False


def due(rows: Sequence[FeedRow], resting: Set[str], *, now: datetime) -> Due:
    """The feeds to poll now. Those of `resting` hosts are left out: a cycle would only skip them, at every tick."""
    free = [row for row in rows if not _rests(row.url, resting)]
    # The clock was set back since these were polled. Their next poll may be a year ahead, so that they are asked now,
    # once: that moves the last poll to where it belongs.
    lost = [row.url for row in free if row.last_polled is not None and row.last_polled > now + AHEAD]
    return Due(lost, force=True) if lost else Due([row.url for row in free if row.due_at <= now])


def _rests(url: str, resting: Set[str]) -> bool:
    try:
        return bool(resting) and host_key(parse_url(url)) in resting
    except FetchError:
        return False  # no address: the cycle says so
