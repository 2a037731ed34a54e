"""`ingest topic suggest`: term groups proposed from the reference articles and what the store holds, with evidence."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.output import emit, format_options, one_line
from ingest.errors import NothingMatched, UsageError

if TYPE_CHECKING:
    from ingest.cli.keyness import Term

# Texts of each side that are compared: enough for any term worth having, 10 s of work.
MOST: Final = 2000


@click.command(cls=Command, short_help="Terms proposed from the seeds and the store.")
@click.option("--against", multiple=True, type=click.Path(exists=True, path_type=Path), metavar="FILE",
              help="Texts off the topic: plain text, or JSON Lines with `text`.")  # fmt: skip
@format_options("json", "jsonl", default="TOML for [topic]")
@pass_invocation
def suggest(invocation: Invocation, against: tuple[Path, ...], form: str | None) -> None:
    """Example: ingest topic suggest --against other-news.jsonl

    Compares the seeds (of sketches the titles), and the articles on the topic that the store holds, with those off the
    topic, and prints term groups as TOML for [topic], each term with the texts on and off the topic that have it. A
    proposal to start from: try it with `ingest topic test`. Ends with 6 where nothing tells them apart.
    """
    from ingest.cli import keyness

    on, off = _texts(invocation, against)
    groups, further = keyness.suggest(on, off)
    if not groups:
        sides = f"{len(on)} texts on the topic, {len(off)} off it"
        raise NothingMatched("nothing to propose", where=sides, why="no term tells them apart",
                             fix="give seeds, and texts off the topic with --against")  # fmt: skip
    if form is not None:
        rows = [_row(n, term) for n, group in enumerate(groups, start=1) for term in group]
        emit([*rows, *(_row(None, term) for term in further)], form=form, columns=())
        return
    sys.stdout.write("\n".join(_toml(groups, further, len(on), len(off))) + "\n")


def _row(group: int | None, term: Term) -> dict[str, Any]:
    return {"group": group, "term": term.term, "on_topic": len(term.on), "off_topic": len(term.off),
            "log_likelihood": round(term.score, 1)}  # fmt: skip


def _toml(groups: list[list[Term]], further: list[Term], on: int, off: int) -> Iterator[str]:
    yield f"# From {on} texts on the topic and {off} off it. A text is on the topic when every group is hit."
    yield "terms = ["
    for group in groups:
        yield "    ["
        for term in group:
            yield f"        {json.dumps(one_line(term.term), ensure_ascii=False)},  # {_evidence(term)}"
        yield "    ],"
    yield "]"
    for term in further:
        yield f"# also telling: {one_line(term.term)} ({_evidence(term)})"


def _evidence(term: Term) -> str:
    return f"{len(term.on)} on, {len(term.off)} off, G2 {term.score:.0f}"


def _texts(invocation: Invocation, against: tuple[Path, ...]) -> tuple[list[str], list[str]]:
    """Texts on the topic and off it, title first, each once."""
    from ingest import seeds

    on: dict[str, None] = {}
    off: dict[str, None] = dict.fromkeys(text for path in against for text in _given(path))
    for path in seeds.find(invocation.config.seeds.paths):
        seed = seeds.read(path, now=invocation.now())
        on[f"{seed.article.title}\n{seed.article.text}"] = None
    if invocation.store_file.exists():
        with invocation.reading() as store:
            for row in store.articles():
                side = on if row["on_topic"] else off
                if len(side) < MOST and not row["seed"]:
                    side[f"{row['title']}\n{row['text'] or ''}"] = None
    return list(on), list(islice(off, MOST))


def _given(path: Path) -> Iterator[str]:
    """The texts of a file. Raises UsageError for what is neither text nor JSON Lines."""
    try:
        if path.suffix not in {".jsonl", ".json"}:
            yield path.read_text("utf-8")
            return
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                yield f"{row.get('title') or ''}\n{row['text']}"
    except (OSError, ValueError, RecursionError, KeyError, AttributeError, TypeError) as exc:
        raise UsageError("texts cannot be read", where=str(path), why=repr(exc),
                         fix='give plain text, or a JSON object with "text" a line') from exc  # fmt: skip
