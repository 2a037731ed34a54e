"""`ingest run`: one cycle over the feeds that are due."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.times import When
from ingest.errors import UsageError
from store.model import FeedSpec

if TYPE_CHECKING:
    from ingest.run import Summary

# Seconds between two repaints of the progress line.
REPAINT = 0.2


@click.command(cls=Command)
@click.option("--feed", "named", multiple=True, metavar="URL", help="Poll this feed alone (may be repeated).")
@click.option("--feeds-from", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
              help="Also poll the feeds of a list (one URL a line, or OPML).")  # fmt: skip
@click.option("--only", is_flag=True, help="With --feeds-from: these instead of the configured feeds.")
@click.option("--force", is_flag=True, help="Poll feeds that are not due. Retry-After is obeyed all the same.")
@click.option("--now", type=When(), metavar="T", help="Act as if it were this time (replays, tests).")
@click.option("--dry-run", is_flag=True, help="Poll the feeds and say what is new; fetch no page, keep nothing.")
@click.option("--summary", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write what was done as JSON.")  # fmt: skip
@click.option("--fail-on", type=click.Choice(["any", "all", "never"]), default="all", show_default=True,
              help="Exit with 3 when any feed, or all feeds, failed.")  # fmt: skip
@pass_invocation
def run(
    invocation: Invocation, named: tuple[str, ...], feeds_from: Path | None, only: bool, force: bool,  # noqa: FBT001  click's way
    now: datetime | None, dry_run: bool, summary: Path | None, fail_on: str,  # noqa: FBT001  click's way
) -> int:  # fmt: skip
    """Poll the feeds that are due, fetch what is new, keep each story once.

    \b
    ingest run
    ingest run --feeds-from feeds.opml --only --force --summary run.json

    Exit codes: 0 done, 3 feeds failed (see --fail-on), 5 the store cannot be used, 75 another run holds the store.
    """
    from ingest.clock import clock_from
    from ingest.run import Wanted, once

    if only and feeds_from is None:
        raise UsageError("--only needs --feeds-from", fix="name the list of feeds to poll")
    listed = _listed(feeds_from) if feeds_from else []
    invocation.start_logs()
    clock, stop = clock_from(now), threading.Event()
    if dry_run:
        return _dry_run(invocation, list(named), listed, only=only)
    store = invocation.open_store()
    try:
        with store.cycle(wait=invocation.wait, holder="ingest run"), stopped_by_signals(stop) as stopped:
            wanted = Wanted(named=named, listed=listed, only=only, force=force, progress=_progress(invocation))
            done = once(store, invocation.config, wanted, clock=clock, stop=stop)
    finally:
        store.close()
    if summary is not None:
        summary.write_text(json.dumps(done.as_dict(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    _farewell(invocation, done)
    if stopped[0]:
        return 130 if stopped[0] == signal.SIGINT else 0
    failed = done.all_failed if fail_on == "all" else bool(done.feeds["failed"]) and fail_on == "any"
    return 3 if failed else 0


@contextmanager
def stopped_by_signals(stop: threading.Event) -> Iterator[list[int]]:
    """SIGTERM and SIGINT set `stop`; a second SIGINT interrupts at once. Yields where the signal's number will stand."""
    seen = [0]

    def note(number: int, _frame: object) -> None:
        if seen[0] and number == signal.SIGINT:
            raise KeyboardInterrupt
        seen[0] = number
        stop.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _listed(path: Path) -> list[FeedSpec]:
    from ingest.feeds.opml import read_feed_list

    found = read_feed_list(path.read_bytes())
    return [FeedSpec(url=feed.url, origin="run", title=feed.title) for feed in found.feeds]


def _progress(invocation: Invocation):  # type: ignore[no-untyped-def]
    raise NotImplementedError
