"""`ingest dedupe`: the stories in a file of articles, without a store."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.output import Column, emit, format_options
from ingest.errors import UsageError

if TYPE_CHECKING:
    from ingest.corpus import Line

COLUMNS = (
    Column("id", "id"), Column("story", "story_id"), Column("canonical", "canonical"), Column("relation", "relation"),
    Column("linked to", "linked_to"),
)  # fmt: skip

TEXTS = ("url", "site", "title", "language")
# What a line, or the archive it stands in, can raise: no JSON, nested without end, no object, a key missing, a value
# of another kind, a date before the first year, bytes that are no UTF-8, no or broken gzip.
BAD_LINE = (ValueError, RecursionError, KeyError, TypeError, OverflowError, OSError, EOFError, zlib.error)


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--online", is_flag=True, help="Decide on each line before seeing the next, as the daemon does.")
@format_options("table", "json", "jsonl", "csv")
@pass_invocation
def dedupe(invocation: Invocation, files: tuple[Path, ...], online: bool, form: str | None) -> None:  # noqa: FBT001  click's way
    """Example: ingest dedupe articles.jsonl --format jsonl > stories.jsonl

    Find the stories in files of articles.

    FILES are JSON Lines (or .gz of them) with `id` and `text`, and if known `url`, `site`, `title`, `published` and
    `language`. One object a line comes out, in the same order: id, story_id, canonical, relation, copied_share,
    canonical_share, linked_to.
    """
    from ingest.corpus import cluster  # numpy, datasketch and SQLAlchemy

    rows = cluster(lambda: _lines(files), invocation.config.dedupe, online=online)
    emit(rows, form=form, columns=COLUMNS, color=invocation.color)


def _lines(files: tuple[Path, ...]) -> Iterator[Line]:
    for path in files:
        read = 0
        try:
            with (
                gzip.open(path, "rt", encoding="utf-8-sig")
                if path.suffix == ".gz"
                else path.open(encoding="utf-8-sig") as lines
            ):
                for line in lines:
                    read += 1
                    if line.strip():
                        yield _line(json.loads(line))
        except BAD_LINE as exc:
            raise UsageError(
                "a line is no article", where=f"{path}:{max(read, 1)}", why=repr(exc),
                fix='each line is a JSON object with at least "id" and "text"',
            ) from exc  # fmt: skip


def _line(row: dict[str, Any]) -> Line:
    from ingest.corpus import Line

    if not isinstance(row["text"], str):
        raise TypeError("text is no string")
    for key in TEXTS:
        if not isinstance(row.get(key), str | None):
            raise TypeError(f"{key} is no string")
    published = row.get("published")
    when = datetime.fromisoformat(published) if published else None
    return Line(
        id=str(row["id"]),
        text=row["text"],
        url=row.get("url"),
        site=row.get("site"),
        title=row.get("title") or "",
        published=None if when is None else when.replace(tzinfo=when.tzinfo or UTC).astimezone(UTC),
        language=row.get("language"),
    )
