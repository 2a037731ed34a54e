"""`ingest undo`: an analyst's decision is taken back."""

from __future__ import annotations

import click

from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.numbers import NUMBER
from ingest.cli.output import format_options
from ingest.cli.ruling import ruling_options, speak


@click.command(cls=Command)
@click.argument("decision", type=NUMBER)
@ruling_options
@format_options("table", "json", "jsonl")
@pass_invocation
def undo(invocation: Invocation, decision: int, by: str | None, note: str, form: str | None) -> None:
    """Example: ingest undo 4711

    Takes back a merge, split or pin: what it kept together or apart is decided from the texts again, and a story that
    was merged away gets its number back. An undo can be undone, which puts the decision in force again. `ingest show`
    lists the decisions of a story with their numbers.

    Exit codes: 2 for a decision of the machine, one that is undone already, or one that a later decision builds on (it
    is named), 6 for an unknown number, 75 when the store stays busy.
    """
    from ingest.place import analyst

    speak(invocation, lambda placing, rules, said: analyst.undo(placing, decision, rules, said), by=by, note=note,
          form=form)  # fmt: skip
