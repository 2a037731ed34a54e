"""`ingest export`: everything out again, streaming."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import click

from ingest.cli.filters import story_filters
from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.output import emit, whole_binary, whole_file
from ingest.errors import UsageError
from ingest.redaction import redacted
from ingest.words import counted
from store.base import Store
from store.export import KEYS
from store.model import StoryFilter

# Where addresses stand in a row. Titles and texts are the publishers', and stay as they are.
_TELLING = frozenset(("url", "urls", "canonical_url", "reuses", "based_on", "origin", "detail"))


@click.command(cls=Command)
@click.argument("what", type=click.Choice(["articles", "stories", "revisions"]))
@click.option("--format", "form", type=click.Choice(["jsonl", "csv", "parquet"]), default="jsonl",
              help="Default: jsonl.")  # fmt: skip
@click.option("--rejected", is_flag=True, help="With articles: also what was not kept, and why.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; whole or not at all.")
@story_filters
@pass_invocation
def export(
    invocation: Invocation,
    *,
    what: str,
    form: str,
    rejected: bool,
    output: Path | None,
    wanted: StoryFilter,
) -> None:
    """Example: ingest export articles --since 7d -o articles.jsonl

    Articles and revisions of the stories that the filters leave. Rejected pages belong to no story: all of them come.
    One object a line, keys as documented. CSV holds lists as JSON, and no cell that a spreadsheet would run. Parquet
    has typed columns, times and lists among them; it needs the extra `newsfold[parquet]`.
    """
    if rejected and what != "articles":
        raise UsageError("--rejected goes with articles", where=f"export {what}", why="only pages are rejected",
                         fix="ingest export articles --rejected")  # fmt: skip
    with invocation.reading() as store:
        rows = map(_discreet, _rows(store, what, wanted, rejected=rejected, form=form))
        if form == "parquet":
            count = _parquet(rows, what, output, rejected=rejected)
        else:
            with whole_file(output) as stream:
                count = emit(rows, form=form, columns=(), keys=KEYS["both" if rejected else what], to=stream)
    if output:
        invocation.say(f"{counted(count, 'row')} written to {output}")


def _rows(store: Store, what: str, wanted: StoryFilter, *, rejected: bool, form: str) -> Iterator[Mapping[str, Any]]:
    rows = {"articles": store.articles, "stories": store.stories, "revisions": store.revisions}[what]
    if not rejected:
        yield from rows(wanted)
        return
    # One heading serves both kinds of row in CSV and Parquet, so each row has the keys of both there.
    both = {} if form == "jsonl" else dict.fromkeys(KEYS["both"])
    for row in chain(rows(wanted), store.rejected()):
        yield {**both, **row}


def _discreet(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row whose addresses and reasons tell no secret: an export is handed on."""
    return {key: _told(value) if key in _TELLING else value for key, value in row.items()}


def _told(value: Any) -> Any:
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, list | tuple):
        return [_told(one) for one in value]
    return _discreet(value) if isinstance(value, Mapping) else value


def _parquet(rows: Iterable[Mapping[str, Any]], what: str, output: Path | None, *, rejected: bool) -> int:
    from store.export import write_parquet

    if output is None and sys.stdout.isatty():
        raise UsageError("Parquet is nothing for a terminal", where=f"export {what}", why="it is a binary format",
                         fix=f"ingest export {what} --format parquet -o {what}.parquet")  # fmt: skip
    try:
        with whole_binary(output) as stream:
            return write_parquet(rows, "both" if rejected else what, stream)
    except ModuleNotFoundError as exc:
        if exc.name is None or exc.name.split(".")[0] != "pyarrow":
            raise
        raise UsageError("Parquet needs pyarrow", where="--format parquet", why="the extra [parquet] is not installed",
                         fix='pip install "newsfold[parquet]"') from exc  # fmt: skip
