"""`ingest add`: one-off articles, through the same door as those of feeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.output import Column, emit, format_options
from ingest.errors import NothingMatched, UsageError

if TYPE_CHECKING:
    from ingest.cli.inputs import Input
    from ingest.cli.pages import Reading
    from ingest.outlets import Outlets
    from ingest.place import Desk, Incoming
    from store.base import Store

KEYS = ("id", "url", "outcome", "change", "story_id", "title", "reason", "detail")
COLUMNS = (
    Column("page", "id"), Column("outcome", "outcome"), Column("story", "story_id", right=True),
    Column("title", "title"), Column("why", "reason"), Column("detail", "detail"),
)  # fmt: skip
# Outcomes after which the article is in the store.
KEPT = frozenset(("new", "revised", "unchanged", "duplicate_url"))
# Outlet of a file that does not say where it is from.
UNKNOWN_OUTLET = "file"


@click.command(cls=Command)
@click.argument("pages", nargs=-1, required=True, metavar="URL|FILE...")
@click.option("--url", metavar="URL", help="Address of the one FILE, where it does not say it itself.")
@click.option("--any-topic", is_flag=True, help="Keep it even if it is not on the topic.")
@format_options("table", "json", "jsonl", "csv")
@pass_invocation
def add(
    invocation: Invocation, *, pages: tuple[str, ...], url: str | None, any_topic: bool, form: str | None
) -> None:  # fmt: skip
    """Example: ingest add https://example.org/report.html page.html notes.txt

    Fetches pages as politely as a run does, reads files (.html, .gz of it, .txt, .md, .json), finds each one's story
    and keeps it. A file's address is its rel=canonical, else `file:` and its name; adding it again changes nothing or
    adds a revision. Prints what became of each, and ends with 6 when none is in the store. Works while a daemon runs.
    """
    from ingest.cli.inputs import named

    inputs = list(named(pages))
    if url is not None:
        if len(inputs) != 1 or inputs[0].path is None:
            raise UsageError("--url goes with one file", where="add", why="it says where that file is from",
                             fix="ingest add page.html --url https://example.org/report")  # fmt: skip
        inputs = [replace(inputs[0], url=_address(url))]
    _refuse_twins(inputs)
    kept: list[str] = []
    emit(_rows(invocation, inputs, kept, any_topic=any_topic), form=form, columns=COLUMNS, color=invocation.color)
    if not kept:
        raise NothingMatched("nothing was stored", where=f"{len(inputs)} given", why="the reasons stand above",
                             fix="see what is on a page: ingest extract URL, ingest topic test URL")  # fmt: skip
    invocation.say(f"{len(kept)} of {len(inputs)} are in the store; next: ingest stories")


def _address(url: str) -> str:
    from ingest.urls import is_http

    if not is_http(url):
        raise UsageError("not the address of a page", where=url, why="only http and https are addresses here",
                         fix="write it with https:// and a host")  # fmt: skip
    return url


def _refuse_twins(inputs: list[Input]) -> None:
    """Two files of one name would be two states of one article."""
    from ingest.cli.pages import bare_name

    seen: dict[str, str] = {}
    for one in inputs:
        if one.path is None:
            continue
        other = seen.setdefault(bare_name(one.path), one.name)
        if other != one.name:
            raise UsageError("two files have one name", where=one.name, why=f"{other} is the other",
                             fix="rename one, or add them one after the other with --url")  # fmt: skip


def _rows(invocation: Invocation, inputs: list[Input], kept: list[str], *, any_topic: bool) -> Iterator[dict[str, Any]]:
    from ingest.cli.pages import readings
    from ingest.dedupe.fingerprint import scheme
    from ingest.outlets import Outlets
    from ingest.place import Desk
    from ingest.run.room import Room

    config = invocation.config
    desk = Desk(rules=config.dedupe, filter_topic=config.topic.filter and not any_topic, now=invocation.now)
    outlets, steps = Outlets(config.outlets), config.fetch.recheck
    Room(config.store).check()
    store = invocation.open_store()
    try:
        store.claim_scheme(scheme())

        def note_hosts(rows: list[Any]) -> None:
            if rows:
                with store.placing() as placing:
                    placing.save_hosts(rows)

        for reading in readings(invocation, inputs, hosts=store.hosts(), changed=note_hosts):
            row = dict.fromkeys(KEYS) | {"id": reading.name} | _placed(store, reading, desk, outlets, steps=steps)
            if row["outcome"] in KEPT:
                kept.append(reading.name)
            yield row
    finally:
        store.close()


def _placed(
    store: Store, reading: Reading, desk: Desk, outlets: Outlets, *, steps: Sequence[int]
) -> dict[str, Any]:  # fmt: skip
    """The article finds its story, in a transaction of its own, so that other writers get through. A page that was
    fetched is looked at again by every run, as one that a feed led to."""
    from ingest.place import place
    from ingest.run import looks
    from ingest.run.fate import Fate

    if isinstance(reading.found, Fate):
        return {"outcome": reading.found.state, "reason": reading.found.reason, "detail": reading.found.detail}
    article = reading.found.article
    with store.placing() as placing:
        placed = place(placing, _incoming(reading, outlets), desk)
        if placed.outcome in KEPT:
            placing.accept([article.url, *reading.asked])
            if reading.page is not None:
                placing.save_pages([reading.page])
                looks.fetched(placing, reading.page, placed, now=desk.now(), steps=steps, led="it was added again")
    row = {"url": article.url, "title": article.title or None, "outcome": placed.outcome, "change": placed.change,
           "story_id": placed.story_id}  # fmt: skip
    if placed.outcome == "off_topic":
        row |= {"reason": "off-topic", "detail": "neither the text nor its story is on the topic"}
    return row


def _incoming(reading: Reading, outlets: Outlets) -> Incoming:
    from ingest.outlets import OutletOf
    from ingest.run.tasks import Extracted
    from ingest.run.work import incoming
    from ingest.urls import is_http

    found = reading.found
    assert isinstance(found, Extracted)  # noqa: S101  the caller looked; for the type checker
    url, named = found.article.url, reading.outlet
    outlet = outlets.of(url, named=named) if is_http(url) else OutletOf(named or UNKNOWN_OUTLET, owner=None)
    return incoming(found, outlet, asked=reading.asked, source=None)
