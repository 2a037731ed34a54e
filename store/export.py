"""Out again: rows as JSON Lines or CSV, one at a time, so that a million of them need no memory."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TextIO

Format = Literal["jsonl", "csv"]
# A spreadsheet takes a cell that begins with one of these for a formula, and runs it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(rows: Iterable[Mapping[str, Any]], fmt: Format, out: TextIO, *, keys: Sequence[str] | None = None) -> int:
    """Write rows to a text stream (opened with newline="" and UTF-8); how many there were.

    CSV has one header: `keys`, else those of the first row. A row may lack some of them, and what it has beyond them
    is an error (ValueError): nothing is dropped silently. None is an empty cell, lists and mappings are JSON text.
    """
    return _jsonl(rows, out) if fmt == "jsonl" else _csv(rows, out, keys)


def _jsonl(rows: Iterable[Mapping[str, Any]], out: TextIO) -> int:
    count = 0
    for row in rows:
        out.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    return count


def _csv(rows: Iterable[Mapping[str, Any]], out: TextIO, keys: Sequence[str] | None) -> int:
    count = 0
    writer: csv.DictWriter[str] | None = None if keys is None else _begin(out, keys)
    for row in rows:
        if writer is None:
            writer = _begin(out, list(row))
        writer.writerow({key: cell(value) for key, value in row.items()})
        count += 1
    return count


def _begin(out: TextIO, keys: Sequence[str]) -> csv.DictWriter[str]:
    writer = csv.DictWriter(out, fieldnames=keys, restval="", extrasaction="raise")
    writer.writeheader()
    return writer


def cell(value: Any) -> str:
    """One value as a CSV cell that no spreadsheet executes. Numbers stay numbers, also negative ones."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    # NUL ends a cell for some readers.
    text = text.replace("\0", "")
    return "'" + text if text.startswith(FORMULA) else text
