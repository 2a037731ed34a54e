"""`ingest feeds test`: read feeds from files and addresses, and say what is in them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click

from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.output import Column, chosen, emit, format_options
from ingest.errors import FetchError, UsageError

if TYPE_CHECKING:
    from ingest.cli.feedrows import Answer, Reading
    from ingest.cli.inputs import Input
    from ingest.model import Page

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

    One row a feed, in the order given: its format, title, language and entries, or why it is none. Nothing is kept but
    what hosts ask of us: who told a run to come back later is not asked before, and the other way round. Ends with 3
    when a feed failed.
    """
    from ingest.cli.inputs import Input, named

    inputs = list(named(sources))
    if everything:
        from ingest.run.sources import configured

        inputs += [Input(spec.url, None, spec.url) for spec in configured(invocation.config) if spec.enabled]
    if not inputs:
        raise UsageError("nothing to test", where="feeds test", why="neither feeds nor --all were given",
                         fix="ingest feeds test FILE, ingest feeds test URL, or ingest feeds test --all")  # fmt: skip
    from ingest.cli.feedrows import as_line, as_row

    failed: list[str] = []
    rows = _noting(_tested(invocation, inputs), failed)
    if chosen(form) == "jsonl":
        sys.stdout.flush()
        sys.stdout.buffer.writelines(map(as_line, rows))
    else:
        emit(map(as_row, rows), form=form, columns=TESTED, color=invocation.color)
    return 3 if failed else 0


def _noting(rows: Iterator[Reading], failed: list[str]) -> Iterator[Reading]:
    for row in rows:
        if row.error:
            failed.append(row.file)
        yield row


def _tested(invocation: Invocation, inputs: list[Input]) -> Iterator[Reading]:
    from ingest.cli.feedrows import Alarm, reading
    from ingest.cli.inputs import batches, fetched
    from ingest.cli.limits import Limits

    fetch = invocation.config.fetch
    limits = Limits(fetch.max_feed_bytes, fetch.max_items, invocation.config.extract.timeout)
    with Alarm(limits):
        for batch in batches(inputs):
            answers = fetched(invocation, batch, "feed")
            for one in batch:
                yield reading(one.name, lambda: _answer(one, answers, limits.max_feed_bytes), limits)  # noqa: B023  called at once


def _answer(one: Input, answers: Mapping[str, Page | FetchError], limit: int) -> Answer:
    from ingest.cli.feedrows import Answer
    from ingest.cli.inputs import read_file

    if one.path is not None:
        return Answer(read_file(one.path, limit))
    answer = answers[one.url or ""]
    if isinstance(answer, FetchError):
        raise answer
    return Answer(answer.body, answer.final_url, answer.content_type, answer.charset)
