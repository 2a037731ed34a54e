"""What `add` and `topic test` read: the article of each file or address, judged against the topic."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ingest import urls
from ingest.cli import tasks
from ingest.cli.inputs import Input, asked, batches, read_file
from ingest.cli.invocation import Invocation
from ingest.errors import FetchError, UsageError
from ingest.fetch import Fetcher
from ingest.model import Page
from ingest.run import tasks as work
from ingest.run.fate import Fate, of_fetch
from ingest.run.work import page_row
from ingest.seeds.texts import from_json, from_text
from ingest.workers import Killed, Workers
from store.model import HostRow, PageRow

# Files that hold a text rather than a page; they are read as reference articles are.
TEXTS = frozenset({".txt", ".md", ".json"})
# A worker takes 0.7 s to begin and reads 20 pages a second: fewer pages are not worth a second one.
PAGES_PER_WORKER = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What became of one file or address: an article with its verdict, or why there is none."""

    name: str  # as the user called it
    found: work.Extracted | Fate
    asked: tuple[str, ...] = ()  # addresses it was reached by
    outlet: str | None = None  # where the file says it
    page: PageRow | None = None  # the server's answer, where it was asked: a file is nobody's page


def readings(
    invocation: Invocation, inputs: Iterable[Input], *, hosts: Iterable[HostRow] = (),
    changed: Callable[[list[HostRow]], object] = lambda _rows: None,
) -> Iterator[Reading]:  # fmt: skip
    """Each input read, in the order given: pages in processes with limits on time and memory, texts here.

    `hosts` is what hosts asked of us before; `changed` gets what they ask now.
    """
    listed = list(inputs)
    with ExitStack() as stack:
        # Texts alone need no process, files alone no network: each costs a second or so to begin.
        pages = sum(not _is_text(one) for one in listed)
        workers = stack.enter_context(_workers(invocation, pages)) if pages else None
        fetcher = None
        if any(one.path is None for one in listed):
            fetcher = Fetcher(invocation.config.fetch, clock=invocation.now, hosts=list(hosts))
            stack.enter_context(fetcher)
        for batch in batches(listed):
            answers = asked(fetcher, batch, "page") if fetcher else {}
            waiting = [(one, _begin(invocation, workers, one, answers)) for one in batch]
            yield from (_ended(one, begun) for one, begun in waiting)
            if fetcher:
                changed(fetcher.changed_hosts())


def _is_text(one: Input) -> bool:
    return one.path is not None and one.path.suffix.lower() in TEXTS


@contextmanager
def _workers(invocation: Invocation, pages: int) -> Iterator[Workers]:
    settings = invocation.config.extract
    size = min(settings.workers or os.cpu_count() or 1, 1 + pages // PAGES_PER_WORKER)
    with (
        tasks.all_counted(),
        Workers(size, timeout=settings.timeout, memory_mb=settings.memory_mb, warm=work.load) as workers,
    ):
        yield workers


_Begun = Reading | tuple[Page, Future[work.Extracted | work.Failure]]


def _begin(
    invocation: Invocation, workers: Workers | None, one: Input, answers: Mapping[str, Page | FetchError]
) -> _Begun:
    """The reading, where it is done here, or the page with the promise of what is on it."""
    terms = work.encode_topic(invocation.config.topic)
    if one.path is not None and (workers is None or _is_text(one)):
        return _text(invocation, one, one.path, terms)
    page = _page(invocation, one) if one.path is not None else answers[one.url or ""]
    if isinstance(page, FetchError):
        return Reading(name=one.name, found=of_fetch(page))
    if isinstance(page, Fate):
        return Reading(name=one.name, found=page)
    assert workers is not None  # noqa: S101  there is a page; for the type checker
    return page, workers.submit(work.read_page, page, None, invocation.now(), invocation.config.extract, terms)


def _ended(one: Input, begun: _Begun) -> Reading:
    if isinstance(begun, Reading):
        return begun
    page, promise = begun
    try:
        found = promise.result()
    except Killed as exc:
        return Reading(name=one.name, found=Fate("failed", "quarantined", str(exc)))
    except Exception as exc:  # noqa: BLE001  whatever a page breaks is that page's row
        return Reading(name=one.name, found=Fate("failed", "extract-error", repr(exc)))
    if isinstance(found, work.Failure):
        return Reading(name=one.name, found=Fate("rejected", found.kind, found.detail))
    if one.path is not None and not page.final_url:
        found = replace(found, article=replace(found.article, url=_own_address(one.path, found.article.canonical_claim),
                                               canonical_claim=None))  # fmt: skip
        return Reading(name=one.name, found=found)
    asked = (one.url or "", page.url, page.final_url, *(hop.url for hop in page.hops))
    known = tuple(dict.fromkeys(url for url in asked if url))
    return Reading(
        name=one.name,
        found=found,
        asked=known,
        page=page_row(urls.canonical_url(page.url), page) if one.path is None else None,
    )


def _page(invocation: Invocation, one: Input) -> Page | Fate:
    """A page from a file; its address is what the user said, or nothing."""
    assert one.path is not None  # noqa: S101  the caller looked; for the type checker
    limit = invocation.config.fetch.max_page_bytes
    try:
        body = read_file(one.path, limit)
    except UsageError as exc:
        return Fate("failed", "unreadable", exc.why)
    if len(body) > limit:
        return Fate("rejected", "too-large", f"more than {limit} bytes")
    url = one.url or ""
    return Page(
        url=url, final_url=url, status=200, body=body, content_type=None, charset=None, etag=None, last_modified=None,
        fetched_at=invocation.now(),
    )  # fmt: skip


def _text(invocation: Invocation, one: Input, path: Path, terms: bytes) -> Reading:
    """A text as it stands; .json says what is known of it, its address too."""
    limit = invocation.config.fetch.max_page_bytes
    try:
        body = read_file(path, limit)
        if len(body) > limit:
            return Reading(name=one.name, found=Fate("rejected", "too-large", f"more than {limit} bytes"))
        fields = json.loads(body) if path.suffix.lower() == ".json" else {}
        url = one.url or _own_address(path, fields.get("url") if isinstance(fields, dict) else None)
        article = (
            from_json(url, fields) if path.suffix.lower() == ".json"
            else from_text(url, body.decode("utf-8-sig"), markdown=path.suffix.lower() == ".md")
        )  # fmt: skip
    except UsageError as exc:
        return Reading(name=one.name, found=Fate("failed", "unreadable", exc.why))
    except (ValueError, RecursionError, OverflowError) as exc:  # nested without end, a date before year 1
        return Reading(name=one.name, found=Fate("rejected", "unreadable", str(exc)))
    outlet = fields.get("outlet")
    return Reading(name=one.name, found=work.digest(article, terms), outlet=outlet if isinstance(outlet, str) else None)


def _own_address(path: Path, claim: object) -> str:
    """Where a file's page says that it belongs, else `file:` and its name without endings."""
    if isinstance(claim, str):
        try:
            target = urls.canonical_url(claim)
            if not urls.is_home(target):
                return target
        except urls.BadUrl:
            pass
    return f"file:{bare_name(path)}"


def bare_name(path: Path) -> str:
    """A file's name without its endings."""
    return path.name.removesuffix(".gz").rsplit(".", 1)[0]
