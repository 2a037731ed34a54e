"""`ingest db check`: do the laws of the store hold."""

from __future__ import annotations

import click

from ingest.cli.invocation import Group, Invocation, pass_invocation
from ingest.cli.output import Column, emit, format_options
from store.errors import StoreUnusable


@click.group(cls=Group)
def db() -> None:
    """The store.

    Example: ingest db check
    """


@db.command()
@format_options("table", "json", "jsonl", "csv")
@pass_invocation
def check(invocation: Invocation, form: str | None) -> None:
    """Example: ingest db check

    Every article in one story, one canonical article a story, postings that follow from the texts, a sound file. Prints
    each law that does not hold, and ends with 5 if there is one.
    """
    with invocation.reading() as store:
        broken = store.check()
    emit([{"law": law} for law in broken], form=form, columns=[Column("law that does not hold", "law")])
    if broken:
        raise StoreUnusable(
            "the store breaks its laws",
            where=invocation.config.store.url,
            why=f"{len(broken)} found, the first: {broken[0]}",
            fix="put back a backup; the list above is what a bug report needs",
        )
    invocation.say("all laws of the store hold")
