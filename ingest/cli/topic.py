"""`ingest topic`: does a text match the topic, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from ingest.cli.invocation import Group, Invocation, pass_invocation
from ingest.cli.output import Column, chosen, emit, format_options, shown
from ingest.cli.suggest import suggest
from ingest.errors import NothingMatched

if TYPE_CHECKING:
    from ingest.cli.inputs import Input

KEYS = ("id", "url", "title", "on_topic", "groups", "missing", "why", "reason", "detail")
COLUMNS = (
    Column("page", "id"), Column("on topic", "on_topic"), Column("why", "why"), Column("title", "title"),
)  # fmt: skip


@click.group(cls=Group)
def topic() -> None:
    """Example: ingest topic test https://example.org/report.html

    The topic.
    """


@topic.command(short_help="Does a page or text match, and why?")
@click.argument("pages", nargs=-1, required=True, metavar="URL|FILE...")
@format_options("table", "json", "jsonl", "csv")
@pass_invocation
def test(invocation: Invocation, pages: tuple[str, ...], form: str | None) -> None:
    """Example: ingest topic test https://example.org/report.html --json

    Reads pages and texts as `ingest add` does and says whether each is on the topic of the settings: the hits of every
    group of terms as printed, and the groups that are missing. Nothing is kept. Ends with 6 when none could be read.
    """
    from ingest.cli.inputs import named

    if not invocation.config.topic.terms:
        invocation.say("the settings have no topic.terms: every text is on the topic")
    inputs = list(named(pages))
    rows: Iterator[dict[str, Any]] = _rows(invocation, inputs)
    if chosen(form) == "table" and len(inputs) == 1:
        listed = list(rows)
        _tell(listed[0])
        judged = [row for row in listed if row["on_topic"] is not None]
    else:
        judged = []
        emit(_noting(rows, judged), form=form, columns=COLUMNS, color=invocation.color)
    if not judged:
        raise NothingMatched("nothing to judge", where=f"{len(inputs)} given", why="none of them holds an article",
                             fix="see what is on a page: ingest extract URL")  # fmt: skip


topic.add_command(suggest)


def _noting(rows: Iterator[dict[str, Any]], judged: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        if row["on_topic"] is not None:
            judged.append(row)
        yield row


def _rows(invocation: Invocation, inputs: list[Input]) -> Iterator[dict[str, Any]]:
    from ingest.cli.pages import readings
    from ingest.cli.promises import promise, promised
    from ingest.run.fate import Fate
    from ingest.topic import compile_topic

    groups = compile_topic(invocation.config.topic).groups
    hosts = promised(invocation) if any(one.path is None for one in inputs) else []
    for reading in readings(invocation, inputs, hosts=hosts, changed=lambda rows: promise(invocation, rows)):
        row: dict[str, Any] = dict.fromkeys(KEYS) | {"id": reading.name, "groups": [], "missing": []}
        found = reading.found
        if isinstance(found, Fate):
            yield row | {"reason": found.reason, "detail": found.detail, "why": f"no article: {found.reason}"}
            continue
        hits = [{"group": group,
                 "hits": [text for label, text, _, _ in found.topic_hits if label == group],
                 "places": [{"in": part, "word": word} for label, _, part, word in found.topic_hits if label == group]}
                for group in groups]  # fmt: skip
        missing = [hit["group"] for hit in hits if not hit["hits"]]
        why = _why(hits, missing, on_topic=found.on_topic, within=invocation.config.topic.within)
        yield row | {"url": found.article.url, "title": found.article.title, "on_topic": found.on_topic,
                     "groups": hits, "missing": missing, "why": why}  # fmt: skip


def _why(hits: list[dict[str, Any]], missing: list[Any], *, on_topic: bool, within: int) -> str:
    if not hits:
        return "no terms: every text is on the topic"
    if on_topic:
        return "; ".join(f"{hit['group']}: {', '.join(hit['hits'])}" for hit in hits)
    if missing:
        return f"no word of {', '.join(map(str, missing))}"
    return f"every group is hit, but never all of them within {within} words"


def _tell(row: Mapping[str, Any]) -> None:
    """One page for a person."""
    verdict = {True: "on the topic", False: "not on the topic", None: "not judged"}[row["on_topic"]]
    click.echo(shown(f"{verdict}: {row['why']}"))
    if row["title"]:
        click.echo(shown(f"title: {row['title']}"))
    for hit in row["groups"]:
        found = [f"{text} ({place['in']}, word {place['word']})"
                 for text, place in zip(hit["hits"], hit["places"], strict=True)]  # fmt: skip
        click.echo(shown(f"  {hit['group']}: {', '.join(found) or '(nothing)'}"))
