"""`ingest export`: everything out again, streaming."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

import click

from ingest.cli.filters import story_filters
from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.output import emit
from ingest.errors import UsageError
from store.base import Store
from store.model import StoryFilter
from store.query import ARTICLE_KEYS, REJECTED_KEYS


@click.command(cls=Command)
@click.argument("what", type=click.Choice(["articles", "stories", "revisions"]))
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", help="Default: jsonl.")
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

    One object a line, keys as documented. CSV holds lists as JSON, and no cell that a spreadsheet would run.
    """
    if rejected and what != "articles":
        raise UsageError("--rejected goes with articles", where=f"export {what}", why="only pages are rejected",
                         fix="ingest export articles --rejected")  # fmt: skip
    with invocation.reading() as store, _target(output) as stream:
        count = emit(_rows(store, what, wanted, rejected=rejected, form=form), form=form, columns=(), to=stream)
    if output:
        invocation.say(f"{count} rows written to {output}")


def _rows(store: Store, what: str, wanted: StoryFilter, *, rejected: bool, form: str) -> Iterator[Mapping[str, Any]]:
    rows = {"articles": store.articles, "stories": store.stories, "revisions": store.revisions}[what]
    if not rejected:
        yield from rows(wanted)
        return
    # One heading serves both kinds of row in CSV, so each row has the keys of both there.
    both = dict.fromkeys((*ARTICLE_KEYS, *REJECTED_KEYS)) if form == "csv" else {}
    for row in chain(rows(wanted), store.rejected()):
        yield {**both, **row}


@contextmanager
def _target(output: Path | None) -> Iterator[TextIO]:
    """Stdout, or a file that is there only when it is complete."""
    if output is None:
        with nullcontext(sys.stdout) as stream:
            yield stream
        return
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
            yield stream
        part.replace(output)
    except OSError as exc:
        raise UsageError(
            "cannot write there", where=str(output), why=exc.strerror or str(exc), fix="choose another file"
        ) from exc
    finally:
        part.unlink(missing_ok=True)
