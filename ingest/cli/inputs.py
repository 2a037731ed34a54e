"""What `extract` and `feeds test` read: files, gzipped or not, and addresses; bounded, in the order given."""

from __future__ import annotations

import json
import os
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ingest.errors import FetchError, UsageError
from ingest.urls import is_http

if TYPE_CHECKING:
    from ingest.cli.invocation import Invocation
    from ingest.fetch import Fetcher
    from ingest.model import Page

# Inputs under way at once: enough to keep processes and network busy, few enough to hold in memory.
BATCH = 32


@dataclass(frozen=True, slots=True)
class Input:
    """One file or address. `name` is how the user called it; `url` is where a file's content comes from, if known."""

    name: str
    path: Path | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of an input, at most one more than the limit, so that too much is seen as too much."""

    body: bytes
    url: str
    content_type: str | None = None
    charset: str | None = None


_MANIFEST_FIX = 'each line is an object like {"file": "page.html.gz", "url": "https://outlet.example/report"}'
PAGE_KEYS = (
    "id", "url", "title", "authors", "published", "published_from", "modified", "language", "canonical_url", "outlet",
    "free", "text", "furniture", "rejected", "error", "detail", "ms",
)  # fmt: skip


def blank_page(name: str, url: str | None) -> dict[str, Any]:
    """The row of a page of which nothing is known yet."""
    return dict.fromkeys(PAGE_KEYS) | {"id": name, "url": url, "authors": [], "furniture": []}


def named(names: Iterable[str]) -> Iterator[Input]:
    """Arguments of the command line: whatever is an http(s) address is fetched, all else is a file."""
    for name in names:
        if "://" in name and is_http(name):
            yield Input(name, None, name)
        else:
            yield Input(name, Path(name), None)


def of_manifest(manifest: str) -> Iterator[Input]:
    """JSON Lines of `{"file", "url"}`; `-` is stdin. Raises UsageError naming the line."""
    try:
        with sys.stdin if manifest == "-" else Path(manifest).open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _manifest_row(line, where=f"{manifest}:{number}")
    except OSError as exc:
        raise UsageError("the manifest cannot be read", where=manifest, why=exc.strerror or str(exc),
                         fix="name a file of JSON Lines, or - for stdin") from exc  # fmt: skip
    except UnicodeDecodeError as exc:
        raise UsageError("the manifest cannot be read", where=manifest, why=str(exc), fix=_MANIFEST_FIX) from exc


def _manifest_row(line: str, *, where: str) -> Input:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as exc:
        raise UsageError("a line of the manifest is no JSON", where=where, why=str(exc), fix=_MANIFEST_FIX) from exc
    file, url = (row.get("file"), row.get("url")) if isinstance(row, dict) else (None, None)
    name = file or url
    if not isinstance(name, str) or not isinstance(url, str | None):
        raise UsageError("a line of the manifest names no page", where=where, why=line[:80], fix=_MANIFEST_FIX)
    return Input(name, Path(name) if file else None, url)


def read_file(path: Path, limit: int) -> bytes:
    """A file's bytes, unpacked where it is gzipped by name and content. Raises UsageError."""
    try:
        with path.open("rb") as file:
            # By its size: a buffer for all that is allowed takes longer to make than most files to read.
            size = os.fstat(file.fileno()).st_size or limit
            body = file.read(min(size, limit) + 1)
        if path.suffix == ".gz" and body[:2] == b"\x1f\x8b":
            packed = zlib.decompressobj(wbits=31)
            body = packed.decompress(body, limit + 1)
            if not packed.eof and len(body) <= limit:  # half a page would pass for one
                raise UsageError("file is no whole gzip", where=str(path), why="it ends in the middle")
    except OSError as exc:
        raise UsageError("file cannot be read", where=str(path), why=exc.strerror or str(exc)) from exc
    except zlib.error as exc:
        raise UsageError("file is no gzip", where=str(path), why=str(exc)) from exc
    return body


def batches(inputs: Iterable[Input]) -> Iterator[list[Input]]:
    """The inputs in handy numbers."""
    ahead = iter(inputs)
    while batch := list(islice(ahead, BATCH)):
        yield batch


def fetched(
    invocation: Invocation, inputs: Iterable[Input], kind: Literal["page", "feed"]
) -> Mapping[str, Page | FetchError]:
    """What the network says to the addresses among the inputs, by address; hosts that want to be left alone are."""
    wanted = [one for one in inputs if one.path is None]
    if not wanted:
        return {}
    from ingest.cli.promises import fetching  # files need no network

    with fetching(invocation) as fetcher:
        return asked(fetcher, wanted, kind)


def asked(fetcher: Fetcher, inputs: Iterable[Input], kind: Literal["page", "feed"]) -> Mapping[str, Page | FetchError]:
    """The answers to the addresses among the inputs, each asked once, by address."""
    from ingest.fetch import Request
    from ingest.model import NotModified

    answers: dict[str, Page | FetchError] = {}
    with fetcher.crawl() as crawl:
        for url in dict.fromkeys(one.url for one in inputs if one.path is None and one.url):
            crawl.add(Request(url=url, kind=kind))
        for outcome in crawl:
            if not isinstance(outcome.result, NotModified):  # nothing conditional was asked
                answers[outcome.request.url] = outcome.result
    return answers
