"""`ingest feeds`: list, add, import and test feeds."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ingest.cli.invocation import Group, Invocation, pass_invocation
from ingest.cli.output import Column, emit, format_options, short_time
from ingest.errors import UsageError
from store.model import FeedSpec

if TYPE_CHECKING:
    from ingest.config import Config

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


def configured(config: Config) -> Iterator[FeedSpec]:
    """The feeds of the settings: those listed, and one for each query of each keyword search."""
    from ingest.feeds import search_url

    for feed in config.feeds:
        yield FeedSpec(
            url=feed.url, origin="config", title=feed.title, outlet=feed.outlet, language=feed.language,
            interval=feed.interval, enabled=feed.enabled,
        )  # fmt: skip
    for search in config.searches:
        for query in search.queries:
            yield FeedSpec(
                url=search_url(search.url, query), origin="config", title=search.title or query,
                interval=search.interval, enabled=search.enabled,
            )  # fmt: skip


@feeds.command("list", short_help="The feeds with their health.")
@format_options("table", "json", "jsonl", "csv")
@pass_invocation
def list_(invocation: Invocation, form: str | None) -> None:
    """Example: ingest feeds list

    The feeds of the settings and those added by command, with when they were polled and how that went.
    """
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
def add(invocation: Invocation, urls: tuple[str, ...], **known: Any) -> None:
    """Example: ingest feeds add https://example.org/feed.xml --language de

    Keeps the feeds in the store; the next run polls them. Works while a daemon runs.
    """
    _add(invocation, [FeedSpec(url=_checked(url), origin="added", **known) for url in urls])


@feeds.command("import", short_help="Add the feeds of an OPML file or a plain list.")
@click.argument("file", metavar="FILE|-")
@pass_invocation
def import_(invocation: Invocation, file: str) -> None:
    """Example: ingest feeds import subscriptions.opml

    OPML as feed readers export it, or one address a line; `-` reads stdin. Says each line that was refused.
    """
    _add(invocation, list(read_list(invocation, file)))


def read_list(invocation: Invocation, file: str | Path, *, origin: str = "added") -> Iterator[FeedSpec]:
    """The feeds of an OPML file or plain list, each refusal said on stderr. Raises UsageError."""
    from ingest.feeds.opml import read_feed_list

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
