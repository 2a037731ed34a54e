"""`ingest feeds`: list, add, import and test feeds."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from ingest.cli.invocation import Group, Invocation, pass_invocation
from ingest.cli.output import Column, emit, format_options, short_time
from ingest.errors import BrokenFeed, FetchError, IngestError, UsageError

if TYPE_CHECKING:
    from ingest.cli.inputs import Content, Input
    from ingest.cli.tasks import Row
    from ingest.model import Item, Page
    from store.model import FeedSpec

LISTED = (
    Column("on", "enabled"), Column("url", "url"), Column("title", "title"), Column("from", "origin"),
    Column("polled", "last_polled", short_time), Column("due", "due_at", short_time),
    Column("entries", "entries_seen", right=True), Column("kept so far", "entries_new", right=True),
    Column("failures", "failures", right=True), Column("last error", "last_error"),
)  # fmt: skip
# What a script may want to know of a feed; what is kept for the next request stays inside.
LISTED_KEYS = (
    "url", "origin", "title", "outlet", "language", "interval", "enabled", "disabled_reason", "due_at", "last_polled",
    "last_success", "last_error", "last_error_class", "failures", "entries_seen", "entries_new", "moved_to",
)  # fmt: skip
TESTED = (
    Column("feed", "file"), Column("format", "format"), Column("title", "title"), Column("language", "language"),
    Column("entries", "entries", lambda value: str(len(value or ())), right=True), Column("error", "error"),
    Column("detail", "detail"), Column("ms", "ms", right=True),
)  # fmt: skip


@click.group(cls=Group)
def feeds() -> None:
    """Feeds.

    Example: ingest feeds add https://example.org/feed.xml
    """


@feeds.command("list", short_help="The feeds with their health.")
@format_options("table", "json", "jsonl", "csv")
@pass_invocation
def list_(invocation: Invocation, form: str | None) -> None:
    """Example: ingest feeds list

    The feeds of the settings and those added by command, with when they were polled and how that went.
    """
    from ingest.run.sources import configured

    rows: dict[str, dict[str, Any]] = {}
    for spec in configured(invocation.config):
        rows[spec.url] = dict.fromkeys(LISTED_KEYS) | {k: v for k, v in asdict(spec).items() if k in LISTED_KEYS}
    if Path(invocation.config.store.url.removeprefix("sqlite:///")).exists():
        with invocation.reading() as store:
            for known in store.feeds():
                row = {key: getattr(known, key) for key in LISTED_KEYS}
                listed = rows.get(known.url)
                rows[known.url] = row | ({"enabled": known.enabled and listed["enabled"]} if listed else {})
    emit(rows.values(), form=form, columns=LISTED, color=invocation.color)
    if not rows:
        invocation.say("no feeds; add one with `ingest feeds add URL`, or list them in config.toml")


@feeds.command(short_help="Add feeds by address.")
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option("--title", metavar="TEXT", help="Instead of what the feed calls itself.")
@click.option("--outlet", metavar="NAME", help="Who publishes, where the host does not say.")
@click.option("--language", metavar="L", help="Language of its entries, for example de.")
@click.option("--interval", type=click.IntRange(min=1), metavar="SECONDS", help="Between two polls.")
@pass_invocation
def add(invocation: Invocation, /, urls: tuple[str, ...], **known: Any) -> None:
    """Example: ingest feeds add https://example.org/feed.xml --language de

    Keeps the feeds in the store; the next run polls them. Works while a daemon runs.
    """
    from store.model import FeedSpec

    _add(invocation, [FeedSpec(url=_checked(url), origin="added", **known) for url in urls])


@feeds.command("import", short_help="Add the feeds of an OPML file or a plain list.")
@click.argument("file", metavar="FILE|-")
@pass_invocation
def import_(invocation: Invocation, file: str) -> None:
    """Example: ingest feeds import subscriptions.opml

    OPML as feed readers export it, or one address a line; `-` reads stdin. Says each line that was refused.
    """
    _add(invocation, list(read_list(invocation, file)))


def read_list(
    invocation: Invocation, file: str | Path, *, origin: Literal["added", "run"] = "added"
) -> Iterator[FeedSpec]:
    """The feeds of an OPML file or plain list, each refusal said on stderr. Raises UsageError."""
    from ingest.feeds import read_feed_list
    from store.model import FeedSpec

    try:
        body = sys.stdin.buffer.read() if str(file) == "-" else Path(file).read_bytes()
    except OSError as exc:
        raise UsageError("the list of feeds cannot be read", where=str(file), why=exc.strerror or str(exc),
                         fix="name an OPML file or a plain list of addresses") from exc  # fmt: skip
    read = read_feed_list(body)
    for refused in read.refused:
        invocation.say(f"refused: {refused}")
    for feed in read.feeds:
        yield FeedSpec(
            url=feed.url, title=feed.title, language=feed.language, origin="run" if origin == "run" else "added"
        )


def _add(invocation: Invocation, specs: list[FeedSpec]) -> None:
    store = invocation.open_store()
    try:
        new = store.add_feeds(specs, now=invocation.now())
    finally:
        store.close()
    invocation.say(f"{new} added, {len(specs) - new} known already; `ingest run` polls them")


def _checked(url: str) -> str:
    from ingest.urls import is_http

    if not is_http(url):
        raise UsageError("not the address of a feed", where=url, why="only http and https can be polled",
                         fix="write it with https:// and a host")  # fmt: skip
    return url


@feeds.command(short_help="Read feeds and say what is in them.")
@click.argument("sources", nargs=-1, metavar="FILE|URL...")
@click.option("--all", "everything", is_flag=True, help="Every enabled feed of the settings.")
@format_options("table", "json", "jsonl", "csv", per_line=True)
@pass_invocation
def test(invocation: Invocation, /, sources: tuple[str, ...], *, everything: bool, form: str | None) -> int:
    """Example: ingest feeds test https://example.org/feed.xml --json

    One row a feed, in the order given: its format, title, language and entries, or why it is none. Nothing is kept.
    Ends with 3 when a feed failed.
    """
    from ingest.cli.inputs import Input, named

    inputs = list(named(sources))
    if everything:
        from ingest.run.sources import configured

        inputs += [Input(spec.url, None, spec.url) for spec in configured(invocation.config) if spec.enabled]
    if not inputs:
        raise UsageError("nothing to test", where="feeds test", why="neither feeds nor --all were given",
                         fix="ingest feeds test FILE, ingest feeds test URL, or ingest feeds test --all")  # fmt: skip
    failed: list[str] = []
    emit(_noting(_tested(invocation, inputs), failed), form=form, columns=TESTED, color=invocation.color)
    return 3 if failed else 0


def _noting(rows: Iterator[Row], failed: list[str]) -> Iterator[Row]:
    for row in rows:
        if row["error"]:
            failed.append(row["file"])
        yield row


def _tested(invocation: Invocation, inputs: list[Input]) -> Iterator[Row]:
    from ingest.cli.inputs import batches, fetched

    for batch in batches(inputs):
        answers = fetched(invocation, batch, "feed")
        for one in batch:
            started = time.perf_counter()
            row: Row = {"file": one.name, "format": None, "title": None, "language": None, "entries": []}
            try:
                content = _content(one, answers, invocation.config.fetch.max_feed_bytes)
                row |= _parsed(content, invocation) | {"error": None, "detail": None}
            except IngestError as exc:
                row |= {"error": exc.error_class, "detail": "; ".join(filter(None, (str(exc), exc.fix)))}
            yield row | {"ms": round((time.perf_counter() - started) * 1000, 1)}


def _content(one: Input, answers: Mapping[str, Page | FetchError], limit: int) -> Content:
    from ingest.cli.inputs import Content, read_file

    if one.path is not None:
        return Content(read_file(one.path, limit), one.path.absolute().as_uri())
    answer = answers[one.url or ""]
    if isinstance(answer, FetchError):
        raise answer
    return Content(answer.body, answer.final_url, answer.content_type, answer.charset)


def _parsed(content: Content, invocation: Invocation) -> Row:
    """The feed's row. The readers are bounded by themselves (138 real feeds: 0.2 s); an alarm stands behind them."""
    from ingest.feeds import parse_feed

    with time_limit(invocation.config.extract.timeout):
        feed = parse_feed(
            content.body, url=content.url, content_type=content.content_type, charset=content.charset,
            max_items=invocation.config.fetch.max_items,
        )  # fmt: skip
    return {
        "format": feed.format, "title": feed.title or None, "language": feed.language,
        "entries": [_entry(item) for item in feed.items],
    }  # fmt: skip


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise BrokenFeed in the main thread after so many seconds."""

    def ring(_number: int, _frame: object) -> None:
        raise BrokenFeed("unreadable feed", why=f"it takes more than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _entry(item: Item) -> Row:
    return {
        "title": item.title, "link": item.url, "guid": item.guid, "published": item.published, "updated": item.updated,
        "author": item.author, "summary": item.summary, "language": item.language,
    }  # fmt: skip
