"""Data to stdout, everything else to stderr; a table only for a person at a terminal.

Whatever comes from a feed or a page is text to us and must stay text to the terminal: control, escape and direction
characters are taken out of what is shown, and escaped in JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import click

from ingest.cli.streams import escaped, unsafe
from ingest.errors import UsageError
from ingest.redaction import redacted

Row = Mapping[str, Any]

# Below this many columns a table is only crumbs; records are shown one under the other.
NARROW = 60
# From this many columns on, what is worth knowing and not needed finds room too.
WIDE = 120


def one_line(text: str) -> str:
    """`text` as one line that a terminal shows as it is."""
    text = " ".join(text.split())
    return text.translate(dict.fromkeys(found)) if (found := unsafe(text)) else text


def shown(line: str) -> str:
    """A line of ours, which may quote others: as `one_line`, its own indentation kept."""
    return " " * (len(line) - len(line.lstrip(" "))) + one_line(line)


def write_line(line: str) -> None:
    """A line on stderr, without secrets. A closed stderr is nobody's loss."""
    try:
        sys.stderr.write(redacted(one_line(line)) + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        pass


def write_error(what: str, *, where: str, why: str, fix: str) -> None:
    """What happened and where, why, and how to mend it: always three lines."""
    write_line(f"error: {what} ({where})" if where else f"error: {what}")
    write_line(f"why: {why or 'nothing more is known'}")
    write_line(f"fix: {fix or 'call it again with -vv to see where'}")


@contextmanager
def whole_file(path: Path | None) -> Iterator[TextIO]:
    """Stdout, or a file that is there only when it is complete. Raises UsageError where it cannot be written."""
    if path is None:
        yield sys.stdout
        return
    with _part(path) as part, part.open("w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
        yield stream


@contextmanager
def whole_binary(path: Path | None) -> Iterator[BinaryIO]:
    """As `whole_file`, for bytes."""
    if path is None:
        yield sys.stdout.buffer
        return
    with _part(path) as part, part.open("wb") as stream:
        yield stream


@contextmanager
def _part(path: Path) -> Iterator[Path]:
    """A name beside `path`, which becomes `path` when all went well."""
    part = path.parent / f".{path.name}.{os.getpid()}.part"
    try:
        yield part
        part.replace(path)
    except OSError as exc:
        raise UsageError(
            "cannot write there", where=str(path), why=exc.strerror or str(exc), fix="choose another file"
        ) from exc
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def format_options(
    *kinds: str, per_line: bool = False, default: str = "table on a terminal, else jsonl"
) -> Callable[[Any], Any]:
    """`--format` with these kinds, and `--json`; the command gets `form`, None when nothing was said.

    `per_line`: `--json` means one object a line here. `default`: what comes of None, in words.
    """

    def shorthand(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001, FBT001  click's
        if value:
            ctx.params["form"] = "jsonl" if per_line else "json"

    def add(command: Any) -> Any:
        choice = click.option("--format", "form", type=click.Choice(kinds), help=f"Default: {default}.")
        short = click.option("--json", is_flag=True, expose_value=False, callback=shorthand,
                             help="One JSON object a line." if per_line else "Short for --format json.")  # fmt: skip
        return choice(short(command))

    return add


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, where its value is, and how it is shown.

    `fixed`: short values, never broken over two lines. `wide`: left out on terminals of fewer than WIDE columns.
    """

    heading: str
    key: str
    show: Callable[[Any], str] | None = None
    right: bool = False
    fixed: bool = False
    wide: bool = False

    def cell(self, row: Row) -> str:
        value = row.get(self.key)
        return one_line(self.show(value) if self.show else plain(value))


def plain(value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list | tuple):
        return ", ".join(plain(one) for one in value)
    return str(value)


def short_time(value: Any) -> str:
    """`2026-03-01T10:00:00Z` as `2026-03-01 10:00`."""
    return plain(value)[:16].replace("T", " ")


def chosen(form: str | None, stream: TextIO | None = None) -> str:
    """The format that was asked for; else a table at a terminal, JSON Lines for whatever reads a pipe."""
    return form or ("table" if (stream or sys.stdout).isatty() else "jsonl")


def emit_one(row: Row, form: str | None = None) -> None:
    """A command's one answer: an object on a line, with --json too; a heading and a line for csv."""
    if form == "csv":
        _csv([row], tuple(row), sys.stdout)
    else:
        sys.stdout.write(to_json(row) + "\n")


def emit(
    rows: Iterable[Row], *, form: str | None, columns: Sequence[Column], keys: Sequence[str] = (), color: str = "auto",
    to: TextIO | None = None,
) -> int:  # fmt: skip
    """Print rows as they come (a table when all are there); how many there were. `keys` are those of every row: the
    heading of a CSV, which a script reads also where there are no rows."""
    stream = to or sys.stdout
    kind = chosen(form, stream)
    if kind == "table":
        return _table(list(rows), columns, stream, color)
    if kind == "csv":
        return _csv(rows, keys or [column.key for column in columns], stream)
    return _lines(rows, stream) if kind == "jsonl" else _array(rows, stream)


def to_json(value: Any) -> str:
    """One line of JSON; characters a terminal would act on are escaped."""
    text = json.dumps(value, ensure_ascii=False, default=_json_default, allow_nan=False, separators=(", ", ": "))
    return escaped(text)


def _json_default(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def _lines(rows: Iterable[Row], stream: TextIO) -> int:
    count = 0
    for row in rows:
        stream.write(to_json(row) + "\n")
        count += 1
    return count


def _array(rows: Iterable[Row], stream: TextIO) -> int:
    count = 0
    for row in rows:
        stream.write((",\n " if count else "[") + to_json(row))
        count += 1
    stream.write("]\n" if count else "[]\n")
    return count


def _csv(rows: Iterable[Row], keys: Sequence[str], stream: TextIO) -> int:
    """One heading (the keys of the first row, or these where there is none) and a line a row."""
    from store.export import write_csv  # csv: wanted here alone

    ahead = ({key: _cell(value) for key, value in row.items()} for row in rows)
    first = next(ahead, None)
    if first is None:
        return write_csv((), stream, keys=keys)
    return write_csv(chain((first,), ahead), stream, keys=list(first))


def _cell(value: Any) -> Any:
    """Times as in JSON, lists and objects as JSON; everything else as it is."""
    if isinstance(value, date):  # datetimes are dates
        return _json_default(value)
    return to_json(value) if isinstance(value, Mapping | list | tuple | set | frozenset) else value


def colors_wanted(when: str, stream: TextIO) -> bool:
    """--color decides; else a terminal that is not dumb, unless NO_COLOR is set to anything."""
    if when != "auto":
        return when == "always"
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _table(rows: Sequence[Row], columns: Sequence[Column], stream: TextIO, color: str) -> int:
    if not rows:  # a heading over nothing tells nobody anything
        return 0
    width = shutil.get_terminal_size((100, 24)).columns
    if width < NARROW:
        return _records(rows, columns, stream)
    from rich.console import Console  # 22 ms, for tables alone
    from rich.table import Table
    from rich.text import Text

    colored = colors_wanted(color, stream)
    table = Table(box=None, pad_edge=False, header_style="bold" if colored else "")
    fitting = [column for column in columns if width >= WIDE or not column.wide]
    for column in fitting:
        table.add_column(
            Text(column.heading), justify="right" if column.right else "left", overflow="fold", no_wrap=column.fixed
        )
    for row in rows:
        table.add_row(*(Text(column.cell(row)) for column in fitting))
    console = Console(
        file=stream, width=width, no_color=not colored, force_terminal=colored, highlight=False, soft_wrap=False
    )
    console.print(table)
    return len(rows)


def _records(rows: Sequence[Row], columns: Sequence[Column], stream: TextIO) -> int:
    for row in rows:
        for column in columns:
            if cell := column.cell(row):
                stream.write(f"{column.heading}: {cell}\n")
        stream.write("\n")
    return len(rows)
