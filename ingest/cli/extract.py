"""`ingest extract`: the article of a page, from a file or an address."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ingest.cli import tasks
from ingest.cli.inputs import Content, Input, batches, blank_page, fetched, named, of_manifest
from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.output import Column, emit, format_options, short_time
from ingest.cli.tasks import Row
from ingest.errors import FetchError, NothingMatched, UsageError

if TYPE_CHECKING:
    from ingest.workers import Workers

COLUMNS = (
    Column("page", "id"), Column("title", "title"), Column("published", "published", short_time),
    Column("language", "language"), Column("words", "text", lambda text: str(len((text or "").split())), right=True),
    Column("no article", "rejected"), Column("error", "error"), Column("ms", "ms", right=True),
)  # fmt: skip
# Errors of pages that were there to be read: None, and what reading them can end with.
OUR_WORD = frozenset((None, "quarantined", "extract-error"))
# Pages for which one worker, started with the least, is done before two with everything are ready.
FEW = 8


@click.command(cls=Command)
@click.argument("pages", nargs=-1, metavar="FILE|URL...")
@click.option("--manifest", metavar="FILE", help='JSON Lines of {"file", "url"}; - is stdin.')
@format_options("table", "json", "jsonl", "csv", per_line=True)
@pass_invocation
def extract(invocation: Invocation, pages: tuple[str, ...], manifest: str | None, form: str | None) -> None:
    """Example: ingest extract https://example.org/report.html --json

    One row a page, in the order given: title, text, what was cut, authors, times, language, and why it is no article
    if it is none. Files ending in .gz are read as they are. Pages are read in processes with limits on time and
    memory, so that no page harms the next. Ends with 6 when no file or address could be read at all.
    """
    if not pages and manifest is None:
        raise UsageError("nothing to read", where="extract", why="neither pages nor --manifest were given",
                         fix="ingest extract FILE, ingest extract URL, or ingest extract --manifest FILE")  # fmt: skip
    inputs = [*named(pages), *(of_manifest(manifest) if manifest is not None else ())]
    missed: list[str] = []
    emit(_noting(_rows(invocation, inputs), missed), form=form, columns=COLUMNS, color=invocation.color)
    if inputs and len(missed) == len(inputs):
        raise NothingMatched("nothing could be read", where=f"{len(inputs)} given", why="the reasons stand above",
                             fix="see that the files are there and the addresses answer")  # fmt: skip


def _noting(rows: Iterable[Row], missed: list[str]) -> Iterator[Row]:
    """The rows; `missed` gets the inputs of which not a byte was read. A page that was read and holds no article, or is
    too much for us, is an answer."""
    for row in rows:
        if row["error"] not in OUR_WORD:
            missed.append(row["id"])
        yield row


def _rows(invocation: Invocation, inputs: list[Input]) -> Iterator[Row]:
    from ingest.workers import Workers

    settings = invocation.config.extract
    few = len(inputs) <= FEW
    size = 1 if few else settings.workers or os.cpu_count() or 1
    warm = tasks.load_reader if few else tasks.load_all
    with (
        tasks.all_counted(),
        Workers(size, timeout=settings.timeout, memory_mb=settings.memory_mb, warm=warm) as workers,
    ):
        waiting: list[tuple[Input, Future[Row] | Row]] = []
        for batch in batches(inputs):
            waiting += _submit(invocation, workers, batch)
            # One batch is under way while the one before it is printed.
            yield from _settled(waiting[: -len(batch)])
            del waiting[: -len(batch)]
        yield from _settled(waiting)


def _submit(invocation: Invocation, workers: Workers, batch: list[Input]) -> Iterator[tuple[Input, Future[Row] | Row]]:
    """Each input with the promise of its row, or with the row where there is nothing to read."""
    settings = invocation.config
    answers = fetched(invocation, batch, "page")
    for one in batch:
        source: Content | Path | None = one.path
        if source is None:
            answer = answers[one.url or ""]
            if isinstance(answer, FetchError):
                yield one, blank_page(one.name, one.url) | {"error": answer.error_class, "detail": str(answer)}
                continue
            source = Content(answer.body, answer.final_url, answer.content_type, answer.charset)
        yield one, workers.submit(
            tasks.read_page, one.name, source, one.url, settings=settings.extract,
            limit=settings.fetch.max_page_bytes, outlets=tuple(settings.outlets), now=invocation.now(),
        )  # fmt: skip


def _settled(waiting: Iterable[tuple[Input, Future[Row] | Row]]) -> Iterator[Row]:
    """The rows in order. A page that took too much is a row too."""
    from ingest.workers import Killed

    for one, promise in waiting:
        if isinstance(promise, dict):
            yield promise
            continue
        try:
            yield promise.result()
        except Killed as exc:
            yield blank_page(one.name, one.url) | {"error": "quarantined", "detail": f"{exc.cause}: {exc.why}"}
        except Exception as exc:  # noqa: BLE001  whatever a page breaks is that page's row
            yield blank_page(one.name, one.url) | {"error": "extract-error", "detail": f"{type(exc).__name__}: {exc}"}
