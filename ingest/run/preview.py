"""What a run would fetch, without fetching a page or keeping anything."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from ingest.config import Config
from ingest.errors import Deferred, FetchError
from ingest.fetch import Fetcher, Request
from ingest.model import NotModified, Page, ParsedFeed, Validators
from ingest.run import tasks
from ingest.run.intake import Intake, beside_the_topic
from ingest.run.summary import Summary
from ingest.run.work import FeedWork
from ingest.workers import Killed, Workers
from store.base import Store
from store.model import FeedRow, HostRow


def preview(
    store: Store,
    config: Config,
    polled: Sequence[str],
    *,
    clock: Callable[[], datetime],
    stop: threading.Event,
    promise: Callable[[list[HostRow]], object],
) -> tuple[Summary, list[str]]:
    """Poll feeds, due or not, and compare them with the store; the counts and the pages a run would fetch.

    Such pages are counted as deferred. Feeds that are disabled, or whose host asked for time, are left out. `promise`
    gets the hosts that were asked: some may want to be left alone from now on.
    """
    known = {row.url: row for row in store.feeds()}
    summary, pages, intake = Summary(clock()), [], Intake(store, beside=beside_the_topic(config.topic))
    with (
        Fetcher(config.fetch, clock=clock, hosts=store.hosts(), stop=stop) as fetcher,
        Workers(1, timeout=config.extract.timeout, memory_mb=config.extract.memory_mb) as workers,
        fetcher.crawl() as crawl,
    ):
        for url in polled:
            if url not in known or known[url].enabled:
                crawl.add(Request(url=url, kind="feed", validators=Validators(), tag=None))
        for outcome in crawl:
            feed = FeedWork(known.get(outcome.request.url) or _unknown(outcome.request.url, clock()), read_at=clock())
            if isinstance(outcome.result, Deferred):
                summary.feeds["skipped"] += 1
                continue
            read = _read(workers, outcome.result, config.fetch.max_items)
            if not isinstance(read, ParsedFeed):
                summary.feeds["failed"] += 1
                summary.error(feed.row.url, *read)
                continue
            listed = intake.sort(feed, read, clock())
            summary.feeds["ok"] += 1
            summary.items["seen"] += len(listed.jobs) + len(listed.records)
            summary.items["deferred"] += len(listed.jobs)
            pages += [job.url for job in listed.jobs]
            for record in listed.records:
                summary.items[record.fate.state if record.fate else record.outcome or "unchanged"] += 1
        promise(fetcher.changed_hosts())
    summary.ended = clock()
    return summary, pages


def _read(workers: Workers, result: Page | NotModified | FetchError, max_items: int) -> ParsedFeed | tuple[str, str]:
    """A feed's entries, or (class, message) of what went wrong."""
    if isinstance(result, FetchError):
        return result.error_class, str(result)
    if isinstance(result, NotModified):
        return "bad-status", "304 to a request without conditions"
    try:
        parsed = workers.submit(tasks.read_feed, result, max_items).result()
    except Killed as error:
        return error.error_class, str(error)
    except Exception as error:  # noqa: BLE001 -- one bad feed never ends a run, nor its rehearsal
        return "broken-feed", repr(error)
    return (parsed.kind, parsed.detail) if isinstance(parsed, tasks.Failure) else parsed


def _unknown(url: str, now: datetime) -> FeedRow:
    """A feed the store has never heard of; 0 is no feed's number, so that it has no known entries."""
    return FeedRow(
        id=0, url=url, origin="run", title=None, outlet=None, language=None, interval=None, enabled=True,
        disabled_reason=None, etag=None, last_modified=None, body_hash=None, due_at=now, last_polled=None,
        last_success=None, last_error=None, last_error_class=None, failures=0, entries_seen=0, entries_new=0,
        moved_to=None, moved_seen=0, moved_since=None,
    )  # fmt: skip
