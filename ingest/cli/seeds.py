"""`ingest seeds`: the reference articles."""

from __future__ import annotations

from pathlib import Path

import click

from ingest.cli.invocation import Group, Invocation, pass_invocation
from ingest.cli.output import Column, emit, format_options, short_time

LISTED = (
    Column("seed", "url"), Column("title", "title"), Column("story", "story_id"), Column("words", "words", right=True),
    Column("language", "language"), Column("since", "first_seen", short_time),
)  # fmt: skip
KEYS = ("url", "title", "story_id", "outlet", "published", "language", "words", "first_seen", "revisions")


@click.group(cls=Group)
def seeds() -> None:
    """Reference articles: known before the first run, never purged.

    Example: ingest seeds add reference/*.txt
    """


@seeds.command("list")
@format_options("table", "json", "jsonl", "csv")
@pass_invocation
def list_(invocation: Invocation, form: str | None) -> None:
    """The reference articles in the store, and the stories they stand in.

    \b
    ingest seeds list
    """
    with invocation.reading() as store:
        rows = ({key: row[key] for key in KEYS} for row in store.articles() if row["seed"])
        emit(rows, form=form, columns=LISTED, color=invocation.color)


@seeds.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@pass_invocation
def add(invocation: Invocation, files: tuple[Path, ...]) -> None:
    """Put reference articles into the store: files (.txt .md .html .json) or folders of them.

    \b
    ingest seeds add reference/
    """
    from ingest import seeds as reference
    from ingest.clock import clock_from
    from ingest.dedupe.fingerprint import scheme
    from ingest.place import Desk

    clock = clock_from(None)
    found = [reference.read(path, now=clock()) for path in reference.find(files)]
    store = invocation.open_store()
    try:
        store.claim_scheme(scheme())
        desk = Desk(rules=invocation.config.dedupe, now=clock)
        planted = reference.plant(store, found, invocation.config, desk)
    finally:
        store.close()
    for seed, placed in planted.placed:
        invocation.say(f"{placed.outcome}: {seed.article.url} in story {placed.story_id}: {seed.article.title}")
    invocation.say(f"{planted.new} of {len(planted.placed)} reference articles are new; next: ingest seeds list")
