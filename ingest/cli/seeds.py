"""`ingest seeds`: the reference articles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ingest.cli.invocation import Group, Invocation, pass_invocation
from ingest.cli.output import Column, emit, format_options, short_time
from ingest.errors import NothingMatched, UsageError

LISTED = (
    Column("seed", "url"), Column("kind", "kind"), Column("title", "title"), Column("story", "story_id"),
    Column("words", "words", right=True), Column("language", "language"), Column("since", "first_seen", short_time),
)  # fmt: skip
KEYS = ("url", "kind", "title", "story_id", "outlet", "published", "language", "words", "first_seen", "revisions")


@click.group(cls=Group)
def seeds() -> None:
    """Example: ingest seeds add reference/*.txt

    Reference articles: known before the first run, never purged.
    """


@seeds.command("list", short_help="The reference articles in the store.")
@format_options("table", "json", "jsonl", "csv")
@pass_invocation
def list_(invocation: Invocation, form: str | None) -> None:
    """Example: ingest seeds list

    The reference articles in the store, whether as text or as sketch, and the stories they stand in.
    """
    with invocation.reading() as store:
        rows = (_listed(row) for row in store.articles() if row["seed"])
        count = emit(rows, form=form, columns=LISTED, keys=KEYS, color=invocation.color)
    if not count:
        invocation.say("no reference articles; add some with `ingest seeds add`, or name them in seeds.paths")


def _listed(row: Mapping[str, Any]) -> dict[str, Any]:
    found = {**row, "kind": "sketch" if row["text"] is None else "text"}
    return {key: found[key] for key in KEYS}


@seeds.command(short_help="Put reference articles into the store.")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@pass_invocation
def add(invocation: Invocation, files: tuple[Path, ...]) -> None:
    """Example: ingest seeds add reference/

    Put reference articles into the store: texts (.txt .md .html .json), sketches (.sketch.json), folders of them. Ends
    with 6 where there is none in them.
    """
    from ingest import seeds as reference
    from ingest.clock import clock_from
    from ingest.dedupe.fingerprint import scheme
    from ingest.place import Desk

    clock = clock_from(None)
    found = [reference.read(path, now=clock()) for path in reference.find(files)]
    if not found:
        raise NothingMatched("no reference article", where=", ".join(map(str, files)), why="nothing there is a text",
                             fix="name .txt, .md, .html or .json files, sketches, or folders of them")  # fmt: skip
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


@seeds.command(short_help="Make sketches of texts that may not be passed on.")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path), help="Folder; default: beside each text."
)
@click.option("--title", help="What it is about, in your own words. Needed for people, not for finding copies.")
@click.option("--outlet", help="Who published it.")
@click.option("--published", metavar="T", help="When, ISO 8601.")
@pass_invocation
def pack(
    invocation: Invocation, *, files: tuple[Path, ...], output: Path | None, title: str | None, outlet: str | None,
    published: str | None,
) -> None:  # fmt: skip
    """Example: ingest seeds pack report.txt -o seeds --title "Containers counted at the port" --outlet herald.example

    Make sketches of texts that may not be passed on: enough to find their copies, too little to rebuild them.

    A sketch holds no sentence of the text, so its title is yours to give, here or in the file; packed again, it keeps
    what it said. seeds.paths takes sketches and texts.
    """
    from ingest import seeds as reference
    from ingest.clock import clock_from

    now = clock_from(None)()
    said = {"title": title, "outlet": outlet, "published": published}
    found = [path for path in reference.find(files) if not reference.is_sketch_file(path)]
    if len(found) != 1 and any(said.values()):
        raise UsageError(
            "one title fits one text", where="seeds pack", why=f"there are {len(found)} texts",
            fix="pack them one by one, or edit the sketches",
        )  # fmt: skip
    if not found:
        raise UsageError("nothing to pack", where="seeds pack", why="these are sketches already", fix="name the texts")
    for path in found:
        target = reference.pack(path, output or path.parent, said=said, now=now)
        click.echo(str(target))
    invocation.say(f"{len(found)} packed; next: a title in your own words, with --title or in the file")
