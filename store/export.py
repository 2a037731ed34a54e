"""Out again: rows as CSV or Parquet, a few at a time, so that a million of them need no memory."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO, TextIO

from store.query import ARTICLE_KEYS, REJECTED_KEYS, REVISION_KEYS, STORY_KEYS

# A spreadsheet takes a cell that begins with one of these for a formula, and runs it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(rows: Iterable[Mapping[str, Any]], out: TextIO, *, keys: Sequence[str] | None = None) -> int:
    """Write rows to a text stream (opened with newline="" and UTF-8); how many there were.

    There is one header: `keys`, else those of the first row. A row may lack some of them, and what it has beyond them
    is an error (ValueError): nothing is dropped silently. None is an empty cell, lists and mappings are JSON text.
    """
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


# --- Parquet --------------------------------------------------------------------------------------------------------

# Rows of one row group: 1,000 articles are about 3 MB before compression; larger groups are read no faster.
GROUP = 1000
TIMES = frozenset((
    "published", "modified", "first_seen", "last_seen", "gone", "walled", "seen_from", "seen_to", "first_published",
    "last_published",
))  # fmt: skip
# Of every row, by what is exported; "both" are articles and refusals.
KEYS = {
    "articles": ARTICLE_KEYS, "stories": STORY_KEYS, "revisions": REVISION_KEYS,
    "both": tuple(dict.fromkeys((*ARTICLE_KEYS, *REJECTED_KEYS))),
}  # fmt: skip
WHOLE = frozenset(("schema", "story_id", "revisions", "words", "n", "articles", "full_copies", "partial_copies"))
SHARES = frozenset(("copied_share", "canonical_share"))
FLAGS = frozenset(("canonical", "on_topic", "free", "seed", "partial"))
LISTS = frozenset(("urls", "authors", "changes", "outlets", "owners", "languages", "agencies"))


def write_parquet(rows: Iterable[Mapping[str, Any]], what: str, out: BinaryIO) -> int:
    """Write rows to a binary stream, which need not seek; how many there were.

    `what`: articles, stories, revisions, or both (articles and refusals). The columns have types of their own: times
    are UTC timestamps in microseconds, lists are lists, `reuses` and `origin` are records. Raises ModuleNotFoundError
    where pyarrow is not installed.
    """
    import pyarrow as pa  # an extra: 40 MB that few need
    import pyarrow.parquet as pq

    schema = pa.schema([(key, _arrow(pa, key)) for key in KEYS[what]])
    count, ahead = 0, iter(rows)
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        while group := [_typed(row) for row in islice(ahead, GROUP)]:
            writer.write_table(pa.Table.from_pylist(group, schema=schema))
            count += len(group)
    return count


def _arrow(pa: Any, key: str) -> Any:
    """The type of a column."""
    text, whole, share = pa.string(), pa.int64(), pa.float64()
    if key == "reuses":
        return pa.list_(pa.struct([("story_id", whole), ("url", text), ("words", whole), ("share", share)]))
    if key == "origin":
        return pa.struct([(name, text) for name in ("kind", "name", "url", "agency_id", "basis", "certainty")])
    if key == "topic_places":
        return pa.list_(pa.struct([("in", text), ("word", whole)]))
    if key == "topic_hits":
        return pa.list_(pa.list_(text))
    kinds = ((TIMES, pa.timestamp("us", tz="UTC")), (WHOLE, whole), (SHARES, share), (FLAGS, pa.bool_()))
    return next((kind for keys, kind in kinds if key in keys), pa.list_(text) if key in LISTS else text)


def _typed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: datetime.fromisoformat(value) if key in TIMES and value else value for key, value in row.items()}
