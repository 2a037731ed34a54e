"""`ingest recluster`: all stories recomputed from the stored texts."""

from __future__ import annotations

import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ingest.cli.ending import stopped_by_signals
from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.output import Column, chosen, emit, emit_one, format_options

if TYPE_CHECKING:
    from ingest.place.moves import Report
    from ingest.place.recluster import Recluster
    from store.base import Store

COLUMNS = (
    Column("", "change"), Column("from", "from", right=True), Column("to", "to", right=True),
    Column("articles", "articles", right=True), Column("title", "title"),
)  # fmt: skip

KEYS = ("change", "from", "to", "articles", "title", "url")


@click.command(cls=Command)
@click.option("--dry-run", is_flag=True, help="Say what would move; the store stays as it is.")
@format_options("table", "json", "jsonl", "csv")
@pass_invocation
def recluster(invocation: Invocation, dry_run: bool, form: str | None) -> int:  # noqa: FBT001  click's way
    """Example: ingest recluster --dry-run

    Recomputes all stories from the stored texts, with what is known today of how common each run of words is, and
    prints what moves: stories that merge, parts that split off, articles that go over. What an analyst ruled holds. The
    work is done in short transactions: it can be stopped or killed and goes on where it was, and `ingest pin` gets in
    between. --dry-run does it on a copy and needs as much free disk as the store has, also while a daemon runs.

    One object for --json: articles, moved, share, merged, split, finished, changes. Exit codes: 5 the store cannot be
    used, 75 a run or daemon is at work on it, 130 interrupted.
    """
    invocation.start_logs()
    stop = threading.Event()
    with _subject(invocation, dry_run=dry_run) as store, stopped_by_signals(stop) as stopped:
        lock = nullcontext() if dry_run else store.cycle(wait=invocation.wait, holder="ingest recluster")
        with lock:
            finished, found, work = _run(invocation, store, stop)
            rows = list(_rows(store, found, new_unnamed=dry_run))
    invocation.progress.clear()
    _tell(invocation, found, work, rows, form=form, dry_run=dry_run, finished=finished)
    if stopped[0]:
        return 130 if stopped[0] == signal.SIGINT else 0
    return 0


@contextmanager
def _subject(invocation: Invocation, *, dry_run: bool) -> Iterator[Store]:
    """The store itself, or a copy of it that is thrown away."""
    if not dry_run:
        with closing(invocation.open_store(create=False)) as store:
            yield store
        return
    from store import open_store

    with tempfile.TemporaryDirectory(prefix="newsfold-") as folder:
        copy = Path(folder, "copy.db")
        with invocation.reading() as store:
            store.backup(copy)
        with closing(open_store(f"sqlite:///{copy}", synchronous="NORMAL", create=False)) as store:
            yield store


def _run(invocation: Invocation, store: Store, stop: threading.Event) -> tuple[bool, Report, Recluster]:
    from ingest.dedupe.fingerprint import scheme
    from ingest.place.moves import report
    from ingest.place.recluster import Recluster

    store.claim_scheme(scheme())
    work = Recluster(store, invocation.config.dedupe, clock=invocation.now, progress=partial(_painted, invocation))
    with store.placing() as placing:
        first_new = placing.extent().story + 1
    finished = work.run(stop=stop.is_set)
    with store.placing() as placing:
        return finished, report(placing, work.moves.was, first_new=first_new), work


def _rows(store: Store, found: Report, *, new_unnamed: bool) -> Iterator[dict[str, Any]]:
    """The changes as rows; a story that only the copy has is nobody's number."""
    for change in found.changes:
        story = store.story(change.now) or {}
        target = None if new_unnamed and change.change == "split" else change.now
        yield {"change": change.change, "from": change.before, "to": target, "articles": change.articles,
               "title": story.get("title"), "url": story.get("canonical_url")}  # fmt: skip


def _tell(
    invocation: Invocation, found: Report, work: Recluster, rows: list[dict[str, Any]], *, form: str | None,
    dry_run: bool, finished: bool,
) -> None:  # fmt: skip
    share = round(found.moved / found.articles, 6) if found.articles else 0.0
    if chosen(form) in ("table", "csv"):
        emit(rows, form=form, columns=COLUMNS, keys=KEYS, color=invocation.color)
    else:
        emit_one({
            "dry_run": dry_run, "finished": finished, "resumed": work.resumed, "articles": found.articles,
            "moved": found.moved, "share": share, "merged": work.moves.merged, "split": work.moves.split,
            "changes": rows,
        })  # fmt: skip
    would = "would stand" if dry_run else "stand"
    invocation.say(f"{found.moved} of {found.articles} articles ({share:.2%}) {would} in other company; "
                   f"stories merged {work.moves.merged}, split {work.moves.split}")  # fmt: skip
    if not finished:
        invocation.say("stopped before the end; call it again and it goes on")


def _painted(invocation: Invocation, step: str, done: int, all_: int) -> None:
    """How far it has come, for whoever watches."""
    invocation.progress.paint(f"{'weighing links' if step == 'weigh' else 'partitioning'}: {done} of {all_} texts")
