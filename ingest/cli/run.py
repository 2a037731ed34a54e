"""`ingest run`: one cycle over the feeds that are due."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ingest.cli.ending import stopped_by_signals
from ingest.cli.feeds import read_list
from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.times import When
from ingest.errors import UsageError
from store.errors import StoreUnusable
from store.model import FeedSpec

if TYPE_CHECKING:
    from ingest.run import Summary

# Seconds between two repaints of the progress line.
REPAINT = 0.2
# Errors named at the end of a run: a screenful; the summary file has them all.
SHOWN_ERRORS = 10


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
        raise UsageError("--only needs --feeds-from", fix="name the list of feeds to poll")
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
        wanted = Wanted(**shared, listed=listed, progress=_progress(invocation))
        done = once(store, invocation.config, wanted, clock=clock, stop=stop)
    if asked["summary"] is not None:
        text = json.dumps(done.as_dict(), ensure_ascii=False, indent=1)
        asked["summary"].write_text(text + "\n", encoding="utf-8")
    _farewell(invocation, done)
    if stopped[0]:
        return 130 if stopped[0] == signal.SIGINT else 0
    return 3 if _failed(done, asked["fail_on"]) else 0


def _failed(done: Summary, fail_on: str) -> bool:
    """Whether the feeds that failed make the run a failure."""
    return done.all_failed if fail_on == "all" else bool(done.feeds["failed"]) and fail_on == "any"


def _dry_run(
    invocation: Invocation, asked: dict[str, Any], listed: list[FeedSpec], *, clock: Callable[[], datetime],
    stop: threading.Event,
) -> int:  # fmt: skip
    """Poll and compare; pages that would be fetched go to stdout."""
    from ingest.run.preview import preview
    from ingest.run.sources import wanted
    from store import open_store

    with tempfile.TemporaryDirectory(prefix="newsfold-") as folder, stopped_by_signals(stop) as stopped:
        try:
            store = invocation.open_store(read_only=True, create=False)
        except StoreUnusable:
            if Path(invocation.config.store.url.removeprefix("sqlite:///")).exists():
                raise
            store = open_store(f"sqlite:///{Path(folder, 'empty.db')}")
        try:
            polled = wanted(store, invocation.config, named=asked["named"], listed=listed, only=asked["only"])[1]
            found, pages = preview(store, invocation.config, polled, clock=clock, stop=stop)
        finally:
            store.close()
    for page in pages:
        click.echo(page)
    seen, fetched = found.items["seen"], len(pages)
    for error in found.errors[:SHOWN_ERRORS]:
        invocation.say(f"failed: {error['url']}: {error['message']}")
    invocation.say(f"would fetch {fetched} of {seen} entries from {found.feeds['ok']} feeds; nothing was kept")
    if stopped[0]:
        return 130 if stopped[0] == signal.SIGINT else 0
    return 3 if _failed(found, asked["fail_on"]) else 0


def _progress(invocation: Invocation) -> Callable[[Summary, int], None]:
    """A line that is repainted on a terminal; nothing anywhere else."""
    painted = [0.0]

    def paint(summary: Summary, pending: int) -> None:
        now = time.monotonic()
        if now - painted[0] < REPAINT:
            return
        painted[0] = now
        width = shutil.get_terminal_size().columns
        line = f"{pending} under way, {summary.items['new']} new, {summary.items['seen']} entries seen"
        click.echo("\r\033[K" + line[: max(width - 1, 1)], err=True, nl=False)

    shown = sys.stderr.isatty() and not invocation.quiet and os.environ.get("TERM") != "dumb"
    return paint if shown else lambda _summary, _pending: None


def _farewell(invocation: Invocation, done: Summary) -> None:
    """What was done in one line, what failed in a few, and what to look at next."""
    if sys.stderr.isatty() and not invocation.quiet:
        click.echo("\r\033[K", err=True, nl=False)
    for error in done.errors[:SHOWN_ERRORS]:
        invocation.say(f"failed: {error['url']}: {error['message']}")
    if len(done.errors) > SHOWN_ERRORS:
        invocation.say(f"… and {len(done.errors) - SHOWN_ERRORS} more; --summary FILE has them")
    invocation.say(done.in_words())
    invocation.say("next: ingest stories" if done.stories["new"] or done.stories["joined"] else "next: ingest doctor")
