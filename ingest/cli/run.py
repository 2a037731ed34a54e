"""`ingest run`: one cycle over the feeds that are due."""

from __future__ import annotations

import json
import signal
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ingest.cli.adding import checked_url
from ingest.cli.ending import stopped_by_signals
from ingest.cli.feeds import read_list
from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.output import plain, whole_file
from ingest.cli.times import When
from ingest.errors import UsageError
from ingest.words import counted
from store.errors import StoreUnusable
from store.model import FeedSpec

if TYPE_CHECKING:
    from ingest.run import Summary, Wanted
    from store.base import Store

# Errors named at the end of a run: a screenful; the summary file has them all.
SHOWN_ERRORS = 10
# A run may be set back to the first days of the web, and so far ahead that nobody means it.
FIRST_YEAR, LAST_YEAR = 1990, 2999


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
def run(invocation: Invocation, /, **asked: Any) -> int:
    """Example: ingest run --feeds-from feeds.opml --only --summary run.json

    Polls the feeds that are due, fetches what is new, keeps each story once.

    Exit codes: 0 done, 3 feeds failed (see --fail-on), 5 the store cannot be used, 75 another run holds the store.
    """
    from ingest.clock import clock_from
    from ingest.run import Wanted, once

    if asked["only"] and asked["feeds_from"] is None:
        raise UsageError("--only needs --feeds-from", where="run", why="it polls that list and no other feed",
                         fix="name the list: ingest run --feeds-from FILE --only")  # fmt: skip
    if asked["now"] is not None and not FIRST_YEAR <= asked["now"].year <= LAST_YEAR:
        raise UsageError("no run can be at that time", where=f"--now {plain(asked['now'])}",
                         why="due times and dates of articles are reckoned from it, years back and ahead",
                         fix=f"name a time from {FIRST_YEAR} to {LAST_YEAR}")  # fmt: skip
    asked["named"] = [checked_url(url) for url in asked["named"]]
    _refuse_unwritable(asked["summary"])
    listed = list(read_list(invocation, asked["feeds_from"], origin="run")) if asked["feeds_from"] else []
    invocation.start_logs()
    clock, stop = clock_from(asked["now"]), threading.Event()
    if asked["dry_run"]:
        return _dry_run(invocation, asked, listed, clock=clock, stop=stop)
    with (
        stopped_by_signals(stop) as stopped,
        closing(invocation.open_store()) as store,
        store.cycle(wait=invocation.wait, holder="ingest run"),
    ):
        shared = {key: asked[key] for key in ("named", "only", "force")}
        wanted = Wanted(**shared, listed=listed, progress=partial(_painted, invocation))
        done = once(store, invocation.config, wanted, clock=clock, stop=stop)
        idle = None if any(done.feeds.values()) or stop.is_set() else _idle(invocation, store, wanted, now=clock())
    _write_summary(asked["summary"], done)
    _farewell(invocation, done, idle)
    if stopped[0]:
        return 130 if stopped[0] == signal.SIGINT else 0
    return 3 if _failed(done, asked["fail_on"]) else 0


def _refuse_unwritable(summary: Path | None) -> None:
    """Before anything is polled: a run that cannot say what it did is not begun."""
    if summary is not None and not summary.absolute().parent.is_dir():
        raise UsageError("cannot write there", where=str(summary), why="its folder does not exist",
                         fix=f"mkdir -p {summary.parent}")  # fmt: skip


def _write_summary(summary: Path | None, done: Summary) -> None:
    if summary is not None:
        with whole_file(summary) as stream:
            stream.write(json.dumps(done.as_dict(), ensure_ascii=False, indent=1) + "\n")


def _idle(invocation: Invocation, store: Store, asked: Wanted, *, now: datetime) -> str:
    """Why no feed was polled."""
    from ingest.run import sources

    urls = set(sources.wanted(store, invocation.config, named=asked.named, listed=asked.listed, only=asked.only)[1])
    due = [row.due_at for row in store.feeds() if row.enabled and row.url in urls]
    if not urls:
        return "there are no feeds: ingest feeds add URL"
    if not due:
        return "these feeds are off; `ingest feeds list` says why"
    if min(due) <= now:
        return "the feeds that are due were not asked"
    return f"no feed is due before {plain(min(due))} UTC; --force polls all the same"


def _failed(done: Summary, fail_on: str) -> bool:
    """Whether the feeds that failed make the run a failure."""
    return done.all_failed if fail_on == "all" else bool(done.feeds["failed"]) and fail_on == "any"


def _dry_run(
    invocation: Invocation, asked: dict[str, Any], listed: list[FeedSpec], *, clock: Callable[[], datetime],
    stop: threading.Event,
) -> int:  # fmt: skip
    """Poll and compare; pages that would be fetched go to stdout."""
    from ingest.cli.promises import promise
    from ingest.run.preview import preview
    from ingest.run.sources import wanted
    from store import open_store

    with tempfile.TemporaryDirectory(prefix="newsfold-") as folder, stopped_by_signals(stop) as stopped:
        try:
            store = invocation.open_store(read_only=True, create=False)
        except StoreUnusable:
            if invocation.store_file.exists():
                raise
            store = open_store(f"sqlite:///{Path(folder, 'empty.db')}")
        try:
            polled = wanted(store, invocation.config, named=asked["named"], listed=listed, only=asked["only"])[1]
            found, pages = preview(
                store, invocation.config, polled, clock=clock, stop=stop,
                promise=lambda hosts: promise(invocation, [row for row in hosts if row.retry_after is not None]),
            )  # fmt: skip
        finally:
            store.close()
    for page in pages:
        click.echo(page)
    _write_summary(asked["summary"], found)
    seen, fetched = found.items["seen"], len(pages)
    for error in found.errors[:SHOWN_ERRORS]:
        invocation.say(f"failed: {error['url']}: {error['message']}")
    entries, feeds = counted(seen, "entry", "entries"), counted(found.feeds["ok"], "feed")
    invocation.say(f"would fetch {fetched} of {entries} from {feeds}; nothing was kept")
    if stopped[0]:
        return 130 if stopped[0] == signal.SIGINT else 0
    return 3 if _failed(found, asked["fail_on"]) else 0


def _painted(invocation: Invocation, summary: Summary, pending: int) -> None:
    """How far it has come, for whoever watches."""
    items = summary.items
    invocation.progress.paint(f"{pending} under way, {items['new']} new, {items['seen']} entries seen")


def _farewell(invocation: Invocation, done: Summary, idle: str | None) -> None:
    """What was done in one line, what failed in a few, and what to look at next."""
    for error in done.errors[:SHOWN_ERRORS]:
        invocation.say(f"failed: {error['url']}: {error['message']}")
    if len(done.errors) > SHOWN_ERRORS:
        invocation.say(f"… and {len(done.errors) - SHOWN_ERRORS} more; --summary FILE has them")
    invocation.say(done.in_words())
    if idle is not None:
        invocation.say(idle)
    found = done.stories["new"] or done.stories["joined"] or done.items["revised"] or done.rechecks["revised"] or idle
    invocation.say("next: ingest stories" if found else "next: ingest doctor")
