"""`ingest stories`: what is kept, one row a story."""

from __future__ import annotations

import click

from ingest.cli.filters import story_filters
from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.output import Column, emit, format_options, short_time
from store.model import StoryFilter
from store.query import STORY_KEYS

COLUMNS = (
    Column("story", "story_id", right=True, fixed=True),
    Column("newest", "last_published", short_time, fixed=True),
    Column("articles", "articles", right=True, fixed=True),
    Column(
        "outlets",
        "outlets",
        lambda value: str(len(value)) if isinstance(value, list | tuple) else str(value),
        right=True,
        fixed=True,
    ),
    Column("title", "title"),
    Column("canonical", "canonical_url", wide=True),
)


@click.command(cls=Command)
@story_filters
@format_options("table", "json", "jsonl", "csv")
@pass_invocation
def stories(invocation: Invocation, wanted: StoryFilter, form: str | None) -> None:
    """Example: ingest stories --search Munition --since 7d --min-variants 2

    Lists stories, the latest first. A story is the lineage of one text: the copies, cuts and rewrites of one report.
    `ingest show` tells one story by its number; wide terminals and JSON have the canonical article's address too.
    """
    with invocation.reading() as store:
        count = emit(store.stories(wanted), form=form, columns=COLUMNS, keys=STORY_KEYS, color=invocation.color)
    if not count:
        invocation.say("no story matches; `ingest run` polls the feeds, `ingest stories` without filters lists all")
