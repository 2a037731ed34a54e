"""`ingest db`: do the laws of the store hold, what is in it, a copy of it, its upgrade."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ingest.cli.invocation import Group, Invocation, pass_invocation
from ingest.cli.output import Column, chosen, emit, emit_one, format_options, plain
from ingest.errors import UsageError
from store.errors import StoreUnusable


@click.group(cls=Group)
def db() -> None:
    """Example: ingest db check

    The store.
    """


@db.command(short_help="Do the laws of the store hold?")
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
            fix="put back a backup (`ingest db backup --help` says how); the list above is what a bug report needs",
        )
    invocation.say("all laws of the store hold")


@db.command(short_help="Counts, sizes, versions.")
@format_options("table", "json", "jsonl", "csv")
@pass_invocation
def stats(invocation: Invocation, form: str | None) -> None:
    """Example: ingest db stats --json

    How many feeds, articles, stories, revisions, texts, links and refusals there are, the size of the file, its schema
    and engine, and the last run. One object, or a line a figure at a terminal.
    """
    with invocation.reading() as store:
        found = store.stats()
    if chosen(form) != "table":
        emit_one(found, form)
        return
    rows = ({"figure": name.replace("_", " "), "value": _shown(value)} for name, value in found.items())
    emit(rows, form="table", columns=[Column("figure", "figure"), Column("value", "value")], color=invocation.color)


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {plain(one)}" for name, one in value.items())
    return f"{value:,}".replace(",", " ") if isinstance(value, int) else plain(value)


@db.command(short_help="Copy the store while it is in use.")
@click.argument("file", type=click.Path(path_type=Path))
@pass_invocation
def backup(invocation: Invocation, file: Path) -> None:
    """Example: ingest db backup backup.db

    Copies the store as it is at one moment, also while a daemon writes, and checks the copy. FILE is whole or not
    there, and never one that exists.

    To put a backup back: stop what runs, remove the store and the two files beside it that end in -wal and -shm, and
    copy the backup to its place. A log that belongs to another file would be read into it.
    """
    if file.exists():
        raise UsageError("there is such a file already", where=str(file), why="a backup overwrites nothing",
                         fix="name another file, or remove this one first")  # fmt: skip
    if not file.absolute().parent.is_dir():
        raise UsageError("cannot write there", where=str(file), why="its folder does not exist",
                         fix=f"mkdir -p {file.parent}")  # fmt: skip
    with invocation.reading() as store:
        broken = store.backup(file)
    if broken:
        raise StoreUnusable(
            "the copy breaks the laws of the store", where=str(file),
            why=f"{len(broken)} found, the first: {broken[0]}",
            fix="`ingest db check` says whether the store does; an older backup may be sound",
        )  # fmt: skip
    invocation.say(f"{file.stat().st_size:,} bytes copied to {file} and checked: all laws hold")


@db.command(short_help="Bring the store up to date.")
@pass_invocation
def upgrade(invocation: Invocation) -> None:
    """Example: ingest db upgrade

    Brings a store of an older newsfold to the present schema, whole or not at all. Every command that writes does it
    too; this one does nothing else. Make a backup first: there is no way back.
    """
    from store.migrations import HEAD

    invocation.open_store(create=False).close()
    invocation.say(f"the store has schema {HEAD}, the newest")
