"""`ingest show`: one story, its articles and how they differ."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TextIO

import click

from ingest.cli.diff import Piece, word_diff
from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.numbers import NUMBER
from ingest.cli.output import (
    Column,
    chosen,
    colors_wanted,
    emit,
    emit_one,
    format_options,
    one_line,
    plain,
    short_time,
    shown,
)
from ingest.errors import NothingMatched

_MARKS = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
_COLORS = {"same": None, "removed": "red", "added": "green"}


def _percent(value: Any) -> str:
    return f"{value:.0%}" if isinstance(value, float | int) else ""


# Titles and addresses are as long as a line: they stand below, by number.
MEMBERS = (
    Column("#", "n", right=True, fixed=True),
    Column("", "relation", fixed=True),
    Column("order", "order", fixed=True),
    Column("copied", "copied_share", _percent, right=True, fixed=True),
    Column("of canonical", "canonical_share", _percent, right=True),
    Column("published", "published", short_time, fixed=True),
    Column("states", "revisions", right=True, fixed=True),
    Column("outlet", "outlet"),
)


@click.command(cls=Command)
@click.argument("story", type=NUMBER)
@click.option("--diff", metavar="ARTICLE|all", help="Word diff against the canonical article: a number, a URL, or all.")
@format_options("table", "json", "jsonl")
@pass_invocation
def show(invocation: Invocation, story: int, diff: str | None, form: str | None) -> None:
    """Example: ingest show 812 --diff all

    The canonical article, its variants with their relation and shares, what happened to the story, and the revisions.
    "Who had it from whom" shows below each article those that were most likely made from it, with the share of their
    words that stand in it. In a diff, [-words-] stand in the canonical article alone and {+words+} in the other alone.
    """
    with invocation.reading() as store:
        found = store.story(story)
        began = store.first_texts(found["story_id"]) if found else {}
    if found is None:
        raise NothingMatched(f"no story {story}", where=invocation.config.store.url, why="no story has this number",
                             fix="`ingest stories` lists them")  # fmt: skip
    from ingest.lineage import with_sources  # numpy: --help need not wait for it

    members = with_sources(found["members"], began)
    found = {**found, "members": members}
    diffs = list(_diffs(members, diff)) if diff else []
    if chosen(form) == "table":
        _tell(found, members, diffs, sys.stdout, invocation.color)
        return
    if diff:
        found = {**found, "diffs": [
            {"url": url, "pieces": [{"op": piece.op, "text": piece.text} for piece in pieces]} for url, pieces in diffs
        ]}  # fmt: skip
    emit_one(found)


def _diffs(members: Sequence[Mapping[str, Any]], which: str) -> Iterator[tuple[str, list[Piece]]]:
    """(url, pieces) of the wanted members against the canonical one. Raises NothingMatched."""
    canonical = next(member for member in members if member["canonical"])
    others = [
        (n, member)
        for n, member in enumerate(members, start=1)
        if member is not canonical and which in {"all", str(n), member["url"], *(member.get("urls") or ())}
    ]
    if not others and which != "all":
        raise NothingMatched(
            "no such article to compare with the canonical one", where=which,
            why="it is none of the story's variants", fix="name the number or the URL of a variant, or all",
        )  # fmt: skip
    readable = [member for _, member in others if member["text"] is not None and canonical["text"] is not None]
    if others and not readable:
        raise NothingMatched(
            "there is no text to compare", where=which, why="one of the two is known by its sketch alone",
            fix="`ingest explain` shows counts",
        )  # fmt: skip
    for member in readable:
        yield member["url"], word_diff(canonical["text"], member["text"])


def _tell(
    story: Mapping[str, Any], members: Sequence[Mapping[str, Any]], diffs: list[tuple[str, list[Piece]]],
    stream: TextIO, color: str,
) -> None:  # fmt: skip
    def line(text: str = "") -> None:
        stream.write(text + "\n")

    origin = story.get("origin") or {}
    line(f"story {story['story_id']}: {one_line(plain(story.get('title')))}")
    line(f"canonical: {one_line(plain(story.get('canonical_url')))} ({one_line(plain(story.get('canonical_reason')))})")
    if origin.get("kind") not in {None, "unknown"}:
        line(one_line(f"origin: {plain(origin.get('name'))} ({origin.get('kind')}, {plain(origin.get('certainty'))})"))
    line()
    emit([{"n": n, **member} for n, member in enumerate(members, start=1)], form="table", columns=MEMBERS, color=color)
    line()
    for n, member in enumerate(members, start=1):
        line(f"{n:>3}  {one_line(plain(member['title']))}")
        line(f"     {one_line(member['url'])}")
    from ingest.explain import decision_in_words  # numpy: as above

    _tell_sources(members, line)

    decisions = story.get("decisions") or ()
    if decisions:
        line()
        line("what happened")
    for decision in decisions:
        line(shown(f"  {short_time(decision.get('at'))} {decision_in_words(decision)}"))
    colored = colors_wanted(color, stream)
    for url, pieces in diffs:
        line()
        line(f"--- {one_line(plain(story.get('canonical_url')))}")
        line(f"+++ {one_line(url)}")
        line(render(pieces, colored=colored))


def _tell_sources(members: Sequence[Mapping[str, Any]], line: Callable[[str], None]) -> None:
    """Who had it from whom, where there is anybody to have it from."""
    from ingest.lineage import branches

    if len(members) < 2:
        return
    line("")
    line("who had it from whom")
    for depth, member in branches(members):
        link = member["source_link"]
        when = short_time(member["published"] or member["first_seen"])
        share = f", {_percent(link['share'])} of it" if link else ""
        named = ", as it says" if link and link["basis"] == "named" else ""
        line(shown(f"{'  ' * depth}  {plain(member['outlet'])} ({when}{share}{named})"))


def render(pieces: list[Piece], *, colored: bool) -> str:
    """The pieces as text; the marks stay when there are colours, so that nothing is said by colour alone."""
    parts: list[str] = []
    for piece in pieces:
        before, after = _MARKS[piece.op]
        text = "\n".join(before + one_line(part) + after for part in piece.text.split("\n"))
        parts.append(click.style(text, fg=_COLORS[piece.op]) if colored and piece.op != "same" else text)
    return " ".join(parts)
