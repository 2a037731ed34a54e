"""`ingest feeds test`: read feeds from files and addresses, and say what is in them."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.output import Column, emit, format_options
from ingest.errors import BrokenFeed, FetchError, IngestError, UsageError

if TYPE_CHECKING:
    from ingest.cli.inputs import Content, Input
    from ingest.cli.tasks import Row
    from ingest.model import Item, Page

TESTED = (
    Column("feed", "file"), Column("format", "format"), Column("title", "title"), Column("language", "language"),
    Column("entries", "entries", lambda value: str(len(value or ())), right=True), Column("error", "error"),
    Column("detail", "detail"), Column("ms", "ms", right=True),
)  # fmt: skip


@click.command(cls=Command, short_help="Read feeds and say what is in them.")
@click.argument("sources", nargs=-1, metavar="FILE|URL...")
@click.option("--all", "everything", is_flag=True, help="Every enabled feed of the settings.")
@format_options("table", "json", "jsonl", "csv", per_line=True)
@pass_invocation
def test(invocation: Invocation, /, sources: tuple[str, ...], *, everything: bool, form: str | None) -> int:
    """Example: ingest feeds test https://example.org/feed.xml --json

    One row a feed, in the order given: its format, title, language and entries, or why it is none. Nothing is kept.
    Ends with 3 when a feed failed.
    """
    from ingest.cli.inputs import Input, named

    inputs = list(named(sources))
    if everything:
        from ingest.run.sources import configured

        inputs += [Input(spec.url, None, spec.url) for spec in configured(invocation.config) if spec.enabled]
    if not inputs:
        raise UsageError("nothing to test", where="feeds test", why="neither feeds nor --all were given",
                         fix="ingest feeds test FILE, ingest feeds test URL, or ingest feeds test --all")  # fmt: skip
    failed: list[str] = []
    emit(_noting(_tested(invocation, inputs), failed), form=form, columns=TESTED, color=invocation.color, bulk=True)
    return 3 if failed else 0


def _noting(rows: Iterator[Row], failed: list[str]) -> Iterator[Row]:
    for row in rows:
        if row["error"]:
            failed.append(row["file"])
        yield row


def _tested(invocation: Invocation, inputs: list[Input]) -> Iterator[Row]:
    from ingest.cli.inputs import batches, fetched

    for batch in batches(inputs):
        answers = fetched(invocation, batch, "feed")
        for one in batch:
            started = time.perf_counter()
            row: Row = {"file": one.name, "format": None, "title": None, "language": None, "entries": []}
            try:
                content = _content(one, answers, invocation.config.fetch.max_feed_bytes)
                row |= _parsed(content, invocation) | {"error": None, "detail": None}
            except IngestError as exc:
                row |= {"error": exc.error_class, "detail": "; ".join(filter(None, (str(exc), exc.fix)))}
            yield row | {"ms": round((time.perf_counter() - started) * 1000, 1)}


def _content(one: Input, answers: Mapping[str, Page | FetchError], limit: int) -> Content:
    from ingest.cli.inputs import Content, read_file

    if one.path is not None:
        return Content(read_file(one.path, limit), one.path.absolute().as_uri())
    answer = answers[one.url or ""]
    if isinstance(answer, FetchError):
        raise answer
    return Content(answer.body, answer.final_url, answer.content_type, answer.charset)


def _parsed(content: Content, invocation: Invocation) -> Row:
    """The feed's row. The readers are bounded by themselves (138 real feeds: 0.2 s); an alarm stands behind them."""
    from ingest.feeds import parse_feed

    with time_limit(invocation.config.extract.timeout):
        feed = parse_feed(
            content.body, url=content.url, content_type=content.content_type, charset=content.charset,
            max_items=invocation.config.fetch.max_items,
        )  # fmt: skip
    return {
        "format": feed.format, "title": feed.title or None, "language": feed.language,
        "entries": [_entry(item) for item in feed.items],
    }  # fmt: skip


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise BrokenFeed in the main thread after so many seconds."""

    def ring(_number: int, _frame: object) -> None:
        raise BrokenFeed("unreadable feed", why=f"it takes more than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _entry(item: Item) -> Row:
    return {
        "title": item.title, "link": item.url, "guid": item.guid, "published": item.published, "updated": item.updated,
        "author": item.author, "summary": item.summary, "language": item.language,
    }  # fmt: skip
