"""`ingest pin`: an article stands for its story."""

from __future__ import annotations

import click

from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.output import format_options
from ingest.cli.ruling import ruling_options, speak


@click.command(cls=Command)
@click.argument("article")
@ruling_options
@format_options("table", "json", "jsonl")
@pass_invocation
def pin(invocation: Invocation, article: str, by: str | None, note: str, form: str | None) -> None:
    """Example: ingest pin https://a.example/report --note "the one we cite"

    This article, named by its address, is the canonical one of its story from now on, whatever `dedupe.canonical` says
    and whichever story it comes to stand in. Where pinned articles meet in one story, the newest pin counts; with that
    undone, the one before it. Prints the number of the decision, with which `ingest undo` takes it back.

    Exit codes: 2 for an article that is known by its sketch alone, 6 for an unknown address, 75 when the store stays
    busy.
    """
    from ingest.place import analyst

    speak(invocation, lambda placing, rules, said: analyst.pin(placing, article, rules, said), by=by, note=note,
          form=form)  # fmt: skip
