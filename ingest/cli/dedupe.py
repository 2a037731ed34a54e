"""`ingest dedupe`: the stories in a file of articles, without a store."""

from __future__ import annotations

import codecs
import errno
import gzip
import json
import shutil
import signal
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any, NoReturn

import click

from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.output import Column, emit, format_options
from ingest.errors import UsageError
from store.errors import DiskFull

if TYPE_CHECKING:
    from ingest.corpus import Line

COLUMNS = (
    Column("id", "id"), Column("story", "story_id"), Column("canonical", "canonical"), Column("relation", "relation"),
    Column("linked to", "linked_to"),
)  # fmt: skip
KEYS = ("id", "story_id", "canonical", "relation", "copied_share", "canonical_share", "linked_to")

# Bytes of a line, a little more than the largest page that is fetched has (of the real ones that we hold: 1.1 MiB);
# a file without line ends must not be read into memory as a whole.
LONGEST_LINE = 16 * 2**20
TEXTS = ("url", "site", "title", "language")
# What a line, or the archive it stands in, can raise: no JSON, nested without end, no object, a key missing, a value
# of another kind, a date before the first year, bytes that are no UTF-8, no or broken gzip.
BAD_LINE = (ValueError, RecursionError, KeyError, TypeError, OverflowError, OSError, EOFError, zlib.error)
# What a copy that does not fit raises: no room, no quota, a limit on files.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
STDIN = Path("-")
# What ends a command without another word, unless somebody has it ignored (`nohup`).
DEADLY = (signal.SIGTERM, signal.SIGHUP)


@click.command(cls=Command)
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@click.option("--online", is_flag=True, help="Decide on each line before seeing the next, as the daemon does.")
@format_options("table", "json", "jsonl", "csv")
@pass_invocation
def dedupe(invocation: Invocation, files: tuple[Path, ...], online: bool, form: str | None) -> None:  # noqa: FBT001  click's way
    """Example: ingest dedupe articles.jsonl --format jsonl > stories.jsonl

    Find the stories in files of articles.

    FILES are JSON Lines (or .gz of them; `-` is stdin) with `id` and `text`, and if known `url`, `site`, `title`,
    `published` and `language`. One object a line comes out, in the same order: id, story_id, canonical, relation,
    copied_share, canonical_share, linked_to. An id stands for one article. Files are read twice, but for --online; what
    can be read once, as stdin, is copied to a temporary file for that.
    """
    from ingest.corpus import cluster  # numpy, datasketch and SQLAlchemy

    with _tidy(), ExitStack() as kept:
        named = [(str(path), path if online else _lasting(path, kept)) for path in files]
        rows = cluster(lambda: _lines(named), invocation.config.dedupe, online=online)
        kept.enter_context(closing(rows))
        emit(rows, form=form, columns=COLUMNS, keys=KEYS, color=invocation.color)


@contextmanager
def _tidy() -> Iterator[None]:
    """Who is told to end ends through every `finally`: a corpus's temporary store is larger than the corpus."""

    def leave(number: int, _frame: object) -> NoReturn:
        raise SystemExit(128 + number)

    ours = [number for number in DEADLY if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, leave)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _lasting(path: Path, kept: ExitStack) -> Path:
    """A file that can be read twice: of a pipe, a copy for as long as `kept`. Raises UsageError, DiskFull."""
    if path != STDIN and path.is_file():
        return path
    try:
        copy = Path(kept.enter_context(TemporaryDirectory(prefix="newsfold-")), path.name)
        with _bytes(path) as stream, copy.open("wb") as kept_bytes:
            shutil.copyfileobj(stream, kept_bytes)
    except OSError as exc:
        where, why = str(path), exc.strerror or str(exc)
        if exc.errno in NO_ROOM:
            fix = "name another folder in TMPDIR, or decide line by line with --online"
            raise DiskFull("no room for a copy of what can be read once", where=where, why=why, fix=fix) from exc
        raise UsageError("it cannot be read", where=where, why=why, fix="name a file, or pipe lines into -") from exc
    return copy


def _bytes(path: Path) -> IO[bytes]:
    """What stands there, gzipped or not; stdin stays open."""
    return open(0, "rb", closefd=False) if path == STDIN else path.open("rb")


def _lines(files: Sequence[tuple[str, Path]]) -> Iterator[Line]:
    """The articles of files, each with the name that its user gave it. Raises UsageError naming the line."""
    known: set[str] = set()
    for name, path in files:
        read = 0
        try:
            with gzip.open(path) if path.suffix == ".gz" else _bytes(path) as lines:
                while line := lines.readline(LONGEST_LINE + 1):
                    read += 1
                    if found := _line(line.removeprefix(codecs.BOM_UTF8) if read == 1 else line):
                        if found.id in known:
                            raise ValueError(f"the id {found.id[:80]!r} stands in an earlier line")
                        known.add(found.id)
                        yield found
        except BAD_LINE as exc:
            raise UsageError(
                "a line is no article", where=f"{name}:{max(read, 1)}", why=because(exc),
                fix='each line is a JSON object with at least "text" and an "id" of its own',
            ) from exc  # fmt: skip


def because(exc: Exception) -> str:
    """What is wrong with a line, from one of BAD_LINE."""
    return f"it has no {exc}" if isinstance(exc, KeyError) else str(exc) or repr(exc)


def _line(line: bytes) -> Line | None:
    """The article that a line says; None where it is blank. Raises one of BAD_LINE."""
    from ingest.corpus import Line

    if len(line) > LONGEST_LINE:
        raise ValueError(f"it is longer than {LONGEST_LINE:,} bytes")
    if not line.strip():
        return None
    row: dict[str, Any] = json.loads(line.decode())
    if not isinstance(row, dict):
        raise TypeError("it is no object")
    if isinstance(row["id"], bool) or not isinstance(row["id"], str | int | float):
        raise TypeError("id is neither a string nor a number")
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
