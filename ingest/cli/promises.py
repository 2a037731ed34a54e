"""What hosts asked of us (Retry-After, spacing, robots.txt), for commands that ask the network beside the runs: what a
run was told holds for them, and what they are told holds for the next run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.cli.invocation import Invocation
    from ingest.fetch import Fetcher
    from store.model import HostRow


@contextmanager
def fetching(invocation: Invocation) -> Iterator[Fetcher]:
    """The network under what the store knows of hosts; it learns what they ask now."""
    from ingest.fetch import Fetcher  # httpx: 60 ms

    with Fetcher(invocation.config.fetch, clock=invocation.now, hosts=promised(invocation)) as fetcher:
        try:
            yield fetcher
        finally:
            promise(invocation, fetcher.changed_hosts())


def promised(invocation: Invocation) -> list[HostRow]:
    """What hosts asked of us before; nothing where there is no store yet, or none that can be read."""
    from store.errors import StoreError

    if invocation.store_file.exists():
        with suppress(StoreError), invocation.reading() as store:
            return store.hosts()
    return []


def promise(invocation: Invocation, hosts: Sequence[HostRow]) -> None:
    """Keep what hosts asked of us now: the next run leaves alone who wants that. Where there is no store yet, or it
    cannot be written, to look at a feed is no reason to make one or to complain. A run under way may have been told
    more meanwhile: the longer patience stands."""
    from ingest.fetch.hosts import longest_rest
    from store.errors import StoreError

    if not hosts or not invocation.store_file.exists():
        return
    latest = invocation.now() + longest_rest(invocation.config.fetch)
    with suppress(StoreError), closing(invocation.open_store(create=False)) as store:
        before = {row.host: row.retry_after for row in store.hosts() if row.retry_after and row.retry_after <= latest}
        rows = []
        for row in hosts:
            until = max(filter(None, (row.retry_after, before.get(row.host))), default=None)
            rows.append(replace(row, retry_after=until))
        with store.placing() as placing:
            placing.save_hosts(rows)
