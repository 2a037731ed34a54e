"""`ingest feeds`: which feeds there are, added, imported, exported, switched on and off."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from ingest.cli import coverage
from ingest.cli.adding import add_feeds, checked_url
from ingest.cli.coverage import refusals, share
from ingest.cli.discover import discover
from ingest.cli.feedtest import test
from ingest.cli.invocation import Group, Invocation, pass_invocation
from ingest.cli.numbers import SECONDS
from ingest.cli.output import Column, emit, format_options, short_time, whole_file
from ingest.errors import NothingMatched, UsageError
from ingest.words import counted

if TYPE_CHECKING:
    from store.model import FeedSpec

# Why a feed is off that `ingest feeds disable` switched off; the settings do not switch it on again.
BY_HAND = "by hand"

# Narrow enough for 80 columns; wide terminals have more, JSON and CSV everything.
LISTED = (
    Column("on", "enabled", fixed=True), Column("feed", "url"),
    Column("success", "last_success", lambda at: short_time(at)[5:], fixed=True),
    Column("seen", "entries_seen", right=True, fixed=True), Column("new", "entries_new", right=True, fixed=True),
    Column("read", "read_share", share, right=True, fixed=True),
    Column("copies", "copies_share", share, right=True, wide=True), Column("refused", "refused", refusals, wide=True),
    Column("trouble", "trouble"),
)  # fmt: skip
# What a script may want to know of a feed; what is kept for the next request stays inside.
LISTED_KEYS = (
    "url", "origin", "title", "outlet", "language", "interval", "enabled", "disabled_reason", "due_at", "last_polled",
    "last_success", "last_error", "last_error_class", "failures", "entries_seen", "entries_new", "moved_to",
)  # fmt: skip
# Of these, what the settings may say.
TOLD_KEYS = ("title", "outlet", "language", "interval")


@click.group(cls=Group)
def feeds() -> None:
    """Example: ingest feeds add https://example.org/feed.xml

    Feeds.
    """


@feeds.command("list", short_help="The feeds with their health.")
@format_options("table", "json", "jsonl", "csv")
@pass_invocation
def list_(invocation: Invocation, form: str | None) -> None:
    """Example: ingest feeds list

    The feeds of the settings and those added by command: last success, entries seen in the last answer and new ones so
    far; of the last 30 days the share of pages on which an article was found, the share of copies, and refusals by
    reason; and what is the matter: the error in plain words, or silence far beyond the feed's habit.
    """
    rows = known_feeds(invocation)
    emit(rows, form=form, columns=LISTED, keys=(*LISTED_KEYS, *coverage.KEYS), color=invocation.color)
    if not rows:
        invocation.say("no feeds; add one with `ingest feeds add URL`, or list them in config.toml")


def known_feeds(invocation: Invocation) -> list[dict[str, Any]]:
    """The feeds of the settings, then those that only the store knows; `LISTED_KEYS` of each."""
    rows: dict[str, dict[str, Any]] = {}
    for spec in _configured(invocation).values():
        told = {key: value for key, value in asdict(spec).items() if key in LISTED_KEYS}
        rows[spec.url] = dict.fromkeys(LISTED_KEYS) | told | coverage.blank()
    if invocation.store_file.exists():
        now = invocation.now()
        with invocation.reading() as store:
            brought = {one.url: one for one in store.feed_yields(since=now - coverage.WINDOW)}
            for known in coverage.known_feeds(store, list(rows)):
                row = {key: getattr(known, key) for key in LISTED_KEYS}
                row |= coverage.covered(known, brought.get(known.url), now=now)
                if listed := rows.get(known.url):
                    # What the settings say now, also where no run has taken it up yet.
                    row |= {key: listed[key] for key in TOLD_KEYS if listed[key] is not None}
                    row["enabled"] = known.enabled and listed["enabled"]
                rows[known.url] = row
    return list(rows.values())


def _configured(invocation: Invocation) -> dict[str, FeedSpec]:
    from ingest.run.sources import configured  # the run's own list; it loads what a run needs

    return {spec.url: spec for spec in configured(invocation.config)}


@feeds.command(short_help="Add feeds by address.")
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option("--title", metavar="TEXT", help="Instead of what the feed calls itself.")
@click.option("--outlet", metavar="NAME", help="Who publishes, where the host does not say.")
@click.option("--language", metavar="L", help="Language of its entries, for example de.")
@click.option("--interval", type=SECONDS, metavar="SECONDS", help="Between two polls.")
@pass_invocation
def add(invocation: Invocation, /, urls: tuple[str, ...], **known: Any) -> None:
    """Example: ingest feeds add https://example.org/feed.xml --language de

    Keeps the feeds in the store; the next run polls them. Works while a daemon runs. Of a feed that the settings name
    as well, what is said here stands where the settings say nothing, and once they no longer name it.
    """
    from store.model import FeedSpec

    add_feeds(invocation, [FeedSpec(url=checked_url(url), origin="added", **known) for url in urls])


@feeds.command("import", short_help="Add the feeds of an OPML file or a plain list.")
@click.argument("file", metavar="FILE|-")
@pass_invocation
def import_(invocation: Invocation, file: str) -> None:
    """Example: ingest feeds import subscriptions.opml

    OPML as feed readers export it, or one address a line; `-` reads stdin. Says each line that was refused. Ends with 6
    where there is no feed in it.
    """
    found = list(read_list(invocation, file))
    if not found:
        raise NothingMatched("no feed in this list", where=file, why="no line or outline has an address to poll",
                             fix="give an OPML file, or one http(s) address a line")  # fmt: skip
    add_feeds(invocation, found)


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
        invocation.say(f"refused: line {refused.line}: {refused.entry}: {refused.reason}")
    for feed in read.feeds:
        yield FeedSpec(
            url=feed.url, title=feed.title, language=feed.language, origin="run" if origin == "run" else "added"
        )


@feeds.command(short_help="Forget feeds that were added.")
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@pass_invocation
def remove(invocation: Invocation, urls: tuple[str, ...]) -> None:
    """Example: ingest feeds remove https://example.org/feed.xml

    Forgets the feeds and which of their entries were seen; their articles stay. A feed that the settings name is
    refused, since the next run would add it again: take it out of the file, or disable it.
    """
    named = _configured(invocation)
    for url in urls:
        if url in named:
            raise UsageError("the settings name this feed", where=url, why=f"{_settings(invocation)} lists it",
                             fix="take it out of that file, or: ingest feeds disable URL")  # fmt: skip
    store = invocation.open_store(create=False)
    try:
        _require(urls, [row.url for row in store.feeds()])
        removed = store.remove_feeds(urls)
    finally:
        store.close()
    invocation.say(f"{removed} removed; their articles stay")


@feeds.command(short_help="Poll feeds again that are off.")
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@pass_invocation
def enable(invocation: Invocation, urls: tuple[str, ...]) -> None:
    """Example: ingest feeds enable https://example.org/feed.xml

    The next run polls them at once, also feeds that were switched off because they were gone. What the settings switch
    off is switched on there, and what they no longer name is added: ingest feeds add URL.
    """
    named = _configured(invocation)
    for url in urls:
        if url in named and not named[url].enabled:
            raise UsageError("the settings switch this feed off", where=url,
                             why=f"{_settings(invocation)} says enabled = false", fix="change it there")  # fmt: skip
    _switch(invocation, urls, named, reason=None)
    invocation.say(f"{len(urls)} enabled; `ingest run` polls them")


@feeds.command(short_help="Stop polling feeds, keep what is known.")
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option("--reason", default=BY_HAND, metavar="TEXT", help="Why, for `ingest feeds list`.")
@pass_invocation
def disable(invocation: Invocation, urls: tuple[str, ...], reason: str) -> None:
    """Example: ingest feeds disable https://example.org/feed.xml --reason "only sports"

    Works for feeds of the settings too, and lasts until `ingest feeds enable`.
    """
    _switch(invocation, urls, _configured(invocation), reason=reason.strip() or BY_HAND)
    invocation.say(f"{len(urls)} disabled")


@feeds.command(short_help="The feeds as OPML.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; whole or not at all.")
@click.option("--all", "everything", is_flag=True, help="Also feeds that are off.")
@pass_invocation
def export(invocation: Invocation, output: Path | None, *, everything: bool) -> None:
    """Example: ingest feeds export -o feeds.opml

    OPML 2.0 as feed readers take it, and `ingest feeds import` and `ingest run --feeds-from`: address, title, language.
    """
    from ingest.feeds import write_feed_list

    known = (row for row in known_feeds(invocation) if everything or row["enabled"])
    wanted = [row for row in known if row["origin"] != "sitemap"]  # the index that lists it brings it along
    with whole_file(output) as stream:
        stream.write(write_feed_list((row["url"], row["title"], row["language"]) for row in wanted))
    invocation.say(counted(len(wanted), "feed") + " written" + (f" to {output}" if output else ""))


feeds.add_command(discover)
feeds.add_command(test)


def _settings(invocation: Invocation) -> str:
    return str(invocation.loaded.path or "the built-in settings")


def _require(urls: Sequence[str], known: Sequence[str]) -> None:
    """Raise NothingMatched for the first address that is no feed of ours."""
    for url in urls:
        if url not in known:
            import difflib  # wanted for mistakes alone

            close = difflib.get_close_matches(url, known, n=1)
            fix = f"did you mean {close[0]} ?" if close else "`ingest feeds list` lists them"
            raise NothingMatched("no such feed", where=url, why="neither the settings nor the store know it", fix=fix)


def _switch(invocation: Invocation, urls: Sequence[str], named: dict[str, FeedSpec], *, reason: str | None) -> None:
    """Feeds off for a `reason`, or on for None; those of the settings may be new to the store."""
    new = [named[url] for url in urls if url in named]
    store = invocation.open_store(create=bool(new))
    try:
        _require(urls, [*named, *(row.url for row in store.feeds())])
        if reason is None and (dropped := coverage.dropped_feeds(store, list(named)).intersection(urls)):
            raise UsageError("the settings no longer name this feed", where=min(dropped),
                             why=f"{_settings(invocation)} did once, and the next run would leave it away",
                             fix=f"ingest feeds add {min(dropped)}")  # fmt: skip
        store.add_feeds(new, now=invocation.now())
        store.switch_feeds(urls, off=reason, now=invocation.now())
    finally:
        store.close()
