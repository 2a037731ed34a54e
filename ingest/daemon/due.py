"""Which feeds a tick polls. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ingest.errors import FetchError
from ingest.fetch.redirects import host_key, parse_url
from store.model import Turn

# A poll this far ahead of the clock was made before the clock was set back.
AHEAD: Final = timedelta(seconds=1)


# Feeds of one cycle: claimed in 50 ms. The rest is the next cycle's, a tick later.
MOST: Final = 2000
# Seconds of one host's feeds that a cycle takes on: a cycle lasts as long as its slowest host, and feeds that fall due
# meanwhile wait for its end.
LONG: Final = 60.0


@dataclass(frozen=True, slots=True)
class Due:
    """Feeds to poll; `force`: whether or not their time has come."""

    urls: list[str]
    force: bool = False


def due(rows: Sequence[Turn], resting: Set[str], *, now: datetime, spacing: float) -> Due:
    """The feeds to poll now: up to MOST, and of each host what it answers within LONG when it is asked every `spacing`
    seconds; those due longest go first. Those of `resting` hosts are left out: a cycle would only skip them, at every
    tick."""
    free = [row for row in rows if not resting or _host(row.url) not in resting]
    # The clock was set back since these were polled. Their next poll may be a year ahead, so that they are asked now,
    # once: that moves the last poll to where it belongs.
    lost = [row.url for row in free if row.last_polled is not None and row.last_polled > now + AHEAD]
    if lost:
        return Due(lost, force=True)
    return Due(_in_turn(sorted((row for row in free if row.due_at <= now), key=lambda row: row.due_at), spacing))


def _in_turn(rows: Sequence[Turn], spacing: float) -> list[str]:
    each = max(int(LONG / spacing), 1) if spacing > LONG / MOST else MOST
    if len(rows) <= each:
        return [row.url for row in rows]
    taken: list[str] = []
    hosts: Counter[str] = Counter()
    for row in rows:
        host = row.url.partition("://")[2].partition("/")[0]  # near enough to take turns by, at a tenth of the cost
        hosts[host] += 1
        if hosts[host] <= each:
            taken.append(row.url)
            if len(taken) >= MOST:
                break
    return taken


def _host(url: str) -> str | None:
    try:
        return host_key(parse_url(url))
    except FetchError:
        return None  # no address: the cycle says so
